//! Mails that wait to go out, and the counts that limit the automatic ones.

use super::value::{Compressed, Micros, Name};
use super::{Tx, View, decompress};
use crate::desk::TicketNumber;
use crate::desk::decision::MailKind;
use crate::mail::{EmailAddress, Envelope, MessageId, ReversePath};
use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;

/// A mail to be sent: one row for each recipient.
#[derive(Debug, Clone)]
pub struct NewOutboxRow {
    /// The ticket it is about; a probe has none.
    pub ticket: Option<TicketNumber>,
    /// The message it carries, as [`Tx::add_message`] told it.
    pub message: Option<i64>,
    /// What kind of mail.
    pub kind: MailKind,
    /// The inbox it goes out from.
    pub inbox: String,
    /// From whom and to whom.
    pub envelope: Envelope,
    /// The finished mail.
    pub octets: Compressed,
    /// Its Message-ID.
    pub message_id: MessageId,
    /// What its return address names it by.
    pub serial: u32,
    /// Not to be sent before.
    pub not_before: Timestamp,
    /// Whether the limits count it.
    pub allowance: Allowance,
}

/// Whether a mail uses up what `[limits]` allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// It goes to a customer automatically.
    Counted,
    /// It does not.
    Free,
}

/// A mail that is due.
#[derive(Debug, Clone)]
pub struct OutboxEntry {
    /// The row.
    pub id: i64,
    /// The ticket it is about.
    pub ticket: Option<TicketNumber>,
    /// From whom and to whom.
    pub envelope: Envelope,
    /// The finished mail.
    pub octets: Vec<u8>,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was written.
    pub created_at: Timestamp,
    /// Its Message-ID.
    pub message_id: Option<MessageId>,
}

/// No mail of ours is larger; a stored one that says so is damaged.
const LARGEST_MAIL: u64 = 256 * 1024 * 1024;
const DAY: SignedDuration = SignedDuration::from_hours(24);
const MINUTE: i64 = 60;
/// Counts above this are as good as this.
const HIGHEST_COUNT: u32 = 1000;
/// Every so many automatic mails, up to twice as many old ones are forgotten.
const PRUNE_EVERY: i64 = 32;

impl Tx<'_> {
    /// Puts a mail into the outbox; tells its row.
    ///
    /// # Errors
    /// When this message goes to this recipient already, or the store cannot be written.
    pub fn enqueue(&self, new: &NewOutboxRow, now: Timestamp) -> anyhow::Result<i64> {
        let recipient = &new.envelope.recipient;
        let envelope_from = match &new.envelope.reverse_path {
            ReversePath::Null => None,
            ReversePath::Address(address) => Some(address.as_str()),
        };
        let id = self
            .insert(
                "INSERT INTO outbox (ticket, message, kind, inbox, recipient, recipient_key, envelope_from, message_id,
                                     serial, created_at, next_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                (
                    new.ticket.map(|number| number.0),
                    new.message,
                    Name(new.kind),
                    &new.inbox,
                    recipient.as_str(),
                    recipient.key(),
                    envelope_from,
                    new.message_id.as_str(),
                    new.serial,
                    Micros(now),
                    Micros(new.not_before),
                ),
            )
            .context("putting a mail into the outbox")?;
        self.insert(
            "INSERT INTO outbox_octets (outbox, octets) VALUES (?1, ?2)",
            (id, &new.octets),
        )
        .context("putting a mail into the outbox")?;
        if new.allowance == Allowance::Counted {
            self.count_auto_mail(recipient, new.ticket, now)
                .context("counting an automatic mail")?;
        }
        Ok(id)
    }

    fn count_auto_mail(&self, to: &EmailAddress, ticket: Option<TicketNumber>, now: Timestamp) -> rusqlite::Result<()> {
        let ticket = ticket.map_or(0, |number| number.0);
        let sql = "INSERT INTO auto_mail (at, address_key, ticket) VALUES (?1, ?2, ?3)";
        let id = self.insert(sql, (Micros(now), to.key(), ticket))?;
        self.execute(
            "INSERT INTO auto_mail_minute (minute, mails) VALUES (?1, 1)
             ON CONFLICT (minute) DO UPDATE SET mails = mails + 1",
            [minute(now)],
        )?;
        if id % PRUNE_EVERY == 0 {
            self.execute(
                "DELETE FROM auto_mail WHERE at < ?1 AND id IN (SELECT id FROM auto_mail ORDER BY id LIMIT ?2)",
                (Micros(now - 2 * DAY), 2 * PRUNE_EVERY),
            )?;
            self.execute(
                "DELETE FROM auto_mail_minute WHERE minute < ?1",
                [minute(now - 2 * DAY)],
            )?;
        }
        Ok(())
    }
}

