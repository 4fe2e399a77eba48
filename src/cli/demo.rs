//! `buzon demo`: the whole loop on loopback servers, without any account.

mod client;
mod expect;
mod play;
mod scene;
mod stage;
#[cfg(test)]
mod tests;

use crate::cli::Session;
use crate::cli::exit::{CliError, Exit};
use crate::cli::output::Stdout;
use crate::cli::run::cancel_on_signal;
use crate::service::Service;
use anyhow::Context;
use clap::Args;
use stage::Stage;
use std::path::PathBuf;
use tokio_util::sync::CancellationToken;

/// Play the whole loop on loopback servers; no account is needed
#[derive(Debug, Args)]
pub struct Demo {
    /// Play it, check each step, and exit
    #[arg(long)]
    once: bool,
    /// Keep the configuration and the store in this folder [default: a temporary one]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Demo {
    /// # Errors
    /// When a step of the play does not happen, or the servers cannot be started.
    pub fn run(self, session: &Session<'_>) -> anyhow::Result<Exit> {
        let temporary = tempfile::tempdir().context("cannot make a temporary folder")?;
        let folder = self.dir.unwrap_or_else(|| temporary.path().to_owned());
        session.runtime.block_on(async {
            let stage = Stage::build(&folder).await?;
            let stop = CancellationToken::new();
            let gateway = tokio::spawn(Service::new(stage.config.clone(), stage.store.clone())?.run(stop.clone()));
            let played = play::play(&stage).await;
            if played.is_ok() && !self.once {
                stay_up(&stage).await?;
            }
            stop.cancel();
            gateway.await?;
            stage.store.close();
            played.map_err(|error| {
                anyhow::Error::new(CliError::new(Exit::Found, format!("the demo failed: {error:#}"), ""))
            })
        })?;
        Ok(Exit::Done)
    }
}

/// Leaves the servers up until a signal comes, for mail clients to be pointed at.
async fn stay_up(stage: &Stage) -> anyhow::Result<()> {
    let mut stdout = Stdout::lock();
    stdout.line(stage.invitation())?;
    stdout.flush()?;
    drop(stdout);
    let stop = CancellationToken::new();
    let signals = tokio::spawn(cancel_on_signal(stop.clone()));
    stop.cancelled().await;
    signals.abort();
    Ok(())
}
