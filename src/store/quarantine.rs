//! Mails that were set aside for the admin.

use super::value::{Compressed, Micros};
use super::{Tx, View, decompress};
use anyhow::Context;
use jiff::Timestamp;

/// A mail that was set aside.
#[derive(Debug, Clone)]
pub struct QuarantineEntry {
    /// The intake row.
    pub id: i64,
    /// When it was received.
    pub at: Timestamp,
    /// The inbox's name.
    pub inbox: String,
    /// Why.
    pub reason: String,
    /// Its octets.
    pub raw: Compressed,
}

/// Larger mails are not taken in.
const LARGEST_MAIL: u64 = 1024 * 1024 * 1024;

impl View<'_> {
    /// Hands every mail that was set aside to `each`, oldest first.
    ///
    /// # Errors
    /// That of `each`, or when the store cannot be read.
    pub fn quarantined(&self, mut each: impl FnMut(QuarantineEntry) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let mut statement = self.prepare(
            "SELECT intake.id, received_at, inbox, error, octets
             FROM intake JOIN raw ON raw.id = intake.raw
             WHERE state = 'quarantined' ORDER BY intake.id",
        )?;
        let mut rows = statement.query([]).context("reading the quarantine")?;
        while let Some(row) = rows.next().context("reading the quarantine")? {
            each(QuarantineEntry {
                id: row.get(0)?,
                at: row.get::<_, Micros>(1)?.0,
                inbox: row.get(2)?,
                reason: row.get(3)?,
                raw: row.get(4)?,
            })?;
        }
        Ok(())
    }

    /// The octets of a mail that was set aside; `None` when that row is in another state or missing.
    ///
    /// # Errors
    /// When the store cannot be read, or the mail in it is damaged.
    pub fn quarantined_raw(&self, intake: i64) -> anyhow::Result<Option<Vec<u8>>> {
        let raw: Option<Compressed> = self
            .first(
                "SELECT octets FROM intake JOIN raw ON raw.id = intake.raw
                 WHERE intake.id = ?1 AND state = 'quarantined'",
                [intake],
                |row| row.get(0),
            )
            .context("reading the quarantine")?;
        raw.map(|raw| decompress(&raw, LARGEST_MAIL)).transpose()
    }
}

impl Tx<'_> {
    /// Has a mail that was set aside handled once more; tells whether there was one.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn retry_quarantined(&self, intake: i64) -> anyhow::Result<bool> {
        let sql = "UPDATE intake SET state = 'pending', attempts = 0 WHERE id = ?1 AND state = 'quarantined'";
        Ok(self.execute(sql, [intake]).context("retrying a mail")? == 1)
    }

    /// Gives up a mail that was set aside, and keeps its octets; tells whether there was one.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn drop_quarantined(&self, intake: i64) -> anyhow::Result<bool> {
        let sql = "UPDATE intake SET state = 'discarded' WHERE id = ?1 AND state = 'quarantined'";
        Ok(self.execute(sql, [intake]).context("dropping a mail")? == 1)
    }
}
