//! `buzon run`: the gateway, until it is told to stop.

use crate::cli::exit::Exit;
use crate::cli::{Session, gateway};
use crate::config::Config;
use crate::service::Service;
use clap::Args;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Run the gateway until SIGTERM or SIGINT; SIGHUP or a changed file reloads the configuration
#[derive(Debug, Args)]
pub struct Run {}

/// How often the configuration's files are looked at.
const WATCH_INTERVAL: Duration = Duration::from_secs(2);

impl Run {
    /// # Errors
    /// When the configuration or the store is unusable.
    pub fn run(self, session: &Session<'_>) -> anyhow::Result<Exit> {
        let mut config = session.config()?;
        let _lock = gateway::lock(&config)?;
        let store = gateway::open_store(&config)?;
        session.runtime.block_on(async {
            let stop = CancellationToken::new();
            let signals = tokio::spawn(cancel_on_signal(stop.clone()));
            store.begin_run().await?;
            if store.was_unclean() {
                tokio::spawn(quick_check(store.clone()));
            }
            while !stop.is_cancelled() {
                let seen = Fingerprint::of(&config);
                let service = Service::new(config.clone(), store.clone())?;
                let round = stop.child_token();
                let running = tokio::spawn(service.run(round.clone()));
                tracing::info!(inboxes = config.inboxes.len(), "the gateway runs");
                config = match stop
                    .run_until_cancelled(reloaded(session, &config.store.path, seen))
                    .await
                {
                    Some(new) => new,
                    None => config,
                };
                round.cancel();
                running.await?;
            }
            signals.abort();
            store.end_run().await?;
            store.close();
            tracing::info!("the gateway has stopped");
            anyhow::Ok(Exit::Done)
        })
    }
}

/// Cancels at SIGTERM or SIGINT.
pub async fn cancel_on_signal(cancel: CancellationToken) {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        tracing::warn!("signals cannot be caught; the default action ends the process");
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
    cancel.cancel();
}

/// Waits for SIGHUP or a changed file, and for a configuration that is sound and keeps the store.
async fn reloaded(session: &Session<'_>, store: &Path, mut seen: Fingerprint) -> Config {
    let mut hangup = signal(SignalKind::hangup()).ok();
    loop {
        let asked = async {
            match &mut hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        let forced = tokio::select! {
            _ = asked => true,
            () = tokio::time::sleep(WATCH_INTERVAL) => false,
        };
        let now = seen.again();
        if !forced && now == seen {
            continue;
        }
        seen = now;
        match session.config() {
            Ok(config) if config.store.path != store => {
                tracing::error!("store.url cannot change while the gateway runs; the old configuration stays");
            }
            Ok(config) => {
                tracing::info!("the configuration has changed and is reloaded");
                return config;
            }
            Err(error) => tracing::error!("the changed configuration is refused, the old one stays: {error:#}"),
        }
    }
}

/// When each file of a configuration was changed last.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fingerprint(Vec<(PathBuf, Option<(SystemTime, u64)>)>);

impl Fingerprint {
    fn of(config: &Config) -> Self {
        Self(config.watched().into_iter().map(|path| (path, None)).collect()).again()
    }

    fn again(&self) -> Self {
        let look = |path: &PathBuf| {
            let facts = std::fs::metadata(path).and_then(|facts| Ok((facts.modified()?, facts.len())));
            (path.clone(), facts.ok())
        };
        Self(self.0.iter().map(|(path, _)| look(path)).collect())
    }
}

async fn quick_check(store: crate::store::Store) {
    match store.quick_check().await {
        Ok(problems) if problems.is_empty() => tracing::info!("the store is sound after an unclean end"),
        Ok(problems) => tracing::error!(problems = problems.len(), "the store is damaged; restore a backup"),
        Err(error) => tracing::error!("the store could not be checked: {error:#}"),
    }
}
