//! What happened on a ticket, in order; never changed afterwards.

use crate::desk::names::names;
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
    /// An agent answered.
    Answered,
    /// An agent answered past the gateway.
    AnsweredAround,
    /// An agent wrote an internal note.
    Noted,
    /// An agent passed it on; the detail is the address.
    Forwarded,
    /// Its status changed; the detail says from what to what.
    StatusChanged,
    /// It was assigned; the detail is the agent's address, or empty.
    Assigned,
    /// It moved to another queue; the detail is the queue.
    QueueChanged,
    /// Its priority changed; the detail is the new one.
    PriorityChanged,
    /// It got a tag; the detail is the tag.
    Tagged,
    /// It lost a tag; the detail is the tag.
    Untagged,
    /// A fact was noted; the detail is `name = value`.
    FieldChanged,
    /// It was confirmed after all.
    Confirmed,
    /// An agent called it spam.
    Spam,
    /// What an agent's mail had changed was taken back.
    Undone,
    /// An agent's mail waits for a proof; the detail names what it lacks.
    Held,
    /// A held mail was released.
    Released,
    /// An agent's command was refused; the detail is its line.
    CommandRefused,
}

names!(EventKind {
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
    Self::Answered => "answered",
    Self::AnsweredAround => "answered_around",
    Self::Noted => "noted",
    Self::Forwarded => "forwarded",
    Self::StatusChanged => "status_changed",
    Self::Assigned => "assigned",
    Self::QueueChanged => "queue_changed",
    Self::PriorityChanged => "priority_changed",
    Self::Tagged => "tagged",
    Self::Untagged => "untagged",
    Self::FieldChanged => "field_changed",
    Self::Confirmed => "confirmed",
    Self::Spam => "spam",
    Self::Undone => "undone",
    Self::Held => "held",
    Self::Released => "released",
    Self::CommandRefused => "command_refused",
});
