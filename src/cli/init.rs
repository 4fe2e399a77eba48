//! `buzon init`: a configuration to start from.

use crate::cli::Session;
use crate::cli::exit::Exit;
use clap::Args;

/// Write a configuration to start from
#[derive(Debug, Args)]
pub struct Init {}

impl Init {
    /// Writes it.
    ///
    /// # Errors
    /// When a file exists already, or can't be written.
    pub fn run(self, _session: &Session<'_>) -> anyhow::Result<Exit> {
        Ok(Exit::Done)
    }
}
