//! `buzon run`: the gateway, until it is told to stop.

use crate::cli::exit::Exit;
use crate::cli::{Session, gateway};
use crate::config::Config;
use crate::deliver::Halt;
use crate::desk::trouble::{Trouble, TroubleCause};
use crate::letters::Alarm;
use crate::service::Service;
use crate::store::Store;
use clap::Args;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Run the gateway until SIGTERM or SIGINT; SIGHUP or a changed file reloads the configuration
#[derive(Debug, Args)]
pub struct Run {}

/// How often the configuration's files are looked at.
const WATCH_INTERVAL: Duration = Duration::from_secs(2);
/// How long the store may take to end a run, with what it has in hand: less than 5 s in all after the service's own end.
const STORE_LIMIT: Duration = Duration::from_millis(1_250);

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
        let reload = Reload {
            file: session.global.config.clone(),
            store: config.store.path.clone(),
            hangup,
            seen: Fingerprint::of(&config),
        };
        let _lock = gateway::lock(&config)?;
        let store = gateway::open_store(&config)?;
        session.runtime.block_on(serve(config, store, reload))?;
        tracing::info!("the gateway has stopped");
        Ok(Exit::Done)
    }
}

async fn serve(config: Config, store: Store, mut reload: Reload) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    let signals = tokio::spawn(cancel_on_signal(stop.clone()));
    // Another process may hold the store for seconds.
    if let Some(begun) = stop.run_until_cancelled(store.begin_run()).await {
        begun?;
    }
    if store.was_unclean() {
        tokio::spawn(quick_check(store.clone()));
    }
    let mut next = Some(Service::new(config, store.clone())?);
    while let Some(service) = next {
        let alarm = service.alarm();
        // A new configuration lets the mails under way finish; a signal does not.
        let halt = Halt {
            rest: stop.child_token(),
            stop: stop.clone(),
        };
        let running = tokio::spawn(service.run(halt.clone()));
        tracing::info!("the gateway runs");
        next = stop.run_until_cancelled(reload.next(&store, &alarm)).await;
        halt.rest.cancel();
        running.await?;
    }
    signals.abort();
    end(store).await
}

/// Notes in the store that this is a good end, unless the store is busy for too long: then the next start looks through
/// it.
async fn end(store: Store) -> anyhow::Result<()> {
    let begun = Instant::now();
    match tokio::time::timeout(STORE_LIMIT, store.end_run()).await {
        Ok(ended) => ended?,
        Err(_) => tracing::warn!("the store is busy; the next start looks through it"),
    }
    gateway::close_store(store, STORE_LIMIT.saturating_sub(begun.elapsed()));
    Ok(())
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
struct Reload {
    /// What `--config` names.
    file: Option<PathBuf>,
    store: PathBuf,
    hangup: Option<Signal>,
    seen: Fingerprint,
}

impl Reload {
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
            match self.build(store).await {
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

    async fn build(&mut self, store: &Store) -> anyhow::Result<Service> {
        let file = self.file.clone();
        // A command that prints a secret may take a minute; signals are heard meanwhile.
        let config = tokio::task::spawn_blocking(move || Config::load(file.as_deref())).await??;
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
