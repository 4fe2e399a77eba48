//! From a store in which each recipient's copy of a mail was kept whole, for ever: the octets of what is a message go to
//! it, those of what still waits stay, and of the others nothing but their text.

use super::value::{Compressed, compress, decompress, unpacked_size};
use crate::desk::decision::MailKind;
use crate::mail::{InboundMail, ParseLimits, RawMail};
use jiff::Timestamp;
use rusqlite::Transaction;
use rusqlite_migration::HookResult;

/// No mail in an older store is larger.
const LARGEST_MAIL: u64 = 256 << 20;

/// What a row of the outbox was, before.
struct Row {
    id: i64,
    message: Option<i64>,
    kind: String,
    is_over: bool,
    /// Rows that were written together say the same to several people.
    written: (Option<i64>, i64),
}

/// The rows are gone through one by one, so that the memory it takes does not grow with the store.
pub(super) fn migrate(tx: &Transaction<'_>) -> HookResult {
    let ids: Vec<i64> = tx
        .prepare("SELECT outbox FROM outbox_octets ORDER BY outbox")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut before: Option<(Row, i64)> = None;
    for id in ids {
        let row = read(tx, id)?;
        let octets: Compressed = tx.query_row("SELECT octets FROM outbox_octets WHERE outbox = ?1", [id], |row| {
            row.get(0)
        })?;
        // Trouble and other mails about no ticket say different things at one moment.
        let is_about = row.message.is_some() || row.written.0.is_some();
        let is_together = |other: &Row| {
            is_about && other.kind == row.kind && other.message == row.message && other.written == row.written
        };
        let text = match before.take().filter(|(other, _)| is_together(other)) {
            Some((_, text)) => Some(text),
            // That of a confirmation stands on its ticket.
            None if row.kind == MailKind::Confirmation.as_str() => None,
            None => keep_text(tx, id, &octets)?,
        };
        tx.execute("UPDATE outbox SET text = ?2 WHERE id = ?1", (id, text))?;
        keep_octets(tx, &row, &octets)?;
        before = text.map(|text| (row, text));
    }
    tx.execute_batch("DROP TABLE outbox_octets")?;
    Ok(())
}

fn read(tx: &Transaction<'_>, id: i64) -> rusqlite::Result<Row> {
    let sql = "SELECT message, kind, state IN ('sent', 'dropped'), ticket, created_at FROM outbox WHERE id = ?1";
    tx.query_row(sql, [id], |row| {
        Ok(Row {
            id,
            message: row.get(0)?,
            kind: row.get(1)?,
            is_over: row.get(2)?,
            written: (row.get(3)?, row.get(4)?),
        })
    })
}

/// `None` for octets that are damaged: one mail must not keep the store from opening.
fn keep_text(tx: &Transaction<'_>, id: i64, octets: &Compressed) -> rusqlite::Result<Option<i64>> {
    let text = match text(octets) {
        Ok(text) => text,
        Err(error) => {
            tracing::warn!(
                outbox = id,
                "the text of a mail that went out cannot be kept: {error:#}"
            );
            return Ok(None);
        }
    };
    tx.execute("INSERT INTO sent_text (octets) VALUES (?1)", [text])?;
    Ok(Some(tx.last_insert_rowid()))
}

fn text(octets: &Compressed) -> anyhow::Result<Compressed> {
    let octets = decompress(octets, LARGEST_MAIL)?;
    let raw = RawMail {
        full_size: octets.len() as u64,
        octets,
        received_at: Timestamp::UNIX_EPOCH,
    };
    compress(InboundMail::parse(&raw, &ParseLimits::default()).text.as_bytes())
}

/// The first copy of a message is the message's; another copy that still waits stays as it is.
fn keep_octets(tx: &Transaction<'_>, row: &Row, octets: &Compressed) -> HookResult {
    let store = || -> rusqlite::Result<i64> {
        tx.execute("INSERT INTO raw (octets) VALUES (?1)", [octets])?;
        Ok(tx.last_insert_rowid())
    };
    let Some(message) = row.message else {
        if !row.is_over {
            tx.execute("UPDATE outbox SET raw = ?2 WHERE id = ?1", (row.id, store()?))?;
        }
        return Ok(());
    };
    let sql = "SELECT raw.octets FROM message JOIN raw ON raw.id = message.raw WHERE message.id = ?1";
    let mut first = tx.prepare_cached(sql)?;
    let first = first
        .query_map([message], |row| row.get::<_, Compressed>(0))?
        .next()
        .transpose()?;
    match first {
        None => {
            tx.execute("UPDATE message SET raw = ?2 WHERE id = ?1", (message, store()?))?;
        }
        Some(_) if row.is_over => {}
        Some(first) => {
            // It shares nothing with the first copy: that is passed over whole.
            let size = unpacked_size(first.octets()).unwrap_or_default();
            tx.execute(
                "UPDATE outbox SET shared_from = ?2 WHERE id = ?1",
                (row.id, size as i64),
            )?;
            tx.execute(
                "INSERT INTO outbox_own (outbox, octets) VALUES (?1, ?2)",
                (row.id, octets),
            )?;
        }
    }
    Ok(())
}
