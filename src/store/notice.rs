//! When the admin was told of what.

use super::Tx;
use super::value::Micros;
use anyhow::Context;
use jiff::{SignedDuration, Timestamp};

/// The admin is told of one cause at most so often.
const INTERVAL: SignedDuration = SignedDuration::from_hours(1);

impl Tx<'_> {
    /// Whether the admin has not been told of this cause within the hour; notes that they are told now.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn is_first_notice(&self, cause: &str, now: Timestamp) -> anyhow::Result<bool> {
        let changed = self.execute(
            // A time in the future is that of a clock that ran ahead, and holds nothing back.
            "INSERT INTO notice (cause, at) VALUES (?1, ?2)
             ON CONFLICT (cause) DO UPDATE SET at = excluded.at WHERE at <= ?3 OR at > ?2",
            (cause, Micros(now), Micros(now - INTERVAL)),
        );
        Ok(changed.context("noting that the admin is told")? > 0)
    }
}
