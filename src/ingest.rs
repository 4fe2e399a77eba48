//! From an intake row to a decision that is applied: claim, prepare, consider, apply, in groups that share a commit.
//!
//! All that is heavy is done before the transaction: a mail is parsed, decided upon and answered on a worker thread, from
//! one consistent view of the store. The transaction looks whether what a decision rests on still stands, and executes
//! statements; a decision that rests on what has changed is made anew.

mod consider;
mod dkim;
mod prepare;

pub use consider::consider;
pub use dkim::verify;
pub use prepare::{Desk, Origin, Prepared, prepare};

use crate::store::{Attempt, PendingIntake, Store, StoreError, Tx, classify};
use consider::{Round, Verdict};
use jiff::Timestamp;
use prepare::prepare_row;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// How many mails share a transaction, whose statements take it some ten milliseconds.
const GROUP: u32 = 64;
/// How many octets of raw mail are held for one group; a larger mail comes alone.
const GROUP_OCTETS: usize = 8 << 20;
/// So many times a group is decided upon together; what then still rests on something that changes comes alone.
const MOST_ROUNDS: usize = 3;
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

/// A row, and its mail or why it could not be prepared.
struct Item {
    row: PendingIntake,
    prepared: Result<Prepared, String>,
}

/// What became of a row.
enum Outcome {
    /// It is decided upon.
    Decided(Box<Verdict>),
    /// It could not be, for this reason.
    Failed(i64, String),
    /// It has to wait for those before it.
    Postponed(i64),
}

/// Whether one mail's failure to be written down undoes its neighbours.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Isolation {
    /// It does.
    None,
    /// A savepoint each keeps them apart.
    Savepoints,
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
        while let Some(last) = group.last().map(|item| item.row.id)
            && !cancel.is_cancelled()
        {
            handled += group.len();
            // The next group is read and parsed while this one is decided and committed.
            let (settled, next) = tokio::join!(self.settle(group), self.group_after(last));
            settled?;
            self.queued.iter().for_each(|deliver| deliver.notify_one());
            group = next?;
        }
        Ok(handled)
    }

    async fn group_after(&self, after: i64) -> anyhow::Result<Vec<Arc<Item>>> {
        let rows = self
            .store
            .read(move |view| view.pending(after, GROUP, GROUP_OCTETS))
            .await?;
        let desk = self.desk.clone();
        let mut items = tokio::task::spawn_blocking(move || {
            let item = |row: PendingIntake| Item {
                prepared: catch(|| prepare_row(&row, &desk)).map_err(|error| format!("{error:#}")),
                row,
            };
            rows.into_iter().map(item).collect::<Vec<_>>()
        })
        .await?;
        dkim::verify_group(&mut items, &self.desk).await;
        Ok(items.into_iter().map(Arc::new).collect())
    }

    /// Handles a group: together, then what of it has to be decided anew, then that one by one.
    async fn settle(&self, group: Vec<Arc<Item>>) -> anyhow::Result<()> {
        let mut left = group;
        for _ in 0..MOST_ROUNDS {
            if left.is_empty() {
                return Ok(());
            }
            left = self.round(left).await?;
        }
        for item in left {
            let mut alone = vec![item];
            for _ in 0..MOST_ROUNDS {
                alone = self.round(alone).await?;
                if alone.is_empty() {
                    break;
                }
            }
        }
        // What changes under every look is looked at in the next pass.
        Ok(())
    }

    /// Decides upon these mails and writes it down; tells those that have to be decided anew.
    async fn round(&self, items: Vec<Arc<Item>>) -> anyhow::Result<Vec<Arc<Item>>> {
        let (desk, considered) = (self.desk.clone(), items.clone());
        let outcomes = self
            .store
            .read(move |view| {
                let mut round = Round::new(view, &desk, Timestamp::now())?;
                considered
                    .iter()
                    .map(|item| outcome(&mut round, item))
                    .collect::<anyhow::Result<Vec<_>>>()
            })
            .await?;
        let outcomes = Arc::new(outcomes);
        let written = self.write(outcomes.clone(), Isolation::None).await;
        let anew = match written {
            Err(error) if !is_store_trouble(&error) => self.write(outcomes, Isolation::Savepoints).await?,
            written => written?,
        };
        Ok(items.into_iter().filter(|item| anew.contains(&item.row.id)).collect())
    }

    async fn write(&self, outcomes: Arc<Vec<Outcome>>, isolation: Isolation) -> anyhow::Result<Vec<i64>> {
        self.store
            .write(move |tx| {
                let mut anew = vec![];
                for outcome in outcomes.iter() {
                    anew.extend(write_down(tx, outcome, isolation)?);
                }
                Ok(anew)
            })
            .await
    }
}

