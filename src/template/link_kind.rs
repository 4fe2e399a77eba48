//! What an agent can do with one click.

use crate::desk::names::names;
use crate::mail::EmailAddress;

/// What a link does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkKind {
    /// The ticket is done.
    Solve,
    /// The ticket waits for the customer.
    Pending,
    /// The ticket is hers.
    TakeIt,
    /// What she then writes is internal.
    Note,
    /// The ticket is closed, and nobody is answered.
    Spam,
    /// The confirmation that was held back is sent.
    Confirm,
    /// Whoever wrote and takes no part takes part from now on.
    AddThirdParty {
        /// Their address.
        address: EmailAddress,
    },
}

impl LinkKind {
    /// What the link writes into the mail: the command on a line of its own.
    pub fn body(&self) -> String {
        let command = match self {
            Self::Solve => "#solved",
            Self::Pending => "#pending",
            Self::TakeIt => "#assign me",
            Self::Note => "#note",
            Self::Spam => "#spam",
            Self::Confirm => "#confirm",
            Self::AddThirdParty { address } => return format!("#cc {address}\n"),
        };
        format!("{command}\n")
    }
}

names!(LinkKind {
    Self::Solve => "solve",
    Self::Pending => "pending",
    Self::TakeIt => "take_it",
    Self::Note => "note",
    Self::Spam => "spam",
    Self::Confirm => "confirm",
    Self::AddThirdParty { .. } => "add_third_party",
});
