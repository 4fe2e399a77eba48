//! The loop that keeps a folder read.

use super::account::ImapAccount;
use super::bodies::Pace;
use super::connect::connector_of;
use super::error::ImapError;
use super::idle::{RENEW, Woken, idle};
use super::pass::pass;
use super::session::Session;
use super::sink::Sink;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;

/// The wait after a first failure.
const FIRST_RETRY: Duration = Duration::from_secs(1);
/// The longest wait after failures.
const LONGEST_RETRY: Duration = Duration::from_secs(15 * 60);
/// The longest wait when it is not the server that failed but our own store.
const LONGEST_SINK_RETRY: Duration = Duration::from_secs(60);
/// A connection that lived so long, or brought mail, ends the series of failures.
const SOUND_AFTER: Duration = Duration::from_secs(60);
/// After an announcement without new mail, the next one waits so long, and twice as long each further time: with three
/// commands a look, under 2 a second.
const FIRST_QUIET: Duration = Duration::from_secs(3);
/// One IDLE without an answer may be a connection that died unnoticed; as many in a row are a server that cannot do it.
const IDLE_FAILURES: u32 = 2;

/// Reads one folder into a sink, over at most one connection.
pub struct Poller<S> {
    account: ImapAccount,
    sink: S,
    connector: Option<TlsConnector>,
    pace: Pace,
    /// How often in a row IDLE has failed although the server offers it; at [`IDLE_FAILURES`] the folder is polled.
    idle_failures: u32,
}

/// What [`Poller::drain`] did.
#[derive(Debug, Default)]
pub struct Drained {
    /// Mails stored.
    pub fetched: u64,
    /// What the server refused to do to stored mail (`after`); it is due again next time.
    pub after_refused: Option<ImapError>,
}

/// What happens to a poller, for logs and health.
#[derive(Debug)]
pub enum PollerEvent {
    /// Logged in, folder open.
    Connected,
    /// The folder has been looked at, and mails were stored. Comes with 0 too: the folder is being read.
    Fetched {
        /// How many.
        count: u64,
    },
    /// The server refused to do to stored mail what `after` asks for; the mail stays, and it is due again next time.
    AfterRefused {
        /// What it refused.
        error: ImapError,
    },
    /// The connection failed, or there was none.
    Failed {
        /// Why.
        error: ImapError,
        /// When it will be tried again.
        retry_in: Duration,
    },
}

impl<S: Sink> Poller<S> {
    /// A poller for one folder.
    pub fn new(account: ImapAccount, sink: S) -> Self {
        Self {
            account,
            sink,
            connector: None,
            pace: Pace::Batches,
            idle_failures: 0,
        }
    }

    /// One whole pass: connects, stores everything past the cursor, does what `after` asks for, logs out.
    pub async fn drain(&mut self) -> Result<Drained, ImapError> {
        let mut fetched = 0;
        let after_refused = match self.drain_once(&mut fetched).await {
            Err(error) if error.is_about_one_mail() && self.pace == Pace::Batches => {
                self.pace = Pace::OneByOne;
                self.drain_once(&mut fetched).await?
            }
            drained => drained?,
        };
        Ok(Drained { fetched, after_refused })
    }

    async fn drain_once(&mut self, fetched: &mut u64) -> Result<Option<ImapError>, ImapError> {
        let mut session = self.open().await?;
        let selected = session.select(&self.account).await?;
        let refused = pass(&mut session, selected, &self.account, &self.sink, self.pace, fetched).await?;
        session.logout().await;
        Ok(refused)
    }

    /// Reads the folder until cancelled. After a failure it waits 1 s, then twice as long each time up to 15 min, less
    /// a random part.
    pub async fn run(mut self, cancel: CancellationToken, on_event: impl Fn(PollerEvent) + Send + Sync) {
        let mut retry = FIRST_RETRY;
        loop {
            let began = Instant::now();
            let mut fetched = 0;
            let ended = tokio::select! {
                () = cancel.cancelled() => return,
                ended = self.stay_connected(&on_event, &mut fetched) => ended,
            };
            let Err(error) = ended;
            self.learn_from(&error);
            if fetched > 0 || began.elapsed() >= SOUND_AFTER {
                retry = FIRST_RETRY;
            }
            let longest = match error {
                ImapError::Sink(_) => LONGEST_SINK_RETRY,
                _ => LONGEST_RETRY,
            };
            let retry_in = retry.min(longest).mul_f64(rand::random_range(0.5..=1.0));
            retry = (retry * 2).min(LONGEST_RETRY);
            on_event(PollerEvent::Failed { error, retry_in });
            tokio::select! {
                () = cancel.cancelled() => return,
                () = sleep(retry_in) => {}
            }
        }
    }

    fn learn_from(&mut self, error: &ImapError) {
        if error.is_about_one_mail() {
            self.pace = Pace::OneByOne;
        }
        if matches!(error, ImapError::Timeout { command: "IDLE" }) {
            self.idle_failures += 1;
        }
    }

    async fn open(&mut self) -> Result<Session, ImapError> {
        if self.connector.is_none() {
            self.connector = connector_of(&self.account)?;
        }
        Session::open(&self.account, self.connector.as_ref()).await
    }

    /// Looks and waits in turn, until something fails.
    async fn stay_connected(
        &mut self,
        on_event: &(impl Fn(PollerEvent) + Send + Sync),
        fetched: &mut u64,
    ) -> Result<std::convert::Infallible, ImapError> {
        let mut session = self.open().await?;
        let mut selected = session.select(&self.account).await?;
        on_event(PollerEvent::Connected);
        let mut quiet = Duration::ZERO;
        let mut woken = None;
        loop {
            let before = *fetched;
            let refused = pass(&mut session, selected, &self.account, &self.sink, self.pace, fetched).await?;
            self.pace = Pace::Batches;
            let count = *fetched - before;
            on_event(PollerEvent::Fetched { count });
            if let Some(error) = refused {
                on_event(PollerEvent::AfterRefused { error });
            }
            if session.wire.new_mail && count > 0 {
                // Announced while this pass ran, so perhaps not in it; that does not count as an empty announcement.
                woken = None;
                continue;
            }
            quiet = match (woken, count) {
                (Some(Woken::NewMail), 0) => (quiet * 2).clamp(FIRST_QUIET, self.wait().max(FIRST_QUIET)),
                _ => Duration::ZERO,
            };
            let why = self.wait_for_mail(&mut session, quiet).await?;
            woken = Some(why);
            if why != Woken::NewMail {
                // Not NOOP: SELECT also tells of a UIDVALIDITY that changed unannounced.
                selected = session.select(&self.account).await?;
            }
        }
    }

    async fn wait_for_mail(&mut self, session: &mut Session, quiet: Duration) -> Result<Woken, ImapError> {
        if session.capabilities.idle && self.idle_failures < IDLE_FAILURES {
            match idle(&mut session.wire, self.wait(), quiet).await? {
                Woken::Refused => self.idle_failures = IDLE_FAILURES,
                woken => {
                    self.idle_failures = 0;
                    return Ok(woken);
                }
            }
        }
        sleep(self.wait()).await;
        Ok(Woken::Elapsed)
    }

    fn wait(&self) -> Duration {
        self.account.poll.clamp(FIRST_RETRY, RENEW)
    }
}
