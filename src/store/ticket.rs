//! Tickets: opened, added to, linked, merged.

use super::value::{Micros, Name};
use super::{Tx, View};
use crate::desk::contact::Role;
use crate::desk::decision::{Append, NewTicket};
use crate::desk::event::{EventKind, TicketEvent};
use crate::desk::{Ticket, TicketKey, TicketNumber, TicketStatus};
use crate::mail::EmailAddress;
use anyhow::{Context, ensure};
use jiff::Timestamp;

/// Who opened a ticket whose mail names no sender.
const NOBODY: &str = "buzon";

impl View<'_> {
    /// A number above that of every ticket there ever was.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn next_ticket_number(&self) -> anyhow::Result<TicketNumber> {
        let sql = "SELECT seq FROM sqlite_sequence WHERE name = 'ticket'";
        let last: Option<i64> = self
            .first(sql, [], |row| row.get(0))
            .context("reading the last ticket's number")?;
        Ok(TicketNumber(last.unwrap_or_default() + 1))
    }

    /// The ticket of that number; a merged one is itself, not what it went into.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn ticket(&self, number: TicketNumber) -> anyhow::Result<Option<Ticket>> {
        self.first(
            "SELECT key, status, subject, requester, inbox, language, solved_at, requester_name, queue, assignee, priority
             FROM ticket WHERE number = ?1",
            [number.0],
            |row| {
                Ok(Ticket {
                    number,
                    key: TicketKey(row.get::<_, i64>(0)?.cast_unsigned()),
                    status: row.get::<_, Name<_>>(1)?.0,
                    subject: row.get(2)?,
                    requester: EmailAddress::parse(row.get_ref(3)?.as_str()?),
                    requester_name: row.get(7)?,
                    queue: row.get(8)?,
                    assignee: EmailAddress::parse(row.get_ref(9)?.as_str()?),
                    priority: row.get::<_, Name<_>>(10)?.0,
                    inbox: row.get(4)?,
                    language: row.get(5)?,
                    solved_at: row.get::<_, Option<Micros>>(6)?.map(|at| at.0),
                })
            },
        )
        .context("reading a ticket")
    }
}