/// What a mail comes to. A parser or a rule that fails or panics fails for this mail alone.
fn outcome(round: &mut Round<'_>, item: &Item) -> anyhow::Result<Outcome> {
    let failed = |error: String| Ok(Outcome::Failed(item.row.id, error));
    let prepared = match &item.prepared {
        Ok(prepared) => prepared,
        Err(error) => return failed(error.clone()),
    };
    if round.has_to_wait(prepared) {
        return Ok(Outcome::Postponed(item.row.id));
    }
    match catch(|| round.verdict(&item.row, prepared)).map_err(classify) {
        Ok(verdict) => Ok(Outcome::Decided(Box::new(verdict))),
        Err(error) if is_store_trouble(&error) => Err(error),
        Err(error) => failed(format!("{error:#}")),
    }
}

/// Writes one outcome down; tells the row of one that does not stand any more.
fn write_down(tx: &Tx<'_>, outcome: &Outcome, isolation: Isolation) -> anyhow::Result<Option<i64>> {
    let (intake, decided) = match outcome {
        Outcome::Decided(verdict) => (verdict.intake(), Ok(verdict)),
        Outcome::Failed(intake, error) => (*intake, Err(error)),
        Outcome::Postponed(intake) => return Ok(Some(*intake)),
    };
    // `import` handles mails beside `run`: whoever comes second leaves them.
    if !tx.is_pending(intake)? {
        return Ok(None);
    }
    let verdict = match decided {
        Ok(verdict) => verdict,
        Err(error) => return give_back(tx, intake, error).map(|()| None),
    };
    if !verdict.stands(tx)? {
        return Ok(Some(intake));
    }
    match isolation {
        Isolation::None => verdict.apply(tx)?,
        Isolation::Savepoints => match tx.savepoint(|tx| verdict.apply(tx)) {
            Err(error) if is_store_trouble(&error) => return Err(error),
            Err(error) => give_back(tx, intake, &format!("{error:#}"))?,
            Ok(()) => {}
        },
    }
    Ok(None)
}

/// Whether it was the store that failed: then the whole group is tried again.
fn is_store_trouble(error: &anyhow::Error) -> bool {
    matches!(
        error.downcast_ref::<StoreError>(),
        Some(StoreError::Full | StoreError::Io(_) | StoreError::Busy)
    )
}

/// Counts a failed attempt.
fn give_back(tx: &Tx<'_>, intake: i64, error: &str) -> anyhow::Result<()> {
    match tx.fail_attempt(intake, error)? {
        Attempt::Again(attempts) => tracing::warn!(intake, attempts, "a mail could not be handled"),
        Attempt::Quarantined => tracing::error!(intake, "a mail is quarantined; `quarantine list` shows why"),
    }
    Ok(())
}

fn catch<T>(job: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    std::panic::catch_unwind(AssertUnwindSafe(job)).unwrap_or_else(|_| anyhow::bail!("the parser panicked"))
}

#[cfg(test)]
mod tests {
    use super::catch;

    #[test]
    fn a_panic_while_parsing_is_a_failure_like_another() {
        assert_eq!(
            catch::<()>(|| panic!("odd mail")).unwrap_err().to_string(),
            "the parser panicked"
        );
        assert_eq!(
            catch::<()>(|| anyhow::bail!("damaged")).unwrap_err().to_string(),
            "damaged"
        );
        assert_eq!(catch(|| Ok(7)).unwrap(), 7);
    }
}
