//! What a server's refusal means for the exit code.

use crate::cli::exit::Exit;
use crate::imap::ImapError;
use crate::smtp::AccountTrouble;

/// The exit code of a mailbox that cannot be read.
pub fn of_imap(error: &ImapError) -> Exit {
    match error {
        ImapError::Connect(_) => Exit::Unavailable,
        ImapError::LoginRefused { .. } => Exit::NoPermission,
        ImapError::Sink(_) => Exit::Io,
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
