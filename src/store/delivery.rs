//! What became of mails that went out: what the server said at once, and what reports say later.

use super::value::{Micros, Name};
use super::{Tx, View};
use crate::desk::TicketNumber;
use crate::desk::decision::MailKind;
use crate::desk::event::{EventKind, TicketEvent};
use crate::desk::known::IdRole;
use crate::desk::report::{Consequence, ReportedMail};
use crate::mail::{EmailAddress, MessageId};
use anyhow::{Context, ensure};
use jiff::Timestamp;

/// What became of an attempt to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// The server took it.
    Sent {
        /// The id the server gave it in place of ours.
        server_id: Option<MessageId>,
    },
    /// It is tried again.
    Retry {
        /// When.
        at: Timestamp,
        /// What the server said.
        error: String,
    },
    /// The account is in trouble, and all of its mail waits: this row stays as it is.
    Paused {
        /// What the server said.
        error: String,
    },
    /// It is given up.
    Failed {
        /// What the server said.
        error: String,
    },
}

/// A mail about a ticket that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenUp {
    /// The ticket.
    pub ticket: TicketNumber,
    /// Whom it was for.
    pub recipient: EmailAddress,
    /// What kind of mail it was.
    pub kind: MailKind,
}

/// The row that a delivery report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedRow {
    /// The ticket its mail is on.
    pub ticket: TicketNumber,
    /// To whom it went.
    pub recipient: EmailAddress,
    /// The inbox it went out from.
    pub inbox: String,
    /// What kind of mail it was.
    pub kind: MailKind,
    id: i64,
}

/// Who records what became of a mail.
const BY: &str = "buzon";

impl Tx<'_> {
    /// Records what became of an attempt to send. A row that was dropped meanwhile stays dropped. Tells of a mail that
    /// was given up whom it was for.
    ///
    /// # Errors
    /// When there is no such row, or the store cannot be written.
    pub fn settle_outbox(&self, id: i64, settled: &Settled, now: Timestamp) -> anyhow::Result<Option<GivenUp>> {
        let (state, next_at, error) = match settled {
            Settled::Paused { error } => {
                self.note_error(id, error)?;
                return Ok(None);
            }
            Settled::Sent { .. } => ("sent", None, ""),
            Settled::Retry { at, error } => ("queued", Some(Micros(*at)), error.as_str()),
            Settled::Failed { error } => ("failed", None, error.as_str()),
        };
        let changed = self.execute(
            // What was sent was sent, even when somebody dropped it at that moment.
            "UPDATE outbox
             SET attempts = attempts + 1, last_error = ?4, next_at = coalesce(?3, next_at),
                 state = CASE WHEN ?2 = 'sent' OR state = 'queued' THEN ?2 ELSE state END,
                 sent_at = CASE WHEN ?2 = 'sent' THEN ?5 ELSE sent_at END
             WHERE id = ?1",
            (id, state, next_at, error, Micros(now)),
        );
        ensure!(changed.context("settling a mail")? == 1, "there is no outbox row {id}");
        let Some((ticket, recipient, own_id, kind)) = self.subject_of(id)? else {
            return Ok(None);
        };
        match settled {
            Settled::Sent {
                server_id: Some(server),
            } if server.as_str() != own_id => {
                self.know_id(server, ticket, IdRole::Seen)?;
                Ok(None)
            }
            Settled::Failed { error } => {
                self.suppress_refused(&recipient, error, now)?;
                let detail = format!("{recipient}: failed: {error}");
                self.record_events(ticket, &[delivery_event(detail)], now)?;
                Ok(EmailAddress::parse(&recipient).map(|recipient| GivenUp {
                    ticket,
                    recipient,
                    kind,
                }))
            }
            Settled::Sent { .. } | Settled::Retry { .. } | Settled::Paused { .. } => Ok(None),
        }
    }

    /// The server that takes our mail knows at once that some addresses take none.
    fn suppress_refused(&self, recipient: &str, reply: &str, now: Timestamp) -> anyhow::Result<()> {
        let status = reply.split_whitespace().nth(1).unwrap_or_default();
        match (Consequence::of_failure(Some(status)), EmailAddress::parse(recipient)) {
            (Consequence::Suppress(status), Some(recipient)) => self.suppress(&recipient, &status, now),
            _ => Ok(()),
        }
    }

    fn note_error(&self, id: i64, error: &str) -> anyhow::Result<()> {
        let sql = "UPDATE outbox SET last_error = ?2 WHERE id = ?1";
        self.execute(sql, (id, error)).context("noting an error")?;
        Ok(())
    }

    fn subject_of(&self, id: i64) -> anyhow::Result<Option<(TicketNumber, String, String, MailKind)>> {
        self.first(
            "SELECT ticket, recipient, message_id, kind FROM outbox WHERE id = ?1 AND ticket IS NOT NULL",
            [id],
            |row| {
                Ok((
                    TicketNumber(row.get(0)?),
                    row.get(1)?,
                    row.get(2)?,
                    row.get::<_, Name<_>>(3)?.0,
                ))
            },
        )
        .context("reading the outbox")
    }

    /// Notes on a mail of ours what a delivery report says of it, such as `failed: 5.1.1 no such user`; tells which
    /// one, or `None` when the report is about no mail of ours.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn report_delivery(&self, mail: &ReportedMail, report: &str) -> anyhow::Result<Option<ReportedRow>> {
        let Some(row) = self.reported(mail)? else {
            return Ok(None);
        };
        let sql = "UPDATE outbox SET report = ?2 WHERE id = ?1";
        self.execute(sql, (row.id, report))
            .context("noting a delivery report")?;
        Ok(Some(row))
    }
}

