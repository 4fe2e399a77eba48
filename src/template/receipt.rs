//! The mails that answer an agent: a refusal, an opened ticket, and what she asked for.

mod examples;
mod values;

pub(super) use examples::examples;

use super::facts::TicketFacts;
use super::{Rendered, TemplateError, Templates};
use crate::desk::ticket::{Priority, TicketNumber, TicketStatus};
use crate::mail::EmailAddress;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use minijinja::Value;

/// What a receipt is made from.
#[derive(Debug, Clone, Copy)]
pub struct ReceiptContext<'a> {
    /// `desk.locale`.
    pub language: &'a str,
    /// `desk.timezone`.
    pub time_zone: &'a TimeZone,
    /// The subject of the ticket that her mail is about; without one, of her mail.
    pub subject: &'a str,
    /// That ticket's tag; empty without a ticket.
    pub subject_tag: &'a str,
    /// What it says.
    pub receipt: Receipt<'a>,
}

/// What an agent is told.
#[derive(Debug, Clone, Copy)]
pub enum Receipt<'a> {
    /// A line of hers can't be done: nothing was changed, nothing was sent.
    Refused(Refusal<'a>),
    /// Her mail opened a ticket for a customer.
    Opened {
        /// Its number.
        number: TicketNumber,
        /// The customer's name; may be empty.
        customer_name: &'a str,
        /// And address.
        customer: Option<&'a EmailAddress>,
        /// Whether they get a confirmation.
        confirmation: Confirmed<'a>,
    },
    /// What her last mail changed is taken back.
    Undone {
        /// The ticket.
        number: TicketNumber,
        /// What, one by one.
        what: &'a [Undone<'a>],
    },
    /// Commands were applied, and below them stood no answer.
    NothingToSend {
        /// The ticket; `None` when there is none.
        number: Option<TicketNumber>,
        /// The commands as they are written; may be empty.
        commands: &'a [String],
    },
    /// Something that needs no more than a sentence.
    Told {
        /// Which: one of [`TOLD`].
        what: &'a str,
        /// What she wrote, so that she can send it again; empty when it is on the ticket.
        text: &'a str,
    },
    /// Her answer is larger than the server takes.
    TooLarge {
        /// Octets it would have.
        size: u64,
        /// Octets that the server takes.
        most: u64,
        /// What she wrote, so that she can send it again.
        text: &'a str,
    },
    /// `#why`
    Why {
        /// The ticket.
        number: TicketNumber,
        /// What happened and was decided, oldest first; of many the last [`MOST_EVENTS`] are shown.
        events: &'a [EventLine<'a>],
    },
    /// `#ticket 17`
    Ticket {
        /// What it is.
        ticket: TicketFacts<'a>,
        /// Its messages, oldest first; of many the last [`MOST_MESSAGES`] are shown.
        messages: &'a [MessageExcerpt<'a>],
    },
    /// `#list`
    List {
        /// The tickets in the order they are shown; of many the first [`MOST_ROWS`].
        rows: &'a [TicketRow<'a>],
    },
    /// `#help`
    Help {
        /// Each command's word and form in order: `("assign", "#assign me")`.
        commands: &'a [(&'a str, &'a str)],
    },
}

/// The line that stopped a mail, and why.
#[derive(Debug, Clone, Copy)]
pub struct Refusal<'a> {
    /// Counted from 1 in what she newly wrote.
    pub number: usize,
    /// What stands there.
    pub line: &'a str,
    /// What is wrong: a map with `kind`, one of [`PROBLEMS`], and the values that its phrase names, as
    /// `Value::from_serialize` makes it of a serializable enum with that tag. Lists are joined, of a map `text` is shown.
    pub problem: &'a Value,
    /// The right form of the command, or of the nearest one.
    pub form: Option<&'a str>,
    /// All that she newly wrote, so that she can send it again.
    pub text: &'a str,
}

/// Whether a customer hears of the ticket that was opened for them.
#[derive(Debug, Clone, Copy)]
pub enum Confirmed<'a> {
    /// A confirmation goes out.
    Sent,
    /// None does.
    NotSent {
        /// Why: a key such as `limits.auto_mails_per_hour`, or words.
        why: &'a str,
    },
}

