//! Received mails, safe on disk before anything else is done with them.

use super::value::{Compressed, Micros, Name, decompress, head};
use super::{Tx, View};
use crate::desk::arrival::{Authenticity, Replies};
use crate::mail::{After, FetchedBatch, FirstRun, FolderCursor, FolderState, RawMail};
use anyhow::Context;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One fetched mail, packed.
#[derive(Debug, Clone)]
pub struct NewIntake {
    /// Its UID.
    pub uid: u32,
    /// Its octets.
    pub raw: Compressed,
    /// Its size on the server in octets.
    pub full_size: u64,
    /// SHA-256 of its octets.
    pub sha256: [u8; 32],
    /// INTERNALDATE.
    pub received_at: Timestamp,
    /// What the server is to do with it.
    pub after: After,
}

/// A mail that came by pipe or import.
#[derive(Debug, Clone)]
pub struct SingleIntake {
    /// The inbox's name.
    pub inbox: String,
    /// How it came.
    pub source: Source,
    /// Its octets.
    pub raw: Compressed,
    /// Its size in octets.
    pub full_size: u64,
    /// SHA-256 of its octets.
    pub sha256: [u8; 32],
    /// When it came; of an imported one, when it first arrived.
    pub received_at: Timestamp,
    /// Whether its headers' results are judged.
    pub authenticity: Authenticity,
    /// Whether anything is sent for it.
    pub replies: Replies,
}

/// How a mail came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Fetched from a folder.
    Imap,
    /// `buzon deliver`.
    Pipe,
    /// `buzon import`.
    Import,
}

/// A mail that waits to be handled.
#[derive(Debug, Clone)]
pub struct PendingIntake {
    /// The row.
    pub id: i64,
    /// The inbox's name.
    pub inbox: String,
    /// Its octets.
    pub raw: Compressed,
    /// When it came.
    pub received_at: Timestamp,
    /// Its full size in octets; more than `raw` holds when only its head was kept.
    pub full_size: u64,
    /// SHA-256 of its octets; `None` when the row is damaged.
    pub sha256: Option<[u8; 32]>,
    /// How often it has failed.
    pub attempts: u32,
    /// How it came.
    pub source: Source,
    /// What is made of its Authentication-Results.
    pub authenticity: Authenticity,
    /// Whether anything is sent for it.
    pub replies: Replies,
}

/// No mail in the store is larger, in octets.
const LARGEST_MAIL: u64 = 512 << 20;

impl PendingIntake {
    /// The mail, unpacked.
    ///
    /// # Errors
    /// When its octets are damaged.
    pub fn raw_mail(&self) -> anyhow::Result<RawMail> {
        Ok(RawMail {
            octets: decompress(&self.raw, LARGEST_MAIL)?,
            full_size: self.full_size,
            received_at: self.received_at,
        })
    }
}

/// What became of a batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Mails that are new here.
    pub new: u32,
    /// Mails that were here under this UID already.
    pub known: u32,
    /// Mails that the first run had left out, and that stay out.
    pub left_out: u32,
}