impl View<'_> {
    fn reported(&self, mail: &ReportedMail) -> anyhow::Result<Option<ReportedRow>> {
        let read = |row: &rusqlite::Row<'_>| {
            let (id, ticket, inbox) = (row.get(0)?, TicketNumber(row.get(1)?), row.get(3)?);
            let Name(kind) = row.get(4)?;
            let recipient = EmailAddress::parse(&row.get::<_, String>(2)?);
            Ok(recipient.map(|recipient| ReportedRow {
                id,
                ticket,
                recipient,
                inbox,
                kind,
            }))
        };
        let found = match mail {
            ReportedMail::Serial { ticket, serial } => self.first(
                "SELECT outbox.id, message.ticket, outbox.recipient, outbox.inbox, outbox.kind FROM message JOIN outbox ON outbox.message = message.id
                 WHERE (message.ticket = ?1 OR message.ticket IN (SELECT number FROM ticket WHERE merged_into = ?1))
                   AND outbox.serial = ?2 ORDER BY outbox.id DESC LIMIT 1",
                (ticket.0, serial),
                read,
            ),
            ReportedMail::Id { message_id, recipient } => self.first(
                "SELECT outbox.id, message.ticket, outbox.recipient, outbox.inbox, outbox.kind FROM known_id
                 JOIN message ON message.ticket = known_id.ticket
                 JOIN outbox ON outbox.message = message.id
                 WHERE known_id.head = ?1 AND known_id.message_id = ?2 AND outbox.message_id = ?2
                   AND (outbox.recipient_key = ?3
                     OR (?3 IS NULL AND 1 = (SELECT count(*) FROM outbox AS each WHERE each.message = message.id)))
                 ORDER BY outbox.id DESC LIMIT 1",
                (
                    super::value::id_head(message_id.as_str()),
                    message_id.as_str(),
                    recipient.as_ref().map(EmailAddress::key),
                ),
                read,
            ),
        };
        Ok(found.context("looking for the mail of a delivery report")?.flatten())
    }
}

fn delivery_event(detail: String) -> TicketEvent {
    TicketEvent {
        kind: EventKind::Delivery,
        by: BY.to_owned(),
        detail,
    }
}
