//! What a server's refusal means for the exit code.

use crate::cli::exit::{self, Exit};
use crate::imap::ImapError;
use crate::smtp::AccountTrouble;

/// The exit code of a mailbox that cannot be read.
pub fn of_imap(error: &ImapError) -> Exit {
    match error {
        // Whoever accepts a connection and then says nothing is no more of use than one who does not.
        ImapError::Connect(_) | ImapError::Timeout { .. } | ImapError::Closed { .. } => Exit::Unavailable,
        ImapError::LoginRefused { .. } => Exit::NoPermission,
        ImapError::Sink(error) => exit::of(error),
        _ => Exit::TryAgain,
    }
}

/// The exit code of an account that takes no mail.
pub fn of_smtp(trouble: &AccountTrouble) -> Exit {
    match trouble {
        AccountTrouble::Unreachable | AccountTrouble::Untrusted => Exit::Unavailable,
        AccountTrouble::Login => Exit::NoPermission,
        AccountTrouble::Sender | AccountTrouble::Throttled | AccountTrouble::Closing | AccountTrouble::Refused => {
            Exit::TryAgain
        }
    }
}
