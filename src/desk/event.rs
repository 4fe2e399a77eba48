//! What happened on a ticket, in order; never changed afterwards.

use serde::{Deserialize, Serialize};

/// One thing that happened on a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketEvent {
    /// What happened.
    pub kind: EventKind,
    /// Who did it: an address, or `buzon`.
    pub by: String,
    /// What there is to know beyond the kind; may be empty.
    pub detail: String,
}

/// What can happen on a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// It was opened.
    Opened,
    /// A mail was added to it.
    Appended,
    /// A customer's mail moved it back to open.
    Reopened,
    /// It follows up or relates to another ticket; the detail is that ticket's number.
    Linked,
    /// A participant joined; the detail is the address.
    ParticipantAdded,
    /// Somebody who holds a proof of the ticket but takes no part wrote to it.
    ThirdPartyWrote,
    /// A participant's address wrote without proof that it was them.
    UnverifiedSender,
    /// An automatic mail was not sent; the detail says why.
    NotSent,
    /// An automatic mail was not sent because a limit was reached.
    Limited,
    /// A machine answered.
    AutoReplied,
    /// A mail of ours could not be delivered, is late, or was complained about.
    DeliveryReported,
    /// A copy of a mail came in again.
    DuplicateReceived,
    /// Another ticket became part of it; the detail is that ticket's number.
    Merged,
    /// A mail of ours was accepted by the server, or given up.
    Delivery,
}

impl EventKind {
    /// The name in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Appended => "appended",
            Self::Reopened => "reopened",
            Self::Linked => "linked",
            Self::ParticipantAdded => "participant_added",
            Self::ThirdPartyWrote => "third_party_wrote",
            Self::UnverifiedSender => "unverified_sender",
            Self::NotSent => "not_sent",
            Self::Limited => "limited",
            Self::AutoReplied => "auto_replied",
            Self::DeliveryReported => "delivery_reported",
            Self::DuplicateReceived => "duplicate_received",
            Self::Merged => "merged",
            Self::Delivery => "delivery",
        }
    }
}
