//! The store: one SQLite file that holds every mail, ticket and outgoing mail. All SQL stands in these modules.
//!
//! One thread writes, and what has gathered shares a commit; readers see a consistent state beside it. Other processes
//! may write too: nothing here assumes to be alone.

use anyhow::Context;
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::{Semaphore, mpsc};

mod after;
mod agent;
mod apply;
mod connection;
mod contact;
mod conversation;
mod delivery;
mod detail;
mod error;
mod export;
mod folder;
mod held;
mod intake;
mod known;
mod letters;
mod listing;
mod lock;
mod message;
mod notice;
mod outbox;
mod outbox_admin;
mod quarantine;
mod settle;
#[cfg(test)]
mod tests;
mod ticket;
mod value;
mod view;
mod work;
mod writer;

pub use apply::Applied;
pub use conversation::{CustomerMessage, TicketLine};
pub use delivery::{Settled, TicketMail};
pub use detail::{EventEntry, MessageEntry, StoredDecision, TicketDetail};
pub use error::StoreError;
pub(crate) use error::classify;
pub use intake::{NewIntake, PendingIntake, Recorded, SingleIntake, Source};
pub use listing::{TicketFilter, TicketHead, TicketSummary};
pub use lock::{LockError, StoreLock};
pub use outbox::{Allowance, NewOutboxMail, OutboxCopy, OutboxEntry};
pub use outbox_admin::{OutboxFilter, OutboxState, OutboxSummary};
pub use quarantine::QuarantineEntry;
pub use settle::{Attempt, Settlement};
pub use value::{Compressed, compress, decompress};
pub use view::{Tx, View};

/// Readers at work at once, and connections kept for them.
const READERS: usize = 2;

/// A handle on the store; clones share the writer and the readers.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    writer: mpsc::Sender<writer::Job>,
    thread: Mutex<Option<JoinHandle<()>>>,
    readers: Mutex<Vec<Connection>>,
    permits: Semaphore,
    unclean: AtomicBool,
}

impl Store {
    /// Opens the store, makes it when it is missing, and brings its tables up to date.
    ///
    /// # Errors
    /// When the file or its folder cannot be made or read, is no store, or is newer than this program.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let (writer, thread) = writer::start(connection::open_writer(path).map_err(error::classify)?)
            .context("cannot start the store's thread")?;
        Ok(Self {
            inner: Arc::new(Inner {
                path: path.to_owned(),
                writer,
                thread: Mutex::new(Some(thread)),
                readers: Mutex::default(),
                permits: Semaphore::new(READERS),
                unclean: AtomicBool::new(false),
            }),
        })
    }

    /// Runs a job that writes. Resolves once its transaction is committed and synced to disk, or undone.
    ///
    /// The job is run even when this future is dropped after it was handed in. It may be run more than once, when one that
    /// shares its transaction fails; what an earlier run wrote is then undone.
    ///
    /// # Errors
    /// The job's own error; or a [`StoreError`] when it panicked or the commit failed: then nothing it wrote is kept.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&Tx<'_>) -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let (job, result) = writer::job(work);
        self.inner.writer.send(job).await.map_err(writer_gone)?;
        result.await.map_err(writer_gone)?
    }

    /// [`Self::write`] for callers outside a runtime; panics inside one.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn write_blocking<T: Send + 'static>(
        &self,
        work: impl Fn(&Tx<'_>) -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let (job, result) = writer::job(work);
        let sent = self.inner.writer.blocking_send(job);
        sent.map_err(writer_gone)?;
        result.blocking_recv().map_err(writer_gone)?
    }

    /// Runs a job that reads one consistent state, beside the writer.
    ///
    /// # Errors
    /// The job's own error, or a [`StoreError`] when it panicked or the store cannot be read.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&View<'_>) -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let _permit = self.inner.permits.acquire().await?;
        let store = self.clone();
        tokio::task::spawn_blocking(move || store.read_blocking(work)).await?
    }

    /// [`Self::read`] on the thread of the caller, whose job may borrow from it.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_blocking<T>(&self, work: impl FnOnce(&View<'_>) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let connection = self.take_reader()?;
        let result = read_in_snapshot(&connection, work);
        let mut readers = self.inner.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < READERS {
            readers.push(connection);
        }
        result
    }

    /// Notes that a gateway works on the store from now on, until [`Self::end_run`].
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn begin_run(&self) -> anyhow::Result<()> {
        let unclean = self.write(|tx| {
            let added = tx.execute("INSERT OR IGNORE INTO meta (name, value) VALUES ('running', '')", [])?;
            Ok(added == 0)
        });
        self.inner.unclean.store(unclean.await?, Ordering::Relaxed);
        Ok(())
    }

    /// Notes that the gateway ends its work in good order.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn end_run(&self) -> anyhow::Result<()> {
        self.write(|tx| Ok(tx.execute("DELETE FROM meta WHERE name = 'running'", [])?))
            .await?;
        Ok(())
    }

    /// Whether the gateway before this one ended without [`Self::end_run`]; known after [`Self::begin_run`].
    pub fn was_unclean(&self) -> bool {
        self.inner.unclean.load(Ordering::Relaxed)
    }

    /// Looks through the whole file for damage, beside other work; takes long on a large store.
    ///
    /// Returns what it found: at most ten lines, none when the file is sound.
    ///
    /// # Errors
    /// When the file cannot be read at all.
    pub async fn quick_check(&self) -> anyhow::Result<Vec<String>> {
        let path = self.inner.path.clone();
        tokio::task::spawn_blocking(move || {
            let connection = connection::open_reader(&path)?;
            let mut statement = connection.prepare("PRAGMA quick_check(10)")?;
            let lines = statement
                .query_map([], |row| row.get(0))?
                .collect::<Result<Vec<String>, _>>()?;
            Ok(lines.into_iter().filter(|line| line != "ok").collect())
        })
        .await?
    }

    /// Writes and syncs a little, and leaves no trace of it: whether the store can take mail now.
    ///
    /// # Errors
    /// A [`StoreError`] when it cannot.
    pub async fn try_write(&self) -> anyhow::Result<()> {
        self.write(|tx| Ok(tx.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('trial', '')", [])?))
            .await?;
        self.write(|tx| Ok(tx.execute("DELETE FROM meta WHERE name = 'trial'", [])?))
            .await?;
        Ok(())
    }

    /// Waits until the writer has done what was handed in, and closes its connection; for the last clone.
    ///
    /// Blocks; jobs of other clones go on, and then this returns at once.
    pub fn close(self) {
        let thread = self.inner.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let (Some(inner), Some(thread)) = (Arc::into_inner(self.inner), thread) {
            drop(inner);
            // A panic of the thread has been answered to the jobs it held.
            let _ = thread.join();
        }
    }

    fn take_reader(&self) -> anyhow::Result<Connection> {
        let kept = self.inner.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        kept.map_or_else(|| connection::open_reader(&self.inner.path), Ok)
    }
}

fn read_in_snapshot<T>(
    connection: &Connection,
    work: impl FnOnce(&View<'_>) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    connection.execute_batch("BEGIN").context("cannot read the store")?;
    let result = catch_unwind(AssertUnwindSafe(|| work(&View::new(connection))));
    let ended = connection.execute_batch("ROLLBACK");
    let value = result
        .unwrap_or_else(|_| Err(StoreError::JobPanicked.into()))
        .map_err(error::classify)?;
    ended.context("cannot end reading the store")?;
    Ok(value)
}

fn writer_gone<E>(_: E) -> anyhow::Error {
    StoreError::Other("its writer has stopped".to_owned()).into()
}
