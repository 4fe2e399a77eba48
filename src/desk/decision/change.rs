//! What a decision changes on tickets.

use super::{AgentWork, Edit, Mark};
use crate::desk::contact::Role;
use crate::desk::event::TicketEvent;
use crate::desk::ticket::{Priority, TicketNumber, TicketStatus};
use crate::mail::EmailAddress;
use crate::mail::forwarded::Original;

/// What changes on a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketChange {
    /// No ticket is touched.
    None,
    /// A ticket is opened with this mail as its first message.
    Open(NewTicket),
    /// The mail is added to a ticket.
    Append(Append),
    /// The mail is a copy of the one that opened `ticket`, and proves that both belong to `into`.
    Merge {
        /// The ticket that ends.
        ticket: TicketNumber,
        /// The ticket that it becomes part of.
        into: TicketNumber,
        /// What happened, for `into`.
        events: Vec<TicketEvent>,
    },
    /// An agent works on a ticket.
    Work(AgentWork),
    /// What an agent's last mail changed on a ticket is taken back.
    Undo {
        /// The ticket.
        ticket: TicketNumber,
        /// Her mail's entry in the journal.
        action: i64,
        /// What happened.
        events: Vec<TicketEvent>,
    },
    /// A held mail takes effect: it is decided once more, without asking for the proof it lacked.
    Release {
        /// Its intake row.
        intake: i64,
    },
    /// Something is recorded on a ticket and the mail is no message of it: a bounce, a machine's answer, a copy.
    Record {
        /// The ticket.
        ticket: TicketNumber,
        /// What happened.
        events: Vec<TicketEvent>,
    },
}

/// A ticket to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTicket {
    /// Decoded subject of the mail, without reply prefixes' tags of ours.
    pub subject: String,
    /// Who asked; `None` for a mail without a sender.
    pub requester: Option<EmailAddress>,
    /// The requester's display name; empty when there is none.
    pub requester_name: String,
    /// The queue it starts in.
    pub queue: String,
    /// The inbox that its mails go out from.
    pub inbox: String,
    /// Its priority.
    pub priority: Priority,
    /// Its tags.
    pub tags: Vec<String>,
    /// The language its requester is written to.
    pub language: String,
    /// The ticket it follows up or relates to.
    pub linked_to: Option<TicketNumber>,
    /// People the requester put in Cc.
    pub participants: Vec<EmailAddress>,
    /// The agent who has it, by her address.
    pub assignee: Option<EmailAddress>,
    /// What its first message is.
    pub opening: Opening,
    /// Marks of its first message.
    pub marks: Vec<Mark>,
    /// What happened, after `opened`.
    pub events: Vec<TicketEvent>,
}

/// The first message of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// The mail.
    Mail,
    /// An agent opens it for a customer.
    OnBehalf {
        /// Who.
        agent: EmailAddress,
        /// The customer's mail that she forwards, if she does.
        original: Option<Box<Original>>,
        /// What she adds: an internal note; empty when there is none.
        note: String,
        /// What her commands change at once.
        edits: Vec<Edit>,
    },
}

/// A mail to be added to a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// The ticket.
    pub ticket: TicketNumber,
    /// The new status, when it changes.
    pub status: Option<TicketStatus>,
    /// What the sender becomes to the ticket, when they are not on it yet.
    pub sender_role: Option<Role>,
    /// People the requester put in Cc.
    pub participants: Vec<EmailAddress>,
    /// Marks of the message.
    pub marks: Vec<Mark>,
    /// What happened.
    pub events: Vec<TicketEvent>,
}
