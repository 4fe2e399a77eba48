//! Mails of agents that wait for consent.

use super::intake::PendingIntake;
use super::value::{Json, Micros};
use super::{Tx, View};
use crate::desk::held::{HeldMail, HeldReason, HeldRequest, Used};
use crate::desk::{TicketKey, TicketNumber};
use crate::mail::EmailAddress;
use anyhow::{Context, ensure};
use jiff::{SignedDuration, Timestamp};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

impl Tx<'_> {
    /// Notes that an agent was asked about a mail of hers.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn hold(&self, request: &HeldRequest, now: Timestamp) -> anyhow::Result<()> {
        self.insert(
            "INSERT INTO held_mail (intake, key, agent_key, agent, ticket, at, reasons)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (intake) DO UPDATE
             SET key = excluded.key, at = excluded.at, reasons = excluded.reasons, released_at = NULL",
            (
                request.intake.context("a dry run holds nothing")?,
                request.key.0.cast_signed(),
                request.agent.key(),
                request.agent.as_str(),
                request.ticket.map(|number| number.0),
                Micros(now),
                Json(&request.reasons),
            ),
        )
        .context("holding a mail")?;
        Ok(())
    }

    /// Uses up the code of a held mail.
    ///
    /// # Errors
    /// When it was released before, or the store cannot be written.
    pub fn release(&self, intake: i64, now: Timestamp) -> anyhow::Result<()> {
        let sql = "UPDATE held_mail SET released_at = ?2 WHERE intake = ?1 AND released_at IS NULL";
        let changed = self.execute(sql, (intake, Micros(now))).context("releasing a mail")?;
        ensure!(changed == 1, "intake row {intake} is not held");
        Ok(())
    }
}

impl Tx<'_> {
    /// Counts a receipt that an agent did not ask for.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn count_receipt(&self, agent: &EmailAddress, now: Timestamp) -> anyhow::Result<()> {
        self.execute(
            "DELETE FROM agent_receipt WHERE agent_key = ?1 AND at < ?2",
            (agent.key(), Micros(now - HOUR)),
        )
        .context("forgetting old receipts")?;
        let sql = "INSERT INTO agent_receipt (at, agent_key) VALUES (?1, ?2)";
        self.insert(sql, (Micros(now), agent.key()))
            .context("counting a receipt")?;
        Ok(())
    }
}

impl View<'_> {
    /// A held mail with what its agent has heard that it lacks.
    ///
    /// # Errors
    /// When there is none, or the store cannot be read.
    pub fn held_mail(&self, intake: i64) -> anyhow::Result<(PendingIntake, Vec<HeldReason>)> {
        let sql = "SELECT reasons FROM held_mail WHERE intake = ?1";
        let reasons = self.first(sql, [intake], |row| Ok(row.get::<_, Json<_>>(0)?.0));
        let reasons = reasons.context("reading a held mail")?.unwrap_or_default();
        let mail = self.intake(intake)?.context("a held mail is gone")?;
        Ok((mail, reasons))
    }

    /// How many receipts that she did not ask for an agent got in the last hour.
    pub(super) fn receipts_in_hour(&self, agent: &EmailAddress, now: Timestamp) -> rusqlite::Result<u32> {
        let sql = "SELECT count(*) FROM agent_receipt WHERE agent_key = ?1 AND at > ?2";
        let count = self.first(sql, (agent.key(), Micros(now - HOUR)), |row| row.get(0))?;
        Ok(count.unwrap_or_default())
    }

    /// The held mails whose codes name these keys.
    pub(super) fn held_by_keys(&self, keys: &[TicketKey]) -> rusqlite::Result<Vec<HeldMail>> {
        let mut held = vec![];
        for key in keys {
            let found = self.first(
                "SELECT intake, agent, ticket, at, released_at IS NOT NULL FROM held_mail WHERE key = ?1",
                [key.0.cast_signed()],
                |row| {
                    let (intake, agent): (i64, String) = (row.get(0)?, row.get(1)?);
                    let ticket = row.get::<_, Option<i64>>(2)?.map(TicketNumber);
                    let at = row.get::<_, Micros>(3)?.0;
                    let used = if row.get(4)? { Used::Yes } else { Used::No };
                    Ok(EmailAddress::parse(&agent).map(|agent| HeldMail {
                        intake,
                        key: *key,
                        agent,
                        ticket,
                        at,
                        used,
                    }))
                },
            )?;
            held.extend(found.flatten());
        }
        Ok(held)
    }

    /// How many mails of an agent were held in the last hour.
    pub(super) fn held_in_hour(&self, agent: &EmailAddress, now: Timestamp) -> rusqlite::Result<u32> {
        let sql = "SELECT count(*) FROM held_mail WHERE agent_key = ?1 AND at > ?2";
        let count = self.first(sql, (agent.key(), Micros(now - HOUR)), |row| row.get(0))?;
        Ok(count.unwrap_or_default())
    }
}
