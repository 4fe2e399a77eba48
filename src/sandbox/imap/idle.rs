//! IDLE (RFC 2177).

use super::ImapFault;
use super::session::{Answer, Session};
use super::view::Expunges;
use std::io;
use std::time::Duration;

/// How often [`ImapFault::ExistsWithoutNewUid`] cries wolf.
const WOLF: Duration = Duration::from_millis(50);

impl Session {
    pub(super) async fn idle(&mut self) -> io::Result<Answer> {
        if self.has(&ImapFault::NoIdle) {
            return Ok("BAD not served here".to_owned());
        }
        let mut changes = self.mailstore.changes();
        self.wire.send("+ idling\r\n").await?;
        loop {
            if self.has(&ImapFault::HalfOpen) {
                return Err(self.wire.fall_silent().await);
            }
            if !self.has(&ImapFault::IdleNeverSpeaks) {
                self.cry_wolf().await?;
                self.tell_changes(Expunges::Told).await?;
                self.wire.flush().await?;
            }
            let wolf = match self.has(&ImapFault::ExistsWithoutNewUid) {
                true => WOLF,
                false => Duration::MAX,
            };
            tokio::select! {
                line = self.wire.line() => return match line?.eq_ignore_ascii_case("DONE") {
                    true => Ok("OK done".to_owned()),
                    false => Ok("BAD DONE was expected".to_owned()),
                },
                _ = changes.changed() => {}
                () = tokio::time::sleep(wolf) => {}
            }
        }
    }

    async fn cry_wolf(&mut self) -> io::Result<()> {
        let Some(view) = &self.view else { return Ok(()) };
        if self.shared.faults.strikes(&ImapFault::ExistsWithoutNewUid) {
            let ghost = view.count() + 1;
            self.wire.untagged(format!("{ghost} EXISTS")).await?;
            self.wire.untagged(format!("{ghost} EXPUNGE")).await?;
        }
        Ok(())
    }
}