/// One thing that was taken back.
#[derive(Debug, Clone, Copy)]
pub enum Undone<'a> {
    /// The answer had not left, and is withdrawn.
    AnswerWithdrawn,
    /// The answer had left already.
    AnswerAlreadySent,
    /// The status is again what it was.
    Status(TicketStatus),
    /// It is assigned again as it was: a name, or nobody.
    Assignee(Option<&'a str>),
    /// It is in that queue again.
    Queue(&'a str),
    /// The priority is again what it was.
    Priority(Priority),
    /// The tag is off again.
    TagRemoved(&'a str),
    /// The tag is on again.
    TagRestored(&'a str),
    /// The field has its old value, or none.
    Field(&'a str),
    /// The address takes part no longer.
    Participant(&'a EmailAddress),
    /// It is a ticket of its own again.
    Merge(TicketNumber),
}

/// Something that happened on a ticket.
#[derive(Debug, Clone, Copy)]
pub struct EventLine<'a> {
    /// When.
    pub at: Timestamp,
    /// What, by its name in JSON: `reopened`.
    pub kind: &'a str,
    /// Who did it.
    pub by: &'a str,
    /// What there is to know beyond; may be empty.
    pub detail: &'a str,
}

/// A message of a ticket.
#[derive(Debug, Clone, Copy)]
pub struct MessageExcerpt<'a> {
    /// When.
    pub at: Timestamp,
    /// Who wrote it.
    pub from: &'a str,
    /// What they newly wrote; the first [`LONGEST_EXCERPT`] characters are shown.
    pub text: &'a str,
}

/// A ticket in a list.
#[derive(Debug, Clone, Copy)]
pub struct TicketRow<'a> {
    /// Its number.
    pub number: TicketNumber,
    /// Where it stands.
    pub status: TicketStatus,
    /// How long ago it was opened.
    pub age: SignedDuration,
    /// The customer's name or address.
    pub requester: &'a str,
    /// Its subject.
    pub subject: &'a str,
}

/// The folder of its templates.
pub(super) const KIND: &str = "receipt";
/// How many events `#why` shows.
pub const MOST_EVENTS: usize = 50;
/// How many messages `#ticket` shows.
pub const MOST_MESSAGES: usize = 5;
/// How much of each.
pub const LONGEST_EXCERPT: usize = 2_000;
/// How many tickets `#list` shows.
pub const MOST_ROWS: usize = 100;
/// What is called by no phrase of its own.
pub(super) const OTHER_PROBLEM: &str = "other";
/// What can be wrong with a line; each has a phrase.
pub const PROBLEMS: [&str; 20] = [
    OTHER_PROBLEM,
    "unknown_command",
    "takes_nothing",
    "missing",
    "malformed",
    "two_on_a_line",
    "value_too_long",
    "line_too_long",
    "too_many",
    "unknown_queue",
    "unknown_agent",
    "ambiguous_agent",
    "unknown_ticket",
    "merge_into_itself",
    "contradicts",
    "undo_not_alone",
    "needs_ticket",
    "needs_new_mail",
    "nothing_held",
    "only_release",
];
/// What needs no more than a sentence; each has a phrase.
pub const TOLD: [&str; 7] = [
    "customer_is_ours",
    "nothing_to_undo",
    "nobody_to_answer",
    "not_released_no_consent",
    "not_released_expired",
    "not_released_used",
    "not_forwarded",
];
/// What can be taken back; each has a phrase.
pub(super) const UNDONE: [&str; 13] = [
    "answer_withdrawn",
    "answer_already_sent",
    "status",
    "assignee",
    "nobody",
    "queue",
    "priority",
    "tag_removed",
    "tag_restored",
    "field",
    "participant",
    "merge",
    "nothing",
];

impl Templates {
    /// The mail that answers an agent.
    ///
    /// # Errors
    /// As [`Self::confirmation`].
    pub fn receipt(&self, context: &ReceiptContext<'_>) -> Result<Rendered, TemplateError> {
        let (language, phrases, agents) = self.agents_language(context.language, KIND)?;
        let words = values::Words {
            phrases,
            agents,
            all: &self.phrases,
        };
        self.render_mirrored(language, KIND, &context.values(language, words))
    }
}
