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
        let silent = self.shared.faults.strikes(&ImapFault::IdleNeverSpeaks);
        self.wire.send("+ idling\r\n").await?;
        loop {
            if self.shared.faults.strikes(&ImapFault::HalfOpen) {
                return Err(self.wire.fall_silent().await);
            }
            if self.shared.faults.strikes(&ImapFault::Bye) {
                return Err(self.wire.cut(super::login::BYE).await);
            }
            if !silent {
                self.cry_wolf().await?;
                self.tell_changes(Expunges::Told).await?;
                self.wire.flush().await?;
            }
            let wolf = match self.has(&ImapFault::ExistsWithoutNewUid) {
                true => WOLF,
                false => Duration::MAX,
            };
            let line = tokio::select! {
                line = self.wire.line() => line?,
                _ = changes.changed() => continue,
                () = tokio::time::sleep(wolf) => continue,
            };
            if self.shared.faults.strikes(&ImapFault::HalfOpen) {
                return Err(self.wire.fall_silent().await);
            }
            return Ok(match line.eq_ignore_ascii_case("DONE") {
                true => "OK done".to_owned(),
                false => "BAD DONE was expected".to_owned(),
            });
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
