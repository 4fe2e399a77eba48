//! What can be taken back.

use crate::desk::names::names;
use crate::desk::ticket::{Priority, TicketNumber, TicketStatus};
use crate::mail::EmailAddress;

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

/// What its phrase is called when nothing was taken back.
pub(super) const NOTHING: &str = "nothing";

names!(Undone<'_> {
    Self::AnswerWithdrawn => "answer_withdrawn",
    Self::AnswerAlreadySent => "answer_already_sent",
    Self::Status(_) => "status",
    Self::Assignee(Some(_)) => "assignee",
    Self::Assignee(None) => "nobody",
    Self::Queue(_) => "queue",
    Self::Priority(_) => "priority",
    Self::TagRemoved(_) => "tag_removed",
    Self::TagRestored(_) => "tag_restored",
    Self::Field(_) => "field",
    Self::Participant(_) => "participant",
    Self::Merge(_) => "merge",
});
