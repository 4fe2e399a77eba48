//! What the workers of one inbox share: the rows in flight, and whether the account is in trouble.

use super::{BATCH, IN_HAND_KIB};
use crate::desk::decision::Effects;
use crate::desk::delivery::{self, GivenUp, status_of};
use crate::desk::trouble::{Trouble, TroubleCause};
use crate::letters::{self, Alarm, Letter, queue};
use crate::retry::{Next, Schedule};
use crate::smtp::{AccountTrouble, SendOutcome, Transport};
use crate::store::{OutboxEntry, Settled, Store};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// An inbox that has not sent for so long is worth a mail to the admin; a refused login or sender is at once.
const UNSENT_LIMIT: SignedDuration = SignedDuration::from_mins(15);

/// What stopped an inbox's outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// What kind of trouble it is.
    pub trouble: AccountTrouble,
    /// What the server said, in one line.
    pub reply: String,
    /// When it is tried again.
    pub until: Timestamp,
    /// How many times in a row it failed.
    pub failures: u32,
    /// When the first of them was.
    pub since: Timestamp,
}

pub(super) struct Shared {
    pub(super) transport: Transport,
    pub(super) uncommitted: Arc<Semaphore>,
    pub(super) settled: Notify,
    alarm: Alarm,
    store: Store,
    inbox: String,
    schedule: Schedule,
    in_flight: Mutex<HashSet<i64>>,
    in_hand: Arc<Semaphore>,
    pause: Mutex<Option<Pause>>,
}

/// A mail's octets, and their share of what may be in hand.
pub(super) struct InHand {
    pub(super) mail: Vec<u8>,
    _permit: OwnedSemaphorePermit,
}

/// A row in flight. It lands when this is dropped, wherever that happens: a row that never landed would be waited for,
/// and would not be sent again by this process.
pub(super) struct Flight {
    shared: Arc<Shared>,
    row: i64,
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.shared.lock(&self.shared.in_flight).remove(&self.row);
        self.shared.settled.notify_one();
    }
}

impl Shared {
    pub(super) fn new(
        alarm: Alarm,
        store: Store,
        inbox: String,
        transport: Transport,
        schedule: Schedule,
        uncommitted: Arc<Semaphore>,
    ) -> Self {
        Self {
            alarm,
            transport,
            uncommitted,
            settled: Notify::new(),
            store,
            inbox,
            schedule,
            in_flight: Mutex::default(),
            in_hand: Arc::new(Semaphore::new(IN_HAND_KIB as usize)),
            pause: Mutex::default(),
        }
    }

    /// Due rows that are not in flight; one row as a probe when a pause has just run out, none while it lasts.
    pub(super) async fn due(&self) -> Vec<OutboxEntry> {
        let now = Timestamp::now();
        let limit = match &*self.lock(&self.pause) {
            Some(pause) if now < pause.until => return vec![],
            Some(_) => 1,
            None => BATCH,
        };
        let in_flight = self.lock(&self.in_flight).clone();
        if in_flight.len() >= limit {
            return vec![];
        }
        let inbox = self.inbox.clone();
        let due = self
            .store
            .read(move |view| view.outbox_due(&inbox, now, limit, &in_flight))
            .await;
        due.unwrap_or_else(|error| {
            tracing::error!("the outbox cannot be read: {error:#}");
            vec![]
        })
    }

    /// The row is in flight, and not due, until the flight is dropped.
    pub(super) fn take_off(self: &Arc<Self>, row: i64) -> Flight {
        self.lock(&self.in_flight).insert(row);
        Flight {
            shared: self.clone(),
            row,
        }
    }

    /// The mail of a row, once the connections have few enough octets in hand; `None` when it is gone or cannot be read.
    pub(super) async fn take_in_hand(&self, row: &mut OutboxEntry) -> Option<InHand> {
        let kib = u32::try_from(row.size.div_ceil(1024)).unwrap_or(IN_HAND_KIB);
        let permit = self
            .in_hand
            .clone()
            .acquire_many_owned(kib.min(IN_HAND_KIB))
            .await
            .ok()?;
        let id = row.id;
        let mail = match row.octets.take() {
            Some(octets) => Ok(Some(octets)),
            None => self.store.read(move |view| view.outbox_octets(id)).await,
        };
        match mail {
            Ok(mail) => mail.map(|mail| InHand { mail, _permit: permit }),
            Err(error) => {
                tracing::error!(outbox = id, "a mail that is to go out cannot be read: {error:#}");
                None
            }
        }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.lock(&self.in_flight).is_empty()
    }

    /// Waits until no row is in flight; for one caller at a time.
    pub(super) async fn all_landed(&self) {
        while !self.is_idle() {
            self.settled.notified().await;
        }
    }

    /// The trouble the account is in, if any.
    pub(super) fn pause(&self) -> Option<Pause> {
        self.lock(&self.pause).clone()
    }

    /// Whether mail is held back at this moment: rows handed out before the trouble began wait in the store.
    pub(super) fn is_paused(&self) -> bool {
        self.pause().is_some_and(|pause| Timestamp::now() < pause.until)
    }

