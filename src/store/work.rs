//! What agents change on tickets, and how it is taken back.

mod merge;
mod undo;

use super::Tx;
use super::value::{Json, Micros, Name};
use crate::desk::contact::Role;
use crate::desk::decision::Edit;
use crate::desk::journal::{Change, Column, Tag};
use crate::desk::{TicketNumber, TicketStatus};
use crate::mail::EmailAddress;
use anyhow::Context;
use jiff::Timestamp;
use rusqlite::types::FromSql;

/// The statements that read and write a plain column.
fn statements(column: Column) -> (&'static str, &'static str) {
    match column {
        Column::Assignee => (
            "SELECT assignee FROM ticket WHERE number = ?1",
            "UPDATE ticket SET assignee = ?2, updated_at = ?3 WHERE number = ?1",
        ),
        Column::Queue => (
            "SELECT queue FROM ticket WHERE number = ?1",
            "UPDATE ticket SET queue = ?2, updated_at = ?3 WHERE number = ?1",
        ),
        Column::Priority => (
            "SELECT priority FROM ticket WHERE number = ?1",
            "UPDATE ticket SET priority = ?2, updated_at = ?3 WHERE number = ?1",
        ),
    }
}

impl Tx<'_> {
    /// Makes one change of a ticket; tells how to take it back, `None` when nothing had to change.
    ///
    /// # Errors
    /// When there is no such ticket, it cannot be merged, or the store cannot be written.
    pub fn edit(&self, ticket: TicketNumber, edit: &Edit, now: Timestamp) -> anyhow::Result<Option<Change>> {
        match edit {
            Edit::Status(status) => self.edit_status(ticket, *status, now),
            Edit::Assignee(agent) => {
                let agent = agent.as_ref().map(EmailAddress::as_str).unwrap_or_default();
                self.edit_text(ticket, Column::Assignee, agent, now)
            }
            Edit::Queue(queue) => self.edit_text(ticket, Column::Queue, queue, now),
            Edit::Priority(priority) => self.edit_text(ticket, Column::Priority, priority.as_str(), now),
            Edit::Tag(tag) => Ok(self.tag(ticket, tag)?.then(|| Change::Tagged(Tag { tag: tag.clone() }))),
            Edit::Untag(tag) => Ok(self
                .untag(ticket, tag)?
                .then(|| Change::Untagged(Tag { tag: tag.clone() }))),
            Edit::Field { name, value } => {
                let value = Some(value.clone()).filter(|value| !value.is_empty());
                self.edit_field(ticket, name, value, now)
            }
            Edit::Participant(address) => {
                let before = self.role_of(ticket, address)?;
                self.add_participant(ticket, address, Role::Participant)?;
                let joined = before != Some(Role::Participant) && before != Some(Role::Requester);
                Ok(joined.then(|| Change::Joined {
                    address: address.clone(),
                    before,
                }))
            }
            Edit::Merge(into) => self.edit_merge(ticket, *into, now).map(Some),
        }
    }

    fn edit_status(&self, ticket: TicketNumber, after: TicketStatus, now: Timestamp) -> anyhow::Result<Option<Change>> {
        let read = |row: &rusqlite::Row<'_>| {
            let solved_at = row.get::<_, Option<Micros>>(1)?.map(|at| at.0);
            Ok((row.get::<_, Name<TicketStatus>>(0)?.0, solved_at))
        };
        let sql = "SELECT status, solved_at FROM ticket WHERE number = ?1";
        let found = self.first(sql, [ticket.0], read).context("reading a ticket")?;
        let (before, solved_at) = found.with_context(|| format!("there is no ticket {ticket}"))?;
        if before == after {
            return Ok(None);
        }
        self.set_status(ticket, after, solved_when(after, solved_at, now), now)?;
        let entry = self.enter_state(ticket, after, now)?;
        Ok(Some(Change::Status {
            before,
            after,
            solved_at,
            entry: Some(entry),
        }))
    }

    fn set_status(
        &self,
        ticket: TicketNumber,
        status: TicketStatus,
        solved_at: Option<Timestamp>,
        now: Timestamp,
    ) -> anyhow::Result<()> {
        let sql = "UPDATE ticket SET status = ?2, solved_at = ?3, updated_at = ?4 WHERE number = ?1";
        self.execute(sql, (ticket.0, Name(status), solved_at.map(Micros), Micros(now)))
            .context("changing a ticket's status")?;
        Ok(())
    }

    /// Writes down when a ticket came into a state; tells the entry.
    pub(super) fn enter_state(
        &self,
        ticket: TicketNumber,
        status: TicketStatus,
        now: Timestamp,
    ) -> anyhow::Result<i64> {
        let sql = "INSERT INTO ticket_state (ticket, at, status) VALUES (?1, ?2, ?3)";
        self.insert(sql, (ticket.0, Micros(now), Name(status)))
            .context("writing a ticket's history of states")
    }

    /// The status as it was before, and its history as if the change had never been.
    fn revert_status(
        &self,
        ticket: TicketNumber,
        (before, solved_at): (TicketStatus, Option<Timestamp>),
        entry: Option<i64>,
        now: Timestamp,
    ) -> anyhow::Result<()> {
        self.set_status(ticket, before, solved_at, now)?;
        match entry {
            Some(entry) => self
                .execute("DELETE FROM ticket_state WHERE id = ?1", [entry])
                .context("writing a ticket's history of states")
                .map(drop),
            None => self.enter_state(ticket, before, now).map(drop),
        }
    }

    fn edit_text(
        &self,
        ticket: TicketNumber,
        column: Column,
        after: &str,
        now: Timestamp,
    ) -> anyhow::Result<Option<Change>> {
        let (read, write) = statements(column);
        let before: String = self.ticket_value(read, ticket)?;
        if before == after {
            return Ok(None);
        }
        self.execute(write, (ticket.0, after, Micros(now)))
            .context("changing a ticket")?;
        Ok(Some(Change::Text {
            column,
            before,
            after: after.to_owned(),
        }))
    }

    fn edit_field(
        &self,
        ticket: TicketNumber,
        name: &str,
        after: Option<String>,
        now: Timestamp,
    ) -> anyhow::Result<Option<Change>> {
        let before = self.field(ticket, name)?;
        if before == after {
            return Ok(None);
        }
        let mut fields = self.fields(ticket)?;
        match &after {
            Some(value) => fields.insert(name.to_owned(), value.clone().into()),
            None => fields.remove(name),
        };
        let sql = "UPDATE ticket SET fields = ?2, updated_at = ?3 WHERE number = ?1";
        self.execute(sql, (ticket.0, Json(fields), Micros(now)))
            .context("noting a fact")?;
        Ok(Some(Change::Field {
            name: name.to_owned(),
            before,
            after,
        }))
    }

    fn fields(&self, ticket: TicketNumber) -> anyhow::Result<serde_json::Map<String, serde_json::Value>> {
        let Json(fields) = self.ticket_value("SELECT fields FROM ticket WHERE number = ?1", ticket)?;
        Ok(fields)
    }

    fn field(&self, ticket: TicketNumber, name: &str) -> anyhow::Result<Option<String>> {
        let fields = self.fields(ticket)?;
        Ok(fields
            .get(name)
            .map(|value| value.as_str().unwrap_or_default().to_owned()))
    }

    fn tag(&self, ticket: TicketNumber, tag: &str) -> anyhow::Result<bool> {
        let sql = "INSERT INTO ticket_tag (ticket, tag) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        Ok(self.execute(sql, (ticket.0, tag)).context("tagging a ticket")? == 1)
    }

    fn untag(&self, ticket: TicketNumber, tag: &str) -> anyhow::Result<bool> {
        let sql = "DELETE FROM ticket_tag WHERE ticket = ?1 AND tag = ?2";
        Ok(self.execute(sql, (ticket.0, tag)).context("taking off a tag")? == 1)
    }

    fn role_of(&self, ticket: TicketNumber, address: &EmailAddress) -> anyhow::Result<Option<Role>> {
        let sql = "SELECT role FROM participant WHERE ticket = ?1 AND address_key = ?2
                   UNION ALL SELECT 'requester' FROM ticket WHERE number = ?1 AND requester_key = ?2";
        let role = self.first(sql, (ticket.0, address.key()), |row| Ok(row.get::<_, Name<Role>>(0)?.0));
        role.context("reading who is on a ticket")
    }

    fn ticket_value<T: FromSql>(&self, sql: &str, ticket: TicketNumber) -> anyhow::Result<T> {
        let value = self
            .first(sql, [ticket.0], |row| row.get(0))
            .context("reading a ticket")?;
        value.with_context(|| format!("there is no ticket {ticket}"))
    }

    /// Writes down what one mail of an agent changed, and the message it left.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn journal(
        &self,
        (ticket, agent): (TicketNumber, &EmailAddress),
        changes: &[Change],
        message: Option<i64>,
        now: Timestamp,
    ) -> anyhow::Result<()> {
        self.insert(
            "INSERT INTO agent_action (ticket, agent_key, at, changes, message) VALUES (?1, ?2, ?3, ?4, ?5)",
            (ticket.0, agent.key(), Micros(now), Json(changes), message),
        )
        .context("writing an agent's journal")?;
        Ok(())
    }
}

/// When a ticket with this status was solved: now, before, or never.
fn solved_when(status: TicketStatus, before: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    match status {
        TicketStatus::Solved => Some(now),
        TicketStatus::Closed => before.or(Some(now)),
        _ => None,
    }
}
