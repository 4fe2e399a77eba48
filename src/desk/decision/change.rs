//! What a decision changes on tickets.

use super::{AgentWork, Edit};
use crate::desk::contact::Role;
use crate::desk::event::TicketEvent;
use crate::desk::journal::LastAction;
use crate::desk::message::NewMessage;
use crate::desk::ticket::{Priority, TicketKey, TicketNumber, TicketStatus};
use crate::mail::EmailAddress;
use crate::mail::forwarded::Original;

/// What changes on a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum TicketChange {
    /// No ticket is touched.
    #[default]
    None,
    /// A ticket is opened.
    Open(Box<NewTicket>),
    /// The mail is added to a ticket.
    Append(Box<Append>),
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
    Work(Box<AgentWork>),
    /// What an agent's last mail changed on a ticket is taken back.
    Undo {
        /// The ticket.
        ticket: TicketNumber,
        /// Her mail's entry in the journal, with what of it can be taken back.
        action: LastAction,
        /// What happened.
        events: Vec<TicketEvent>,
    },
    /// A held mail is released, and its code used up: the mail is then decided once more, without asking for the proof
    /// that it lacked.
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
    /// Its number, reserved for it.
    pub number: TicketNumber,
    /// A fresh random key.
    pub key: TicketKey,
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
    /// How it came to be.
    pub opening: Opening,
    /// Its first messages.
    pub messages: Vec<NewMessage>,
    /// What happened, after `opened`.
    pub events: Vec<TicketEvent>,
}

/// How a ticket came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// By a mail of its requester's.
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
    /// Who wrote, and what they become to the ticket, when they are not on it yet.
    pub sender: Option<(EmailAddress, Role)>,
    /// People the requester put in Cc.
    pub participants: Vec<EmailAddress>,
    /// The mail.
    pub message: NewMessage,
    /// What happened.
    pub events: Vec<TicketEvent>,
}

impl TicketChange {
    /// The ticket that it touches: of a merge the one that stays.
    pub fn ticket(&self) -> Option<TicketNumber> {
        match self {
            Self::None | Self::Release { .. } => None,
            Self::Open(new) => Some(new.number),
            Self::Append(append) => Some(append.ticket),
            Self::Work(work) => Some(work.ticket),
            Self::Merge { into: ticket, .. } | Self::Undo { ticket, .. } | Self::Record { ticket, .. } => Some(*ticket),
        }
    }

    /// The messages that it adds, but for one that goes out: that has no id before it is written.
    pub fn messages(&self) -> Vec<&NewMessage> {
        match self {
            Self::Open(new) => new.messages.iter().collect(),
            Self::Append(append) => vec![&append.message],
            Self::Work(work) => work.passed_on.iter().map(|passed_on| &passed_on.message).collect(),
            Self::None | Self::Merge { .. } | Self::Undo { .. } | Self::Release { .. } | Self::Record { .. } => vec![],
        }
    }

    /// What happened on the ticket.
    pub fn events(&self) -> &[TicketEvent] {
        match self {
            Self::Open(new) => &new.events,
            Self::Append(append) => &append.events,
            Self::Work(work) => &work.events,
            Self::Merge { events, .. } | Self::Undo { events, .. } | Self::Record { events, .. } => events,
            Self::None | Self::Release { .. } => &[],
        }
    }
}
