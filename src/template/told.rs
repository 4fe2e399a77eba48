//! What an agent is told in a sentence.

use crate::desk::held::ReleaseRefusal;
use crate::desk::names::names;

/// What needs no more than a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The customer whom she names is of the desk.
    CustomerIsOurs,
    /// Her mail holds neither an answer nor a command.
    NothingToSend,
    /// There is nothing that could be taken back any more.
    NothingToUndo,
    /// The ticket has nobody who could be answered.
    NobodyToAnswer,
    /// A held mail was not released.
    NotReleased(ReleaseRefusal),
    /// Whose the mail was that she forwarded can't be told.
    NotForwarded,
}

names!(Told {
    Self::CustomerIsOurs => "customer_is_ours",
    Self::NothingToSend => "nothing_to_send",
    Self::NothingToUndo => "nothing_to_undo",
    Self::NobodyToAnswer => "nobody_to_answer",
    Self::NotReleased(ReleaseRefusal::NoConsent) => "not_released_no_consent",
    Self::NotReleased(ReleaseRefusal::Expired) => "not_released_expired",
    Self::NotReleased(ReleaseRefusal::Used) => "not_released_used",
    Self::NotForwarded => "not_forwarded",
});
