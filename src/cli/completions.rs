//! `buzon completions`: a script that completes commands and options in a shell.

use crate::cli::exit::Exit;
use crate::cli::output::Stdout;
use crate::cli::{Cli, Session};
use clap::{Args, CommandFactory};
use clap_complete::Shell;

/// The options of `buzon completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// Which shell
    pub shell: Shell,
}

impl Completions {
    /// Prints the script.
    ///
    /// # Errors
    /// When stdout can't be written to.
    pub fn run(self, _session: &Session<'_>) -> anyhow::Result<Exit> {
        let mut script = vec![];
        // Not straight to stdout: `generate` panics when writing fails.
        clap_complete::generate(self.shell, &mut Cli::command(), "buzon", &mut script);
        let mut stdout = Stdout::lock();
        stdout.raw(&script)?;
        stdout.flush()?;
        Ok(Exit::Done)
    }
}
