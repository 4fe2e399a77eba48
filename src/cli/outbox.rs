//! `buzon outbox`: mails that wait to go out.

use crate::cli::Session;
use crate::cli::exit::{CliError, Exit};
use crate::cli::output::{OutputMode, Stdout};
use crate::cli::table::{Records, Row};
use crate::store::{OutboxFilter, OutboxSummary, Store};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde::Serialize;

/// The options of `buzon outbox`.
#[derive(Debug, Args)]
pub struct Outbox {
    /// What to do.
    #[command(subcommand)]
    pub action: OutboxAction,
}

/// What can be done with the outbox.
#[derive(Debug, Subcommand)]
pub enum OutboxAction {
    /// List what is not yet sent
    List {
        /// What was sent or dropped too
        #[arg(long)]
        all: bool,
    },
    /// Try a mail again now
    Retry {
        /// Its id in the list
        id: i64,
    },
    /// Give up a mail that is not yet sent
    Drop {
        /// Its id in the list
        id: i64,
    },
    /// Let go what is held since a backup was restored
    Release,
}

impl Outbox {
    /// Prints what was asked for, or does it.
    ///
    /// # Errors
    /// When there is no such mail, or the store can't be read or written.
    pub fn run(self, session: &Session<'_>) -> anyhow::Result<Exit> {
        let store = Store::open(&session.config()?.store.path)?;
        match self.action {
            OutboxAction::List { all } => list(
                &store,
                if all { OutboxFilter::All } else { OutboxFilter::Unsent },
                session,
            )?,
            OutboxAction::Retry { id } => {
                let now = Timestamp::now();
                must(store.write_blocking(move |tx| tx.retry_outbox(id, now))?, id)?;
            }
            OutboxAction::Drop { id } => must(store.write_blocking(move |tx| tx.drop_outbox(id))?, id)?,
            OutboxAction::Release => {
                let released = store.write_blocking(|tx| tx.release_held())?;
                let mut stdout = Stdout::lock();
                match session.output() {
                    OutputMode::JsonLines => stdout.line(serde_json::json!({ "released": released }))?,
                    OutputMode::Table => stdout.line(format_args!("{released} released"))?,
                }
                stdout.flush()?;
            }
        }
        Ok(Exit::Done)
    }
}

fn list(store: &Store, filter: OutboxFilter, session: &Session<'_>) -> anyhow::Result<()> {
    let mut records = Records::new(session.output());
    store.read_blocking(|view| view.outbox(filter, |row| records.push(&row)))?;
    records.finish()
}

fn must(done: bool, id: i64) -> Result<(), CliError> {
    let what = || format!("there is no mail {id} in the outbox that this can be done to");
    let hint = "`buzon outbox list --all` shows them, and in which state each is";
    done.then_some(())
        .ok_or_else(|| CliError::new(Exit::Data, what(), hint))
}

impl Row for OutboxSummary {
    const HEADINGS: &'static [&'static str] = &[
        "id",
        "ticket",
        "kind",
        "to",
        "state",
        "attempts",
        "next at",
        "last error",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.ticket.map(|number| number.to_string()).unwrap_or_default(),
            name_of(self.kind),
            self.to.clone(),
            name_of(self.state),
            self.attempts.to_string(),
            self.next_at
                .map(|at| at.strftime("%Y-%m-%d %H:%MZ").to_string())
                .unwrap_or_default(),
            self.last_error.clone().unwrap_or_default(),
        ]
    }
}

fn name_of(value: impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}
