//! The mails that answer an agent: a refusal, an opened ticket, and what she asked for.

mod examples;
mod values;

pub(super) use examples::examples;

use super::facts::TicketFacts;
use super::told::Told;
use super::undone::Undone;
use super::{Rendered, TemplateError, Templates};
use crate::desk::command::CommandError;
use crate::desk::ticket::{TicketNumber, TicketStatus};
use crate::mail::EmailAddress;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// What a receipt is made from.
#[derive(Debug, Clone, Copy)]
pub struct ReceiptContext<'a> {
    /// The desk's language, in which agents are written to; else English.
    pub language: &'a str,
    /// Whose clock its times follow.
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
    /// Something that needs no more than a sentence.
    Told {
        /// Which.
        what: Told,
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
    /// `#why`: what happened on a ticket.
    Why {
        /// The ticket.
        number: TicketNumber,
        /// What happened and was decided, oldest first; of many the last [`MOST_EVENTS`] are shown.
        events: &'a [EventLine<'a>],
    },
    /// `#ticket 17`: a ticket as it stands, and what was written last.
    Ticket {
        /// What it is.
        ticket: TicketFacts<'a>,
        /// Its messages, oldest first; of many the last [`MOST_MESSAGES`] are shown.
        messages: &'a [MessageExcerpt<'a>],
    },
    /// `#list`: what is unsolved in her queues, or hers.
    List {
        /// The tickets in the order they are shown; of many the first [`MOST_ROWS`].
        rows: &'a [TicketRow<'a>],
    },
    /// `#help`: the commands there are.
    Help {
        /// Each command's word and form in order: `("assign", "#assign me")`.
        commands: &'a [(&'a str, &'a str)],
    },
}

/// The line that stopped a mail, and why.
#[derive(Debug, Clone, Copy)]
pub struct Refusal<'a> {
    /// The line, what stands there, and what is wrong with it.
    pub error: &'a CommandError,
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
        self.render_framed(language, KIND, &context.values(language, words))
    }
}
