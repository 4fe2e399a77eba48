//! What sends row by row, and takes each outcome to the store.

use super::halt::Halt;
use super::pace::Pace;
use super::shared::{Flight, InHand, Shared};
use super::{STORE_BACKOFF, Taken};
use crate::smtp::{SendOutcome, Stage};
use crate::store::{OutboxEntry, Settled};
use futures::FutureExt;
use jiff::Timestamp;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedSemaphorePermit, mpsc};
use tokio_util::sync::CancellationToken;

/// What works through the rows, as often as the inbox has connections.
#[derive(Clone)]
pub(super) struct Worker {
    pub(super) shared: Arc<Shared>,
    pub(super) rows: Arc<Mutex<mpsc::Receiver<Taken>>>,
    pub(super) pace: Arc<Pace>,
    pub(super) halt: Halt,
}

impl Worker {
    /// Sends until there are no more rows to come.
    pub(super) async fn run(self) {
        loop {
            let Some((mut row, flight)) = self.rows.lock().await.recv().await else {
                return;
            };
            // Without a permit it lands, and stays queued in the store.
            let Some(permit) = self.permit().await else { continue };
            let Some(mail) = self.take_in_hand(&mut row).await else {
                continue;
            };
            let outcome = self.send(&row, mail).await;
            let now = Timestamp::now();
            // Judged before the next mail: trouble with the account holds it back.
            let settled = self.shared.judge(&row, outcome, now);
            let outcome = Outcome {
                row: row.id,
                settled,
                at: now,
                _flight: flight,
                _permit: permit,
            };
            // The connection goes on with the next mail while this outcome is committed.
            tokio::spawn(outcome.settle(self.shared.clone(), self.halt.stop.clone()));
        }
    }

    /// The leave to send one mail now, unless mail is held back or this is the end.
    async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        let turn = async {
            self.pace.wait().await;
            self.shared.uncommitted.clone().acquire_owned().await.ok()
        };
        let permit = self.halt.rest.run_until_cancelled(turn).await??;
        (!self.shared.is_paused()).then_some(permit)
    }

    /// A row's mail; `None` when it cannot be had, or this is the end.
    async fn take_in_hand(&self, row: &mut OutboxEntry) -> Option<InHand> {
        let taken = self.shared.take_in_hand(row);
        self.halt.rest.run_until_cancelled(taken).await?
    }

    /// Sends one mail. A panic counts as a failed attempt: it would end the worker, and then the next one.
    async fn send(&self, row: &OutboxEntry, in_hand: InHand) -> SendOutcome {
        let sending = self.shared.transport.send(&row.envelope, &in_hand.mail);
        let sent = AssertUnwindSafe(sending).catch_unwind().await;
        sent.unwrap_or_else(|_| SendOutcome::Transient {
            stage: Stage::Data,
            reply: "sending it panicked".to_owned(),
        })
    }
}

/// What SMTP said of a row, on its way to the store.
struct Outcome {
    row: i64,
    settled: Settled,
    at: Timestamp,
    _flight: Flight,
    /// Holds back further mail, so that at most [`super::UNCOMMITTED_OUTCOMES`] wait here.
    _permit: OwnedSemaphorePermit,
}

impl Outcome {
    /// Never given up before the stop: a row whose outcome is forgotten is sent again. At the stop it is tried once more.
    async fn settle(self, shared: Arc<Shared>, stop: CancellationToken) {
        for attempt in 0.. {
            let is_last = stop.is_cancelled();
            match shared.write(self.row, self.settled.clone(), self.at).await {
                Ok(()) => return,
                Err(error) => tracing::error!(outbox = self.row, "an outcome cannot be stored: {error:#}"),
            }
            if is_last {
                tracing::warn!(outbox = self.row, "its outcome is forgotten; it may be sent again");
                return;
            }
            let wait = tokio::time::sleep(STORE_BACKOFF.next(attempt, 0.0));
            stop.run_until_cancelled(wait).await;
        }
    }
}
