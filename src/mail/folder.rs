//! A folder on a server, as it is read: how far, from where on, and what becomes of its mails.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How far a folder has been read (RFC 9051 §2.3.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderCursor {
    /// The UIDVALIDITY under which `uid_next` means something.
    pub uid_validity: u32,
    /// The first UID that has not been stored yet.
    pub uid_next: u32,
}

/// What is remembered of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderState {
    /// How far it has been read.
    pub cursor: FolderCursor,
    /// The UIDVALIDITY of the first run; another one now means that a rescan has begun.
    pub first_uid_validity: u32,
    /// Its first run, over or not.
    pub first_run: FirstRunState,
}

/// How a folder was first read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstRunState {
    /// What it takes.
    pub takes: FirstRun,
    /// When the folder was first seen. The store keeps only the second, as INTERNALDATE knows no part of one.
    pub at: Timestamp,
    /// UIDNEXT at that time: mail with a smaller UID was there before.
    pub until: u32,
    /// Whether the mail that was there before has all been stored or left out.
    pub done: bool,
}

/// What a first run takes of the mail that is already there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FirstRun {
    /// Everything.
    All,
    /// What is without `\Seen`.
    Unseen,
    /// Nothing: only what comes from now on.
    Now,
}

/// A new start in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderStart {
    /// From where on it will be read.
    pub cursor: FolderCursor,
    /// Why it starts anew.
    pub reason: StartReason,
}

/// Why reading a folder starts anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartReason {
    /// It is new to us, or its first run was not over when UIDVALIDITY changed. What is left out is left out by whoever
    /// fetches.
    FirstRun(FirstRunState),
    /// UIDVALIDITY changed: everything comes again from UID 1. What is older than the first run and not in the store is
    /// left out by the store.
    NewUidValidity,
    /// The server gives out UIDs below the cursor again under the same UIDVALIDITY (a restored backup): mail may come
    /// under a UID that another mail had.
    Rewound,
}

/// Mails of one folder, by ascending UID, and how far it is read with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedBatch<M> {
    /// The cursor once these are stored; all their UIDs are under its UIDVALIDITY.
    pub cursor_after: FolderCursor,
    /// The mails; there may be none, and only the cursor moves.
    pub mails: Vec<M>,
}

/// What becomes of a mail on the server once it is safe in the store.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum After {
    /// It is flagged `\Seen`.
    Seen,
    /// It is moved to this folder, which is created when it is missing.
    Move(String),
    /// It is flagged `\Deleted` and, where the server has UIDPLUS, expunged.
    Delete,
    /// Nothing at all; the folder is opened read-only.
    Keep,
}

impl FolderState {
    /// Whether the first run is over; it is too once the cursor has passed the mail that was there before.
    pub fn first_run_is_over(&self) -> bool {
        self.first_run.done || self.cursor.uid_next >= self.first_run.until
    }
}

impl After {
    /// What the store calls it; where the mail was moved to is not kept.
    pub fn stored_name(&self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Move(_) => "move",
            Self::Delete => "delete",
            Self::Keep => "none",
        }
    }
}
