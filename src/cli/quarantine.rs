//! `buzon quarantine`: mails that were set aside.

use crate::cli::Session;
use crate::cli::exit::{CliError, Exit};
use crate::cli::output::Stdout;
use crate::cli::table::{Records, Row};
use crate::store::{QuarantineEntry, Store, decompress};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use mail_parser::MessageParser;
use serde::Serialize;

/// The options of `buzon quarantine`.
#[derive(Debug, Args)]
pub struct Quarantine {
    /// What to do.
    #[command(subcommand)]
    pub action: QuarantineAction,
}

/// What can be done with the quarantine.
#[derive(Debug, Subcommand)]
pub enum QuarantineAction {
    /// List what was set aside, oldest first
    List,
    /// Print a mail as it was received
    Show {
        /// Its id in the list
        id: i64,
    },
    /// Have a mail handled once more
    Retry {
        /// Its id in the list
        id: i64,
    },
    /// Give a mail up
    Drop {
        /// Its id in the list
        id: i64,
    },
}

/// A mail that was set aside, as `quarantine list` shows it.
#[derive(Debug, Serialize)]
struct Entry {
    id: i64,
    at: Timestamp,
    inbox: String,
    from: String,
    subject: String,
    reason: String,
}

/// What is read of a mail to find From and Subject, in octets.
const HEADER: u64 = 64 * 1024 * 1024;

impl Quarantine {
    /// Prints what was asked for, or does it.
    ///
    /// # Errors
    /// When there is no such mail, or the store can't be read or written.
    pub fn run(self, session: &Session<'_>) -> anyhow::Result<Exit> {
        let store = Store::open(&session.config()?.store.path)?;
        match self.action {
            QuarantineAction::List => {
                let mut records = Records::new(session.output());
                store.read_blocking(|view| view.quarantined(|found| records.push(&Entry::of(found))))?;
                records.finish()?;
            }
            QuarantineAction::Show { id } => {
                let raw = store.read_blocking(|view| view.quarantined_raw(id))?;
                let mut stdout = Stdout::lock();
                stdout.raw(&raw.ok_or_else(|| missing(id))?)?;
                stdout.flush()?;
            }
            QuarantineAction::Retry { id } => must(store.write_blocking(move |tx| tx.retry_quarantined(id))?, id)?,
            QuarantineAction::Drop { id } => must(store.write_blocking(move |tx| tx.drop_quarantined(id))?, id)?,
        }
        Ok(Exit::Done)
    }
}

impl Entry {
    fn of(found: QuarantineEntry) -> Self {
        let octets = decompress(&found.raw, HEADER).unwrap_or_default();
        // Its reading may be what broke: then the list shows it without From and Subject.
        let (from, subject) = std::panic::catch_unwind(|| from_and_subject(&octets)).unwrap_or_default();
        Self {
            id: found.id,
            at: found.at,
            inbox: found.inbox,
            from,
            subject,
            reason: found.reason,
        }
    }
}

fn from_and_subject(octets: &[u8]) -> (String, String) {
    let message = MessageParser::default().parse_headers(octets);
    let message = message.as_ref();
    let from = message.and_then(|message| message.from()?.first()?.address());
    let subject = message.and_then(|message| message.subject());
    (
        without_controls(from.unwrap_or_default()),
        without_controls(subject.unwrap_or_default()),
    )
}

fn without_controls(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn must(done: bool, id: i64) -> Result<(), CliError> {
    done.then_some(()).ok_or_else(|| missing(id))
}

fn missing(id: i64) -> CliError {
    let hint = "`buzon quarantine list` shows those there are";
    CliError::new(Exit::Data, format!("there is no mail {id} in quarantine"), hint)
}

impl Row for Entry {
    const HEADINGS: &'static [&'static str] = &["id", "at", "inbox", "from", "subject", "reason"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.at.strftime("%Y-%m-%d %H:%MZ").to_string(),
            self.inbox.clone(),
            self.from.clone(),
            self.subject.clone(),
            self.reason.clone(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::from_and_subject;

    #[test]
    fn from_and_subject_are_read_from_what_has_them() {
        let mail = b"From: Eva <eva@home.example>\r\nSubject: =?utf-8?q?caf=C3=A9?=\r\n\r\nHi";
        assert_eq!(
            from_and_subject(mail),
            ("eva@home.example".to_owned(), "café".to_owned())
        );
        assert_eq!(from_and_subject(b""), Default::default());
    }
}
