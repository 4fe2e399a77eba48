//! Tickets: their number, key, status and priority.

use crate::mail::EmailAddress;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A ticket as a decision needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// The number people see.
    pub number: TicketNumber,
    /// The random key that tokens name.
    pub key: TicketKey,
    /// Where it stands.
    pub status: TicketStatus,
    /// The subject of its first mail, decoded.
    pub subject: String,
    /// Who asked; `None` when the first mail named no sender.
    pub requester: Option<EmailAddress>,
    /// The requester's display name; empty when there is none.
    pub requester_name: String,
    /// The queue it is in.
    pub queue: String,
    /// The agent who has it, by her address; `None`: nobody.
    pub assignee: Option<EmailAddress>,
    /// How urgent it is.
    pub priority: Priority,
    /// The inbox its mails go out from.
    pub inbox: String,
    /// The language its requester is written to.
    pub language: String,
    /// When it was last solved, while it is solved or closed.
    pub solved_at: Option<Timestamp>,
}

/// The number of a ticket, from 1 upwards, never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketNumber(pub i64);

impl fmt::Display for TicketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The random 64-bit key of a ticket: what tokens are made from, never shown by itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TicketKey(pub u64);

impl fmt::Debug for TicketKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TicketKey(…)")
    }
}

/// Where a ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketStatus {
    /// No agent has acted on it yet.
    New,
    /// It waits for an agent.
    Open,
    /// It waits for the customer.
    Pending,
    /// It waits for something else.
    OnHold,
    /// Done, and a reply may still reopen it.
    Solved,
    /// Done for good.
    Closed,
}

impl TicketStatus {
    /// Every status, in the order that a ticket usually takes.
    pub const ALL: [Self; 6] = [
        Self::New,
        Self::Open,
        Self::Pending,
        Self::OnHold,
        Self::Solved,
        Self::Closed,
    ];

    /// The name in JSON, SQL and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::Pending => "pending",
            Self::OnHold => "on_hold",
            Self::Solved => "solved",
            Self::Closed => "closed",
        }
    }

    /// Whether somebody has still to do something about the ticket.
    pub fn is_unsolved(self) -> bool {
        !matches!(self, Self::Solved | Self::Closed)
    }

    /// The status of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

/// How urgent a ticket is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Can wait.
    Low,
    /// As most are.
    #[default]
    Normal,
    /// Before the others.
    High,
    /// At once.
    Urgent,
}

impl Priority {
    /// Every priority, the least urgent first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Urgent];

    /// The name in JSON, SQL and commands.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// The priority of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|priority| priority.as_str() == name)
    }
}