impl View<'_> {
    /// Mails of an inbox that are due, earliest first, but those in `in_flight`: at most `limit`, and no more than
    /// `byte_limit` octets unless the first alone has more.
    ///
    /// # Errors
    /// When the store cannot be read, or a mail in it is damaged.
    pub fn outbox_due(
        &self,
        inbox: &str,
        now: Timestamp,
        limit: usize,
        byte_limit: usize,
        in_flight: &HashSet<i64>,
    ) -> anyhow::Result<Vec<OutboxEntry>> {
        let mut statement = self.prepare(
            "SELECT id, ticket, recipient, envelope_from, attempts, created_at, message_id FROM outbox
             WHERE state = 'queued' AND state <> 'sent' AND state <> 'dropped' AND inbox = ?1 AND next_at <= ?2
             ORDER BY next_at, id",
        )?;
        let mut rows = statement.query((inbox, Micros(now))).context("reading the outbox")?;
        let (mut due, mut bytes) = (vec![], 0);
        while let Some(row) = rows.next().context("reading the outbox")? {
            if due.len() >= limit {
                break;
            }
            let id = row.get(0)?;
            if in_flight.contains(&id) {
                continue;
            }
            let entry = self.read_due(id, row)?;
            bytes += entry.octets.len();
            if bytes > byte_limit && !due.is_empty() {
                break;
            }
            due.push(entry);
        }
        Ok(due)
    }

    fn read_due(&self, id: i64, row: &rusqlite::Row<'_>) -> anyhow::Result<OutboxEntry> {
        let recipient: String = row.get(2)?;
        let envelope_from: Option<String> = row.get(3)?;
        let address = |text: &str| EmailAddress::parse(text).context("an address in the outbox is damaged");
        Ok(OutboxEntry {
            id,
            ticket: row.get::<_, Option<i64>>(1)?.map(TicketNumber),
            envelope: Envelope {
                reverse_path: match envelope_from {
                    None => ReversePath::Null,
                    Some(from) => ReversePath::Address(address(&from)?),
                },
                recipient: address(&recipient)?,
            },
            octets: self.outbox_octets(id)?.context("a mail in the outbox has no octets")?,
            attempts: row.get(4)?,
            created_at: row.get::<_, Micros>(5)?.0,
            message_id: MessageId::parse(row.get_ref(6)?.as_str().unwrap_or_default()),
        })
    }

    /// The finished mail of an outbox row.
    ///
    /// # Errors
    /// When the store cannot be read, or the mail in it is damaged.
    pub fn outbox_octets(&self, id: i64) -> anyhow::Result<Option<Vec<u8>>> {
        let sql = "SELECT octets FROM outbox_octets WHERE outbox = ?1";
        let octets: Option<Compressed> = self.first(sql, [id], |row| row.get(0)).context("reading a mail")?;
        octets.map(|octets| decompress(&octets, LARGEST_MAIL)).transpose()
    }

    /// When the next mail of an inbox is due; in the past when one is due now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn next_outbox_at(&self, inbox: &str) -> anyhow::Result<Option<Timestamp>> {
        self.first(
            "SELECT next_at FROM outbox
             WHERE state = 'queued' AND state <> 'sent' AND state <> 'dropped' AND inbox = ?1
             ORDER BY next_at LIMIT 1",
            [inbox],
            |row| Ok(row.get::<_, Micros>(0)?.0),
        )
        .context("reading the outbox")
    }
}

// Rows from the future count for a day only: after a clock that ran ahead is set right they limit nothing.

pub(super) fn auto_mails_to(view: &View<'_>, address: &EmailAddress, now: Timestamp) -> anyhow::Result<u32> {
    let sql = "SELECT count(*) FROM
               (SELECT 1 FROM auto_mail WHERE address_key = ?1 AND at > ?2 AND at < ?3 LIMIT ?4)";
    let count = view.first(
        sql,
        (address.key(), Micros(now - DAY), Micros(now + DAY), HIGHEST_COUNT),
        |row| row.get(0),
    );
    Ok(count.context("counting automatic mails")?.unwrap_or_default())
}

pub(super) fn auto_mails_on_ticket(view: &View<'_>, ticket: TicketNumber, now: Timestamp) -> anyhow::Result<u32> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM auto_mail WHERE ticket = ?1 AND at > ?2 AND at < ?3 LIMIT ?4)";
    let count = view.first(
        sql,
        (ticket.0, Micros(now - DAY), Micros(now + DAY), HIGHEST_COUNT),
        |row| row.get(0),
    );
    Ok(count.context("counting automatic mails")?.unwrap_or_default())
}

pub(super) fn auto_mails_in_hour(view: &View<'_>, now: Timestamp) -> anyhow::Result<u32> {
    let sql = "SELECT coalesce(sum(mails), 0) FROM auto_mail_minute WHERE minute > ?1 AND minute < ?2";
    let minute = minute(now);
    let count = view.first(sql, (minute - 60, minute + 60), |row| row.get(0));
    Ok(count.context("counting automatic mails")?.unwrap_or_default())
}

fn minute(at: Timestamp) -> i64 {
    at.as_second().div_euclid(MINUTE)
}
