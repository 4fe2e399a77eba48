//! What an agent's mail does to a ticket.

use crate::desk::event::TicketEvent;
use crate::desk::message::NewMessage;
use crate::desk::ticket::{Priority, TicketNumber, TicketStatus};
use crate::mail::forwarded::Original;
use crate::mail::{EmailAddress, MessageId};
use jiff::Timestamp;

/// An agent's work on a ticket, done by one mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentWork {
    /// The ticket.
    pub ticket: TicketNumber,
    /// Who does it, by her address in the config.
    pub agent: EmailAddress,
    /// What her commands change, in their order, and what follows from an answer.
    pub edits: Vec<Edit>,
    /// A mail of the customer's that she forwards.
    pub passed_on: Option<PassedOn>,
    /// What she wrote.
    pub message: Option<AgentMessage>,
    /// The id of her mail, which whoever she had in copy may answer.
    pub message_id: Option<MessageId>,
    /// When it takes effect; of imported history, when it came.
    pub at: Timestamp,
    /// What happened.
    pub events: Vec<TicketEvent>,
}

/// A customer's mail that came by an agent's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOn {
    /// The mail.
    pub original: Original,
    /// The same as a message, added unless the ticket has it: it may have come to the desk by itself, too.
    pub message: NewMessage,
}

/// One change of a ticket, which can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Its status.
    Status(TicketStatus),
    /// Who has it, by her address; `None`: nobody.
    Assignee(Option<EmailAddress>),
    /// Its queue.
    Queue(String),
    /// Its priority.
    Priority(Priority),
    /// A tag it gets.
    Tag(String),
    /// A tag it loses.
    Untag(String),
    /// A fact about it; an empty value takes it away.
    Field {
        /// The fact's name.
        name: String,
        /// Its value.
        value: String,
    },
    /// Somebody gets agents' answers from now on.
    Participant(EmailAddress),
    /// It becomes part of another ticket.
    Merge(TicketNumber),
}

/// What an agent wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentMessage {
    /// What is done with it.
    pub form: MessageForm,
    /// What stands on the ticket: her text, without commands, quotes and signature.
    pub message: NewMessage,
    /// The same as HTML, sanitised, when her mail had some that says the same.
    pub html: Option<String>,
    /// Whether it stands between lines of the customer's that it quotes.
    pub is_interleaved: bool,
    /// What of her mail's attachments belongs to it.
    pub enclosed: Vec<Enclosed>,
}

/// What is done with an agent's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageForm {
    /// It goes to the requester and the participants.
    Answer {
        /// Who sees it; the first is the addressee, the others stand in Cc.
        to: Vec<EmailAddress>,
    },
    /// It goes to somebody else, with the customer's last message.
    Forward {
        /// To whom.
        to: EmailAddress,
    },
    /// It stays internal.
    Note,
    /// She sent it herself, past the gateway.
    SentAround,
}

impl AgentMessage {
    /// Her text.
    pub fn text(&self) -> &str {
        &self.message.text
    }
}

impl MessageForm {
    /// To whom it goes.
    pub fn recipients(&self) -> &[EmailAddress] {
        match self {
            Self::Answer { to } => to,
            Self::Forward { to } => std::slice::from_ref(to),
            Self::Note | Self::SentAround => &[],
        }
    }
}

/// One attachment of an agent's mail, by its place among [`crate::mail::InboundMail::attachments`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enclosed {
    /// The place.
    pub index: usize,
    /// Whether the HTML shows it.
    pub shown: Shown,
}

/// How an attachment stands to the HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Inside of it, by its Content-ID.
    Inline,
    /// Beside it.
    Beside,
}
