//! From due outbox rows to SMTP and back: each row is sent, and its outcome committed, once.

mod halt;
mod pace;
mod shared;
mod worker;

pub use halt::{Halt, Patience};
pub use shared::Pause;

use crate::letters::Alarm;
use crate::retry::{Backoff, Schedule};
use crate::smtp::Transport;
use crate::store::{OutboxEntry, Store};
use pace::Pace;
use shared::{Flight, Shared};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Notify, Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use worker::Worker;

/// How many mails are under way or wait for their outcome's commit at any time, over all inboxes: what a stop or a kill
/// can repeat.
pub const UNCOMMITTED_OUTCOMES: usize = 16;
/// How many due rows are held ready for an inbox's connections.
const BATCH: usize = 64;
/// How many octets of mail an inbox's connections have in hand at once, in KiB; a larger mail goes alone.
const IN_HAND_KIB: u32 = 16 << 10;
/// How often the store is looked at without being woken: rows fall due, and other processes write too.
const POLL: Duration = Duration::from_millis(500);
/// The waits while the store cannot take an outcome.
const STORE_BACKOFF: Backoff = Backoff {
    first: Duration::from_millis(500),
    longest: Duration::from_secs(30),
};
/// For the mails under way. Most servers answer the final dot within a second; a mail that is left without the answer may
/// be sent twice.
const UNDER_WAY: Patience = Patience {
    at_rest: Duration::from_secs(20),
    at_stop: Duration::from_secs(1),
};
/// For the commits of outcomes.
const OUTCOMES: Patience = Patience {
    at_rest: Duration::from_secs(20),
    at_stop: Duration::from_secs(2),
};
/// For the answers to QUIT.
const FAREWELL: Patience = Patience {
    at_rest: Duration::from_secs(10),
    at_stop: Duration::from_millis(250),
};

/// A row on its way to a worker.
type Taken = (OutboxEntry, Flight);

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
    /// Sends rows as they fall due, until `halt`. With `finish` cancelled too, returns once nothing more is due or the
    /// account is in trouble: a pass of `drain`. The trouble is returned.
    pub async fn run(self, halt: Halt, finish: CancellationToken) -> Option<Pause> {
        let shared = Arc::new(Shared::new(
            self.alarm,
            self.store,
            self.inbox,
            self.transport,
            self.schedule,
            self.uncommitted,
        ));
        let (rows, inbox) = mpsc::channel(BATCH);
        let worker = Worker {
            shared: shared.clone(),
            rows: Arc::new(Mutex::new(inbox)),
            pace: Arc::new(Pace::per_minute(self.per_minute)),
            halt: halt.clone(),
        };
        let mut workers = JoinSet::new();
        for _ in 0..self.connections.max(1) {
            workers.spawn(worker.clone().run());
        }
        drop(worker);
        feed(&shared, rows, &self.wake, &halt.rest, &finish).await;
        // The feeder dropped its sender, so each worker ends after the mail it has under way.
        let ended = async { while workers.join_next().await.is_some() {} };
        if halt.wait(UNDER_WAY, ended).await.is_none() {
            tracing::warn!("mails under way are left without the server's answer; they may be sent again");
            workers.shutdown().await;
        }
        if halt.wait(OUTCOMES, shared.all_landed()).await.is_none() {
            tracing::warn!("stopped before every outcome was stored; those mails may be sent again");
        }
        // Whoever does not answer QUIT in time is left.
        halt.wait(FAREWELL, shared.transport.close()).await;
        shared.pause()
    }
}

async fn feed(
    shared: &Arc<Shared>,
    rows: mpsc::Sender<Taken>,
    wake: &Notify,
    rest: &CancellationToken,
    finish: &CancellationToken,
) {
    loop {
        let last_pass = finish.is_cancelled();
        let Some(due) = rest.run_until_cancelled(shared.due()).await else {
            return;
        };
        if due.is_empty() {
            if last_pass && (shared.is_idle() || shared.is_paused()) {
                return;
            }
            tokio::select! {
                () = rest.cancelled() => return,
                () = finish.cancelled(), if !last_pass => {}
                () = wake.notified() => {}
                () = shared.settled.notified() => {}
                () = tokio::time::sleep(POLL) => {}
            }
            continue;
        }
        for row in due {
            let flight = shared.take_off(row.id);
            tokio::select! {
                () = rest.cancelled() => return,
                sent = rows.send((row, flight)) => if sent.is_err() { return },
            }
        }
    }
}
