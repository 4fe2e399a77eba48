//! What is still to be done to a mail on the server once it is safe here.

use super::{Tx, View};
use anyhow::Context;

impl View<'_> {
    /// The UIDs of mails of a folder that are stored and still wait for what was asked, lowest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn after_due(&self, inbox: &str, folder: &str, uid_validity: u32, limit: u32) -> anyhow::Result<Vec<u32>> {
        self.all(
            "SELECT uid FROM intake
             WHERE inbox = ?1 AND folder = ?2 AND uid_validity = ?3 AND after_done = 0
             ORDER BY uid LIMIT ?4",
            (inbox, folder, uid_validity, limit),
            |row| row.get(0),
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
