//! Puts the edges together: a poller and a sender for each inbox, one ingest between them, and their end.

mod health;
mod sink;

pub use crate::ingest::{Desk, Origin, Prepared, consider, prepare};
pub use crate::smtp::AccountTrouble;

use crate::config::{Config, Inbox};
use crate::deliver::{Deliver, Halt, Patience, Pause, UNCOMMITTED_OUTCOMES};
use crate::dns::DkimVerifier;
use crate::imap::{ImapError, Poller};
use crate::ingest::Ingest;
use crate::letters::{Alarm, Office};
use crate::smtp::Transport;
use crate::store::Store;
use crate::template::Templates;
use health::{AFTER_REFUSED, Health};
use sink::StoreSink;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// For all tasks together, once they are told to end. At the stop it is a little more than a [`Deliver`] takes at most.
const TASKS: Patience = Patience {
    at_rest: Duration::from_secs(30),
    at_stop: Duration::from_millis(3_500),
};
/// For [`Ingest`]: a mail that is left while it is parsed, or waits for DNS, is still pending at the next start, and what
/// the store has in hand is done all the same.
const INGEST: Patience = Patience {
    at_rest: Duration::MAX,
    at_stop: Duration::from_millis(500),
};
/// An aborted task ends at once, unless it is in the middle of a long computation.
const ABORT_LIMIT: Duration = Duration::from_millis(250);

/// A configured gateway on an open store; nothing runs yet.
pub struct Service {
    config: Arc<Config>,
    store: Store,
    desk: Arc<Desk>,
    transports: Vec<Transport>,
    signals: Signals,
}

/// Who wakes whom.
#[derive(Clone)]
struct Signals {
    fetched: Arc<Notify>,
    queued: Vec<Arc<Notify>>,
}

/// What one pass of `drain` did, and what stopped it.
#[derive(Debug, Default)]
pub struct DrainReport {
    /// Mails fetched.
    pub fetched: u64,
    /// Inboxes that could not be read to the end.
    pub unread: Vec<(String, ImapError)>,
    /// Inboxes whose outbox is paused.
    pub paused: Vec<(String, Pause)>,
}

/// How far a pass has come, for a progress bar.
#[derive(Debug, Default)]
pub struct Progress {
    /// Mails that are safe on disk.
    pub stored: AtomicU64,
}

impl Service {
    /// Prepares a gateway.
    ///
    /// # Errors
    /// When a template or the file of DKIM keys is broken, or the system has no TLS roots.
    pub fn new(config: Config, store: Store) -> anyhow::Result<Self> {
        let desk = Arc::new(desk(&config)?);
        let transports = config.inboxes.iter().map(|inbox| Transport::new(inbox.smtp.clone()));
        let transports = transports.collect::<anyhow::Result<_>>()?;
        let queued = config.inboxes.iter().map(|_| Arc::new(Notify::new())).collect();
        let signals = Signals {
            fetched: Arc::new(Notify::new()),
            queued,
        };
        Ok(Self {
            config: Arc::new(config),
            store,
            desk,
            transports,
            signals,
        })
    }

    /// Reads, handles and sends until `halt`.
    pub async fn run(self, halt: impl Into<Halt>) {
        let halt = halt.into();
        let endless = CancellationToken::new();
        let mut tasks = JoinSet::new();
        tasks.spawn(self.ingest_until(halt.clone(), endless.clone()));
        for deliver in self.delivers() {
            let (halt, endless) = (halt.clone(), endless.clone());
            tasks.spawn(async move {
                deliver.run(halt, endless).await;
            });
        }
        for (name, poller) in self.pollers(&Arc::default()) {
            let rest = halt.rest.clone();
            let health = Health::new(name, self.alarm());
            tasks.spawn(poller.run(rest, move |event| health.note(&event)));
        }
        halt.rest.cancelled().await;
        end(tasks, &halt).await;
    }

