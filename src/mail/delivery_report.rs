//! Delivery status notifications (RFC 3464, RFC 6533): what they say of each recipient.

pub(super) mod fields;
pub(super) mod status;

use super::MessageId;
use serde::{Deserialize, Serialize};

/// What a report says of the mail it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryReport {
    /// One entry for each recipient the report names.
    pub recipients: Vec<RecipientReport>,
    /// The Message-ID of the returned mail, when the report carries its header.
    pub original_message_id: Option<MessageId>,
    /// How sure its form is.
    #[serde(skip)]
    pub form: ReportForm,
}

/// In which form a report was given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ReportForm {
    /// As the fields of RFC 3464, in a part of their own.
    #[default]
    Fields,
    /// In words that a known mail system writes.
    Words,
    /// Made out of what looks like an address beside what looks like an error.
    Guessed,
}

/// The per-recipient fields (RFC 3464 §2.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientReport {
    /// Final-Recipient, or Original-Recipient where that is missing: the bare address.
    pub address: String,
    /// What became of it.
    pub action: Action,
    /// The enhanced status code (RFC 3463), such as `5.1.1`.
    pub status: Option<String>,
    /// Diagnostic-Code without its type, folded into one line.
    pub diagnostic: Option<String>,
}

/// RFC 3464 §2.3.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Could not be delivered.
    Failed,
    /// Not yet delivered; the server goes on trying.
    Delayed,
    /// Delivered.
    Delivered,
    /// Passed on to a server that gives no such reports.
    Relayed,
    /// Delivered, and passed on to several further addresses.
    Expanded,
}

/// How many recipients are kept.
pub(super) const MOST_RECIPIENTS: usize = 500;
/// The longest diagnostic that is kept, in characters.
pub(super) const LONGEST_DIAGNOSTIC: usize = 1_000;
