//! What one mail of an agent changed is taken back.

use super::{Change, Tag};
use crate::desk::contact::Role;
use crate::desk::{TicketNumber, TicketStatus};
use crate::mail::EmailAddress;
use crate::store::Tx;
use crate::store::value::{Json, Micros, Name};
use anyhow::{Context, ensure};
use jiff::Timestamp;

impl Tx<'_> {
    /// Takes back what an entry of the journal says; what somebody changed since stays as it is. Tells what was taken
    /// back, and what became of the entry's answer.
    ///
    /// # Errors
    /// When it was taken back before, or the store cannot be written.
    pub fn undo(&self, action: i64, now: Timestamp) -> anyhow::Result<(Vec<Change>, Withdrawn)> {
        let read = |row: &rusqlite::Row<'_>| {
            let Json(changes): Json<Vec<Change>> = row.get(1)?;
            Ok((TicketNumber(row.get(0)?), changes, row.get::<_, Option<i64>>(2)?))
        };
        let sql = "SELECT ticket, changes, message FROM agent_action WHERE id = ?1 AND undone_at IS NULL";
        let found = self.first(sql, [action], read).context("reading an agent's journal")?;
        let (ticket, changes, message) = found.context("this was taken back before")?;
        let mut reverted = vec![];
        for change in changes.into_iter().rev() {
            if self.revert(ticket, &change, now)? == Reverted::Yes {
                reverted.insert(0, change);
            }
        }
        let sql = "UPDATE agent_action SET undone_at = ?2 WHERE id = ?1";
        let changed = self
            .execute(sql, (action, Micros(now)))
            .context("writing an agent's journal")?;
        ensure!(changed == 1, "an entry of the journal is gone");
        let withdrawn = message.map_or(Ok(Withdrawn::NothingSent), |message| self.withdraw(message, now))?;
        Ok((reverted, withdrawn))
    }

    fn revert(&self, ticket: TicketNumber, change: &Change, now: Timestamp) -> anyhow::Result<Reverted> {
        Ok(match change {
            Change::Status {
                before,
                after,
                solved_at,
            } => {
                let sql = "SELECT status FROM ticket WHERE number = ?1";
                let Name(current): Name<TicketStatus> = self.ticket_value(sql, ticket)?;
                if current != *after {
                    return Ok(Reverted::ChangedSince);
                }
                self.set_status(ticket, *before, *solved_at, now)?;
                Reverted::Yes
            }
            Change::Text { column, before, after } => {
                if self.ticket_value::<String>(column.read(), ticket)? != *after {
                    return Ok(Reverted::ChangedSince);
                }
                self.edit_text(ticket, *column, before, now)?;
                Reverted::Yes
            }
            Change::Tagged(Tag { tag }) => Reverted::of(self.untag(ticket, tag)?),
            Change::Untagged(Tag { tag }) => Reverted::of(self.tag(ticket, tag)?),
            Change::Field { name, before, after } => {
                if self.field(ticket, name)? != *after {
                    return Ok(Reverted::ChangedSince);
                }
                self.edit_field(ticket, name, before.clone(), now)?;
                Reverted::Yes
            }
            Change::Joined { address, before } => {
                self.put_back(ticket, address, *before)?;
                Reverted::Yes
            }
            Change::Merged {
                ticket,
                into,
                along,
                joined,
            } => self.unmerge((*ticket, *into), along, joined)?,
        })
    }

    pub(super) fn put_back(
        &self,
        ticket: TicketNumber,
        address: &EmailAddress,
        before: Option<Role>,
    ) -> anyhow::Result<()> {
        let key = (ticket.0, address.key());
        match before {
            Some(role) => self.execute(
                "UPDATE participant SET role = ?3 WHERE ticket = ?1 AND address_key = ?2",
                (key.0, key.1, role.as_str()),
            ),
            None => self.execute("DELETE FROM participant WHERE ticket = ?1 AND address_key = ?2", key),
        }
        .context("taking somebody off a ticket")?;
        Ok(())
    }

    /// Drops what of a message still waits for its time. A row that is due may be on its way and stays.
    fn withdraw(&self, message: i64, now: Timestamp) -> anyhow::Result<Withdrawn> {
        let sql = "UPDATE outbox SET state = 'dropped' WHERE message = ?1 AND state = 'queued' AND next_at > ?2 AND attempts = 0";
        let dropped = self
            .execute(sql, (message, Micros(now)))
            .context("withdrawing a mail")?;
        let sql = "SELECT count(*) FROM outbox WHERE message = ?1";
        let all: i64 = self.first(sql, [message], |row| row.get(0))?.unwrap_or_default();
        Ok(match all {
            0 => Withdrawn::NothingSent,
            all if usize::try_from(all) == Ok(dropped) => Withdrawn::All,
            _ => Withdrawn::TooLate,
        })
    }
}

/// What became of an answer that was to be withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawn {
    /// There was none.
    NothingSent,
    /// It was still waiting, and nobody gets it.
    All,
    /// It was on its way already.
    TooLate,
}

/// Whether a change was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reverted {
    /// It was.
    Yes,
    /// Somebody has changed the same since, and that stays.
    ChangedSince,
}

impl Reverted {
    fn of(changed: bool) -> Self {
        if changed { Self::Yes } else { Self::ChangedSince }
    }
}