    /// One whole pass: fetches what is there, handles it, sends what is due.
    pub async fn drain(self, progress: Arc<Progress>, halt: impl Into<Halt>) -> DrainReport {
        let halt = halt.into();
        let (all_fetched, all_handled) = (CancellationToken::new(), CancellationToken::new());
        let ingest = tokio::spawn(self.ingest_until(halt.clone(), all_fetched.clone()));
        let mut sending = JoinSet::new();
        for deliver in self.delivers() {
            let (name, halt, all_handled) = (deliver.inbox.clone(), halt.clone(), all_handled.clone());
            sending.spawn(async move { (name, deliver.run(halt, all_handled).await) });
        }
        let mut report = DrainReport::default();
        let mut fetching = JoinSet::new();
        for (name, mut poller) in self.pollers(&progress) {
            let rest = halt.rest.clone();
            fetching.spawn(async move { (name, rest.run_until_cancelled(poller.drain()).await) });
        }
        while let Some(Ok((name, drained))) = fetching.join_next().await {
            match drained {
                Some(Ok(drained)) => {
                    report.fetched += drained.fetched;
                    if let Some(error) = drained.after_refused {
                        tracing::warn!(inbox = name, "{AFTER_REFUSED}: {error}");
                    }
                }
                Some(Err(error)) => report.unread.push((name, error)),
                None => {}
            }
        }
        all_fetched.cancel();
        // A panic of the task itself has been logged by its panic hook; the rows stay pending.
        let _ = ingest.await;
        all_handled.cancel();
        while let Some(Ok((name, pause))) = sending.join_next().await {
            report.paused.extend(pause.map(|pause| (name, pause)));
        }
        report
    }

    /// By which other tasks tell the admin of trouble.
    pub fn alarm(&self) -> Alarm {
        Alarm {
            store: self.store.clone(),
            office: self.desk.office.clone(),
            queued: self.signals.queued.clone(),
        }
    }

    fn ingest_until(&self, halt: Halt, finish: CancellationToken) -> impl Future<Output = ()> + Send + 'static {
        let ingest = Ingest {
            store: self.store.clone(),
            desk: self.desk.clone(),
            wake: self.signals.fetched.clone(),
            queued: self.signals.queued.clone(),
        };
        async move {
            halt.wait(INGEST, ingest.run(halt.rest.clone(), finish)).await;
        }
    }

    fn delivers(&self) -> Vec<Deliver> {
        let uncommitted = Arc::new(Semaphore::new(UNCOMMITTED_OUTCOMES));
        let inboxes = self
            .config
            .inboxes
            .iter()
            .zip(&self.transports)
            .zip(&self.signals.queued);
        let deliver = |((inbox, transport), wake): ((&Inbox, &Transport), &Arc<Notify>)| Deliver {
            store: self.store.clone(),
            inbox: inbox.policy.name.clone(),
            transport: transport.clone(),
            connections: inbox.smtp.connections,
            per_minute: inbox.per_minute,
            schedule: self.config.outbox,
            uncommitted: uncommitted.clone(),
            wake: wake.clone(),
            alarm: self.alarm(),
        };
        inboxes.map(deliver).collect()
    }

    fn pollers(&self, progress: &Arc<Progress>) -> Vec<(String, Poller<StoreSink>)> {
        let poller = |inbox: &Inbox| {
            let sink = StoreSink::new(
                self.store.clone(),
                inbox,
                self.signals.fetched.clone(),
                progress.clone(),
            );
            (inbox.policy.name.clone(), Poller::new(inbox.imap.clone(), sink))
        };
        self.config.inboxes.iter().map(poller).collect()
    }
}

/// What the config settles for every mail.
///
/// # Errors
/// When a template is broken, or the file of DKIM keys.
pub fn desk(config: &Config) -> anyhow::Result<Desk> {
    Ok(Desk {
        office: Office {
            policy: Arc::new(config.policy()),
            templates: Arc::new(Templates::load(Some(&config.desk.templates))?),
        },
        dkim: Arc::new(DkimVerifier::new(&config.agent_rules.dkim_keys)?),
    })
}

/// Waits for tasks that were told to end; those that do not in time are aborted.
async fn end(mut tasks: JoinSet<()>, halt: &Halt) {
    let ended = async { while tasks.join_next().await.is_some() {} };
    if halt.wait(TASKS, ended).await.is_none() {
        tracing::warn!("some tasks did not end in time and are aborted");
        let _ = tokio::time::timeout(ABORT_LIMIT, tasks.shutdown()).await;
    }
}

impl Progress {
    /// Counts mails that are safe on disk.
    pub(crate) fn add_stored(&self, count: u64) {
        self.stored.fetch_add(count, Ordering::Relaxed);
    }
}
