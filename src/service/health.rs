//! Whether a mailbox is being read, for the log and for the admin.

use crate::desk::trouble::{Trouble, TroubleCause};
use crate::imap::{ImapError, PollerEvent};
use crate::letters::Alarm;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The mails are safe, and what the server is asked for is asked for again.
pub(super) const AFTER_REFUSED: &str = "the server does not do what `after` asks for, trying again later";
/// A mailbox that has not been read for so long is worth a mail; a refused login is at once.
const UNREAD_LIMIT: Duration = Duration::from_secs(15 * 60);

/// Follows one inbox's poller.
pub(super) struct Health {
    inbox: String,
    alarm: Alarm,
    failing_since: Mutex<Option<Instant>>,
}

impl Health {
    pub(super) fn new(inbox: String, alarm: Alarm) -> Self {
        Self {
            inbox,
            alarm,
            failing_since: Mutex::default(),
        }
    }

    /// Logs an event, and tells the admin when it is bad enough.
    pub(super) fn note(&self, event: &PollerEvent) {
        let inbox = self.inbox.as_str();
        match event {
            PollerEvent::Connected => {
                self.recovered();
                tracing::info!(inbox, "reading the mailbox");
            }
            PollerEvent::Fetched { count } => {
                self.recovered();
                tracing::debug!(inbox, count, "mails fetched");
            }
            PollerEvent::AfterRefused { error } => {
                tracing::warn!(inbox, "{AFTER_REFUSED}: {error}");
            }
            PollerEvent::Failed { error, retry_in } => {
                let retry_seconds = retry_in.as_secs();
                tracing::error!(
                    inbox,
                    retry_seconds,
                    "the mailbox cannot be read, trying again: {error}"
                );
                self.failed(error);
            }
        }
    }

    fn recovered(&self) {
        *self.failing_since.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn failed(&self, error: &ImapError) {
        let now = Instant::now();
        let mut since = self.failing_since.lock().unwrap_or_else(PoisonError::into_inner);
        let lasting = now.duration_since(*since.get_or_insert(now)) >= UNREAD_LIMIT;
        if lasting || matches!(error, ImapError::LoginRefused { .. }) {
            self.alarm.raise(Trouble {
                cause: TroubleCause::MailboxUnread,
                inbox: Some(self.inbox.clone()),
                detail: error.to_string(),
            });
        }
    }
}
