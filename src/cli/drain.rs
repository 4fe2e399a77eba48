//! `buzon drain`: one whole pass, for cron.

use crate::cli::exit::{CliError, Exit};
use crate::cli::trouble::{of_imap, of_smtp};
use crate::cli::{Session, gateway, progress};
use crate::service::{DrainReport, Progress, Service};
use clap::Args;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Fetch what is there, handle it, send what is due, and exit
#[derive(Debug, Args)]
pub struct Drain {}

/// How long closing the store may take after a signal.
const CLOSE_LIMIT: Duration = Duration::from_secs(1);

impl Drain {
    /// # Errors
    /// When the configuration or the store is unusable, or an account could not be read or sent by.
    pub fn run(self, session: &Session<'_>) -> anyhow::Result<Exit> {
        let config = session.config()?;
        let _lock = gateway::lock(&config)?;
        let store = gateway::open_store(&config)?;
        let service = Service::new(config, store.clone())?;
        let progress = Arc::<Progress>::default();
        let bar = progress::spinner("mails stored");
        let stop = CancellationToken::new();
        let report = session.runtime.block_on(async {
            let signals = tokio::spawn(super::run::cancel_on_signal(stop.clone()));
            let show = tokio::spawn(progress::follow(bar.clone(), progress.clone()));
            let report = service.drain(progress, stop.clone()).await;
            show.abort();
            signals.abort();
            report
        });
        bar.finish_and_clear();
        let patience = if stop.is_cancelled() {
            CLOSE_LIMIT
        } else {
            Duration::MAX
        };
        gateway::close_store(store, patience);
        tracing::info!(fetched = report.fetched, "one pass is done");
        outcome(&report)
    }
}

fn outcome(report: &DrainReport) -> anyhow::Result<Exit> {
    for (inbox, error) in report.unread.iter().skip(1) {
        tracing::error!(inbox, "the mailbox could not be read: {error}");
    }
    if let Some((inbox, error)) = report.unread.first() {
        let what = format!("inbox {inbox}: {error}");
        return Err(CliError::new(of_imap(error), what, "what was fetched before is safe; run it again").into());
    }
    match report.paused.first() {
        Some((inbox, pause)) => {
            let what = format!(
                "inbox {inbox}: mail waits in the outbox: {}: {}",
                pause.trouble, pause.reply
            );
            Err(CliError::new(of_smtp(&pause.trouble), what, "every mail is kept; run it again").into())
        }
        None => Ok(Exit::Done),
    }
}
