//! What is remembered of people.

use super::Tx;
use super::value::Micros;
use crate::desk::decision::ContactChange;
use crate::desk::report::{MOST_PASSING, PASSING_DAYS};
use crate::mail::EmailAddress;
use anyhow::Context;
use jiff::{SignedDuration, Timestamp};

impl Tx<'_> {
    /// Remembers what a mail told of its sender; what it did not tell stays as it was.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn apply_contact(&self, change: &ContactChange, now: Timestamp) -> anyhow::Result<()> {
        let now = Micros(now);
        self.execute(
            "INSERT INTO contact (address_key, address, name, language, first_at, guided_at, answered_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (address_key) DO UPDATE
             SET name = CASE WHEN excluded.name = '' THEN name ELSE excluded.name END,
                 language = CASE WHEN excluded.language = '' THEN language ELSE excluded.language END,
                 guided_at = coalesce(guided_at, excluded.guided_at),
                 answered_at = coalesce(excluded.answered_at, answered_at)",
            (
                change.address.key(),
                change.address.as_str(),
                change.name.as_deref().unwrap_or_default(),
                change.language.as_deref().unwrap_or_default(),
                now,
                change.guided.then_some(now),
                change.has_answered.then_some(now),
            ),
        )
        .context("remembering a contact")?;
        Ok(())
    }

    /// Notes the status by which an address refuses mail; it gets no automatic mail until it is freed.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn suppress(&self, address: &EmailAddress, status: &str, now: Timestamp) -> anyhow::Result<()> {
        self.execute(
            "INSERT INTO contact (address_key, address, first_at, suppressed) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (address_key) DO UPDATE SET suppressed = excluded.suppressed",
            (address.key(), address.as_str(), Micros(now), status),
        )
        .context("suppressing an address")?;
        Ok(())
    }

    /// Counts a passing failure of an address; the one too many in a week suppresses it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn note_passing_failure(&self, address: &EmailAddress, status: &str, now: Timestamp) -> anyhow::Result<()> {
        let since = Micros(now - SignedDuration::from_hours(24 * PASSING_DAYS));
        let key = address.key();
        self.execute("DELETE FROM passing_failure WHERE at < ?1", (since,))
            .context("forgetting old failures")?;
        self.execute(
            "INSERT INTO passing_failure (at, address_key) VALUES (?1, ?2)",
            (Micros(now), &key),
        )
        .context("noting a failure")?;
        let sql = "SELECT count(*) FROM passing_failure WHERE address_key = ?1";
        let failures: u32 = self.first(sql, (&key,), |row| row.get(0))?.unwrap_or_default();
        if failures >= MOST_PASSING {
            self.suppress(address, status, now)?;
        }
        Ok(())
    }

    /// Frees an address that was suppressed: it wrote.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn free(&self, address: &EmailAddress) -> anyhow::Result<()> {
        let key = address.key();
        self.execute("UPDATE contact SET suppressed = '' WHERE address_key = ?1", (&key,))
            .context("freeing an address")?;
        self.execute("DELETE FROM passing_failure WHERE address_key = ?1", (&key,))
            .context("forgetting failures")?;
        Ok(())
    }
}
