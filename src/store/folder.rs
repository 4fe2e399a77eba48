//! How far each folder has been read.

use super::value::{Micros, Name};
use super::{Tx, View};
use crate::mail::FolderCursor;
use anyhow::Context;
use jiff::Timestamp;
use rusqlite::Row;
use serde::{Deserialize, Serialize};

/// What is remembered of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderState {
    /// How far it has been read.
    pub cursor: FolderCursor,
    /// The UIDVALIDITY of the first run; another one now means that a rescan has begun.
    pub first_uid_validity: u32,
    /// What the first run takes.
    pub first_run: FirstRun,
    /// When the folder was first seen: the second in which that was, as INTERNALDATE knows no part of one.
    pub first_run_at: Timestamp,
    /// The first UID that came after the folder was first seen.
    pub first_run_until: u32,
    /// Whether what the first run takes is stored.
    pub first_run_done: bool,
}

/// What an empty store takes from a folder that is already full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstRun {
    /// Everything.
    All,
    /// What nobody has read.
    Unseen,
    /// Nothing: only what comes from now on.
    Now,
}

/// A new start in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderStart {
    /// The inbox's name.
    pub inbox: String,
    /// The folder's name on the server.
    pub folder: String,
    /// Why it starts anew.
    pub kind: StartKind,
    /// Where reading starts.
    pub cursor: FolderCursor,
    /// What the first run takes.
    pub first_run: FirstRun,
    /// UIDNEXT as the server gave it.
    pub first_run_until: u32,
    /// Whether the first run is over with this start.
    pub first_run_done: bool,
}

/// Why reading a folder starts anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartKind {
    /// Its first run, or its first run again because UIDVALIDITY changed before its end.
    FirstRun,
    /// UIDVALIDITY changed.
    NewUidValidity,
    /// The server gives out UIDs again that it gave out before.
    Rewound,
}

const COLUMNS: &str =
    "uid_validity, uid_next, first_uid_validity, first_run, first_run_at, first_run_until, first_run_done";

impl View<'_> {
    /// What is remembered of a folder; `None` when it was never seen.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn folder(&self, inbox: &str, folder: &str) -> anyhow::Result<Option<FolderState>> {
        let sql = format!("SELECT {COLUMNS} FROM folder WHERE inbox = ?1 AND folder = ?2");
        self.first(&sql, (inbox, folder), read_state)
            .context("reading a folder's cursor")
    }
}

fn read_state(row: &Row<'_>) -> rusqlite::Result<FolderState> {
    Ok(FolderState {
        cursor: FolderCursor {
            uid_validity: row.get(0)?,
            uid_next: row.get(1)?,
        },
        first_uid_validity: row.get(2)?,
        first_run: row.get::<_, Name<_>>(3)?.0,
        first_run_at: row.get::<_, Micros>(4)?.0,
        first_run_until: row.get(5)?,
        first_run_done: row.get(6)?,
    })
}

impl Tx<'_> {
    /// Starts reading a folder anew; when the first run began is remembered from the first time on.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn begin_folder(&self, start: &FolderStart, now: Timestamp) -> anyhow::Result<()> {
        match start.kind {
            StartKind::FirstRun => self.begin_first_run(start, now),
            StartKind::NewUidValidity => self.place_cursor(start),
            StartKind::Rewound => {
                self.void_uids(start)?;
                self.place_cursor(start)
            }
        }
    }

    fn begin_first_run(&self, start: &FolderStart, now: Timestamp) -> anyhow::Result<()> {
        let first_run_at = Timestamp::from_second(now.as_second())?;
        self.execute(
            "INSERT INTO folder (inbox, folder, uid_validity, uid_next, first_uid_validity, first_run, first_run_at,
                                 first_run_until, first_run_done)
             VALUES (?1, ?2, ?3, ?4, ?3, ?5, ?6, ?7, ?8)
             ON CONFLICT (inbox, folder) DO UPDATE
             SET uid_validity = excluded.uid_validity, uid_next = excluded.uid_next,
                 first_uid_validity = excluded.first_uid_validity, first_run = excluded.first_run,
                 first_run_until = excluded.first_run_until, first_run_done = excluded.first_run_done",
            (
                &start.inbox,
                &start.folder,
                start.cursor.uid_validity,
                start.cursor.uid_next,
                Name(start.first_run),
                Micros(first_run_at),
                start.first_run_until,
                start.first_run_done,
            ),
        )
        .context("starting a folder")?;
        Ok(())
    }

    fn place_cursor(&self, start: &FolderStart) -> anyhow::Result<()> {
        self.execute(
            "UPDATE folder SET uid_validity = ?3, uid_next = ?4 WHERE inbox = ?1 AND folder = ?2",
            (
                &start.inbox,
                &start.folder,
                start.cursor.uid_validity,
                start.cursor.uid_next,
            ),
        )
        .context("placing a folder's cursor")?;
        Ok(())
    }

    /// Mails stored under UIDs that will be given out again keep no UID, and nothing is owed to the server for them.
    fn void_uids(&self, start: &FolderStart) -> anyhow::Result<()> {
        self.execute(
            "UPDATE intake SET uid = -id, after_done = 1
             WHERE inbox = ?1 AND folder = ?2 AND uid_validity = ?3 AND uid >= ?4 AND source = 'imap'",
            (
                &start.inbox,
                &start.folder,
                start.cursor.uid_validity,
                start.cursor.uid_next,
            ),
        )
        .context("forgetting UIDs")?;
        Ok(())
    }

    /// Moves the cursor. Under the same UIDVALIDITY it never goes back; a new one starts a rescan.
    ///
    /// # Errors
    /// When the store cannot be written, or the folder was never begun.
    pub fn set_cursor(&self, inbox: &str, folder: &str, cursor: FolderCursor) -> anyhow::Result<()> {
        let changed = self.execute(
            "UPDATE folder
             SET uid_next = CASE WHEN uid_validity = ?3 THEN max(uid_next, ?4) ELSE ?4 END, uid_validity = ?3
             WHERE inbox = ?1 AND folder = ?2",
            (inbox, folder, cursor.uid_validity, cursor.uid_next),
        );
        anyhow::ensure!(
            changed.context("moving a folder's cursor")? == 1,
            "the folder has no cursor yet"
        );
        Ok(())
    }
}