impl Tx<'_> {
    /// Opens a ticket with its tags, participants, link and events: `opened` first. Its messages are added apart.
    ///
    /// # Errors
    /// When the store cannot be written, or the number or the key is taken.
    pub fn open_ticket(&self, new: &NewTicket, now: Timestamp) -> anyhow::Result<()> {
        let (number, requester) = (new.number, new.requester.as_ref());
        self.insert(
            "INSERT INTO ticket (number, key, subject, requester, requester_key, requester_name, queue, inbox, status,
                                 priority, language, created_at, updated_at, assignee)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'new', ?9, ?10, ?11, ?11, ?12)",
            (
                number.0,
                new.key.0.cast_signed(),
                &new.subject,
                requester.map(EmailAddress::as_str).unwrap_or_default(),
                requester.map(EmailAddress::key).unwrap_or_default(),
                &new.requester_name,
                &new.queue,
                &new.inbox,
                Name(new.priority),
                &new.language,
                Micros(now),
                new.assignee.as_ref().map(EmailAddress::as_str).unwrap_or_default(),
            ),
        )
        .context("opening a ticket")?;
        for tag in &new.tags {
            let sql = "INSERT INTO ticket_tag (ticket, tag) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            self.execute(sql, (number.0, tag)).context("tagging a ticket")?;
        }
        for address in &new.participants {
            self.add_participant(number, address, Role::Participant)?;
        }
        if let Some(other) = new.linked_to {
            self.link(number, other)?;
        }
        let opened = TicketEvent {
            kind: EventKind::Opened,
            by: requester.map_or(NOBODY, EmailAddress::as_str).to_owned(),
            detail: String::new(),
        };
        self.record_events(number, &[opened], now)?;
        self.record_events(number, &new.events, now)
    }

    /// Applies what a mail changes on a ticket; the message itself is added apart.
    ///
    /// # Errors
    /// When there is no such ticket, or the store cannot be written.
    pub fn append(&self, append: &Append, now: Timestamp) -> anyhow::Result<()> {
        let changed = self.execute(
            "UPDATE ticket
             SET updated_at = ?2, status = coalesce(?3, status),
                 solved_at = CASE WHEN ?3 IS NULL OR ?3 = 'closed' THEN solved_at
                                  WHEN ?3 = 'solved' THEN ?2 END
             WHERE number = ?1",
            (append.ticket.0, Micros(now), append.status.map(TicketStatus::as_str)),
        );
        ensure!(
            changed.context("changing a ticket")? == 1,
            "there is no ticket {}",
            append.ticket
        );
        for address in &append.participants {
            self.add_participant(append.ticket, address, Role::Participant)?;
        }
        if let Some((sender, role)) = &append.sender {
            self.add_participant(append.ticket, sender, *role)?;
        }
        if let Some(status) = append.status {
            self.enter_state(append.ticket, status, now)?;
        }
        self.record_events(append.ticket, &append.events, now)
    }

    /// Puts somebody on a ticket. Who is on it already gains by a stronger role, and never loses.
    pub(super) fn add_participant(
        &self,
        ticket: TicketNumber,
        address: &EmailAddress,
        role: Role,
    ) -> anyhow::Result<()> {
        self.execute(
            "INSERT INTO participant (ticket, address_key, address, role)
             SELECT ?1, ?2, ?3, ?4
             WHERE NOT EXISTS (SELECT 1 FROM ticket WHERE number = ?1 AND requester_key = ?2)
             ON CONFLICT (ticket, address_key) DO UPDATE SET role = excluded.role
             WHERE role = 'third_party' OR (role = 'sender' AND excluded.role = 'participant')",
            (ticket.0, address.key(), address.as_str(), role.as_str()),
        )
        .context("adding somebody to a ticket")?;
        Ok(())
    }

    /// Writes down what happened on a ticket.
    ///
    /// # Errors
    /// When there is no such ticket, or the store cannot be written.
    pub fn record_events(&self, ticket: TicketNumber, events: &[TicketEvent], now: Timestamp) -> anyhow::Result<()> {
        for event in events {
            self.insert(
                "INSERT INTO event (ticket, at, kind, by, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
                (ticket.0, Micros(now), event.kind.as_str(), &event.by, &event.detail),
            )
            .context("recording an event")?;
        }
        Ok(())
    }

    /// Links two tickets, both ways.
    ///
    /// # Errors
    /// When one of them is missing, or the store cannot be written.
    pub fn link(&self, one: TicketNumber, other: TicketNumber) -> anyhow::Result<()> {
        for pair in [(one.0, other.0), (other.0, one.0)] {
            let sql = "INSERT INTO ticket_link (ticket, other) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            self.execute(sql, pair).context("linking tickets")?;
        }
        Ok(())
    }

    /// Moves a ticket into another: its key, its number and its ids lead there from now on.
    ///
    /// # Errors
    /// When one of them is missing, the target went into another itself, or the store cannot be written.
    pub fn merge(&self, ticket: TicketNumber, into: TicketNumber, now: Timestamp) -> anyhow::Result<()> {
        ensure!(ticket != into, "a ticket cannot be merged into itself");
        let changed = self.execute(
            "UPDATE ticket SET merged_into = ?2, updated_at = ?3
             WHERE number = ?1 AND merged_into IS NULL
               AND EXISTS (SELECT 1 FROM ticket WHERE number = ?2 AND merged_into IS NULL)",
            (ticket.0, into.0, Micros(now)),
        );
        ensure!(
            changed.context("merging tickets")? == 1,
            "ticket {ticket} cannot be merged into {into}: one of them is missing or merged already"
        );
        // So that no chain ever has to be followed.
        let sql = "UPDATE ticket SET merged_into = ?2 WHERE merged_into = ?1";
        self.execute(sql, (ticket.0, into.0)).context("merging tickets")?;
        Ok(())
    }
}
