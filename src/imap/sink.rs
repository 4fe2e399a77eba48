//! Where fetched mail goes.

use crate::mail::{FetchedBatch, FolderStart, FolderState, RawMail};
use std::future::Future;

/// Stores what the poller fetches from one folder, and remembers how far it came.
///
/// Each future may be dropped before it resolves; what it did or did not commit by then must be whole.
pub trait Sink: Send + Sync {
    /// What is remembered of the folder; `None` before its first run.
    fn folder_state(&self) -> impl Future<Output = anyhow::Result<Option<FolderState>>> + Send;

    /// Sets the cursor for a reason other than stored mail.
    fn begin_folder(&self, start: FolderStart) -> impl Future<Output = anyhow::Result<()>> + Send;

    /// Stores mails and cursor in one transaction; resolves only once they are safe on disk.
    ///
    /// A batch may be empty and only move the cursor. A UID already stored with other octets is another mail (see
    /// [`StartReason::Rewound`](crate::mail::StartReason::Rewound)).
    fn store(&self, batch: FetchedBatch<FetchedMail>) -> impl Future<Output = anyhow::Result<()>> + Send;

    /// UIDs of stored mails for which [`After`](crate::mail::After) has not been done yet.
    fn after_due(&self, uid_validity: u32) -> impl Future<Output = anyhow::Result<Vec<u32>>> + Send;

    /// The server has done it for these UIDs.
    fn after_done(&self, uid_validity: u32, uids: Vec<u32>) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// One fetched mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedMail {
    /// Its UID.
    pub uid: u32,
    /// The mail.
    pub raw: RawMail,
}
