//! What became of mails that went out: what the server said at once, and what reports say later.

use super::value::{Micros, Name, id_head};
use super::{Tx, View};
use crate::desk::TicketNumber;
use crate::desk::decision::{DeliveryNote, MailKind};
use crate::desk::known::{IdRole, ReportedRow};
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

/// A mail about a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketMail {
    /// The ticket.
    pub ticket: TicketNumber,
    /// Whom it is for.
    pub recipient: EmailAddress,
    /// What kind of mail it is.
    pub kind: MailKind,
}

impl Tx<'_> {
    /// Records what became of an attempt to send. A row that was dropped meanwhile stays dropped. What was sent and is no
    /// message of its ticket leaves nothing but its text.
    ///
    /// # Errors
    /// When there is no such row, or the store cannot be written.
    pub fn settle_outbox(&self, id: i64, settled: &Settled, now: Timestamp) -> anyhow::Result<()> {
        let (state, next_at, error) = match settled {
            Settled::Paused { error } => return self.note_error(id, error),
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
        if let Settled::Sent { server_id } = settled {
            self.forget_octets(id)?;
            if let Some(server) = server_id {
                self.know_server_id(id, server)?;
            }
        }
        Ok(())
    }

    /// An answer to a mail names the id that the server gave it.
    fn know_server_id(&self, id: i64, server: &MessageId) -> anyhow::Result<()> {
        let sql = "SELECT ticket FROM outbox WHERE id = ?1 AND message_id <> ?2 AND ticket IS NOT NULL";
        let ticket = self.first(sql, (id, server.as_str()), |row| row.get(0).map(TicketNumber));
        match ticket.context("reading the outbox")? {
            Some(ticket) => self.know_id(server, ticket, IdRole::Seen),
            None => Ok(()),
        }
    }

    fn note_error(&self, id: i64, error: &str) -> anyhow::Result<()> {
        let sql = "UPDATE outbox SET last_error = ?2 WHERE id = ?1";
        self.execute(sql, (id, error)).context("noting an error")?;
        Ok(())
    }

    /// Notes on a mail of ours what a delivery report says of it.
    pub(super) fn note_delivery(&self, note: &DeliveryNote) -> anyhow::Result<()> {
        let sql = "UPDATE outbox SET report = ?2 WHERE id = ?1";
        self.execute(sql, (note.outbox, &note.text))
            .context("noting a delivery report")?;
        Ok(())
    }

    /// Notes what a failure means for the address that a mail went to.
    pub(super) fn note_consequence(
        &self,
        recipient: &EmailAddress,
        consequence: &Consequence,
        now: Timestamp,
    ) -> anyhow::Result<()> {
        match consequence {
            Consequence::None | Consequence::TellAdmin(_) => Ok(()),
            Consequence::Suppress(status) => self.suppress(recipient, status, now),
            Consequence::Passing(status) => self.note_passing_failure(recipient, status, now),
        }
    }
}

impl View<'_> {
    /// Whether an outbox row was given up.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn is_failed(&self, id: i64) -> anyhow::Result<bool> {
        let sql = "SELECT 1 FROM outbox WHERE id = ?1 AND state = 'failed'";
        let found = self.first(sql, [id], |_| Ok(())).context("reading the outbox")?;
        Ok(found.is_some())
    }

    /// What an outbox row is about; `None` when it is about no ticket.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn ticket_mail(&self, id: i64) -> anyhow::Result<Option<TicketMail>> {
        let sql = "SELECT ticket, recipient, kind FROM outbox WHERE id = ?1 AND ticket IS NOT NULL";
        let found = self.first(sql, [id], |row| {
            let recipient = EmailAddress::parse(row.get_ref(1)?.as_str()?);
            let (ticket, kind) = (TicketNumber(row.get(0)?), row.get::<_, Name<_>>(2)?.0);
            Ok(recipient.map(|recipient| TicketMail {
                ticket,
                recipient,
                kind,
            }))
        });
        Ok(found.context("reading the outbox")?.flatten())
    }

    /// The rows of the mails of ours that a report is about, each in its place.
    pub(super) fn reported(&self, mails: &[ReportedMail]) -> anyhow::Result<Vec<Option<ReportedRow>>> {
        let found = |mail| {
            self.reported_row(mail)
                .context("looking for the mail of a delivery report")
        };
        match mails {
            // A report on one recipient names the one the mail was forwarded to, whom we do not know.
            [only] => Ok(vec![match found(only)? {
                None => found(&only.to_anybody())?,
                row => row,
            }]),
            several => several.iter().map(found).collect(),
        }
    }

    fn reported_row(&self, mail: &ReportedMail) -> rusqlite::Result<Option<ReportedRow>> {
        let read = |row: &rusqlite::Row<'_>| {
            let (outbox, inbox) = (row.get(0)?, row.get(2)?);
            let Name(kind) = row.get(3)?;
            let recipient = EmailAddress::parse(row.get_ref(1)?.as_str()?);
            Ok(recipient.map(|recipient| ReportedRow {
                outbox,
                recipient,
                inbox,
                kind,
            }))
        };
        let found = match mail {
            ReportedMail::Serial { key, serial } => self.first(
                "SELECT outbox.id, outbox.recipient, outbox.inbox, outbox.kind
                 FROM message JOIN outbox ON outbox.message = message.id
                 WHERE message.ticket IN (
                     SELECT part FROM ticket_part
                     WHERE whole = (SELECT coalesce(merged_into, number) FROM ticket WHERE key = ?1))
                   AND outbox.serial = ?2 ORDER BY outbox.id DESC LIMIT 1",
                (key.0.cast_signed(), serial),
                read,
            ),
            ReportedMail::Id { message_id, recipient } => self.first(
                "SELECT outbox.id, outbox.recipient, outbox.inbox, outbox.kind FROM known_id
                 JOIN message ON message.ticket = known_id.ticket
                 JOIN outbox ON outbox.message = message.id
                 WHERE known_id.head = ?1 AND known_id.message_id = ?2 AND outbox.message_id = ?2
                   AND (outbox.recipient_key = ?3
                     OR (?3 IS NULL AND 1 = (SELECT count(*) FROM outbox AS each WHERE each.message = message.id)))
                 ORDER BY outbox.id DESC LIMIT 1",
                (
                    id_head(message_id.as_str()),
                    message_id.as_str(),
                    recipient.as_ref().map(EmailAddress::key),
                ),
                read,
            ),
        };
        Ok(found?.flatten())
    }
}
