//! Notifications: what agents are told of a ticket.

use crate::desk::audience::Standpoint;
use crate::desk::decision::{Cause, MailKind, Mark};
use crate::desk::policy::{AgentPolicy, InboxPolicy, Policy};
use crate::desk::token::timed_nonce;
use crate::desk::{Ticket, TicketNumber};
use crate::mail::outbound::Enclosure;
use crate::mail::{EmailAddress, Mailbox};
use crate::store::{Allowance, NewOutboxRow, TicketLine, Tx, compress};
use crate::template::outgoing::{self, AgentLetter, Outgoing, Thread};
use crate::template::{
    EarlierTicket, FileFacts, Link, LinkKind, MOST_EARLIER, NotificationContext, SenderProof, Templates, TicketFacts,
};
use anyhow::Context;
use jiff::Timestamp;

/// What agents are told of one ticket at one moment.
pub struct Bulletin<'a> {
    ticket: &'a Ticket,
    inbox: &'a InboxPolicy,
    policy: &'a Policy,
    templates: &'a Templates,
    shown: Shown<'a>,
    tags: Vec<String>,
    earlier: Vec<TicketLine>,
    now: Timestamp,
}

/// The mail that a notification shows.
#[derive(Clone, Copy, Default)]
pub struct Shown<'a> {
    /// Who wrote it.
    pub writer: Option<&'a Mailbox>,
    /// Whether it is proven that they did.
    pub proof: Option<SenderProof<'a>>,
    /// What is remarkable about it.
    pub marks: &'a [Mark],
    /// What they newly wrote.
    pub text: &'a str,
    /// The same as sanitised HTML.
    pub html: Option<&'a str>,
    /// What the HTML shows.
    pub inline: &'a [Enclosure],
    /// What was attached.
    pub attached: &'a [Enclosure],
    /// The names and sizes of all that is attached.
    pub files: &'a [FileFacts<'a>],
    /// What was left out for its size.
    pub left_out: &'a [FileFacts<'a>],
}

impl<'a> Bulletin<'a> {
    /// # Errors
    /// When there is no inbox in the config, or the store cannot be read.
    pub fn of(
        tx: &Tx<'_>,
        ticket: &'a Ticket,
        shown: Shown<'a>,
        (policy, templates): (&'a Policy, &'a Templates),
        now: Timestamp,
    ) -> anyhow::Result<Self> {
        let inbox = policy.outlet(ticket);
        Ok(Self {
            inbox: inbox.context("there is no inbox in the config")?,
            tags: tx.tags(ticket.number)?,
            earlier: tx.other_tickets(ticket, u32::try_from(MOST_EARLIER)?)?,
            ticket,
            policy,
            templates,
            shown,
            now,
        })
    }

    /// Queues the mail to one agent. `draw` gives fresh random numbers.
    ///
    /// # Errors
    /// When the mail cannot be written, or the store fails.
    pub fn tell(&self, tx: &Tx<'_>, agent: &AgentPolicy, cause: &Cause, draw: fn() -> u64) -> anyhow::Result<()> {
        let root = AgentLetter::root(self.policy, agent, self.inbox, self.ticket.key);
        let thread = Thread::behind(root.into_iter().collect());
        let letter = AgentLetter {
            agent,
            inbox: self.inbox,
            key: Some(self.ticket.key),
            thread: &thread,
            nonce: timed_nonce(self.now, draw()),
            serial: draw() as u32,
            now: self.now,
        };
        let mail = self.write(&letter, cause)?;
        enqueue(tx, &letter, Some(self.ticket.number), MailKind::Notification, mail)
    }

    fn write(&self, letter: &AgentLetter<'_>, cause: &Cause) -> anyhow::Result<Outgoing> {
        let (policy, ticket, shown) = (self.policy, self.ticket, &self.shown);
        let tag = policy.keys.subject_tag(ticket.number, ticket.key);
        let subject = self
            .templates
            .ticket_subject(&ticket.subject, &tag, &policy.default_language)?;
        let links = links(letter, self, cause, &subject);
        let earlier: Vec<EarlierTicket<'_>> = self.earlier.iter().map(earlier).collect();
        let colleague = |address: &EmailAddress| policy.agent(address).map(|agent| agent.name.as_str());
        let by = match cause {
            Cause::Assigned { by: Some(by) } | Cause::Moved { by } => colleague(by),
            _ => None,
        };
        let context = NotificationContext {
            language: &policy.default_language,
            cause,
            by: by.unwrap_or(&policy.desk_name),
            ticket: TicketFacts::of(ticket, &self.tags, policy),
            subject_tag: &tag,
            writer: shown
                .writer
                .filter(|writer| Some(&writer.address) != ticket.requester.as_ref()),
            proof: shown.proof,
            marks: shown.marks,
            earlier: &earlier,
            text: shown.text,
            html: shown.html,
            attached: shown.files,
            left_out: shown.left_out,
            links: &links,
        };
        let enclosed = (shown.inline.to_vec(), shown.attached.to_vec());
        let from = self.about();
        Ok(outgoing::notification(
            letter,
            (&from, &context),
            enclosed,
            policy,
            self.templates,
        )?)
    }

