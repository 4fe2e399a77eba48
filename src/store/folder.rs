//! How far each folder has been read.

use super::value::{Micros, Name};
use super::{Tx, View};
use crate::mail::{FirstRunState, FolderCursor, FolderStart, FolderState, StartReason};
use anyhow::Context;
use jiff::Timestamp;
use rusqlite::Row;

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
        first_run: FirstRunState {
            takes: row.get::<_, Name<_>>(3)?.0,
            at: row.get::<_, Micros>(4)?.0,
            until: row.get(5)?,
            done: row.get(6)?,
        },
    })
}

impl Tx<'_> {
    /// Starts reading a folder anew; when its first run began is remembered from the first time on.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn begin_folder(&self, inbox: &str, folder: &str, start: &FolderStart) -> anyhow::Result<()> {
        let cursor = start.cursor;
        match &start.reason {
            StartReason::FirstRun(run) => self.begin_first_run(inbox, folder, cursor, run),
            StartReason::NewUidValidity => self.place_cursor(inbox, folder, cursor),
            StartReason::Rewound => {
                self.void_uids(inbox, folder, cursor)?;
                self.place_cursor(inbox, folder, cursor)
            }
        }
    }

    fn begin_first_run(
        &self,
        inbox: &str,
        folder: &str,
        cursor: FolderCursor,
        run: &FirstRunState,
    ) -> anyhow::Result<()> {
        let at = Timestamp::from_second(run.at.as_second())?;
        self.execute(
            "INSERT INTO folder (inbox, folder, uid_validity, uid_next, first_uid_validity, first_run, first_run_at,
                                 first_run_until, first_run_done)
             VALUES (?1, ?2, ?3, ?4, ?3, ?5, ?6, ?7, ?8)
             ON CONFLICT (inbox, folder) DO UPDATE
             SET uid_validity = excluded.uid_validity, uid_next = excluded.uid_next,
                 first_uid_validity = excluded.first_uid_validity, first_run = excluded.first_run,
                 first_run_until = excluded.first_run_until, first_run_done = excluded.first_run_done",
            (
                inbox,
                folder,
                cursor.uid_validity,
                cursor.uid_next,
                Name(run.takes),
                Micros(at),
                run.until,
                run.done,
            ),
        )
        .context("starting a folder")?;
        Ok(())
    }

    fn place_cursor(&self, inbox: &str, folder: &str, cursor: FolderCursor) -> anyhow::Result<()> {
        self.execute(
            "UPDATE folder SET uid_validity = ?3, uid_next = ?4 WHERE inbox = ?1 AND folder = ?2",
            (inbox, folder, cursor.uid_validity, cursor.uid_next),
        )
        .context("placing a folder's cursor")?;
        Ok(())
    }

    /// Mails stored under UIDs that will be given out again keep no UID, and nothing is owed to the server for them.
    fn void_uids(&self, inbox: &str, folder: &str, cursor: FolderCursor) -> anyhow::Result<()> {
        self.execute(
            "UPDATE intake SET uid = -id, after_done = 1
             WHERE inbox = ?1 AND folder = ?2 AND uid_validity = ?3 AND uid >= ?4 AND source = 'imap'",
            (inbox, folder, cursor.uid_validity, cursor.uid_next),
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
