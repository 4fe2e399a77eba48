//! A decision in the form that is stored and that `explain` prints.

use crate::desk::decision::{
    AgentWork, Decision, Edit, IntakeState, Mark, MessageForm, Opening, PlannedMail, ThreadDecision, TicketChange,
};
use crate::desk::ticket::TicketNumber;
use crate::mail::{Alignment, MailClass};
use serde::{Deserialize, Serialize};

/// Why a mail became what it became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The state its intake row ended in.
    pub state: IntakeState,
    /// Who speaks.
    pub class: MailClass,
    /// The sign that decided the class.
    pub class_reason: String,
    /// Whether From is proven.
    pub aligned: Alignment,
    /// The result that proved it, or what was missing.
    pub aligned_reason: String,
    /// Where it belongs, and the evidence.
    pub thread: ThreadDecision,
    /// What was done.
    pub actions: Vec<String>,
    /// Mails that went out because of it, and those held back.
    pub mails: Vec<PlannedMail>,
}

impl Explanation {
    /// Explains a decision. `opened` is the number a new ticket was given; a dry run has none.
    pub fn of(decision: &Decision, opened: Option<TicketNumber>) -> Self {
        let Decision { evidence, effects } = decision;
        let mut thread = evidence.thread.clone();
        thread.ticket = opened.or(thread.ticket);
        Self {
            state: evidence.state,
            class: evidence.classification.class,
            class_reason: evidence.classification.reason.clone(),
            aligned: evidence.alignment,
            aligned_reason: evidence.alignment_reason.clone(),
            thread,
            actions: actions(&effects.change, opened),
            mails: effects.mails.clone(),
        }
    }
}

fn worked(work: &AgentWork) -> Vec<String> {
    let message = work.message.as_ref().map(|message| match &message.form {
        MessageForm::Answer { to } => format!("send the answer on #{} to {} people", work.ticket, to.len()),
        MessageForm::Forward { to } => format!("pass #{} on to {to}", work.ticket),
        MessageForm::Note => format!("add a note to #{}", work.ticket),
        MessageForm::SentAround => format!("record on #{} what the agent sent herself", work.ticket),
    });
    message.into_iter().chain(work.edits.iter().map(edited)).collect()
}

fn edited(edit: &Edit) -> String {
    match edit {
        Edit::Status(status) => format!("set status {}", status.as_str()),
        Edit::Assignee(Some(agent)) => format!("assign it to {agent}"),
        Edit::Assignee(None) => "assign it to nobody".to_owned(),
        Edit::Queue(queue) => format!("move it to queue {queue}"),
        Edit::Priority(priority) => format!("set priority {}", priority.as_str()),
        Edit::Tag(tag) => format!("tag it {tag}"),
        Edit::Untag(tag) => format!("take off tag {tag}"),
        Edit::Field { name, value } => format!("set {name} = {value}"),
        Edit::Participant(address) => format!("add participant {address}"),
        Edit::Merge(number) => format!("merge it into #{number}"),
    }
}

fn marked(marks: &[Mark]) -> impl Iterator<Item = String> {
    marks.iter().map(|mark| format!("mark it {}", mark.as_str()))
}

fn actions(change: &TicketChange, opened: Option<TicketNumber>) -> Vec<String> {
    match change {
        TicketChange::None => vec![],
        TicketChange::Open(new) => {
            let number = opened.map(|number| format!(" #{number}")).unwrap_or_default();
            let mut actions = vec![format!("open ticket{number} in queue {}", new.queue)];
            actions.extend(new.linked_to.map(|linked| format!("link it to #{linked}")));
            actions.extend(new.tags.iter().map(|tag| format!("tag it {tag}")));
            if let Opening::OnBehalf { agent, edits, .. } = &new.opening {
                actions.push(format!("open it for the requester, as {agent} asked"));
                actions.extend(edits.iter().map(edited));
            }
            actions.extend(new.messages.iter().flat_map(|message| marked(&message.marks)));
            actions.extend(
                new.participants
                    .iter()
                    .map(|address| format!("add participant {address}")),
            );
            actions
        }
        TicketChange::Append(append) => {
            let mut actions = vec![format!("add the mail to #{}", append.ticket)];
            actions.extend(marked(&append.message.marks));
            actions.extend(append.status.map(|status| format!("set status {}", status.as_str())));
            actions.extend(
                append
                    .participants
                    .iter()
                    .map(|address| format!("add participant {address}")),
            );
            actions
        }
        TicketChange::Work(work) => worked(work),
        TicketChange::Undo { ticket, .. } => vec![format!("take back what the agent's last mail changed on #{ticket}")],
        TicketChange::Release { intake } => vec![format!("release the held mail {intake}")],
        TicketChange::Merge { ticket, into, .. } => vec![format!("merge #{ticket} into #{into}")],
        TicketChange::Record { ticket, events } => events
            .iter()
            .map(|event| format!("record {} on #{ticket}", event.kind.as_str()))
            .collect(),
    }
}
