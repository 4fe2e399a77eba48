//! The one thread that writes. Jobs that have gathered share a transaction, each in a savepoint of its own.

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

/// What the writer can be asked to do.
pub(super) enum Request {
    /// Run a job.
    Write(Job),
    /// Tell the number that changes when another connection has written.
    DataVersion(oneshot::Sender<Result<i64, StoreError>>),
}

/// A job, ready to run in a transaction or to hear why there is none. It keeps its result until the commit is known.
pub(super) type Job = Box<dyn FnOnce(Result<&Tx<'_>, StoreError>) -> (Outcome, Answer) + Send>;
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// Whether what a job wrote is to be kept.
pub(super) enum Outcome {
    /// It did what it wanted.
    Keep,
    /// It failed for this reason.
    Undo(StoreError),
}

/// Starts the thread, which ends when the last sender is gone.
pub(super) fn start(connection: Connection) -> std::io::Result<(mpsc::Sender<Request>, JoinHandle<()>)> {
    let (sender, receiver) = mpsc::channel(QUEUE);
    let thread = std::thread::Builder::new()
        .name("store-writer".to_owned())
        .spawn(move || run(&connection, receiver))?;
    Ok((sender, thread))
}

/// Makes a job of a closure, and the place its result comes to.
pub(super) fn job<T: Send + 'static>(
    work: impl FnOnce(&Tx<'_>) -> anyhow::Result<T> + Send + 'static,
) -> (Job, oneshot::Receiver<anyhow::Result<T>>) {
    let (sender, receiver) = oneshot::channel();
    let job: Job = Box::new(move |tx| {
        let result = match tx {
            Ok(tx) => catch_unwind(AssertUnwindSafe(|| work(tx)))
                .unwrap_or_else(|_| Err(StoreError::JobPanicked.into()))
                .map_err(classify),
            Err(error) => Err(error.into()),
        };
        let outcome = result
            .as_ref()
            .err()
            .map_or(Outcome::Keep, |error| Outcome::Undo(typed(error)));
        let answer: Answer = Box::new(move |committed| {
            // Nobody waits any more when the caller was cancelled; the work is done all the same.
            let _ = sender.send(result.and_then(|value| committed.map(|()| value).map_err(Into::into)));
        });
        (outcome, answer)
    });
    (job, receiver)
}

fn typed(error: &anyhow::Error) -> StoreError {
    let typed = error.downcast_ref().cloned();
    typed.unwrap_or_else(|| StoreError::Other("a job of the same commit failed".to_owned()))
}

fn run(connection: &Connection, mut requests: mpsc::Receiver<Request>) {
    while let Some(request) = requests.blocking_recv() {
        match request {
            Request::DataVersion(answer) => tell_data_version(connection, answer),
            Request::Write(job) => run_group(connection, job, &mut requests),
        }
    }
}

fn tell_data_version(connection: &Connection, answer: oneshot::Sender<Result<i64, StoreError>>) {
    let version = connection.pragma_query_value(None, "data_version", |row| row.get(0));
    let _ = answer.send(version.map_err(|error| StoreError::from(&error)));
}

fn run_group(connection: &Connection, first: Job, requests: &mut mpsc::Receiver<Request>) {
    let mut group = Group::default();
    let committed = group.fill(connection, first, requests);
    if committed.is_err() && !connection.is_autocommit() {
        // When even this fails SQLite has already rolled back.
        let _ = connection.execute_batch("ROLLBACK");
    }
    group.answers.into_iter().for_each(|answer| answer(committed.clone()));
    for other in group.set_aside {
        tell_data_version(connection, other);
    }
}

#[derive(Default)]
struct Group {
    answers: Vec<Answer>,
    words: Vec<Words>,
    set_aside: Vec<oneshot::Sender<Result<i64, StoreError>>>,
}

impl Group {
    /// Runs the first job and what has gathered behind it in one transaction, and commits.
    fn fill(
        &mut self,
        connection: &Connection,
        first: Job,
        requests: &mut mpsc::Receiver<Request>,
    ) -> Result<(), StoreError> {
        let begun = Instant::now();
        if let Err(error) = execute(connection, "BEGIN IMMEDIATE") {
            self.answers.push(first(Err(error.clone())).1);
            return Err(error);
        }
        self.run_job(connection, first)?;
        while self.answers.len() < GROUP && begun.elapsed() < GATHER {
            match requests.try_recv() {
                Ok(Request::Write(job)) => self.run_job(connection, job)?,
                Ok(Request::DataVersion(answer)) => self.set_aside.push(answer),
                Err(_) => break,
            }
        }
        self.index_words(connection).map_err(|error| StoreError::from(&error))?;
        execute(connection, "COMMIT")
    }

    fn index_words(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        // FTS5 writes out its buffer whenever a row comes that is not above the one before.
        self.words.sort_by_key(|words| words.row);
        let mut insert = connection.prepare_cached("INSERT INTO search (rowid, words) VALUES (?1, ?2)")?;
        for words in &self.words {
            insert.execute((words.row, &words.text))?;
        }
        Ok(())
    }

    fn run_job(&mut self, connection: &Connection, job: Job) -> Result<(), StoreError> {
        if let Err(error) = execute(connection, "SAVEPOINT job") {
            self.answers.push(job(Err(error.clone())).1);
            return Err(error);
        }
        let tx = Tx::new(connection);
        let (outcome, answer) = job(Ok(&tx));
        self.answers.push(answer);
        match outcome {
            Outcome::Keep => self.words.extend(tx.into_words()),
            // A full disk or an I/O error makes SQLite roll back the whole transaction, and the group goes with it.
            Outcome::Undo(error) if connection.is_autocommit() => return Err(error),
            Outcome::Undo(_) => execute(connection, "ROLLBACK TO job")?,
        }
        execute(connection, "RELEASE job")
    }
}

fn execute(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    let executed = connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute([]));
    executed.map(drop).map_err(|error| StoreError::from(&error))
}
