//! What a delivery report means for a mail of ours and for the address it went to.

use crate::desk::ticket::TicketKey;
use crate::mail::{EmailAddress, MessageId};

/// A mail of ours that a delivery report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportedMail {
    /// The one whose return address the report came to.
    Serial {
        /// The ticket that the address names.
        key: TicketKey,
        /// The serial that the address names.
        serial: u32,
    },
    /// The one whose header the report carries.
    Id {
        /// Its Message-ID.
        message_id: MessageId,
        /// The recipient that the report names.
        recipient: Option<EmailAddress>,
    },
}

impl ReportedMail {
    /// The same without the recipient: a report names the one the mail was forwarded to, whom we do not know.
    #[must_use]
    pub fn to_anybody(&self) -> Self {
        match self {
            Self::Id { message_id, .. } => Self::Id {
                message_id: message_id.clone(),
                recipient: None,
            },
            Self::Serial { .. } => self.clone(),
        }
    }
}

/// What follows for the recipient of a mail that was not delivered. Each variant but the first holds the status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consequence {
    /// Nothing.
    None,
    /// The address does not exist, or takes no mail: it gets no automatic mail until it writes.
    Suppress(String),
    /// A passing failure: [`MOST_PASSING`] of them suppress the address too.
    Passing(String),
    /// A policy refused it, which is about us and not about the address: the admin is told.
    TellAdmin(String),
}

/// So many passing failures within [`PASSING_DAYS`] suppress an address.
pub const MOST_PASSING: u32 = 5;
/// For how many days passing failures count.
pub const PASSING_DAYS: i64 = 7;

impl Consequence {
    /// What a failure with this status (RFC 3463) leads to.
    pub fn of_failure(status: Option<&str>) -> Self {
        let Some(status) = status else { return Self::None };
        match status {
            "5.1.1" | "5.1.2" | "5.1.3" | "5.2.1" => Self::Suppress(status.to_owned()),
            // Exchange writes 5.1.10 for an address that its directory does not have.
            "5.1.10" => Self::Suppress(status.to_owned()),
            _ if status.starts_with("4.") => Self::Passing(status.to_owned()),
            _ if status.starts_with("5.7.") => Self::TellAdmin(status.to_owned()),
            _ => Self::None,
        }
    }
}
