//! The one thread that writes. Jobs that have gathered share a transaction; when one of them fails they are run again,
//! each in a savepoint of its own. Savepoints cost more than most jobs, and hardly any job fails.

use super::error::{StoreError, classify};
use super::view::{Tx, Words};
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// Jobs that may wait for the writer; who comes later waits to hand its job in.
pub(super) const QUEUE: usize = 256;
/// Jobs that share a transaction.
const GROUP: usize = 100;
/// How long a group gathers jobs, so that the first of them does not wait long for its commit.
const GATHER: Duration = Duration::from_millis(20);

/// A job. It keeps the result of its last run until the commit is known.
pub(super) type Job = Box<dyn Work + Send>;

/// What the thread does with a job.
pub(super) trait Work {
    /// Runs it, again if it was run before.
    fn run(&mut self, tx: &Tx<'_>) -> Result<(), StoreError>;
    /// Tells whoever waits what came of it.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Waited<F, T> {
    work: F,
    result: Option<anyhow::Result<T>>,
    sender: oneshot::Sender<anyhow::Result<T>>,
}

/// Starts the thread, which ends when the last sender is gone.
pub(super) fn start(connection: Connection) -> std::io::Result<(mpsc::Sender<Job>, JoinHandle<()>)> {
    let (sender, receiver) = mpsc::channel(QUEUE);
    let thread = std::thread::Builder::new()
        .name("store-writer".to_owned())
        .spawn(move || run(&connection, receiver))?;
    Ok((sender, thread))
}

/// Makes a job of a closure, and the place its result comes to.
pub(super) fn job<T: Send + 'static>(
    work: impl Fn(&Tx<'_>) -> anyhow::Result<T> + Send + 'static,
) -> (Job, oneshot::Receiver<anyhow::Result<T>>) {
    let (sender, receiver) = oneshot::channel();
    let job = Waited {
        work,
        result: None,
        sender,
    };
    (Box::new(job), receiver)
}

impl<F: Fn(&Tx<'_>) -> anyhow::Result<T>, T> Work for Waited<F, T> {
    fn run(&mut self, tx: &Tx<'_>) -> Result<(), StoreError> {
        let result = catch_unwind(AssertUnwindSafe(|| (self.work)(tx)))
            .unwrap_or_else(|_| Err(StoreError::JobPanicked.into()))
            .map_err(classify);
        let failure = result.as_ref().err().map(typed);
        self.result = Some(result);
        failure.map_or(Ok(()), Err)
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let result = match (self.result, committed) {
            // Its own failure says more than what became of the others.
            (Some(Err(error)), _) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (_, Err(error)) => Err(error.into()),
            (None, Ok(())) => Err(StoreError::Other("its job was not run".to_owned()).into()),
        };
        // Nobody waits any more when the caller was cancelled; the work is done all the same.
        let _ = self.sender.send(result);
    }
}

fn typed(error: &anyhow::Error) -> StoreError {
    let typed = error.downcast_ref().cloned();
    typed.unwrap_or_else(|| StoreError::Other("a job of the same commit failed".to_owned()))
}

fn run(connection: &Connection, mut jobs: mpsc::Receiver<Job>) {
    while let Some(first) = jobs.blocking_recv() {
        let mut group = vec![first];
        let committed = run_together(connection, &mut group, &mut jobs).or_else(|trouble| {
            undo(connection);
            match trouble {
                // Nothing can be written, whoever tries.
                Trouble::Store(error) => Err(error),
                Trouble::Job => run_apart(connection, &mut group).inspect_err(|_| undo(connection)),
            }
        });
        group.into_iter().for_each(|job| job.answer(committed.clone()));
    }
}

/// Why a group could not be committed.
enum Trouble {
    /// The store failed.
    Store(StoreError),
    /// One of its jobs did.
    Job,
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Runs the first job and what gathers behind it in one transaction, and commits.
fn run_together(connection: &Connection, group: &mut Vec<Job>, jobs: &mut mpsc::Receiver<Job>) -> Result<(), Trouble> {
    let begun = Instant::now();
    execute(connection, "BEGIN IMMEDIATE")?;
    let mut words = vec![];
    let mut next = 0;
    while let Some(job) = group.get_mut(next) {
        let tx = Tx::new(connection);
        job.run(&tx).map_err(|error| match connection.is_autocommit() {
            // A full disk or an I/O error makes SQLite roll back the whole transaction.
            true => Trouble::Store(error),
            false => Trouble::Job,
        })?;
        words.extend(tx.into_words());
        next += 1;
        if group.len() < GROUP && begun.elapsed() < GATHER {
            group.extend(jobs.try_recv().ok());
        }
    }
    Ok(commit(connection, words)?)
}

/// Runs the jobs in one transaction, but undoes those that fail.
fn run_apart(connection: &Connection, group: &mut [Job]) -> Result<(), StoreError> {
    execute(connection, "BEGIN IMMEDIATE")?;
    let mut words = vec![];
    for job in group {
        execute(connection, "SAVEPOINT job")?;
        let tx = Tx::new(connection);
        match job.run(&tx) {
            Ok(()) => words.extend(tx.into_words()),
            Err(error) if connection.is_autocommit() => return Err(error),
            Err(_) => execute(connection, "ROLLBACK TO job")?,
        }
        execute(connection, "RELEASE job")?;
    }
    commit(connection, words)
}

fn commit(connection: &Connection, mut words: Vec<Words>) -> Result<(), StoreError> {
    // FTS5 writes out its buffer whenever a row comes that is not above the one before.
    words.sort_by_key(|words| words.row);
    let index = || -> rusqlite::Result<()> {
        let mut insert = connection.prepare_cached("INSERT INTO search (rowid, words) VALUES (?1, ?2)")?;
        for words in &words {
            insert.execute((words.row, &words.text))?;
        }
        Ok(())
    };
    index().map_err(|error| StoreError::from(&error))?;
    execute(connection, "COMMIT")
}

fn undo(connection: &Connection) {
    if !connection.is_autocommit() {
        // When even this fails SQLite has already rolled back.
        let _ = connection.execute_batch("ROLLBACK");
    }
}

fn execute(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    let executed = connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute([]));
    executed.map(drop).map_err(|error| StoreError::from(&error))
}
