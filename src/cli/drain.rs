//! `buzon drain`: one whole pass, for cron.

use crate::cli::exit::{CliError, Exit};
use crate::cli::trouble::{of_imap, of_smtp};
use crate::cli::{Session, gateway, progress};
use crate::service::{DrainReport, Progress, Service};
use clap::Args;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Fetch what is there, handle it, send what is due, and exit
#[derive(Debug, Args)]
pub struct Drain {}

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
        let report = session.runtime.block_on(async {
            let cancel = CancellationToken::new();
            let stop = tokio::spawn(super::run::cancel_on_signal(cancel.clone()));
            let show = tokio::spawn(progress::follow(bar.clone(), progress.clone()));
            let report = service.drain(progress, cancel).await;
            show.abort();
            stop.abort();
            report
        });
        bar.finish_and_clear();
        store.close();
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
