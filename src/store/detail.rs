//! `ticket show` and `explain --message-id`: everything about one ticket or one mail.

use super::View;
use super::listing::TicketHead;
use super::value::{Json, Micros, Name, id_head};
use crate::desk::TicketNumber;
use crate::desk::decision::Mark;
use crate::desk::message::Direction;
use crate::mail::inbound::Attachment;
use crate::mail::{EmailAddress, Mailbox, MessageId};
use anyhow::Context;
use jiff::Timestamp;
use rusqlite::Row;
use serde::Serialize;

/// A ticket as `ticket show` shows it.
#[derive(Debug, Clone, Serialize)]
pub struct TicketDetail {
    /// The ticket; of a merged one, the one it went into.
    #[serde(flatten)]
    pub head: TicketHead,
    /// Its messages, in order.
    pub messages: Vec<MessageEntry>,
    /// What happened, in order.
    pub events: Vec<EventEntry>,
    /// The tickets that it follows up or relates to, and those that follow it up.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<TicketNumber>,
    /// Since when it has been in its state.
    #[serde(skip)]
    pub since: Timestamp,
}

/// A message of a ticket.
#[derive(Debug, Clone, Serialize)]
pub struct MessageEntry {
    /// When it was received or written.
    pub at: Timestamp,
    /// Which way it went.
    pub direction: Direction,
    /// What kind it is.
    pub kind: String,
    /// Who wrote it.
    pub from: Option<Mailbox>,
    /// To whom it went.
    pub to: Vec<Mailbox>,
    /// Its Message-ID without brackets.
    pub message_id: Option<MessageId>,
    /// The whole body as text.
    pub text: String,
    /// What its sender newly wrote.
    pub reply: String,
    /// Its HTML, safe to show, when it came in with some. The store does not know it; who shows it fills it in from
    /// [`View::received_mails`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// Its attachments.
    pub attachments: Vec<Attachment>,
    /// Of one that goes out: `queued`, `sent`, `held`, `dropped` or `failed: why`; of several recipients, each by
    /// its address.
    pub delivery: Option<String>,
    /// What is remarkable about it.
    pub marks: Vec<Mark>,
    /// The agent who wrote it or forwarded it, by her address in the config.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<EmailAddress>,
}

/// An event of a ticket.
#[derive(Debug, Clone, Serialize)]
pub struct EventEntry {
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub kind: String,
    /// Who did it.
    pub by: String,
    /// What there is to know beyond the kind.
    pub detail: String,
}

/// A decision as it was stored.
#[derive(Debug, Clone)]
pub struct StoredDecision {
    /// The intake row.
    pub intake: i64,
    /// The state it ended in, or `pending`.
    pub state: String,
    /// The ticket it went to or concerns.
    pub ticket: Option<TicketNumber>,
    /// The decision as JSON, as it was handed in; `None` when it never came to one.
    pub decision: Option<String>,
}

impl TicketDetail {
    /// The mails that came in.
    pub fn incoming(&self) -> impl Iterator<Item = &MessageEntry> {
        self.messages
            .iter()
            .filter(|message| message.direction == Direction::In)
    }
}

