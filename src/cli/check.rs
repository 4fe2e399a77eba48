//! `buzon check`: is the configuration sound?

use crate::cli::exit::Exit;
use crate::cli::output::{OutputMode, Stdout};
use crate::cli::{Session, exit};
use crate::config::{Config, Problem};
use clap::Args;

/// The options of `buzon check`.
#[derive(Debug, Args)]
pub struct Check {}

impl Check {
    /// Prints every error and every warning; warnings alone are no failure.
    ///
    /// # Errors
    /// When stdout can't be written to.
    pub fn run(self, session: &Session<'_>) -> anyhow::Result<Exit> {
        match Config::load(session.global.config.as_deref()) {
            Ok(config) => {
                print(session.output(), &config.warnings, "the configuration is sound")?;
                Ok(Exit::Done)
            }
            Err(problems) => {
                print(session.output(), problems.all(), "the configuration is refused")?;
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
