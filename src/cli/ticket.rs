//! `buzon ticket`: look at tickets.

mod raw;
mod show;

use crate::cli::Session;
use crate::cli::exit::{CliError, Exit};
use crate::cli::output::{OutputMode, Stdout};
use crate::cli::table::{Records, Row};
use crate::desk::{TicketNumber, TicketStatus};
use crate::mail::{EmailAddress, InboundMail, ParseLimits};
use crate::store::{Store, TicketDetail, TicketFilter, TicketSummary, View};
use anyhow::Context;
use clap::{Args, Subcommand};
#[cfg(feature = "sandbox")]
pub(super) use show::conversation;
use std::io::Write;
use std::path::PathBuf;

/// The options of `buzon ticket`.
#[derive(Debug, Args)]
pub struct Ticket {
    /// What to do.
    #[command(subcommand)]
    pub action: TicketAction,
}

/// What can be done with tickets.
#[derive(Debug, Subcommand)]
pub enum TicketAction {
    /// List tickets, lowest number first
    List(List),
    /// Show one ticket: its messages and what happened
    Show {
        /// Its number
        number: i64,
        /// Its mails octet for octet, as they were received and sent
        #[arg(long)]
        raw: bool,
    },
    /// Save what is attached to one of its mails
    Attachment(raw::Attachment),
    /// Write one ticket's mails as they were received and sent
    Export(Export),
}

/// The options of `buzon ticket list`.
#[derive(Debug, Args)]
pub struct List {
    /// In this status: new, open, pending, on_hold, solved or closed
    #[arg(long, value_parser = status)]
    pub status: Option<TicketStatus>,
    /// In this queue
    #[arg(long)]
    pub queue: Option<String>,
    /// Asked for by this address
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub requester: Option<EmailAddress>,
    /// With a message that has all of these words
    #[arg(long, value_name = "WORDS")]
    pub search: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N")]
    pub limit: Option<u32>,
}

/// The options of `buzon ticket export`.
#[derive(Debug, Args)]
pub struct Export {
    /// Its number
    pub number: i64,
    /// As an mbox
    #[arg(long, required = true)]
    pub mbox: bool,
    /// Where to [default: stdout]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

impl Ticket {
    /// Prints what was asked for.
    ///
    /// # Errors
    /// When there is no such ticket, the store can't be read, or the output can't be written.
    pub fn run(self, session: &Session<'_>) -> anyhow::Result<Exit> {
        let store = Store::open(&session.config()?.store.path)?;
        match self.action {
            TicketAction::List(list) => list.run(&store, session.output())?,
            TicketAction::Show { number, raw: true } => raw::show(&store, TicketNumber(number))?,
            TicketAction::Show { number, raw: false } => show(&store, TicketNumber(number), session.output())?,
            TicketAction::Attachment(attachment) => attachment.run(&store)?,
            TicketAction::Export(export) => export.run(&store)?,
        }
        Ok(Exit::Done)
    }
}

impl List {
    fn run(self, store: &Store, mode: OutputMode) -> anyhow::Result<()> {
        let filter = TicketFilter {
            status: self.status,
            queue: self.queue,
            requester: self.requester,
            search: self.search,
            limit: self.limit,
        };
        let mut records = Records::new(mode);
        store.read_blocking(|view| view.tickets(&filter, |ticket| records.push(&ticket)))?;
        records.finish()
    }
}

fn show(store: &Store, number: TicketNumber, mode: OutputMode) -> anyhow::Result<()> {
    let detail = store.read_blocking(|view| {
        let detail = view.ticket_detail(number)?;
        match detail {
            Some(detail) if mode == OutputMode::JsonLines => with_html(view, detail).map(Some),
            detail => Ok(detail),
        }
    })?;
    let detail = detail.ok_or_else(|| no_ticket(number))?;
    let mut stdout = Stdout::lock();
    match mode {
        OutputMode::JsonLines => stdout.line(serde_json::to_string(&detail)?)?,
        OutputMode::Table => stdout.raw(show::conversation(&detail).as_bytes())?,
    }
    stdout.flush()
}

/// Adds the HTML of each mail that came with some, read from the mail as it was received.
fn with_html(view: &View<'_>, mut detail: TicketDetail) -> anyhow::Result<TicketDetail> {
    view.received_mails(detail.head.number, |place, raw| {
        if let Some(message) = detail.messages.get_mut(place) {
            message.html = InboundMail::parse(&raw, &ParseLimits::default()).safe_html();
        }
        Ok(())
    })?;
    Ok(detail)
}

impl Export {
    fn run(self, store: &Store) -> anyhow::Result<()> {
        let number = TicketNumber(self.number);
        let mut mbox = vec![];
        let mails = store.read_blocking(|view| view.export_mbox(number, &mut mbox))?;
        mails.ok_or_else(|| no_ticket(number))?;
        if let Some(path) = self.output {
            let write = || std::fs::File::create(&path)?.write_all(&mbox);
            return write().with_context(|| format!("cannot write {}", path.display()));
        }
        let mut stdout = Stdout::lock();
        stdout.raw(&mbox)?;
        stdout.flush()
    }
}

impl Row for TicketSummary {
    const HEADINGS: &'static [&'static str] = &[
        "number",
        "status",
        "priority",
        "queue",
        "requester",
        "updated",
        "subject",
    ];

    fn cells(&self) -> Vec<String> {
        let head = &self.head;
        vec![
            head.number.to_string(),
            head.status.as_str().to_owned(),
            show::name_of(head.priority),
            head.queue.clone(),
            head.requester.clone(),
            show::minute(head.updated_at),
            head.subject.clone(),
        ]
    }
}

fn no_ticket(number: TicketNumber) -> CliError {
    let hint = "`buzon ticket list` shows those there are";
    CliError::new(Exit::Data, format!("there is no ticket {number}"), hint)
}

fn status(name: &str) -> Result<TicketStatus, String> {
    TicketStatus::parse(name)
        .ok_or_else(|| "no status of that name; there are new, open, pending, on_hold, solved, closed".to_owned())
}

fn address(text: &str) -> Result<EmailAddress, String> {
    EmailAddress::parse(text).ok_or_else(|| "not an e-mail address".to_owned())
}
