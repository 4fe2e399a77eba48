//! `buzon run`: the gateway, until it is told to stop.

use crate::cli::exit::Exit;
use crate::cli::{Session, gateway};
use crate::config::Config;
use crate::desk::trouble::{Trouble, TroubleCause};
use crate::notice::Alarm;
use crate::service::Service;
use crate::store::Store;
use clap::Args;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};
use tokio::signal::unix::{Signal, SignalKind, signal};
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
        // Before all else: until somebody listens, SIGHUP ends the process.
        let hangup = {
            let _runtime = session.runtime.enter();
            signal(SignalKind::hangup()).ok()
        };
        let config = session.config()?;
        let seen = Fingerprint::of(&config);
        let _lock = gateway::lock(&config)?;
        let store = gateway::open_store(&config)?;
        session.runtime.block_on(async {
            let mut reload = Reload {
                session,
                store: config.store.path.clone(),
                hangup,
                seen,
            };
            let stop = CancellationToken::new();
            let signals = tokio::spawn(cancel_on_signal(stop.clone()));
            store.begin_run().await?;
            if store.was_unclean() {
                tokio::spawn(quick_check(store.clone()));
            }
            let mut next = Some(Service::new(config, store.clone())?);
            while let Some(service) = next {
                let round = stop.child_token();
                let alarm = service.alarm();
                let running = tokio::spawn(service.run(round.clone()));
                tracing::info!("the gateway runs");
                next = stop.run_until_cancelled(reload.next(&store, &alarm)).await;
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

/// Cancels at SIGTERM or SIGINT. They are caught from the call on, not only once the future is polled; must be called
/// inside a runtime.
pub fn cancel_on_signal(cancel: CancellationToken) -> impl Future<Output = ()> + Send + 'static {
    let caught = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    async move {
        let (Ok(mut terminate), Ok(mut interrupt)) = caught else {
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
}

/// What `run` looks at for a new configuration. It lives as long as the gateway: a SIGHUP or a change that comes while
/// the last one still takes effect is not lost.
struct Reload<'s> {
    session: &'s Session<'s>,
    store: PathBuf,
    hangup: Option<Signal>,
    seen: Fingerprint,
}

impl Reload<'_> {
    /// Waits for SIGHUP or a changed file, and for a gateway that can be built of what stands there now.
    async fn next(&mut self, store: &Store, alarm: &Alarm) -> Service {
        loop {
            let asked = async {
                match &mut self.hangup {
                    Some(hangup) => hangup.recv().await,
                    None => std::future::pending().await,
                }
            };
            let forced = tokio::select! {
                _ = asked => true,
                () = tokio::time::sleep(WATCH_INTERVAL) => false,
            };
            let now = self.seen.again();
            if !forced && now == self.seen {
                continue;
            }
            self.seen = now;
            match self.build(store) {
                Ok(service) => {
                    tracing::info!("the configuration has changed and is reloaded");
                    return service;
                }
                Err(error) => {
                    tracing::error!("the changed configuration is refused, the old one stays: {error:#}");
                    alarm.raise(Trouble {
                        cause: TroubleCause::ConfigRefused,
                        inbox: None,
                        detail: String::new(),
                    });
                }
            }
        }
    }

    fn build(&mut self, store: &Store) -> anyhow::Result<Service> {
        let config = self.session.config()?;
        anyhow::ensure!(
            config.store.path == self.store,
            "store.url cannot change while the gateway runs"
        );
        let files = config.watched();
        let service = Service::new(config, store.clone())?;
        self.seen.watch(files);
        Ok(service)
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

    /// Watches these files from now on. Of those it knows it keeps what it saw before they were read, so that a change
    /// since then is still a change.
    fn watch(&mut self, paths: Vec<PathBuf>) {
        let fresh = Self(paths.into_iter().map(|path| (path, None)).collect()).again();
        let seen = std::mem::take(&mut self.0);
        let known = |path: &PathBuf| seen.iter().find(|(known, _)| known == path).cloned();
        self.0 = fresh.0.into_iter().map(|new| known(&new.0).unwrap_or(new)).collect();
    }
}

async fn quick_check(store: Store) {
    match store.quick_check().await {
        Ok(problems) if problems.is_empty() => tracing::info!("the store is sound after an unclean end"),
        Ok(problems) => tracing::error!(problems = problems.len(), "the store is damaged; restore a backup"),
        Err(error) => tracing::error!("the store could not be checked: {error:#}"),
    }
}