    /// What an outcome means for its row; trouble with the account pauses the inbox and leaves the row as it is.
    pub(super) fn judge(&self, row: &OutboxEntry, outcome: SendOutcome, now: Timestamp) -> Settled {
        match outcome {
            SendOutcome::Accepted { replaced_id, .. } => {
                self.resume();
                Settled::Sent { server_id: replaced_id }
            }
            SendOutcome::Permanent { reply, .. } => {
                self.resume();
                Settled::Failed { error: reply }
            }
            SendOutcome::Transient { reply, .. } => {
                // A throttled account's next refusal looks like greylisting until there are several again: it proves
                // nothing, and until a mail gets through they go one at a time.
                if self
                    .pause()
                    .is_none_or(|pause| pause.trouble != AccountTrouble::Throttled)
                {
                    self.resume();
                }
                match self
                    .schedule
                    .after(row.attempts + 1, row.created_at, now, rand::random())
                {
                    Next::At(at) => Settled::Retry { at, error: reply },
                    Next::GiveUp => Settled::Failed { error: reply },
                }
            }
            SendOutcome::Account { reply, trouble, .. } => {
                self.hold(trouble, &reply, now);
                Settled::Paused { error: reply }
            }
        }
    }

    fn hold(&self, trouble: AccountTrouble, reply: &str, now: Timestamp) {
        let mut pause = self.lock(&self.pause);
        // Mails that were under way together fail together: that is one failure.
        if pause.as_ref().is_some_and(|pause| now < pause.until) {
            return;
        }
        let failures = pause.as_ref().map_or(0, |pause| pause.failures) + 1;
        let wait = self.schedule.backoff().next(failures - 1, rand::random());
        let until = now.checked_add(wait).unwrap_or(Timestamp::MAX);
        tracing::error!(
            inbox = self.inbox,
            failures,
            wait_seconds = wait.as_secs(),
            // The rest of the reply may hold addresses; `outbox list` shows it.
            status = status_of(reply),
            "sending is paused, every mail is kept: {trouble}"
        );
        let since = pause.as_ref().map_or(now, |pause| pause.since);
        *pause = Some(Pause {
            trouble,
            reply: reply.to_owned(),
            until,
            failures,
            since,
        });
        let at_once = matches!(trouble, AccountTrouble::Login | AccountTrouble::Sender);
        if at_once || now.duration_since(since) >= UNSENT_LIMIT {
            self.alarm.raise(Trouble {
                cause: TroubleCause::SendingPaused,
                inbox: Some(self.inbox.clone()),
                detail: trouble.to_string(),
            });
        }
    }

    fn resume(&self) {
        if self.lock(&self.pause).take().is_some() {
            tracing::info!(inbox = self.inbox, "sending goes on");
        }
    }

    pub(super) async fn write(&self, row: i64, settled: Settled, now: Timestamp) -> anyhow::Result<()> {
        let follows = match &settled {
            Settled::Failed { error } => self.given_up(row, error.clone(), now).await,
            Settled::Sent { .. } | Settled::Retry { .. } | Settled::Paused { .. } => None,
        };
        self.store
            .write(move |tx| {
                tx.settle_outbox(row, &settled, now)?;
                // What somebody dropped meanwhile was not given up.
                if let Some((effects, letters)) = &follows
                    && tx.is_failed(row)?
                {
                    let told = tx.savepoint(|tx| {
                        let applied = tx.apply(effects, now)?;
                        queue(tx, letters, applied.outgoing, now)
                    });
                    // That nobody can be told undoes no outcome.
                    if let Err(error) = told {
                        tracing::error!(outbox = row, "what follows of a mail that is given up: {error:#}");
                    }
                }
                Ok(())
            })
            .await
    }

    /// What follows of a mail about a ticket that is given up, with the letters that tell of it.
    async fn given_up(&self, row: i64, error: String, now: Timestamp) -> Option<(Effects, Vec<Letter>)> {
        let (office, inbox) = (self.alarm.office.clone(), self.inbox.clone());
        let worked_out = self.store.read(move |view| {
            let Some(mail) = view.ticket_mail(row)? else {
                return Ok(None);
            };
            let Some(ticket) = view.ticket(mail.ticket)? else {
                return Ok(None);
            };
            let given_up = GivenUp {
                ticket: &ticket,
                recipient: &mail.recipient,
                kind: mail.kind,
                inbox: &inbox,
                error: &error,
            };
            let effects = delivery::given_up(&given_up, &office.policy);
            let letters = letters::write(&office, view, (&effects, None), now, rand::random::<u64>);
            let letters = letters.unwrap_or_else(|error| {
                tracing::error!(outbox = row, "nobody can be told of a mail that is given up: {error:#}");
                vec![]
            });
            Ok(Some((effects, letters)))
        });
        worked_out.await.unwrap_or_else(|error| {
            tracing::error!(outbox = row, "what follows of a mail that is given up: {error:#}");
            None
        })
    }

    fn lock<'a, T>(&self, mutex: &'a Mutex<T>) -> MutexGuard<'a, T> {
        // A panic while the lock was held leaves values that are still sound: each is replaced whole.
        mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
