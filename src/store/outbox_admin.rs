//! The outbox as the admin sees it: list, retry, drop, release.

use super::value::{Micros, Name};
use super::{Tx, View};
use crate::desk::TicketNumber;
use crate::desk::decision::MailKind;
use anyhow::Context;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Which rows are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutboxFilter {
    /// What is not yet sent.
    Unsent,
    /// Everything.
    All,
}

/// Where a mail that goes out stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxState {
    /// It waits for its turn.
    Queued,
    /// The server took it.
    Sent,
    /// It was given up.
    Failed,
    /// The admin dropped it.
    Dropped,
    /// It waits for `outbox release`.
    Held,
}

/// A row of the outbox, as `outbox list` shows it.
#[derive(Debug, Clone, Serialize)]
pub struct OutboxSummary {
    /// The row.
    pub id: i64,
    /// The ticket it is about.
    pub ticket: Option<TicketNumber>,
    /// What kind of mail.
    pub kind: MailKind,
    /// The recipient.
    pub to: String,
    /// Where it stands.
    pub state: OutboxState,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next; `None` unless it is queued.
    pub next_at: Option<Timestamp>,
    /// What the server said last; `None` when it never refused it.
    pub last_error: Option<String>,
}

impl View<'_> {
    /// Hands every row to `each`, oldest first.
    ///
    /// # Errors
    /// That of `each`, or when the store cannot be read.
    pub fn outbox(
        &self,
        filter: OutboxFilter,
        mut each: impl FnMut(OutboxSummary) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut statement = self.prepare(match filter {
            OutboxFilter::All => {
                "SELECT id, ticket, kind, recipient, state, attempts, next_at, last_error FROM outbox ORDER BY id"
            }
            OutboxFilter::Unsent => {
                "SELECT id, ticket, kind, recipient, state, attempts, next_at, last_error FROM outbox
                 INDEXED BY outbox_unsent
                 WHERE state <> 'sent' AND state <> 'dropped' ORDER BY id"
            }
        })?;
        let mut rows = statement.query([]).context("reading the outbox")?;
        while let Some(row) = rows.next().context("reading the outbox")? {
            each(read_summary(row)?)?;
        }
        Ok(())
    }
}

fn read_summary(row: &rusqlite::Row<'_>) -> rusqlite::Result<OutboxSummary> {
    let state = row.get::<_, Name<OutboxState>>(4)?.0;
    let next_at = row.get::<_, Micros>(6)?.0;
    Ok(OutboxSummary {
        id: row.get(0)?,
        ticket: row.get::<_, Option<i64>>(1)?.map(TicketNumber),
        kind: row.get::<_, Name<_>>(2)?.0,
        to: row.get(3)?,
        state,
        attempts: row.get(5)?,
        next_at: (state == OutboxState::Queued).then_some(next_at),
        last_error: Some(row.get(7)?).filter(|error: &String| !error.is_empty()),
    })
}

impl Tx<'_> {
    /// Has a mail tried again now, whether it waits or was given up; tells whether there was one.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn retry_outbox(&self, id: i64, now: Timestamp) -> anyhow::Result<bool> {
        let sql = "UPDATE outbox SET state = 'queued', next_at = ?2 WHERE id = ?1 AND state IN ('queued', 'failed')";
        Ok(self.execute(sql, (id, Micros(now))).context("retrying a mail")? == 1)
    }

    /// Gives up a mail that was not sent; tells whether there was one.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn drop_outbox(&self, id: i64) -> anyhow::Result<bool> {
        let sql = "UPDATE outbox SET state = 'dropped' WHERE id = ?1 AND state IN ('queued', 'failed', 'held')";
        let dropped = self.execute(sql, [id]).context("dropping a mail")? == 1;
        if dropped {
            self.forget_octets(id)?;
        }
        Ok(dropped)
    }

    /// Lets held mails go; tells how many there were.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn release_held(&self) -> anyhow::Result<usize> {
        let sql = "UPDATE outbox SET state = 'queued'
                   WHERE state = 'held' AND state <> 'sent' AND state <> 'dropped'";
        self.execute(sql, []).context("releasing the outbox")
    }
}
