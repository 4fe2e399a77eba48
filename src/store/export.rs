//! A ticket's mails as they were received and sent: for `ticket export`, `show --raw` and `attachment`.

use super::value::{Compressed, Micros};
use super::{View, decompress};
use crate::desk::TicketNumber;
use crate::mail::RawMail;
use anyhow::Context;
use jiff::Timestamp;
use std::io::Write;

/// Larger mails are neither taken in nor sent.
const LARGEST_MAIL: u64 = 1024 * 1024 * 1024;

impl View<'_> {
    /// Writes every mail of a ticket in the mboxrd format (RFC 4155 with `>From` quoted at any depth); of an answer to
    /// several people the first copy. Tells how many there were, or `None` when there is no such ticket.
    ///
    /// # Errors
    /// When `out` refuses, the store cannot be read, or a mail in it is damaged.
    pub fn export_mbox(&self, number: TicketNumber, mut out: impl Write) -> anyhow::Result<Option<u32>> {
        self.raw_mails(number, |at, octets| {
            write_mail(&mut out, at, &octets).context("cannot write the mbox")
        })
    }

    /// Hands each mail of a ticket to `each` as it was received or sent, in order; of an answer to several people the
    /// first copy. Tells how many there were, or `None` when there is no such ticket.
    ///
    /// # Errors
    /// That of `each`, or when the store cannot be read or a mail in it is damaged.
    pub fn raw_mails(
        &self,
        number: TicketNumber,
        mut each: impl FnMut(Timestamp, Vec<u8>) -> anyhow::Result<()>,
    ) -> anyhow::Result<Option<u32>> {
        let Some(number) = self.resolve(number)? else {
            return Ok(None);
        };
        let mut statement = self.prepare(
            "SELECT at, coalesce(
                 (SELECT octets FROM intake JOIN raw ON raw.id = intake.raw WHERE intake.id = message.intake),
                 (SELECT octets FROM raw WHERE raw.id = message.raw))
             FROM message
             WHERE ticket IN (SELECT part FROM ticket_part WHERE whole = ?1) ORDER BY id",
        )?;
        let mut rows = statement.query([number.0]).context("reading a ticket's mails")?;
        let mut mails = 0;
        while let Some(row) = rows.next().context("reading a ticket's mails")? {
            let at = row.get::<_, Micros>(0)?.0;
            if let Some(octets) = row.get::<_, Option<Compressed>>(1)? {
                each(at, decompress(&octets, LARGEST_MAIL)?)?;
                mails += 1;
            }
        }
        Ok(Some(mails))
    }

    /// Hands each mail that a ticket received to `each`, with its place among the messages of
    /// [`View::ticket_detail`].
    ///
    /// # Errors
    /// That of `each`, or when the store cannot be read or a mail in it is damaged.
    pub fn received_mails(
        &self,
        number: TicketNumber,
        mut each: impl FnMut(usize, RawMail) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let Some(number) = self.resolve(number)? else {
            return Ok(());
        };
        let mut statement = self.prepare(
            "SELECT at,
                 (SELECT octets FROM intake JOIN raw ON raw.id = intake.raw WHERE intake.id = message.intake)
             FROM message
             WHERE ticket IN (SELECT part FROM ticket_part WHERE whole = ?1) ORDER BY id",
        )?;
        let mut rows = statement.query([number.0]).context("reading a ticket's mails")?;
        for place in 0.. {
            let Some(row) = rows.next().context("reading a ticket's mails")? else {
                break;
            };
            if let Some(octets) = row.get::<_, Option<Compressed>>(1)? {
                let octets = decompress(&octets, LARGEST_MAIL)?;
                let mail = RawMail {
                    full_size: octets.len() as u64,
                    octets,
                    received_at: row.get::<_, Micros>(0)?.0,
                };
                each(place, mail)?;
            }
        }
        Ok(())
    }
}

fn write_mail(out: &mut impl Write, at: Timestamp, octets: &[u8]) -> std::io::Result<()> {
    writeln!(out, "From MAILER-DAEMON {}", at.strftime("%a %b %e %H:%M:%S %Y"))?;
    for line in octets.split_inclusive(|&octet| octet == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let quoted = line.iter().position(|&octet| octet != b'>').unwrap_or_default();
        if line.get(quoted..).is_some_and(|rest| rest.starts_with(b"From ")) {
            out.write_all(b">")?;
        }
        out.write_all(line)?;
        out.write_all(b"\n")?;
    }
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_from_line_in_a_mail_begins_no_other_mail() {
        let mut out = vec![];
        write_mail(&mut out, Timestamp::UNIX_EPOCH, b"A: b\r\n\r\nFrom here\r\n>From there").unwrap();
        let expected = "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\nA: b\n\n>From here\n>>From there\n\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
