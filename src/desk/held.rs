//! Mails of agents that wait for a proof: what they lack, and the code that stands in for it.

use crate::desk::names::names;
use crate::desk::ticket::{TicketKey, TicketNumber};
use crate::mail::EmailAddress;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A mail that is held, and whom to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRequest {
    /// Its intake row; `None` in a dry run.
    pub intake: Option<i64>,
    /// A fresh key, which the code names.
    pub key: TicketKey,
    /// The ticket it is about.
    pub ticket: Option<TicketNumber>,
    /// The agent it claims to be from.
    pub agent: EmailAddress,
    /// What it lacks.
    pub reasons: Vec<HeldReason>,
}

/// What keeps an agent's mail from taking effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum HeldReason {
    /// More than one From, or more than one address in it.
    SeveralFrom,
    /// Nothing proves From.
    NotAligned {
        /// What was found instead: `dmarc=fail`.
        result: String,
    },
    /// It carries no token of hers.
    NoToken,
    /// It carries a token, and it is another agent's.
    WrongToken,
    /// Nothing in it refers to the ticket of its token: an address that her client remembered.
    NoReference,
    /// A list or a group passed it on.
    Automatic,
    /// A mail with this Message-ID was handled before, or it has none.
    Replay,
    /// A colleague answered after the mail that she answers.
    Collision {
        /// Who.
        by: EmailAddress,
        /// When.
        at: Timestamp,
        /// What she wrote.
        text: String,
    },
    /// The answer still holds the line above which it was to be written.
    WriteAboveLine,
    /// The answer holds an agent's token.
    AgentToken,
    /// The answer holds a line of our own to agents.
    InternalLine,
    /// The answer shows the agent's own address.
    AgentAddress,
    /// The answer quotes, and somebody who takes no part wrote to the ticket.
    ForeignText,
}

names!(HeldReason {
    Self::SeveralFrom => "several_from",
    Self::NotAligned { .. } => "not_aligned",
    Self::NoToken => "no_token",
    Self::WrongToken => "wrong_token",
    Self::NoReference => "no_reference",
    Self::Automatic => "automatic",
    Self::Replay => "replay",
    Self::Collision { .. } => "collision",
    Self::WriteAboveLine => "guard_write_above",
    Self::AgentToken => "guard_token",
    Self::InternalLine => "guard_internal",
    Self::AgentAddress => "guard_address",
    Self::ForeignText => "guard_foreign",
});

/// A held mail, as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldMail {
    /// Its intake row.
    pub intake: i64,
    /// What its code names.
    pub key: TicketKey,
    /// The agent who was asked.
    pub agent: EmailAddress,
    /// The ticket it is about, if any.
    pub ticket: Option<TicketNumber>,
    /// When she was asked.
    pub at: Timestamp,
    /// Whether her code has been used.
    pub used: Used,
}

/// Whether a code has been used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Used {
    /// It has released its mail.
    Yes,
    /// Not yet.
    No,
}

/// Why a held mail stays held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseRefusal {
    /// The answer's first line is not `yes`.
    NoConsent,
    /// The code is older than [`CODE_VALID`].
    Expired,
    /// The code has released its mail before.
    Used,
}

/// How long a code releases its mail.
pub const CODE_VALID: SignedDuration = SignedDuration::from_hours(24);
/// How many such requests one agent gets in an hour; what comes beyond is quarantined.
pub const MOST_REQUESTS_AN_HOUR: u32 = 5;
