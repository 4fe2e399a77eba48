//! Where fetched mail goes.

use crate::mail::{FolderCursor, RawMail};
use jiff::Timestamp;
use std::future::Future;

/// Stores what the poller fetches from one folder, and remembers how far it came.
///
/// Each future may be dropped before it resolves; what it did or did not commit by then must be whole.
pub trait Sink: Send + Sync {
    /// What is remembered of the folder; `None` before its first run.
    fn folder_state(&self) -> impl Future<Output = anyhow::Result<Option<FolderState>>> + Send;

    /// Sets the cursor for a reason other than stored mail.
    fn begin_folder(&self, begin: FolderBegin) -> impl Future<Output = anyhow::Result<()>> + Send;

    /// Stores mails and cursor in one transaction; resolves only once they are safe on disk.
    ///
    /// A batch may be empty and only move the cursor. A UID already stored with other octets is another mail (see
    /// [`BeginReason::Rewound`]).
    fn store(&self, batch: FetchedBatch) -> impl Future<Output = anyhow::Result<()>> + Send;

    /// UIDs of stored mails for which [`After`](super::After) has not been done yet.
    fn after_due(&self, uid_validity: u32) -> impl Future<Output = anyhow::Result<Vec<u32>>> + Send;

    /// The server has done it for these UIDs.
    fn after_done(&self, uid_validity: u32, uids: Vec<u32>) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// What is remembered of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderState {
    /// How far it has been read.
    pub cursor: FolderCursor,
    /// When it was opened for the first time.
    pub first_run_at: Timestamp,
    /// Mail with a smaller UID was there before the first run.
    pub first_run_until: u32,
    /// Whether the mail of the first run has all been stored or left out.
    pub first_run_done: bool,
}

impl FolderState {
    /// Whether the first run is over; it is too once the cursor has passed `first_run_until`.
    pub fn first_run_is_over(&self) -> bool {
        self.first_run_done || self.cursor.uid_next >= self.first_run_until
    }
}

/// A new start in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderBegin {
    /// Why.
    pub reason: BeginReason,
    /// From where on it will be read.
    pub cursor: FolderCursor,
    /// As in [`FolderState`].
    pub first_run_until: u32,
    /// As in [`FolderState`].
    pub first_run_done: bool,
    /// Becomes `first_run_at` when the sink has none yet.
    pub now: Timestamp,
}

/// Why a folder is begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BeginReason {
    /// It is new to us, or its first run was not over when UIDVALIDITY changed. What is left out is left out by the
    /// poller.
    FirstRun,
    /// UIDVALIDITY changed: everything comes again from UID 1. The sink leaves out what is older than
    /// `first_run_at` and not in the store.
    NewUidValidity,
    /// The server gives out UIDs below the cursor again under the same UIDVALIDITY (a restored backup): mail may come
    /// under a UID that another mail had.
    Rewound,
}

/// Mail to store, with the cursor behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedBatch {
    /// The UIDVALIDITY of all UIDs here.
    pub uid_validity: u32,
    /// The cursor once the batch is stored.
    pub uid_next: u32,
    /// The mails, by ascending UID.
    pub mails: Vec<FetchedMail>,
}

/// One fetched mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedMail {
    /// Its UID.
    pub uid: u32,
    /// The mail.
    pub raw: RawMail,
}
