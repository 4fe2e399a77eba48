//! What commands that open the store have in common.

use crate::cli::Session;
use crate::cli::exit::{CliError, Exit};
use crate::config::Config;
use crate::store::{LockError, Store, StoreLock};
use anyhow::Context;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

/// Opens the store that the configuration names.
///
/// # Errors
/// When it cannot be opened or created.
pub fn open_store(config: &Config) -> anyhow::Result<Store> {
    Store::open(&config.store.path).with_context(|| format!("cannot open the store {}", config.store.path.display()))
}

/// Loads the configuration and opens the store it names.
///
/// # Errors
/// As [`Session::config`] and [`open_store`].
pub fn config_and_store(session: &Session<'_>) -> anyhow::Result<(Config, Store)> {
    let config = session.config()?;
    let store = open_store(&config)?;
    Ok((config, store))
}

/// Closes the store, and waits no longer than `limit` for what its writer has in hand; what it has not committed by then
/// is undone when the process ends.
pub fn close_store(store: Store, limit: Duration) {
    let (closed, done) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        store.close();
        // Nobody listens any more when it took too long.
        let _ = closed.send(());
    });
    if done.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
        tracing::warn!("the store is busy; stopped before it was closed");
    }
}

/// Takes the lock that only one gateway on a store can hold.
///
/// # Errors
/// Exit code 75 and the holder's name when another has it.
pub fn lock(config: &Config) -> anyhow::Result<StoreLock> {
    StoreLock::acquire(&config.store.path).map_err(|error| match error {
        LockError::Held { holder } => CliError::new(
            Exit::TryAgain,
            format!(
                "another gateway holds the store {}: {holder}",
                config.store.path.display()
            ),
            "stop it first, or let it do the work",
        )
        .into(),
        error => anyhow::Error::new(error).context("cannot lock the store"),
    })
}
