//! `ticket list`: which tickets match, streamed.

use super::View;
use super::message::SEARCH_PLACES;
use super::value::{Json, Micros, Name};
use crate::desk::ticket::Priority;
use crate::desk::{TicketNumber, TicketStatus};
use crate::mail::EmailAddress;
use anyhow::Context;
use jiff::Timestamp;
use regex::Regex;
use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};
use serde::Serialize;
use serde_json::Map;

/// Which tickets are listed; what is `None` matches all.
#[derive(Debug, Clone, Default)]
pub struct TicketFilter {
    /// In this status.
    pub status: Option<TicketStatus>,
    /// In this queue.
    pub queue: Option<String>,
    /// Asked for by this address.
    pub requester: Option<EmailAddress>,
    /// With a message that has all of these words.
    pub search: Option<String>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// A ticket as `ticket list` shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TicketSummary {
    /// The ticket.
    #[serde(flatten)]
    pub head: TicketHead,
    /// How many messages it has.
    pub messages: u32,
}

/// What is told of a ticket wherever it is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TicketHead {
    /// Its number.
    pub number: TicketNumber,
    /// Where it stands.
    pub status: TicketStatus,
    /// Its subject.
    pub subject: String,
    /// The requester's address; empty when its first mail named no sender.
    pub requester: String,
    /// Its queue.
    pub queue: String,
    /// Who is to answer it.
    pub assignee: Option<String>,
    /// How urgent it is.
    pub priority: Priority,
    /// Its tags.
    pub tags: Vec<String>,
    /// Facts read out of its messages.
    pub fields: Map<String, serde_json::Value>,
    /// The language its requester is written to.
    pub language: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

const COLUMNS: &str = "number, status, subject, requester, queue, nullif(assignee, ''), priority,
    (SELECT json_group_array(tag) FROM ticket_tag WHERE ticket = number), fields, language, created_at, updated_at,
    (SELECT count(*) FROM message WHERE message.ticket IN
        (SELECT part FROM ticket_part WHERE whole = ticket.number))";

impl View<'_> {
    /// Hands every ticket that matches to `each`, lowest number first; merged ones are left out.
    ///
    /// # Errors
    /// That of `each`, or when the store cannot be read.
    pub fn tickets(
        &self,
        filter: &TicketFilter,
        mut each: impl FnMut(TicketSummary) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        if let Some(words) = &filter.search {
            return self.search(words, filter, each);
        }
        let (mut sql, mut values) = query(filter);
        sql.push_str(" ORDER BY number");
        if let Some(limit) = filter.limit {
            sql.push_str(" LIMIT ?");
            values.push(i64::from(limit).into());
        }
        let mut statement = self.prepare(&sql)?;
        let mut rows = statement.query(params_from_iter(values)).context("reading tickets")?;
        while let Some(row) = rows.next().context("reading tickets")? {
            each(read_summary(row)?)?;
        }
        Ok(())
    }

    /// Steps through the index, whose rows come in the order of tickets, and stops at the limit: a word that stands in
    /// every mail costs no more than a rare one.
    fn search(
        &self,
        words: &str,
        filter: &TicketFilter,
        mut each: impl FnMut(TicketSummary) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let (sql, values) = query(filter);
        let sql = format!("{sql} AND number = ?");
        let mut left = filter.limit.unwrap_or(u32::MAX);
        let mut hits = self.prepare("SELECT rowid FROM search WHERE search MATCH ?1 ORDER BY rowid")?;
        let mut hits = hits.query([match_expression(words)?]).context("searching")?;
        let mut before = None;
        while left > 0
            && let Some(hit) = hits.next().context("searching")?
        {
            let number = hit.get::<_, i64>(0)? / SEARCH_PLACES;
            if before.replace(number) == Some(number) {
                continue;
            }
            let values = values.iter().cloned().chain([number.into()]);
            let found = self.first(&sql, params_from_iter(values), read_summary);
            if let Some(ticket) = found.context("reading a ticket")? {
                each(ticket)?;
                left -= 1;
            }
        }
        Ok(())
    }

    pub(super) fn ticket_head(&self, number: TicketNumber) -> anyhow::Result<Option<TicketHead>> {
        let sql = format!("SELECT {COLUMNS} FROM ticket WHERE number = ?1");
        self.first(&sql, [number.0], read_head).context("reading a ticket")
    }
}

/// The tickets that match in all but words.
fn query(filter: &TicketFilter) -> (String, Vec<Value>) {
    let mut sql = format!("SELECT {COLUMNS} FROM ticket WHERE merged_into IS NULL");
    let mut values: Vec<Value> = vec![];
    let mut also = |condition: &str, value: String| {
        sql.push_str(condition);
        values.push(value.into());
    };
    if let Some(status) = filter.status {
        also(" AND status = ?", status.as_str().to_owned());
    }
    if let Some(queue) = &filter.queue {
        also(" AND queue = ?", queue.clone());
    }
    if let Some(requester) = &filter.requester {
        also(" AND requester_key = ?", requester.key());
    }
    (sql, values)
}

/// The words as FTS5 takes them, each quoted: nothing in them is syntax. No words match nothing.
fn match_expression(words: &str) -> anyhow::Result<String> {
    // As the tokenizer splits, which takes only the common accents for parts of a letter: the index has no positions,
    // so a quoted string that were two tokens would be refused.
    let token = Regex::new(r"[\p{L}\p{N}\p{Co}][\p{L}\p{N}\p{Co}\x{300}-\x{331}]*")?;
    let quoted: Vec<String> = token
        .find_iter(words)
        .map(|word| format!("\"{}\"", word.as_str()))
        .collect();
    Ok(if quoted.is_empty() {
        "\"\"".to_owned()
    } else {
        quoted.join(" ")
    })
}

fn read_summary(row: &Row<'_>) -> rusqlite::Result<TicketSummary> {
    Ok(TicketSummary {
        head: read_head(row)?,
        messages: row.get(12)?,
    })
}

fn read_head(row: &Row<'_>) -> rusqlite::Result<TicketHead> {
    Ok(TicketHead {
        number: TicketNumber(row.get(0)?),
        status: row.get::<_, Name<_>>(1)?.0,
        subject: row.get(2)?,
        requester: row.get(3)?,
        queue: row.get(4)?,
        assignee: row.get(5)?,
        priority: row.get::<_, Name<_>>(6)?.0,
        tags: row.get::<_, Json<_>>(7)?.0,
        fields: row.get::<_, Json<_>>(8)?.0,
        language: row.get(9)?,
        created_at: row.get::<_, Micros>(10)?.0,
        updated_at: row.get::<_, Micros>(11)?.0,
    })
}
