//! Why the store could not do its work, as far as a caller may want to act on it.

use rusqlite::ErrorCode;

/// A failure of the store; found in an [`anyhow::Error`] with `downcast_ref`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The disk is full: nothing was written, and it goes on when there is room again.
    #[error("the disk that holds the store is full")]
    Full,
    /// The disk or the file system refused: nothing was written.
    #[error("the store cannot be read or written: {0}")]
    Io(String),
    /// Another process kept the store locked for longer than the busy timeout.
    #[error("the store is locked by another process")]
    Busy,
    /// The job panicked; what it had written is undone.
    #[error("a job of the store panicked")]
    JobPanicked,
    /// Anything else.
    #[error("the store failed: {0}")]
    Other(String),
}

impl From<&rusqlite::Error> for StoreError {
    fn from(error: &rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(
                ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase,
            ) => Self::Io(error.to_string()),
            _ => Self::Other(error.to_string()),
        }
    }
}

/// Puts a [`StoreError`] on an error that SQLite caused and a caller can act on.
pub(crate) fn classify(error: anyhow::Error) -> anyhow::Error {
    let cause = error.chain().find_map(|cause| cause.downcast_ref::<rusqlite::Error>());
    match cause.map(StoreError::from) {
        Some(typed @ (StoreError::Full | StoreError::Io(_) | StoreError::Busy)) => error.context(typed),
        _ => error,
    }
}
