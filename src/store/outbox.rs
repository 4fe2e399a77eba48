//! Mails that wait to go out, and the counts that limit the automatic ones.

use super::value::{Compressed, Micros, SIZE_OCTETS, decompress, unpacked_size};
use super::{Tx, View};
use crate::desk::TicketNumber;
use crate::desk::decision::MailKind;
use crate::desk::known::{Allowance as Left, IdRole};
use crate::mail::{EmailAddress, Envelope, MessageId, ReversePath};
use anyhow::{Context, ensure};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;

/// A mail to be sent: one row for each recipient, and its octets once.
#[derive(Debug, Clone)]
pub struct NewOutboxMail {
    /// The ticket it is about; trouble is about none.
    pub ticket: Option<TicketNumber>,
    /// What kind of mail.
    pub kind: MailKind,
    /// The inbox it goes out from.
    pub inbox: String,
    /// The first copy, finished.
    pub raw: Compressed,
    /// Its plain text, kept once it is sent; `None` when its message has that.
    pub text: Option<Compressed>,
    /// One for each recipient.
    pub copies: Vec<OutboxCopy>,
    /// Not to be sent before.
    pub not_before: Timestamp,
    /// Whether the limits count it.
    pub allowance: Allowance,
}

/// What one recipient gets.
#[derive(Debug, Clone)]
pub struct OutboxCopy {
    /// From whom and to whom.
    pub envelope: Envelope,
    /// Its Message-ID.
    pub message_id: MessageId,
    /// What its return address names it by.
    pub serial: u32,
    /// What stands in it before the octets that it shares with the first copy; `None`: it is the first.
    pub own: Option<Compressed>,
    /// Where these begin in the first copy.
    pub shared_from: usize,
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
    /// From whom and to whom.
    pub envelope: Envelope,
    /// How many octets it has.
    pub size: usize,
    /// The finished mail, unless it is large: then it is read when its turn comes.
    pub octets: Option<Vec<u8>>,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was written.
    pub created_at: Timestamp,
}

/// No mail of ours is larger; a stored one that says so is damaged.
const LARGEST_MAIL: u64 = 256 * 1024 * 1024;
/// Up to so many octets a mail is read together with its row.
const SMALL_MAIL: usize = 64 << 10;
const DAY: SignedDuration = SignedDuration::from_hours(24);
const MINUTE: i64 = 60;
/// Every so many automatic mails, up to twice as many old ones are forgotten.
const PRUNE_EVERY: i64 = 32;

