//! What is remembered of people.

use super::Tx;
use super::value::Micros;
use crate::desk::decision::ContactChange;
use anyhow::Context;
use jiff::Timestamp;

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
}
