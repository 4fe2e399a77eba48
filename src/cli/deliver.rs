//! `buzon deliver`: one message from an MTA's pipe.

use crate::cli::exit::{CliError, Exit};
use crate::cli::{Session, gateway, intake};
use crate::config::{Config, Inbox};
use crate::desk::arrival::Replies;
use crate::mail::EmailAddress;
use crate::store::Source;
use anyhow::Context;
use clap::Args;
use jiff::Timestamp;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Take one message from standard input: exits 0 once it is safe on disk, 75 for every failure
#[derive(Debug, Args)]
pub struct Deliver {
    /// The inbox it is for [default: the one that --recipient names, else the only one]
    #[arg(long, value_name = "NAME")]
    inbox: Option<String>,
    /// The envelope's sender; empty for <>
    #[arg(long, value_name = "ADDRESS")]
    sender: Option<String>,
    /// The envelope's recipient
    #[arg(long, value_name = "ADDRESS")]
    recipient: Option<String>,
    /// Believe nothing in its header
    #[arg(long)]
    unauthenticated: bool,
}

/// The largest message taken from a pipe, in octets; there is no other copy, so it is kept whole.
const LARGEST_PIPED: u64 = 256 << 20;

impl Deliver {
    /// # Errors
    /// Always with exit code 75: the MTA keeps the message and tries again.
    pub fn run(self, session: &Session<'_>) -> anyhow::Result<Exit> {
        // A panic would exit with a code of its own, and the MTA would bounce the mail.
        let taken = catch_unwind(AssertUnwindSafe(|| self.take(session)));
        let taken = taken.unwrap_or_else(|_| Err(anyhow::anyhow!("taking the message failed")));
        taken.map_err(|error| {
            let hint = "the MTA keeps the message and tries again";
            CliError::new(Exit::TryAgain, format!("{error:#}"), hint).into()
        })
    }

    fn take(self, session: &Session<'_>) -> anyhow::Result<Exit> {
        let (config, store) = gateway::config_and_store(session)?;
        let inbox = self.chosen(&config)?.policy.name.clone();
        let mut octets = self.trace()?;
        let mut input = std::io::stdin().lock().take(LARGEST_PIPED + 1);
        let read = input.read_to_end(&mut octets).context("cannot read the message")?;
        anyhow::ensure!(
            read as u64 <= LARGEST_PIPED,
            "the message is over {LARGEST_PIPED} octets"
        );
        anyhow::ensure!(read > 0, "standard input holds no message");
        let authenticity = intake::authenticity(self.unauthenticated);
        let mail = intake::pack(
            octets,
            &inbox,
            Source::Pipe,
            Timestamp::now(),
            authenticity,
            Replies::Allowed,
        )?;
        store.write_blocking(move |tx| tx.record_single(&mail, Timestamp::now()))?;
        Ok(Exit::Done)
    }

    fn chosen<'c>(&self, config: &'c Config) -> anyhow::Result<&'c Inbox> {
        if self.inbox.is_some() {
            return intake::inbox(config, self.inbox.as_deref());
        }
        let recipient = self.recipient.as_deref().and_then(EmailAddress::parse);
        let policy = config.policy();
        let named = recipient.and_then(|address| policy.inboxes.iter().find(|inbox| inbox.receives(&address)));
        intake::inbox(config, named.map(|inbox| inbox.name.as_str()))
    }

    /// The trace fields that an MTA adds at final delivery (RFC 5321 §4.4), since a pipe carries no envelope.
    fn trace(&self) -> anyhow::Result<Vec<u8>> {
        let mut trace = String::new();
        if let Some(sender) = self.sender.as_deref() {
            let sender = sender.trim_matches(['<', '>']);
            let path = if sender.is_empty() {
                String::new()
            } else {
                address(sender)?.to_string()
            };
            trace.push_str(&format!("Return-Path: <{path}>\r\n"));
        }
        if let Some(recipient) = self.recipient.as_deref() {
            trace.push_str(&format!("Delivered-To: {}\r\n", address(recipient)?));
        }
        Ok(trace.into_bytes())
    }
}

fn address(text: &str) -> anyhow::Result<EmailAddress> {
    EmailAddress::parse(text).with_context(|| format!("`{text}` is not an e-mail address"))
}