impl Tx<'_> {
    /// Puts a mail into the outbox for each of its recipients; tells the rows. `message` is the one it carries, as
    /// [`Tx::add_message`] told it, which then has its Message-ID and keeps its octets.
    ///
    /// # Errors
    /// When this message goes to one of them already, or the store cannot be written.
    pub fn enqueue(&self, new: &NewOutboxMail, message: Option<i64>, now: Timestamp) -> anyhow::Result<Vec<i64>> {
        let raw = self
            .insert("INSERT INTO raw (octets) VALUES (?1)", [&new.raw])
            .context("storing a mail that goes out")?;
        let text = new
            .text
            .as_ref()
            .map(|text| self.insert("INSERT INTO sent_text (octets) VALUES (?1)", [text]));
        let text = text.transpose().context("storing the text of a mail that goes out")?;
        if let (Some(message), Some(first)) = (message, new.copies.first()) {
            self.give_octets(message, new.ticket, raw, &first.message_id)?;
        }
        let place = (message, message.is_none().then_some(raw), text);
        let mut rows = vec![];
        for copy in &new.copies {
            rows.push(
                self.enqueue_copy(new, copy, place, now)
                    .context("putting a mail into the outbox")?,
            );
            if new.allowance == Allowance::Counted {
                self.count_auto_mail(&copy.envelope.recipient, new.ticket, now)
                    .context("counting an automatic mail")?;
            }
        }
        Ok(rows)
    }

    fn enqueue_copy(
        &self,
        new: &NewOutboxMail,
        copy: &OutboxCopy,
        (message, raw, text): (Option<i64>, Option<i64>, Option<i64>),
        now: Timestamp,
    ) -> anyhow::Result<i64> {
        let recipient = &copy.envelope.recipient;
        let envelope_from = match &copy.envelope.reverse_path {
            ReversePath::Null => None,
            ReversePath::Address(address) => Some(address.as_str()),
        };
        let id = self.insert(
            "INSERT INTO outbox (ticket, message, kind, inbox, recipient, recipient_key, envelope_from, message_id,
                                 serial, created_at, next_at, raw, shared_from, text)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            (
                new.ticket.map(|number| number.0),
                message,
                new.kind.as_str(),
                &new.inbox,
                recipient.as_str(),
                recipient.key(),
                envelope_from,
                copy.message_id.as_str(),
                copy.serial,
                Micros(now),
                Micros(new.not_before),
                raw,
                i64::try_from(copy.shared_from)?,
                text,
            ),
        )?;
        if let Some(own) = &copy.own {
            self.insert("INSERT INTO outbox_own (outbox, octets) VALUES (?1, ?2)", (id, own))?;
        }
        Ok(id)
    }

    /// Gives a message that goes out its octets and its Message-ID, by which answers find the ticket.
    fn give_octets(&self, message: i64, ticket: Option<TicketNumber>, raw: i64, id: &MessageId) -> anyhow::Result<()> {
        let sql = "UPDATE message SET raw = ?2, message_id = ?3 WHERE id = ?1";
        self.execute(sql, (message, raw, id.as_str()))
            .context("naming a message")?;
        ticket.map_or(Ok(()), |ticket| self.know_id(id, ticket, IdRole::Seen))
    }

    /// Lets go of the octets of a mail that nobody waits for any more. Those of a message stay with it.
    pub(super) fn forget_octets(&self, id: i64) -> anyhow::Result<()> {
        self.execute("DELETE FROM outbox_own WHERE outbox = ?1", [id])
            .context("forgetting a mail")?;
        let sql = "SELECT raw FROM outbox WHERE id = ?1 AND raw IS NOT NULL";
        let raw: Option<i64> = self.first(sql, [id], |row| row.get(0)).context("forgetting a mail")?;
        let Some(raw) = raw else { return Ok(()) };
        self.execute("UPDATE outbox SET raw = NULL WHERE id = ?1", [id])
            .context("forgetting a mail")?;
        let sql = "DELETE FROM raw WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.raw = ?1)";
        self.execute(sql, [raw]).context("forgetting a mail")?;
        Ok(())
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
    /// Mails of an inbox that are due, earliest first, but those in `in_flight`: at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read, or a row in it is damaged.
    pub fn outbox_due(
        &self,
        inbox: &str,
        now: Timestamp,
        limit: usize,
        in_flight: &HashSet<i64>,
    ) -> anyhow::Result<Vec<OutboxEntry>> {
        let mut statement = self.prepare(&format!(
            "SELECT outbox.id, recipient, envelope_from, attempts, created_at, shared_from,
                    CASE WHEN length(raw.octets) <= {SMALL_MAIL} THEN raw.octets
                         ELSE substr(raw.octets, 1, {SIZE_OCTETS}) END, outbox_own.octets
             FROM outbox {OCTETS}
             WHERE state = 'queued' AND state <> 'sent' AND state <> 'dropped' AND inbox = ?1 AND next_at <= ?2
             ORDER BY next_at, outbox.id",
        ))?;
        let mut rows = statement.query((inbox, Micros(now))).context("reading the outbox")?;
        let mut due = vec![];
        while due.len() < limit
            && let Some(row) = rows.next().context("reading the outbox")?
        {
            let id = row.get(0)?;
            if !in_flight.contains(&id) {
                due.push(read_due(id, row)?);
            }
        }
        Ok(due)
    }

    /// The finished mail of an outbox row; `None` when there is none, or nobody waits for it any more.
    ///
    /// # Errors
    /// When the store cannot be read, or the mail in it is damaged.
    pub fn outbox_octets(&self, id: i64) -> anyhow::Result<Option<Vec<u8>>> {
        let sql = format!(
            "SELECT raw.octets, outbox_own.octets, shared_from FROM outbox {OCTETS}
             WHERE outbox.id = ?1 AND state <> 'sent' AND state <> 'dropped'"
        );
        let read = |row: &rusqlite::Row<'_>| {
            let own: Option<Compressed> = row.get(1)?;
            Ok((row.get::<_, Compressed>(0)?, own, row.get::<_, i64>(2)?))
        };
        let found = self.first(&sql, [id], read).context("reading a mail")?;
        let Some((raw, own, shared_from)) = found else {
            return Ok(None);
        };
        join(&raw, own.as_ref(), usize::try_from(shared_from)?).map(Some)
    }
}

