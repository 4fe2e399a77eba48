//! Mails that a decision sends, or holds back.

use crate::desk::command::CommandError;
use crate::desk::held::{HeldReason, ReleaseRefusal};
use crate::desk::ticket::TicketNumber;
use crate::mail::EmailAddress;
use crate::mail::forwarded::NotFound;
use serde::{Deserialize, Serialize};

/// A mail that goes out, or would have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedMail {
    /// What kind of mail.
    pub kind: MailKind,
    /// To whom.
    pub to: EmailAddress,
    /// Whether it goes out.
    pub sent: bool,
    /// Why, or why not.
    pub why: String,
    /// Whether it carries the advice on spam folders.
    #[serde(default)]
    pub guidance: bool,
    /// What it says beyond its kind; not stored, since the mail itself is.
    #[serde(skip)]
    pub content: MailContent,
}

/// Kinds of outgoing mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// We have your mail; this is its number.
    Confirmation,
    /// An agent's answer to a customer.
    Answer,
    /// A customer's message, passed on by an agent.
    Forward,
    /// An agent is told of a ticket.
    Notification,
    /// An agent is told what became of her mail.
    Receipt,
    /// An agent is asked whether a mail is hers.
    Held,
    /// The admin is told of trouble.
    AdminNotice,
}

/// What a planned mail says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum MailContent {
    /// What its kind says.
    #[default]
    OfItsKind,
    /// Why an agent hears of a ticket.
    Notification(Cause),
    /// What an agent is told of her mail.
    Receipt(Receipt),
    /// Why a mail is held.
    Held(Vec<HeldReason>),
}

/// Why an agent hears of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// It is new.
    NewTicket {
        /// Why it was not confirmed, when it could have been.
        not_confirmed: Option<String>,
    },
    /// Somebody who takes part wrote.
    CustomerReplied,
    /// Somebody wrote who holds a proof of the ticket and takes no part in it.
    ThirdPartyWrote,
    /// The address of somebody who takes part wrote, and nothing proves that it was them.
    UnverifiedWrote,
    /// It was given to her.
    Assigned {
        /// By whom; `None`: by the queue's rule.
        by: Option<EmailAddress>,
    },
    /// It came into a queue of hers.
    Moved {
        /// By whom.
        by: EmailAddress,
    },
    /// A mail of ours did not arrive.
    NotDelivered {
        /// At whom.
        recipient: EmailAddress,
        /// What was said.
        report: String,
    },
    /// A colleague answered.
    ColleagueAnswered {
        /// Her name.
        name: String,
    },
}

/// What an agent is told of her mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// A command cannot be carried out, so nothing of the mail was.
    Refused(CommandError),
    /// A ticket was opened for a customer.
    Opened {
        /// For whom.
        customer: EmailAddress,
        /// Why it was not confirmed; `None` when it was.
        not_confirmed: Option<String>,
    },
    /// Her mail looks forwarded, and whose the original was can't be told.
    NotForwarded(NotFound),
    /// The customer whom she names, or whose mail she forwards, is of the desk.
    CustomerIsOurs,
    /// What her last mail changed was taken back.
    Undone,
    /// There is nothing that could be taken back any more.
    NothingToUndo,
    /// The answer is larger than the inbox's `max_message`.
    TooLarge,
    /// Her mail holds neither an answer nor a command.
    NothingToSend,
    /// The ticket has nobody who could be answered.
    NobodyToAnswer,
    /// A held mail was not released.
    NotReleased(ReleaseRefusal),
    /// Why the ticket stands as it does.
    Why,
    /// A ticket, as it is.
    Ticket(TicketNumber),
    /// What is unsolved in her queues, or hers.
    List,
    /// The commands.
    Help,
}

impl Receipt {
    /// How many of its kind an agent gets in an hour; `None` of what she asked for, or what happens once.
    pub fn most_an_hour(&self) -> Option<u32> {
        match self {
            Self::NothingToUndo
            | Self::TooLarge
            | Self::NothingToSend
            | Self::NobodyToAnswer
            | Self::NotReleased(_) => Some(5),
            Self::Refused(_) | Self::NotForwarded(_) | Self::CustomerIsOurs => Some(20),
            Self::Opened { .. } | Self::Undone | Self::Why | Self::Ticket(_) | Self::List | Self::Help => None,
        }
    }
}

impl Cause {
    /// The name in templates and explanations.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::NewTicket { .. } => "new_ticket",
            Self::CustomerReplied => "customer_replied",
            Self::ThirdPartyWrote => "third_party_wrote",
            Self::UnverifiedWrote => "unverified_wrote",
            Self::Assigned { .. } => "assigned",
            Self::Moved { .. } => "moved",
            Self::NotDelivered { .. } => "not_delivered",
            Self::ColleagueAnswered { .. } => "colleague_answered",
        }
    }
}

impl MailKind {
    /// The name in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmation => "confirmation",
            Self::Answer => "answer",
            Self::Forward => "forward",
            Self::Notification => "notification",
            Self::Receipt => "receipt",
            Self::Held => "held",
            Self::AdminNotice => "admin_notice",
        }
    }

    /// Whether it goes to customers and other people outside of the desk.
    pub fn leaves_the_desk(self) -> bool {
        matches!(self, Self::Confirmation | Self::Answer | Self::Forward)
    }
}