impl Tx<'_> {
    /// Stores fetched mails and moves the folder's cursor. Doing it twice changes nothing.
    ///
    /// # Errors
    /// When the store cannot be written, or the folder was never begun.
    pub fn record_fetch(
        &self,
        inbox: &str,
        folder: &str,
        batch: &FetchedBatch<NewIntake>,
        now: Timestamp,
    ) -> anyhow::Result<Recorded> {
        let state = self.folder(inbox, folder)?;
        let state = state.context("the folder has no cursor yet")?;
        let (mut recorded, uid_validity) = (Recorded::default(), batch.cursor_after.uid_validity);
        for mail in &batch.mails {
            let twin = self.raw_of(&mail.sha256)?;
            if twin.is_none() && was_left_out(&state, batch.cursor_after, mail) {
                recorded.left_out += 1;
            } else if self.insert_fetched((inbox, folder, uid_validity, mail.uid), mail, twin, now)? {
                recorded.new += 1;
            } else {
                recorded.known += 1;
            }
        }
        self.set_cursor(inbox, folder, batch.cursor_after)?;
        Ok(recorded)
    }

    fn insert_fetched(
        &self,
        place: (&str, &str, u32, u32),
        mail: &NewIntake,
        twin: Option<i64>,
        now: Timestamp,
    ) -> anyhow::Result<bool> {
        let known = self.first(
            "SELECT 1 FROM intake
             WHERE inbox = ?1 AND folder = ?2 AND uid_validity = ?3 AND uid = ?4 AND source = 'imap'",
            place,
            |_| Ok(()),
        );
        if known.context("looking for a mail")?.is_some() {
            return Ok(false);
        }
        let raw = self.raw_row(twin, &mail.raw)?;
        self.insert(
            "INSERT INTO intake (inbox, folder, uid_validity, uid, source, received_at, recorded_at, full_size, raw,
                                 sha256, sha_head, after, after_done)
             VALUES (?1, ?2, ?3, ?4, 'imap', ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            (
                place.0,
                place.1,
                place.2,
                place.3,
                Micros(mail.received_at),
                Micros(now),
                mail.full_size.cast_signed(),
                raw,
                mail.sha256,
                head(&mail.sha256),
                mail.after.stored_name(),
                i64::from(mail.after == After::Keep),
            ),
        )
        .context("storing a mail")?;
        Ok(true)
    }

    /// Stores a mail that came by pipe or import; tells its row.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn record_single(&self, mail: &SingleIntake, now: Timestamp) -> anyhow::Result<i64> {
        let raw = self.raw_row(self.raw_of(&mail.sha256)?, &mail.raw)?;
        self.insert(
            "INSERT INTO intake (inbox, source, received_at, recorded_at, full_size, raw, sha256, sha_head,
                                 authenticity, replies)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            (
                &mail.inbox,
                Name(mail.source),
                Micros(mail.received_at),
                Micros(now),
                mail.full_size.cast_signed(),
                raw,
                mail.sha256,
                head(&mail.sha256),
                Name(mail.authenticity),
                Name(mail.replies),
            ),
        )
        .context("storing a mail")
    }

    /// The octets' row: the same mail in two inboxes, or again after a rescan, is kept once.
    fn raw_row(&self, twin: Option<i64>, raw: &Compressed) -> anyhow::Result<i64> {
        let store = || self.insert("INSERT INTO raw (octets) VALUES (?1)", [raw]);
        twin.map_or_else(store, Ok).context("storing a mail's octets")
    }

    fn raw_of(&self, sha256: &[u8; 32]) -> anyhow::Result<Option<i64>> {
        let sql = "SELECT raw FROM intake WHERE sha_head = ?1 AND sha256 = ?2 LIMIT 1";
        self.first(sql, (head(sha256), sha256), |row| row.get(0))
            .context("looking for a copy")
    }
}

/// Whether a rescan meets a mail that the first run was told to leave alone.
fn was_left_out(state: &FolderState, cursor: FolderCursor, mail: &NewIntake) -> bool {
    state.first_run.takes != FirstRun::All
        && cursor.uid_validity != state.first_uid_validity
        && mail.received_at < state.first_run.at
}

impl View<'_> {
    /// Mails that wait to be handled, oldest first: those behind row `after`, at most `limit`, and no more than
    /// `byte_limit` octets of the store unless the first alone has more.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn pending(&self, after: i64, limit: u32, byte_limit: usize) -> anyhow::Result<Vec<PendingIntake>> {
        let mut statement = self.prepare(&format!(
            "SELECT {PENDING_COLUMNS} FROM intake JOIN raw ON raw.id = intake.raw
             WHERE state = 'pending' AND intake.id > ?1 ORDER BY intake.id LIMIT ?2",
        ))?;
        let mut rows = statement.query((after, limit)).context("reading pending mails")?;
        let (mut pending, mut bytes) = (vec![], 0);
        while let Some(row) = rows.next().context("reading pending mails")? {
            let mail = read_pending(row)?;
            bytes += mail.raw.stored_size();
            if bytes > byte_limit && !pending.is_empty() {
                break;
            }
            pending.push(mail);
        }
        Ok(pending)
    }

    /// A mail, whatever became of it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn intake(&self, intake: i64) -> anyhow::Result<Option<PendingIntake>> {
        let sql = format!("SELECT {PENDING_COLUMNS} FROM intake JOIN raw ON raw.id = intake.raw WHERE intake.id = ?1");
        self.first(&sql, [intake], read_pending).context("reading a mail")
    }

    /// Whether a mail still waits to be handled: another process may have done it since [`Self::pending`].
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn is_pending(&self, intake: i64) -> anyhow::Result<bool> {
        let sql = "SELECT 1 FROM intake WHERE id = ?1 AND state = 'pending'";
        let found = self.first(sql, [intake], |_| Ok(()));
        Ok(found.context("looking at a mail")?.is_some())
    }
}

/// What [`read_pending`] reads.
const PENDING_COLUMNS: &str =
    "intake.id, inbox, octets, received_at, full_size, attempts, source, authenticity, replies, sha256";

fn read_pending(row: &rusqlite::Row<'_>) -> rusqlite::Result<PendingIntake> {
    Ok(PendingIntake {
        id: row.get(0)?,
        inbox: row.get(1)?,
        raw: row.get(2)?,
        received_at: row.get::<_, Micros>(3)?.0,
        full_size: row.get::<_, i64>(4)?.cast_unsigned(),
        attempts: row.get(5)?,
        source: row.get::<_, Name<_>>(6)?.0,
        authenticity: row.get::<_, Name<_>>(7)?.0,
        replies: row.get::<_, Name<_>>(8)?.0,
        // A row that cannot be read would hold up all those behind it.
        sha256: row.get_ref(9)?.as_blob()?.try_into().ok(),
    })
}