impl View<'_> {
    /// Everything about a ticket; of a merged one, about the one it went into.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn ticket_detail(&self, number: TicketNumber) -> anyhow::Result<Option<TicketDetail>> {
        let Some(number) = self.resolve(number)? else {
            return Ok(None);
        };
        let Some(head) = self.ticket_head(number)? else {
            return Ok(None);
        };
        let entered_at = self.entered_at(number);
        let entered_at = entered_at.context("reading a ticket's history of states")?;
        Ok(Some(TicketDetail {
            messages: self.messages(number).context("reading a ticket's messages")?,
            events: self.events(number).context("reading a ticket's events")?,
            links: self.links(number).context("reading a ticket's links")?,
            since: entered_at.unwrap_or(head.created_at),
            head,
        }))
    }

    /// The ticket of that number, or the one it went into; `None` when there never was one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn resolve(&self, number: TicketNumber) -> anyhow::Result<Option<TicketNumber>> {
        let sql = "SELECT coalesce(merged_into, number) FROM ticket WHERE number = ?1";
        self.first(sql, [number.0], |row| row.get(0).map(TicketNumber))
            .context("looking for a ticket")
    }

    fn messages(&self, number: TicketNumber) -> rusqlite::Result<Vec<MessageEntry>> {
        let messages = self.all(
            "SELECT id, at, direction, kind, sender, recipients, message_id, text, reply, attachments, marks, author
             FROM message
             WHERE ticket IN (SELECT part FROM ticket_part WHERE whole = ?1) ORDER BY id",
            [number.0],
            |row| Ok((row.get(0)?, read_message(row)?)),
        )?;
        messages
            .into_iter()
            .map(|(id, message)| {
                let delivery = self.delivery(id)?;
                Ok(MessageEntry { delivery, ..message })
            })
            .collect()
    }

    fn delivery(&self, message: i64) -> rusqlite::Result<Option<String>> {
        let rows: Vec<(String, String)> = self.all(
            "SELECT recipient, CASE WHEN report <> '' THEN report
                                    WHEN state = 'failed' THEN 'failed: ' || last_error
                                    ELSE state END
             FROM outbox WHERE message = ?1 ORDER BY id",
            [message],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        Ok(match rows.as_slice() {
            [] => None,
            [(_, first), others @ ..] if others.iter().all(|(_, other)| other == first) => Some(first.clone()),
            rows => {
                let each: Vec<_> = rows.iter().map(|(to, delivery)| format!("{to}: {delivery}")).collect();
                Some(each.join("; "))
            }
        })
    }

    fn events(&self, number: TicketNumber) -> rusqlite::Result<Vec<EventEntry>> {
        self.all(
            "SELECT at, kind, by, detail FROM event
             WHERE ticket IN (SELECT part FROM ticket_part WHERE whole = ?1) ORDER BY id",
            [number.0],
            |row| {
                Ok(EventEntry {
                    at: row.get::<_, Micros>(0)?.0,
                    kind: row.get(1)?,
                    by: row.get(2)?,
                    detail: row.get(3)?,
                })
            },
        )
    }

    /// Of a ticket that went into another the links lead to that one.
    fn links(&self, number: TicketNumber) -> rusqlite::Result<Vec<TicketNumber>> {
        self.all(
            "SELECT DISTINCT coalesce(ticket.merged_into, ticket.number) FROM ticket_link
             JOIN ticket ON ticket.number = ticket_link.other
             WHERE ticket_link.ticket IN (SELECT part FROM ticket_part WHERE whole = ?1)
               AND coalesce(ticket.merged_into, ticket.number) <> ?1
             ORDER BY 1",
            [number.0],
            |row| row.get(0).map(TicketNumber),
        )
    }

    /// When it came into its state, `None` when it is as new as it was opened.
    fn entered_at(&self, number: TicketNumber) -> rusqlite::Result<Option<Timestamp>> {
        let sql = "SELECT at FROM ticket_state WHERE ticket = ?1 ORDER BY id DESC LIMIT 1";
        self.first(sql, [number.0], |row| Ok(row.get::<_, Micros>(0)?.0))
    }

    /// The stored decisions on every mail of that Message-ID, oldest first: copies have one each.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn decisions_of(&self, message_id: &MessageId) -> anyhow::Result<Vec<StoredDecision>> {
        self.all(
            "SELECT id, state, ticket, json FROM intake LEFT JOIN decision ON decision.intake = intake.id
             WHERE message_head = ?1 AND message_id = ?2 ORDER BY id",
            (id_head(message_id.as_str()), message_id.as_str()),
            |row| {
                Ok(StoredDecision {
                    intake: row.get(0)?,
                    state: row.get(1)?,
                    ticket: row.get::<_, Option<i64>>(2)?.map(TicketNumber),
                    decision: row.get(3)?,
                })
            },
        )
        .context("reading decisions")
    }
}

fn read_message(row: &Row<'_>) -> rusqlite::Result<MessageEntry> {
    let text: String = row.get(7)?;
    let reply: Option<String> = row.get(8)?;
    Ok(MessageEntry {
        at: row.get::<_, Micros>(1)?.0,
        direction: row.get::<_, Name<_>>(2)?.0,
        kind: row.get(3)?,
        from: row.get::<_, Json<_>>(4)?.0,
        to: row.get::<_, Json<_>>(5)?.0,
        message_id: MessageId::parse(row.get_ref(6)?.as_str()?),
        reply: reply.unwrap_or_else(|| text.clone()),
        text,
        html: None,
        attachments: row.get::<_, Json<_>>(9)?.0,
        delivery: None,
        marks: row.get::<_, Json<_>>(10)?.0,
        author: EmailAddress::parse(row.get_ref(11)?.as_str()?),
    })
}
