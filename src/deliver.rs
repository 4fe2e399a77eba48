//! From due outbox rows to SMTP and back: each row is sent, and its outcome committed, once.

mod pace;
mod shared;

pub use shared::Pause;

use crate::notice::Alarm;
use crate::retry::{Backoff, Schedule};
use crate::smtp::Transport;
use crate::store::{OutboxEntry, Settled, Store};
use jiff::Timestamp;
use pace::Pace;
use shared::Shared;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How many outcomes of SMTP wait for their commit at any time, over all inboxes: what a kill can repeat.
pub const UNCOMMITTED_OUTCOMES: usize = 16;
/// How many due rows, and how many octets of them, are held ready for an inbox's connections.
const BATCH: usize = 64;
const BATCH_OCTETS: usize = 16 << 20;
/// How often the store is looked at without being woken: rows fall due, and other processes write too.
const POLL: Duration = Duration::from_millis(500);
/// The waits while the store cannot take an outcome.
const STORE_BACKOFF: Backoff = Backoff {
    first: Duration::from_millis(500),
    longest: Duration::from_secs(30),
};
/// How long a mail under way may take to finish when the gateway stops.
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// The task that sends one inbox's mail.
pub struct Deliver {
    /// Where the rows are.
    pub store: Store,
    /// The inbox whose rows these are.
    pub inbox: String,
    /// Its SMTP account.
    pub transport: Transport,
    /// How many mails go out at once.
    pub connections: usize,
    /// `per_minute`; `None` is no limit.
    pub per_minute: Option<NonZeroU32>,
    /// `[outbox]`.
    pub schedule: Schedule,
    /// Shared by all inboxes: [`UNCOMMITTED_OUTCOMES`] permits.
    pub uncommitted: Arc<Semaphore>,
    /// Woken when mails may have been queued.
    pub wake: Arc<Notify>,
    /// How the admin is told that nothing goes out.
    pub alarm: Alarm,
}

impl Deliver {
    /// Sends rows as they fall due, until `cancel`. With `finish` cancelled too, returns once nothing more is due or
    /// the account is in trouble: a pass of `drain`. The trouble is returned.
    pub async fn run(self, cancel: CancellationToken, finish: CancellationToken) -> Option<Pause> {
        let shared = Arc::new(Shared::new(
            self.alarm,
            self.store,
            self.inbox,
            self.transport,
            self.schedule,
            self.uncommitted,
        ));
        let (rows, inbox) = mpsc::channel(BATCH);
        let inbox = Arc::new(tokio::sync::Mutex::new(inbox));
        let pace = Arc::new(Pace::per_minute(self.per_minute));
        let mut workers = JoinSet::new();
        for _ in 0..self.connections.max(1) {
            workers.spawn(work(shared.clone(), inbox.clone(), pace.clone(), cancel.clone()));
        }
        feed(&shared, rows, &self.wake, &cancel, &finish).await;
        // The feeder dropped its sender, so each worker ends after the mail it has under way.
        let ended = async { while workers.join_next().await.is_some() {} };
        if tokio::time::timeout(STOP_LIMIT, ended).await.is_err() {
            workers.abort_all();
            while workers.join_next().await.is_some() {}
        }
        let settled = async {
            while !shared.is_idle() {
                shared.settled.notified().await;
            }
        };
        if tokio::time::timeout(STOP_LIMIT, settled).await.is_err() {
            tracing::warn!("stopped before every outcome was stored; those mails may be sent again");
        }
        shared.transport.close().await;
        shared.pause()
    }
}

async fn feed(
    shared: &Shared,
    rows: mpsc::Sender<OutboxEntry>,
    wake: &Notify,
    cancel: &CancellationToken,
    finish: &CancellationToken,
) {
    while !cancel.is_cancelled() {
        let last_pass = finish.is_cancelled();
        let due = shared.due().await;
        if due.is_empty() {
            if last_pass && (shared.is_idle() || shared.is_paused()) {
                return;
            }
            tokio::select! {
                () = cancel.cancelled() => return,
                () = finish.cancelled(), if !last_pass => {}
                () = wake.notified() => {}
                () = shared.settled.notified() => {}
                () = tokio::time::sleep(POLL) => {}
            }
            continue;
        }
        for row in due {
            shared.take_off(row.id);
            tokio::select! {
                () = cancel.cancelled() => return,
                sent = rows.send(row) => if sent.is_err() { return },
            }
        }
    }
}

async fn work(
    shared: Arc<Shared>,
    rows: Arc<tokio::sync::Mutex<mpsc::Receiver<OutboxEntry>>>,
    pace: Arc<Pace>,
    cancel: CancellationToken,
) {
    loop {
        let Some(row) = rows.lock().await.recv().await else {
            return;
        };
        let turn = cancel.run_until_cancelled(pace.wait()).await;
        if turn.is_none() || shared.is_paused() {
            // It stays queued in the store.
            shared.land(row.id);
            continue;
        }
        let Ok(permit) = shared.uncommitted.clone().acquire_owned().await else {
            return;
        };
        let outcome = shared.transport.send(&row.envelope, &row.octets).await;
        let now = Timestamp::now();
        // Judged before the next mail: trouble with the account holds it back.
        let settled = shared.judge(&row, outcome, now);
        // The connection goes on with the next mail while this outcome is committed.
        tokio::spawn(settle(shared.clone(), row.id, settled, now, permit));
    }
}

async fn settle(shared: Arc<Shared>, row: i64, settled: Settled, now: Timestamp, permit: OwnedSemaphorePermit) {
    // Never given up: a row whose outcome is forgotten would be sent again. The permit holds back further mail, so at
    // most UNCOMMITTED_OUTCOMES wait here.
    for attempt in 0.. {
        match shared.write(row, settled.clone(), now).await {
            Ok(()) => break,
            Err(error) => tracing::error!(outbox = row, "an outcome cannot be stored: {error:#}"),
        }
        tokio::time::sleep(STORE_BACKOFF.next(attempt, 0.0)).await;
    }
    drop(permit);
    shared.land(row);
}
