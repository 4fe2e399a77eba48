//! What an agent's mail changed on a ticket, with what stood there before: enough to take it back.

use crate::desk::contact::Role;
use crate::desk::ticket::{TicketNumber, TicketStatus};
use crate::mail::EmailAddress;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A change that was made, with what stood there before: enough to take it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "change")]
pub enum Change {
    /// The status.
    Status {
        /// What it was.
        before: TicketStatus,
        /// What it became.
        after: TicketStatus,
        /// When it was solved, before.
        solved_at: Option<Timestamp>,
        /// Its entry in the ticket's history of states, which goes with it; `None` in entries of older versions.
        #[serde(default)]
        entry: Option<i64>,
    },
    /// A plain column.
    Text {
        /// Which.
        column: Column,
        /// What it was.
        before: String,
        /// What it became.
        after: String,
    },
    /// A tag it got.
    Tagged(Tag),
    /// A tag it lost.
    Untagged(Tag),
    /// A fact.
    Field {
        /// Its name.
        name: String,
        /// What it was; `None`: it was not there.
        before: Option<String>,
        /// What it became.
        after: Option<String>,
    },
    /// Somebody joined.
    Joined {
        /// Who.
        address: EmailAddress,
        /// What they were to the ticket before.
        before: Option<Role>,
    },
    /// It became part of another ticket.
    Merged {
        /// It.
        ticket: TicketNumber,
        /// Of which.
        into: TicketNumber,
        /// The tickets that had become part of it before.
        along: Vec<i64>,
        /// The people who joined that one, with what they were to it before.
        joined: Vec<(EmailAddress, Option<Role>)>,
    },
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Its name.
    pub tag: String,
}

/// A column of a ticket that holds plain text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// `assignee`
    Assignee,
    /// `queue`
    Queue,
    /// `priority`
    Priority,
}

/// What became of an answer that was to be withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawn {
    /// There was none.
    NothingSent,
    /// It was still waiting, and nobody gets it.
    All,
    /// It was on its way already.
    TooLate,
}

/// What can be taken back of an agent's last mail on a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastAction {
    /// Its entry in the journal.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Its changes that nobody has changed since.
    pub changes: Vec<Change>,
    /// What becomes of its answer.
    pub withdrawn: Withdrawn,
}

/// What of a ticket a journal's changes are about, as it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketState {
    /// Its status.
    pub status: TicketStatus,
    /// Its plain columns.
    pub texts: BTreeMap<Column, String>,
    /// Its tags.
    pub tags: BTreeSet<String>,
    /// Its facts.
    pub fields: BTreeMap<String, String>,
    /// The ticket it went into.
    pub merged_into: Option<TicketNumber>,
}

impl TicketState {
    /// Those of an entry's changes that can be taken back, the last one first undone: what somebody changed since stays as
    /// it is.
    pub fn revertible(mut self, changes: Vec<Change>) -> Vec<Change> {
        let mut kept: Vec<Change> = changes.into_iter().rev().filter(|change| self.revert(change)).collect();
        kept.reverse();
        kept
    }

    fn revert(&mut self, change: &Change) -> bool {
        match change {
            Change::Status { before, after, .. } => {
                let stands = self.status == *after;
                if stands {
                    self.status = *before;
                }
                stands
            }
            Change::Text { column, before, after } => {
                let stands = self.texts.get(column) == Some(after);
                if stands {
                    self.texts.insert(*column, before.clone());
                }
                stands
            }
            Change::Tagged(Tag { tag }) => self.tags.remove(tag),
            Change::Untagged(Tag { tag }) => self.tags.insert(tag.clone()),
            Change::Field { name, before, after } => {
                let stands = self.fields.get(name) == after.as_ref();
                if stands {
                    match before {
                        Some(before) => self.fields.insert(name.clone(), before.clone()),
                        None => self.fields.remove(name),
                    };
                }
                stands
            }
            Change::Joined { .. } => true,
            Change::Merged { into, .. } => self.merged_into.take() == Some(*into),
        }
    }
}

#[cfg(test)]
mod tests;
