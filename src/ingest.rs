//! From an intake row to a decision that is applied: claim, parse, verify, ask, decide, apply, in groups that share a
//! commit.

mod apply;
mod dkim;
mod handle;

pub use dkim::verify;
pub use handle::{Desk, Origin, Prepared, consider, prepare};

use crate::mail::RawMail;
use crate::store::{Attempt, PendingIntake, Store, StoreError, Tx, decompress};
use handle::{handle, prepare_hashed};
use jiff::Timestamp;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// How many mails share a transaction: outcomes of SMTP wait for the same commits, so groups stay short.
const GROUP: u32 = 16;
/// How many octets of raw mail are held for one group; a larger mail comes alone.
const GROUP_OCTETS: usize = 8 << 20;
/// No mail in the store is larger, in octets.
const LARGEST_MAIL: u64 = 512 << 20;
/// How often the store is looked at without being woken: other processes write too.
const POLL: Duration = Duration::from_millis(500);
/// The wait after the store failed (a full disk, an I/O error).
const STORE_TROUBLE_WAIT: Duration = Duration::from_secs(5);

/// The task that handles intake rows, oldest first.
pub struct Ingest {
    /// Where the rows are, and where decisions go.
    pub store: Store,
    /// What the config settles.
    pub desk: Arc<Desk>,
    /// Woken when there are new rows.
    pub wake: Arc<Notify>,
    /// Woken when mails may have been queued.
    pub queued: Vec<Arc<Notify>>,
}

/// A group of rows, parsed.
struct Group {
    last: i64,
    items: Vec<(PendingIntake, Result<Prepared, String>)>,
}

impl Ingest {
    /// Handles rows until `cancel`. With `finish` cancelled too, returns once no row is pending: a pass of `drain`.
    pub async fn run(self, cancel: CancellationToken, finish: CancellationToken) {
        while !cancel.is_cancelled() {
            let no_more_to_come = finish.is_cancelled();
            match self.pass(&cancel).await {
                Ok(0) if no_more_to_come => return,
                Ok(0) => tokio::select! {
                    () = cancel.cancelled() => return,
                    () = finish.cancelled(), if !no_more_to_come => {}
                    () = self.wake.notified() => {}
                    () = tokio::time::sleep(POLL) => {}
                },
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(
                        error = format!("{error:#}"),
                        "the store failed; nothing is lost, trying again"
                    );
                    if no_more_to_come {
                        return;
                    }
                    tokio::select! {
                        () = cancel.cancelled() => return,
                        () = tokio::time::sleep(STORE_TROUBLE_WAIT) => {}
                    }
                }
            }
        }
    }

    /// Handles every row that is pending now; returns how many there were.
    async fn pass(&self, cancel: &CancellationToken) -> anyhow::Result<usize> {
        let mut handled = 0;
        let mut group = self.group_after(0).await?;
        while !group.items.is_empty() && !cancel.is_cancelled() {
            handled += group.items.len();
            let last = group.last;
            // The next group is read and parsed while this one is decided and committed.
            let (settled, next) = tokio::join!(self.settle(group), self.group_after(last));
            settled?;
            self.queued.iter().for_each(|deliver| deliver.notify_one());
            group = next?;
        }
        Ok(handled)
    }

    async fn group_after(&self, after: i64) -> anyhow::Result<Group> {
        let rows = self
            .store
            .read(move |view| view.pending(after, GROUP, GROUP_OCTETS))
            .await?;
        let desk = self.desk.clone();
        let mut items = tokio::task::spawn_blocking(move || {
            let parse = |row: PendingIntake| {
                let parsed = catch(|| parse(&row, &desk));
                (row, parsed)
            };
            rows.into_iter().map(parse).collect::<Vec<_>>()
        })
        .await?;
        dkim::verify_group(&mut items, &self.desk).await;
        Ok(Group {
            last: items.last().map_or(after, |(row, _)| row.id),
            items,
        })
    }

    async fn settle(&self, group: Group) -> anyhow::Result<()> {
        let desk = self.desk.clone();
        self.store
            .write(move |tx| {
                let now = Timestamp::now();
                for (row, prepared) in &group.items {
                    // `import` handles mails beside `run`: whoever comes second leaves them.
                    if !tx.is_pending(row.id)? {
                        continue;
                    }
                    let done = match prepared {
                        Ok(prepared) => tx.savepoint(|tx| handle(tx, row, prepared, &desk, now)),
                        Err(panic) => Err(anyhow::anyhow!("{panic}")),
                    };
                    if let Err(error) = done {
                        give_back(tx, row, error)?;
                    }
                }
                Ok(())
            })
            .await
    }
}

/// Counts a failed attempt, unless it was the store that failed: then the whole group is tried again.
fn give_back(tx: &Tx<'_>, row: &PendingIntake, error: anyhow::Error) -> anyhow::Result<()> {
    if let Some(StoreError::Full | StoreError::Io(_) | StoreError::Busy) = error.downcast_ref::<StoreError>() {
        return Err(error);
    }
    match tx.fail_attempt(row.id, &format!("{error:#}"))? {
        Attempt::Again(attempts) => tracing::warn!(intake = row.id, attempts, "a mail could not be handled"),
        Attempt::Quarantined => tracing::error!(intake = row.id, "a mail is quarantined; `quarantine list` shows why"),
    }
    Ok(())
}

fn raw(row: &PendingIntake) -> anyhow::Result<RawMail> {
    Ok(RawMail {
        octets: decompress(&row.raw, LARGEST_MAIL)?,
        full_size: row.full_size,
        received_at: row.received_at,
    })
}

fn parse(row: &PendingIntake, desk: &Desk) -> anyhow::Result<Prepared> {
    let raw = raw(row)?;
    let origin = Origin {
        inbox: row.inbox.clone(),
        received_at: row.received_at,
        authenticity: row.authenticity,
        replies: row.replies,
    };
    prepare_hashed((&raw, row.sha256), origin, desk)
}

fn catch<T>(job: impl FnOnce() -> anyhow::Result<T>) -> Result<T, String> {
    match std::panic::catch_unwind(AssertUnwindSafe(job)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(format!("{error:#}")),
        Err(_) => Err("the parser panicked".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::catch;

    #[test]
    fn a_panic_while_parsing_is_a_failure_like_another() {
        assert_eq!(catch::<()>(|| panic!("odd mail")).unwrap_err(), "the parser panicked");
        assert_eq!(catch::<()>(|| anyhow::bail!("damaged")).unwrap_err(), "damaged");
        assert_eq!(catch(|| Ok(7)).unwrap(), 7);
    }
}
