//! An agent's commands, held against what the desk knows, and what they change.

use super::View;
use crate::desk::command::{
    Answer, Assigned, CommandBlock, CommandContext, CommandError, Place, ResolvedCommand, TicketState,
};
use crate::desk::decision::{Edit, Receipt};
use crate::desk::event::{EventKind, TicketEvent};
use crate::desk::policy::AgentPolicy;
use crate::desk::ticket::TicketStatus;
use crate::mail::{EmailAddress, Mailbox};
use std::collections::BTreeMap;

/// What the commands of one mail come to.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// Changes of the ticket.
    pub edits: Vec<Edit>,
    /// What is recorded of them.
    pub events: Vec<TicketEvent>,
    /// What she wants to know.
    pub receipts: Vec<Receipt>,
    /// Whether the text is internal.
    pub note: bool,
    /// Whether the confirmation that was held back is sent.
    pub confirm: bool,
    /// Whether what her last mail changed is taken back.
    pub undo: bool,
    /// Whom the customer's message is passed on to.
    pub forward: Option<EmailAddress>,
    /// For whom a ticket is opened.
    pub requester: Option<Mailbox>,
}

/// Whether all of the commands are possible, and what they come to.
pub(super) fn read(
    view: &View<'_>,
    agent: &AgentPolicy,
    place: Place,
    (block, answer): (&CommandBlock, Answer),
) -> Result<Asked, CommandError> {
    let tickets: BTreeMap<_, _> = view
        .known
        .agent
        .named
        .iter()
        .map(|&(number, into)| match number == into {
            true => (number, TicketState::Standing),
            false => (number, TicketState::MergedInto(into)),
        })
        .collect();
    let context = CommandContext {
        place,
        answer,
        writer: &agent.address,
        agents: &view.policy.agents,
        queues: &view.policy.queues,
        fields: &[],
        tickets: &tickets,
    };
    let mut asked = Asked::default();
    for command in block.check(&context)? {
        asked.add(view, command);
    }
    Ok(asked)
}

impl Asked {
    /// Whether she asked for nothing.
    pub(super) fn is_empty(&self) -> bool {
        let nothing_said = self.edits.is_empty() && self.receipts.is_empty() && self.forward.is_none();
        nothing_said && !(self.note || self.confirm || self.undo)
    }

    /// Whether she set the status herself.
    pub(super) fn sets_status(&self) -> bool {
        self.edits.iter().any(|edit| matches!(edit, Edit::Status(_)))
    }

    /// The queue that she names.
    pub(super) fn queue(&self) -> Option<&String> {
        self.edits.iter().find_map(|edit| match edit {
            Edit::Queue(queue) => Some(queue),
            _ => None,
        })
    }

    /// Whom she gives the ticket to; `Some(None)`: to nobody.
    pub(super) fn assignee(&self) -> Option<&Option<EmailAddress>> {
        self.edits.iter().find_map(|edit| match edit {
            Edit::Assignee(agent) => Some(agent),
            _ => None,
        })
    }

    /// The people whom she adds.
    pub(super) fn added(&self) -> impl Iterator<Item = &EmailAddress> {
        self.edits.iter().filter_map(|edit| match edit {
            Edit::Participant(address) => Some(address),
            _ => None,
        })
    }

    fn add(&mut self, view: &View<'_>, command: ResolvedCommand) {
        match command {
            ResolvedCommand::Status(status) => self.edit(view, Edit::Status(status)),
            ResolvedCommand::Assign(Assigned::To(agent)) => self.edit(view, Edit::Assignee(Some(agent))),
            ResolvedCommand::Assign(Assigned::Nobody) => self.edit(view, Edit::Assignee(None)),
            ResolvedCommand::Queue(queue) => self.edit(view, Edit::Queue(queue)),
            ResolvedCommand::Priority(priority) => self.edit(view, Edit::Priority(priority)),
            ResolvedCommand::Tag(tag) => self.edit(view, Edit::Tag(tag)),
            ResolvedCommand::Untag(tag) => self.edit(view, Edit::Untag(tag)),
            ResolvedCommand::Field { name, value } => self.edit(view, Edit::Field { name, value }),
            ResolvedCommand::Cc(address) => self.edit(view, Edit::Participant(address)),
            ResolvedCommand::Merge(number) => self.edit(view, Edit::Merge(number)),
            ResolvedCommand::Spam => {
                self.note = true;
                self.edits
                    .extend([Edit::Status(TicketStatus::Closed), Edit::Tag(SPAM.to_owned())]);
                self.events.push(view.event(EventKind::Spam, ""));
            }
            ResolvedCommand::Note => self.note = true,
            ResolvedCommand::Confirm => self.confirm = true,
            ResolvedCommand::Undo => self.undo = true,
            ResolvedCommand::Forward(address) => self.forward = Some(address),
            ResolvedCommand::Requester(mailbox) => self.requester = Some(mailbox),
            ResolvedCommand::Why => self.receipts.push(Receipt::Why),
            ResolvedCommand::Ticket(number) => self.receipts.push(Receipt::Ticket(number)),
            ResolvedCommand::List => self.receipts.push(Receipt::List),
            ResolvedCommand::Help => self.receipts.push(Receipt::Help),
            // Only a request for consent is answered so, and that is decided before.
            ResolvedCommand::Send => {}
        }
    }

    fn edit(&mut self, view: &View<'_>, edit: Edit) {
        self.events.push(event(view, &edit));
        self.edits.push(edit);
    }
}

/// The tag of what an agent called spam.
const SPAM: &str = "spam";

fn event(view: &View<'_>, edit: &Edit) -> TicketEvent {
    let (kind, detail) = match edit {
        Edit::Status(status) => (EventKind::StatusChanged, status.as_str().to_owned()),
        Edit::Assignee(agent) => {
            let agent = agent.as_ref().map(EmailAddress::to_string);
            (EventKind::Assigned, agent.unwrap_or_default())
        }
        Edit::Queue(queue) => (EventKind::QueueChanged, queue.clone()),
        Edit::Priority(priority) => (EventKind::PriorityChanged, priority.as_str().to_owned()),
        Edit::Tag(tag) => (EventKind::Tagged, tag.clone()),
        Edit::Untag(tag) => (EventKind::Untagged, tag.clone()),
        Edit::Field { name, value } => (EventKind::FieldChanged, format!("{name} = {value}")),
        Edit::Participant(address) => (EventKind::ParticipantAdded, address.to_string()),
        Edit::Merge(number) => (EventKind::Merged, number.to_string()),
    };
    view.event(kind, detail)
}
