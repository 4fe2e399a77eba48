//! `buzon check`: is the configuration sound, and with `--online`, do the servers and the store work?

mod finding;
mod online;
mod probe;
mod servers;
mod storage;

use crate::cli::exit::Exit;
use crate::cli::output::{OutputMode, Stdout};
use crate::cli::{Session, exit};
use crate::config::{Config, Problem};
use crate::service;
use clap::Args;

/// The options of `buzon check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Also log in to every IMAP and SMTP server, write to the store, and mail each inbox a probe
    #[arg(long)]
    online: bool,
}

impl Check {
    /// Prints every error and every warning; warnings alone are no failure.
    ///
    /// # Errors
    /// When a template is broken, or stdout can't be written to.
    pub fn run(self, session: &Session<'_>) -> anyhow::Result<Exit> {
        let mode = session.output();
        match Config::load(session.global.config.as_deref()) {
            Ok(config) => {
                // The admin's own templates belong to the configuration.
                service::desk(&config)?;
                print(mode, &config.warnings, "the configuration is sound")?;
                match self.online {
                    true => session.runtime.block_on(online::check(&config, mode)),
                    false => Ok(Exit::Done),
                }
            }
            // No server was asked: what keeps that from happening is trouble, and goes to stderr.
            Err(problems) if self.online && mode == OutputMode::Table => Err(problems.into()),
            Err(problems) => {
                print(mode, problems.all(), "the configuration is refused")?;
                Ok(exit::of_config(&problems))
            }
        }
    }
}

fn print(mode: OutputMode, problems: &[Problem], verdict: &str) -> anyhow::Result<()> {
    let mut stdout = Stdout::lock();
    for problem in problems {
        match mode {
            OutputMode::JsonLines => stdout.line(serde_json::to_string(problem)?)?,
            OutputMode::Table => stdout.line(problem)?,
        }
    }
    if mode == OutputMode::Table {
        stdout.line(verdict)?;
    }
    stdout.flush()
}