    /// Whose name stands in From: the writer's, else the customer's; of an address only what stands before the `@`.
    fn about(&self) -> String {
        let writer = self
            .shown
            .writer
            .map(|writer| (writer.name.as_str(), Some(&writer.address)));
        let customer = (self.ticket.requester_name.as_str(), self.ticket.requester.as_ref());
        let (name, address) = writer.unwrap_or(customer);
        match (name.trim(), address) {
            ("", Some(address)) => address.local().to_owned(),
            ("", None) => "?".to_owned(),
            (name, _) => name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect(),
        }
    }
}

/// Characters of a name in From.
const LONGEST_NAME: usize = 60;

/// Queues a mail to an agent.
///
/// # Errors
/// When the store cannot be written.
pub(crate) fn enqueue(
    tx: &Tx<'_>,
    letter: &AgentLetter<'_>,
    ticket: Option<TicketNumber>,
    kind: MailKind,
    mail: Outgoing,
) -> anyhow::Result<()> {
    let row = NewOutboxRow {
        ticket,
        // What is said to agents is no message of the ticket.
        message: None,
        kind,
        inbox: letter.inbox.name.clone(),
        envelope: mail.envelope,
        octets: compress(&mail.octets)?,
        message_id: mail.message_id,
        serial: u32::from_be_bytes(mail.serial.0),
        not_before: letter.now,
        allowance: Allowance::Free,
    };
    tx.enqueue(&row, letter.now)?;
    Ok(())
}

fn earlier(line: &TicketLine) -> EarlierTicket<'_> {
    EarlierTicket {
        number: line.number,
        status: line.status,
        subject: &line.subject,
    }
}

/// What she can do with one click. Without an address that carries her token a link would prove nothing.
fn links(letter: &AgentLetter<'_>, bulletin: &Bulletin<'_>, cause: &Cause, subject: &str) -> Vec<Link> {
    let Some(address) = letter.reply_address(bulletin.policy) else {
        return vec![];
    };
    let is_hers = bulletin.ticket.assignee.as_ref() == Some(&letter.agent.address);
    let stranger = bulletin
        .shown
        .writer
        .filter(|_| *cause == Cause::ThirdPartyWrote)
        .map(|writer| LinkKind::AddThirdParty {
            address: writer.address.clone(),
        });
    let confirm = matches!(cause, Cause::NewTicket { not_confirmed: Some(_) }).then_some(LinkKind::Confirm);
    let take = (!is_hers).then_some(LinkKind::TakeIt);
    let usual = [LinkKind::Solve, LinkKind::Pending, LinkKind::Note, LinkKind::Spam];
    let kinds = stranger.into_iter().chain(confirm).chain(take).chain(usual);
    kinds.map(|kind| Link::new(kind, &address, subject)).collect()
}

/// A mail to a customer that did not arrive.
pub struct Undelivered<'a> {
    /// The ticket it is about.
    pub ticket: TicketNumber,
    /// Whom it was for.
    pub recipient: &'a EmailAddress,
    /// What was said.
    pub report: &'a str,
}

/// Tells the agents who hear of its ticket that a mail did not arrive.
///
/// # Errors
/// When a mail cannot be written, or the store fails.
pub fn tell_agents(
    tx: &Tx<'_>,
    undelivered: &Undelivered<'_>,
    (policy, templates): (&Policy, &Templates),
    now: Timestamp,
) -> anyhow::Result<()> {
    let Some(ticket) = tx.ticket(undelivered.ticket)? else {
        return Ok(());
    };
    let at = Standpoint {
        queue: &ticket.queue,
        assignee: ticket.assignee.as_ref(),
    };
    let audience = policy.audience(at);
    if audience.is_empty() || policy.outlet(&ticket).is_none() {
        return Ok(());
    }
    let cause = Cause::NotDelivered {
        recipient: undelivered.recipient.clone(),
        report: undelivered.report.to_owned(),
    };
    let bulletin = Bulletin::of(tx, &ticket, Shown::default(), (policy, templates), now)?;
    for agent in audience {
        bulletin.tell(tx, agent, &cause, rand::random::<u64>)?;
    }
    Ok(())
}
