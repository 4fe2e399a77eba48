//! A ticket's mails octet for octet, and what is attached to them.

use super::no_ticket;
use crate::cli::exit::{CliError, Exit};
use crate::cli::output::Stdout;
use crate::desk::TicketNumber;
use crate::mail::{InboundMail, ParseLimits, RawMail};
use crate::store::Store;
use anyhow::Context;
use clap::Args;
use jiff::Timestamp;
use std::path::PathBuf;

/// The options of `buzon ticket attachment`.
#[derive(Debug, Args)]
pub struct Attachment {
    /// The ticket's number
    pub number: i64,
    /// The file's name, as `ticket show` lists it; of several the newest
    pub name: String,
    /// Where to
    #[arg(short, long, value_name = "FILE", required = true)]
    pub output: PathBuf,
}

impl Attachment {
    /// Writes the file; one that is there already is not overwritten.
    ///
    /// # Errors
    /// When there is no such ticket or file, or it cannot be written.
    pub(super) fn run(self, store: &Store) -> anyhow::Result<()> {
        let number = TicketNumber(self.number);
        let mut newest = None;
        let mails = store.read_blocking(|view| {
            view.raw_mails(number, |at, octets| {
                newest = attached(octets, at, &self.name).or(newest.take());
                Ok(())
            })
        })?;
        mails.ok_or_else(|| no_ticket(number))?;
        let octets = newest.ok_or_else(|| {
            let what = format!("no mail of ticket {number} has an attachment named {:?}", self.name);
            CliError::new(Exit::Data, what, "`buzon ticket show` lists them")
        })?;
        let file = std::fs::File::create_new(&self.output);
        let written = file.and_then(|mut file| std::io::Write::write_all(&mut file, &octets));
        written.with_context(|| format!("cannot write {}", self.output.display()))
    }
}

fn attached(octets: Vec<u8>, at: Timestamp, name: &str) -> Option<Vec<u8>> {
    let raw = RawMail {
        full_size: octets.len() as u64,
        octets,
        received_at: at,
    };
    let mail = InboundMail::parse(&raw, &ParseLimits::default());
    let index = mail.attachments.iter().position(|attachment| attachment.name == name)?;
    mail.attachment_octets(&raw, index)
}

/// Prints the mails one below the other, each below a line that names it.
pub(super) fn show(store: &Store, number: TicketNumber) -> anyhow::Result<()> {
    let mut stdout = Stdout::lock();
    let mut count = 0;
    let mails = store.read_blocking(|view| {
        view.raw_mails(number, |at, octets| {
            count += 1;
            stdout.line(format!(
                "----- mail {count} of ticket {number}, {at}, {} octets",
                octets.len()
            ))?;
            stdout.raw(&octets)?;
            stdout.line("")
        })
    })?;
    mails.ok_or_else(|| no_ticket(number))?;
    stdout.flush()
}
