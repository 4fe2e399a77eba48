//! What was said on a ticket, for the mails that go out about it.

use super::View;
use super::value::{Json, Micros, Name};
use crate::desk::ticket::TicketStatus;
use crate::desk::{Ticket, TicketNumber};
use crate::mail::{EmailAddress, Mailbox, MessageId};
use anyhow::Context;
use jiff::Timestamp;

/// A message that somebody outside of the desk wrote.
#[derive(Debug, Clone)]
pub struct CustomerMessage {
    /// When it came.
    pub at: Timestamp,
    /// Who wrote it.
    pub from: Mailbox,
    /// Its Message-ID.
    pub message_id: Option<MessageId>,
    /// What they newly wrote.
    pub text: String,
    /// The mail it came by.
    pub intake: Option<i64>,
}

/// Whether messages are left out whose writer takes no part, or may be a forger.
#[derive(Clone, Copy)]
enum Believed {
    Only,
    OrNot,
}

/// A ticket in a list for an agent.
#[derive(Debug, Clone)]
pub struct TicketLine {
    /// Its number.
    pub number: TicketNumber,
    /// Where it stands.
    pub status: TicketStatus,
    /// Its subject.
    pub subject: String,
    /// The requester's name, or address.
    pub requester: String,
    /// When it was opened.
    pub created_at: Timestamp,
}

impl View<'_> {
    /// The ids of a ticket's mails, oldest first, and of those merged into it: those that came, and those that went out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn thread_ids(&self, ticket: TicketNumber) -> anyhow::Result<Vec<MessageId>> {
        let ids = self.all(
            "SELECT message_id FROM message
             WHERE ticket IN (SELECT part FROM ticket_part WHERE whole = ?1)
               AND direction <> 'note' AND kind <> 'forward' AND message_id <> ''
               AND third_party = 0 AND unverified = 0 ORDER BY id",
            [ticket.0],
            |row| row.get::<_, String>(0),
        );
        let ids = ids.context("reading a ticket's mails")?;
        Ok(ids.iter().filter_map(|id| MessageId::parse(id)).collect())
    }

    /// The newest message of the requester that is believed to be theirs; never a third party's.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn last_of_requester(&self, ticket: &Ticket) -> anyhow::Result<Option<CustomerMessage>> {
        let is_theirs = |message: &CustomerMessage| Some(&message.from.address) == ticket.requester.as_ref();
        self.newest_received(ticket.number, Believed::Only, is_theirs)
    }

    /// The newest message of anybody outside of the desk.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn last_received(&self, ticket: TicketNumber) -> anyhow::Result<Option<CustomerMessage>> {
        self.newest_received(ticket, Believed::OrNot, |_| true)
    }

    fn newest_received(
        &self,
        ticket: TicketNumber,
        believed: Believed,
        wanted: impl Fn(&CustomerMessage) -> bool,
    ) -> anyhow::Result<Option<CustomerMessage>> {
        let mut statement = self.prepare(
            "SELECT at, sender, message_id, coalesce(reply, text), intake FROM message
             WHERE ticket IN (SELECT part FROM ticket_part WHERE whole = ?1)
               AND direction = 'in' AND third_party <= ?2 AND unverified <= ?2 ORDER BY id DESC",
        )?;
        let doubted = match believed {
            Believed::Only => 0,
            Believed::OrNot => 1,
        };
        let mut rows = statement
            .query((ticket.0, doubted))
            .context("reading a ticket's mails")?;
        while let Some(row) = rows.next().context("reading a ticket's mails")? {
            let Json(from): Json<Option<Mailbox>> = row.get(1)?;
            let Some(from) = from else { continue };
            let message = CustomerMessage {
                at: row.get::<_, Micros>(0)?.0,
                from,
                message_id: MessageId::parse(row.get_ref(2)?.as_str()?),
                text: row.get(3)?,
                intake: row.get(4)?,
            };
            if wanted(&message) {
                return Ok(Some(message));
            }
        }
        Ok(None)
    }

    /// A ticket as a list shows it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn ticket_line(&self, ticket: TicketNumber) -> anyhow::Result<Option<TicketLine>> {
        let sql = format!("SELECT {LINE} FROM ticket WHERE number = ?1");
        self.first(&sql, [ticket.0], read_line).context("reading a ticket")
    }

    /// The tags of a ticket.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn tags(&self, ticket: TicketNumber) -> anyhow::Result<Vec<String>> {
        let sql = "SELECT tag FROM ticket_tag WHERE ticket = ?1 ORDER BY tag";
        self.all(sql, [ticket.0], |row| row.get(0))
            .context("reading a ticket's tags")
    }

    /// The requester's other tickets, newest first, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn other_tickets(&self, ticket: &Ticket, limit: u32) -> anyhow::Result<Vec<TicketLine>> {
        let Some(requester) = &ticket.requester else {
            return Ok(vec![]);
        };
        self.all(
            &format!(
                "SELECT {LINE} FROM ticket
                 WHERE requester_key = ?1 AND number <> ?2 AND merged_into IS NULL ORDER BY number DESC LIMIT ?3"
            ),
            (requester.key(), ticket.number.0, limit),
            read_line,
        )
        .context("reading a customer's tickets")
    }

    /// What is unsolved in these queues or assigned to this agent, oldest first, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn unsolved(&self, queues: &[String], agent: &EmailAddress, limit: u32) -> anyhow::Result<Vec<TicketLine>> {
        self.all(
            &format!(
                "SELECT {LINE} FROM ticket
                 WHERE status IN ('new', 'open', 'pending', 'on_hold') AND merged_into IS NULL
                   AND (assignee = ?1 OR queue IN (SELECT value FROM json_each(?2)))
                 ORDER BY number LIMIT ?3"
            ),
            (agent.as_str(), Json(queues), limit),
            read_line,
        )
        .context("reading an agent's tickets")
    }
}

/// What [`read_line`] reads.
const LINE: &str =
    "number, status, subject, CASE WHEN requester_name = '' THEN requester ELSE requester_name END, created_at";

fn read_line(row: &rusqlite::Row<'_>) -> rusqlite::Result<TicketLine> {
    Ok(TicketLine {
        number: TicketNumber(row.get(0)?),
        status: row.get::<_, Name<_>>(1)?.0,
        subject: row.get(2)?,
        requester: row.get(3)?,
        created_at: row.get::<_, Micros>(4)?.0,
    })
}
