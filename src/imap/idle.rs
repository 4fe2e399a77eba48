//! IDLE (RFC 2177), by hand: async-imap's takes EOF for an interrupt, waits for ever after a NO, and begins its wait
//! anew at each keepalive.

use super::error::ImapError;
use super::wire::{Heard, LINE_BOUND, STALL, Wire};
use std::time::Duration;
use tokio::time::Instant;

/// How long DONE may go unanswered. With [`RENEW`], a dead connection is noticed within 6 minutes.
const DONE_LIMIT: Duration = Duration::from_secs(30);

/// How long one IDLE may last.
pub(super) const RENEW: Duration = Duration::from_secs(5 * 60);

/// Why a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Woken {
    /// The server announced mail.
    NewMail,
    /// Time is up.
    Elapsed,
    /// The server does not do IDLE, whatever its capabilities say.
    Refused,
}

/// Waits until the server announces mail, at most `wait`. Announcements within the first `quiet` are acted on only
/// when that is over.
pub(super) async fn idle(wire: &mut Wire, wait: Duration, quiet: Duration) -> Result<Woken, ImapError> {
    const COMMAND: &str = "IDLE";
    wire.set_bound(LINE_BOUND);
    let began = Instant::now();
    let tag = wire.send(COMMAND, "IDLE").await?;
    loop {
        match wire.hear(COMMAND, &tag, began + STALL, |_| ()).await {
            Ok(Heard::Continue) => break,
            Ok(Heard::Untagged(())) => {}
            Ok(Heard::Done(_)) | Err(ImapError::Refused { .. }) => return Ok(Woken::Refused),
            Err(error) => return Err(error),
        }
    }
    let deadline = began + wait.min(RENEW);
    let quiet_until = deadline.min(began + quiet);
    loop {
        let until = match wire.new_mail {
            true if Instant::now() >= quiet_until => break,
            true => quiet_until,
            false => deadline,
        };
        match wire.hear_until(COMMAND, &tag, until, |_| ()).await {
            Ok(Some(Heard::Untagged(()) | Heard::Continue)) => {}
            Ok(Some(Heard::Done(_))) | Err(ImapError::Refused { .. }) => return Ok(Woken::Refused),
            Ok(None) => break,
            Err(error) => return Err(error),
        }
    }
    wire.send_untagged(COMMAND, "DONE").await?;
    let limit = Instant::now() + DONE_LIMIT;
    loop {
        match wire.hear(COMMAND, &tag, limit, |_| ()).await {
            Ok(Heard::Done(_)) => break,
            Ok(_) => {}
            Err(ImapError::Refused { .. }) => return Ok(Woken::Refused),
            Err(error) => return Err(error),
        }
    }
    Ok(match wire.new_mail {
        true => Woken::NewMail,
        false => Woken::Elapsed,
    })
}
