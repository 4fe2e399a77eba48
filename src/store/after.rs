//! What is still to be done to a mail on the server once it is safe here.

use super::value::Name;
use super::{Tx, View};
use anyhow::Context;
use serde::{Deserialize, Serialize};

/// What becomes of a mail on the server once its octets are committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum After {
    /// Nothing.
    None,
    /// It is flagged `\Seen`.
    Seen,
    /// It is moved to another folder.
    Move,
    /// It is deleted.
    Delete,
}

impl View<'_> {
    /// The mails of a folder that are stored and still wait for what was asked, lowest UID first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn after_due(
        &self,
        inbox: &str,
        folder: &str,
        uid_validity: u32,
        limit: u32,
    ) -> anyhow::Result<Vec<(u32, After)>> {
        self.all(
            "SELECT uid, after FROM intake
             WHERE inbox = ?1 AND folder = ?2 AND uid_validity = ?3 AND after_done = 0
             ORDER BY uid LIMIT ?4",
            (inbox, folder, uid_validity, limit),
            |row| Ok((row.get(0)?, row.get::<_, Name<_>>(1)?.0)),
        )
        .context("reading what is left to do on the server")
    }
}

impl Tx<'_> {
    /// Notes that the server has done what was asked for these mails.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn after_done(&self, inbox: &str, folder: &str, uid_validity: u32, uids: &[u32]) -> anyhow::Result<()> {
        for uid in uids {
            self.execute(
                "UPDATE intake SET after_done = 1
                 WHERE inbox = ?1 AND folder = ?2 AND uid_validity = ?3 AND uid = ?4 AND after_done = 0",
                (inbox, folder, uid_validity, uid),
            )
            .context("noting what the server has done")?;
        }
        Ok(())
    }
}
