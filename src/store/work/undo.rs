//! What one mail of an agent changed is taken back.

use crate::desk::contact::Role;
use crate::desk::journal::{Change, Column, LastAction, Tag, TicketState, Withdrawn};
use crate::desk::{TicketNumber, TicketStatus};
use crate::mail::EmailAddress;
use crate::store::value::{Json, Micros, Name};
use crate::store::{Tx, View};
use anyhow::Context;
use jiff::Timestamp;
use std::collections::BTreeMap;

impl View<'_> {
    /// What of a ticket a journal's changes are about; `None` when there is no such ticket.
    pub(in crate::store) fn ticket_state(&self, ticket: TicketNumber) -> anyhow::Result<Option<TicketState>> {
        let tags = self.tags(ticket)?.into_iter().collect();
        let sql = "SELECT status, assignee, queue, priority, fields, merged_into FROM ticket WHERE number = ?1";
        let found = self.first(sql, [ticket.0], |row| {
            let Json(fields): Json<BTreeMap<String, serde_json::Value>> = row.get(4)?;
            let texts = [(Column::Assignee, 1), (Column::Queue, 2), (Column::Priority, 3)];
            let texts = texts.into_iter().map(|(column, index)| Ok((column, row.get(index)?)));
            Ok(TicketState {
                status: row.get::<_, Name<TicketStatus>>(0)?.0,
                texts: texts.collect::<rusqlite::Result<_>>()?,
                tags,
                fields: fields
                    .into_iter()
                    .map(|(name, value)| (name, value.as_str().unwrap_or_default().to_owned()))
                    .collect(),
                merged_into: row.get::<_, Option<i64>>(5)?.map(TicketNumber),
            })
        });
        found.context("reading a ticket")
    }

    /// What would become of a message that goes out, were it withdrawn. A row that is due may be on its way.
    pub(in crate::store) fn withdrawable(&self, message: Option<i64>, now: Timestamp) -> anyhow::Result<Withdrawn> {
        let sql = "SELECT count(*), count(CASE WHEN state = 'queued' AND next_at > ?2 AND attempts = 0 THEN 1 END)
                   FROM outbox WHERE message = ?1";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
        let counts = message.map(|message| self.first(sql, (message, Micros(now)), read));
        let counts = counts.transpose().context("looking for a mail")?.flatten();
        Ok(match counts {
            None | Some((0, _)) => Withdrawn::NothingSent,
            Some((all, waiting)) if all == waiting => Withdrawn::All,
            Some(_) => Withdrawn::TooLate,
        })
    }
}

impl Tx<'_> {
    /// Takes back what can be taken back of an entry of the journal, and withdraws its answer where that still waits.
    ///
    /// # Errors
    /// When it was taken back before, or the store cannot be written.
    pub fn undo(&self, action: &LastAction, now: Timestamp) -> anyhow::Result<()> {
        let sql =
            "UPDATE agent_action SET undone_at = ?2 WHERE id = ?1 AND undone_at IS NULL RETURNING ticket, message";
        let read = |row: &rusqlite::Row<'_>| Ok((TicketNumber(row.get(0)?), row.get::<_, Option<i64>>(1)?));
        let found = self
            .first(sql, (action.id, Micros(now)), read)
            .context("writing an agent's journal")?;
        let (ticket, message) = found.context("this was taken back before")?;
        for change in action.changes.iter().rev() {
            self.revert(ticket, change, now)?;
        }
        match (action.withdrawn, message) {
            (Withdrawn::NothingSent, _) | (_, None) => Ok(()),
            (Withdrawn::All | Withdrawn::TooLate, Some(message)) => self.withdraw(message, now),
        }
    }

    fn revert(&self, ticket: TicketNumber, change: &Change, now: Timestamp) -> anyhow::Result<()> {
        match change {
            Change::Status {
                before,
                solved_at,
                entry,
                ..
            } => self.revert_status(ticket, (*before, *solved_at), *entry, now),
            Change::Text { column, before, .. } => self.edit_text(ticket, *column, before, now).map(drop),
            Change::Tagged(Tag { tag }) => self.untag(ticket, tag).map(drop),
            Change::Untagged(Tag { tag }) => self.tag(ticket, tag).map(drop),
            Change::Field { name, before, .. } => self.edit_field(ticket, name, before.clone(), now).map(drop),
            Change::Joined { address, before } => self.put_back(ticket, address, *before),
            Change::Merged {
                ticket,
                into,
                along,
                joined,
            } => self.unmerge((*ticket, *into), along, joined),
        }
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

    /// Drops what of a message still waits for its time.
    fn withdraw(&self, message: i64, now: Timestamp) -> anyhow::Result<()> {
        let sql = "UPDATE outbox SET state = 'dropped' WHERE message = ?1 AND state = 'queued' AND next_at > ?2 AND attempts = 0";
        self.execute(sql, (message, Micros(now)))
            .context("withdrawing a mail")?;
        let sql = "DELETE FROM outbox_own
                   WHERE outbox IN (SELECT id FROM outbox WHERE message = ?1 AND state = 'dropped')";
        self.execute(sql, [message]).context("withdrawing a mail")?;
        Ok(())
    }
}