/// A copy of a mail, from what is its own and what it shares with the first.
fn join(raw: &Compressed, own: Option<&Compressed>, shared_from: usize) -> anyhow::Result<Vec<u8>> {
    let mut mail = decompress(raw, LARGEST_MAIL)?;
    if let Some(own) = own {
        ensure!(shared_from <= mail.len(), "a mail in the outbox is damaged");
        // In place: a second buffer would be as large as the mail.
        mail.splice(..shared_from, decompress(own, LARGEST_MAIL)?);
    }
    Ok(mail)
}

/// Where the octets of an outbox row lie.
const OCTETS: &str = "LEFT JOIN message ON message.id = outbox.message
    JOIN raw ON raw.id = coalesce(outbox.raw, message.raw) LEFT JOIN outbox_own ON outbox_own.outbox = outbox.id";

fn read_due(id: i64, row: &rusqlite::Row<'_>) -> anyhow::Result<OutboxEntry> {
    let recipient: String = row.get(1)?;
    let envelope_from: Option<String> = row.get(2)?;
    let address = |text: &str| EmailAddress::parse(text).context("an address in the outbox is damaged");
    let (raw, own): (Compressed, Option<Compressed>) = (row.get(6)?, row.get(7)?);
    let shared_from = usize::try_from(row.get::<_, i64>(5)?)?;
    let own_size = own.as_ref().map_or(Ok(0), |own| unpacked_size(own.octets()))?;
    let size = own_size + unpacked_size(raw.octets())?.saturating_sub(shared_from);
    let is_whole = raw.octets().len() > SIZE_OCTETS && size <= SMALL_MAIL;
    Ok(OutboxEntry {
        octets: is_whole.then(|| join(&raw, own.as_ref(), shared_from)).transpose()?,
        id,
        envelope: Envelope {
            reverse_path: match envelope_from {
                None => ReversePath::Null,
                Some(from) => ReversePath::Address(address(&from)?),
            },
            recipient: address(&recipient)?,
        },
        size,
        attempts: row.get(3)?,
        created_at: row.get::<_, Micros>(4)?.0,
    })
}

// Rows from the future count for a day only: after a clock that ran ahead is set right they limit nothing.

pub(super) fn left_to_address(
    view: &View<'_>,
    address: &EmailAddress,
    limit: u32,
    now: Timestamp,
) -> anyhow::Result<Left> {
    let sql = "SELECT count(*) FROM
               (SELECT 1 FROM auto_mail WHERE address_key = ?1 AND at > ?2 AND at < ?3 LIMIT ?4) AS mails";
    let day = (Micros(now - DAY), Micros(now + DAY));
    let count = view.first(sql, (address.key(), day.0, day.1, limit), |row| row.get(0));
    Ok(Left::of(
        count.context("counting automatic mails")?.unwrap_or_default(),
        limit,
    ))
}

pub(super) fn left_on_ticket(
    view: &View<'_>,
    ticket: TicketNumber,
    limit: u32,
    now: Timestamp,
) -> anyhow::Result<Left> {
    let sql = "SELECT count(*) FROM
               (SELECT 1 FROM auto_mail WHERE ticket = ?1 AND at > ?2 AND at < ?3 LIMIT ?4) AS mails";
    let day = (Micros(now - DAY), Micros(now + DAY));
    let count = view.first(sql, (ticket.0, day.0, day.1, limit), |row| row.get(0));
    Ok(Left::of(
        count.context("counting automatic mails")?.unwrap_or_default(),
        limit,
    ))
}

pub(super) fn left_in_hour(view: &View<'_>, limit: u32, now: Timestamp) -> anyhow::Result<Left> {
    let sql = "SELECT coalesce(sum(mails), 0) FROM auto_mail_minute WHERE minute > ?1 AND minute < ?2";
    let minute = minute(now);
    let count = view.first(sql, (minute - 60, minute + 60), |row| row.get(0));
    Ok(Left::of(
        count.context("counting automatic mails")?.unwrap_or_default(),
        limit,
    ))
}

fn minute(at: Timestamp) -> i64 {
    at.as_second().div_euclid(MINUTE)
}
