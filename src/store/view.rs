//! What a job of the store is given: a consistent view to read, or a transaction to write in.

use super::StoreError;
use super::error::classify;
use rusqlite::{CachedStatement, Connection, Params, Row};
use std::cell::RefCell;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A consistent view of the store. What can be read stands in the modules of `store`.
pub struct View<'a> {
    connection: &'a Connection,
}

/// A transaction: all of its writes are kept, or none. Reads see its own writes.
pub struct Tx<'a> {
    view: View<'a>,
    /// Words to index just before the commit: FTS5 writes out its buffer at every savepoint, which costs more than
    /// everything else a mail needs.
    words: RefCell<Vec<Words>>,
}

/// The searchable words of one message.
pub(super) struct Words {
    /// Ascends with the ticket's number.
    pub(super) row: i64,
    pub(super) text: String,
}

impl<'a> Deref for Tx<'a> {
    type Target = View<'a>;

    fn deref(&self) -> &Self::Target {
        &self.view
    }
}

impl<'a> View<'a> {
    pub(super) fn new(connection: &'a Connection) -> Self {
        Self { connection }
    }

    /// A statement that is prepared once for each connection.
    pub(super) fn prepare(&self, sql: &str) -> rusqlite::Result<CachedStatement<'a>> {
        self.connection.prepare_cached(sql)
    }

    /// The first row, if there is one.
    pub(super) fn first<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Option<T>> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query(params)?;
        rows.next()?.map(read).transpose()
    }

    /// Every row.
    pub(super) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>> {
        self.prepare(sql)?.query_map(params, read)?.collect()
    }
}

impl<'a> Tx<'a> {
    pub(super) fn new(connection: &'a Connection) -> Self {
        Self {
            view: View::new(connection),
            words: RefCell::default(),
        }
    }

    /// Runs a statement that returns no rows; tells how many rows it changed.
    pub(super) fn execute(&self, sql: &str, params: impl Params) -> rusqlite::Result<usize> {
        self.prepare(sql)?.execute(params)
    }

    /// Runs an INSERT; tells the id of the new row.
    pub(super) fn insert(&self, sql: &str, params: impl Params) -> rusqlite::Result<i64> {
        self.prepare(sql)?.insert(params)
    }

    /// Runs a part of the job that is undone by itself when it fails or panics; the rest of the job goes on.
    ///
    /// # Errors
    /// The part's own error, or [`StoreError::JobPanicked`].
    pub fn savepoint<T>(&self, part: impl FnOnce(&Self) -> anyhow::Result<T>) -> anyhow::Result<T> {
        self.execute("SAVEPOINT part", [])?;
        let words = self.words.borrow().len();
        let result = catch_unwind(AssertUnwindSafe(|| part(self)))
            .unwrap_or_else(|_| Err(StoreError::JobPanicked.into()))
            .map_err(classify);
        if result.is_err() {
            self.words.borrow_mut().truncate(words);
            self.execute("ROLLBACK TO part", [])?;
        }
        self.execute("RELEASE part", [])?;
        result
    }

    pub(super) fn index_words(&self, words: Words) {
        self.words.borrow_mut().push(words);
    }

    /// What the job wants indexed; the caller drops it when the job is undone.
    pub(super) fn into_words(self) -> Vec<Words> {
        self.words.into_inner()
    }
}
