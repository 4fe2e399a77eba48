//! How an intake row ends, or is tried again.

use super::Tx;
use super::value::Name;
use super::value::{Micros, head, id_head};
use crate::desk::TicketNumber;
use crate::desk::decision::IntakeState;
use crate::mail::MessageId;
use anyhow::{Context, ensure};
use jiff::Timestamp;

/// What became of a mail.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// The state it ends in.
    pub state: IntakeState,
    /// The ticket it went to or concerns.
    pub ticket: Option<TicketNumber>,
    /// The decision as JSON, for `explain`.
    pub decision: String,
    /// Why it was set aside; empty unless it was.
    pub set_aside: String,
    /// Its Message-ID.
    pub message_id: Option<MessageId>,
    /// Hash over Message-ID, From, text and attachments, by which copies are known.
    pub content_hash: Option<[u8; 32]>,
}

/// What follows from a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// It is tried again; so often it has failed.
    Again(u32),
    /// It failed for the third time, and is set aside for the admin.
    Quarantined,
}

/// Failures after which a mail is quarantined.
const MOST_ATTEMPTS: u32 = 3;
/// What is kept of an error, in characters.
const LONGEST_ERROR: usize = 1000;

impl Tx<'_> {
    /// Ends a mail's handling.
    ///
    /// # Errors
    /// When it was handled already, by this gateway or another process; or the store cannot be written.
    pub fn settle(&self, intake: i64, settlement: &Settlement, now: Timestamp) -> anyhow::Result<()> {
        let message_id = settlement.message_id.as_ref().map(MessageId::as_str);
        let changed = self.execute(
            "UPDATE intake
             SET state = ?2, ticket = ?3, message_id = ?4, message_head = ?5, content_hash = ?6, content_head = ?7,
                 error = ?8
             WHERE id = ?1 AND state IN ('pending', 'held')",
            (
                intake,
                Name(settlement.state),
                settlement.ticket.map(|number| number.0),
                message_id,
                message_id.map(id_head),
                settlement.content_hash,
                settlement.content_hash.as_ref().map(head),
                &settlement.set_aside,
            ),
        );
        ensure!(
            changed.context("settling a mail")? == 1,
            "intake row {intake} is neither pending nor held"
        );
        self.execute(
            "INSERT INTO decision (intake, at, json) VALUES (?1, ?2, ?3)
             ON CONFLICT (intake) DO UPDATE SET at = excluded.at, json = excluded.json",
            (intake, Micros(now), &settlement.decision),
        )
        .context("storing a decision")?;
        Ok(())
    }

    /// Notes that handling a mail failed.
    ///
    /// # Errors
    /// When there is no such pending row, or the store cannot be written.
    pub fn fail_attempt(&self, intake: i64, error: &str) -> anyhow::Result<Attempt> {
        let error: String = error.chars().take(LONGEST_ERROR).collect();
        let attempts = self.first(
            "UPDATE intake SET attempts = attempts + 1, error = ?2,
                    state = CASE WHEN attempts + 1 >= ?3 THEN 'quarantined' ELSE 'pending' END
             WHERE id = ?1 AND state = 'pending' RETURNING attempts",
            (intake, error, MOST_ATTEMPTS),
            |row| row.get(0),
        );
        let attempts = attempts
            .context("noting a failure")?
            .with_context(|| format!("intake row {intake} is not pending"))?;
        Ok(if attempts >= MOST_ATTEMPTS {
            Attempt::Quarantined
        } else {
            Attempt::Again(attempts)
        })
    }
}
