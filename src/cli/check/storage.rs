//! Whether the store can be opened and written, and how much room its disk has left.

use super::finding::{About, Finding, Part};
use crate::cli::exit::{self, Exit};
use crate::store::{Store, StoreError};
use anyhow::Context;
use std::io::Write;
use std::path::Path;

/// Less room than this is worth a warning, in octets.
const LITTLE_ROOM: u64 = 512 << 20;
/// What is written to see whether there is room, in octets: more than a file system keeps beside its names.
const TRIAL: usize = 64 << 10;

const ABOUT: About<'static> = About {
    inbox: "",
    part: Part::Store,
};

/// Tries the store, and gives it open. One that is missing is not created: it would belong to whoever runs the check.
pub(super) async fn check(path: &Path) -> (Option<Store>, Vec<Finding>) {
    let shown = path.display();
    let (store, works) = match try_store(path).await {
        Ok(Some(store)) => (Some(store), format!("{shown} can be read and written")),
        Ok(None) => (None, format!("{shown} is not there yet; the first run creates it")),
        Err(error) => {
            let code = exit::of(&error);
            let what = match error.downcast_ref::<StoreError>() {
                Some(error) => error.to_string(),
                None => format!("{error:#}"),
            };
            let trouble = ABOUT.fails(code, format!("{shown}: {what}"), hint(code, &error));
            return (None, vec![trouble]);
        }
    };
    let findings = [ABOUT.works(works)].into_iter().chain(room(path));
    (store, findings.collect())
}

async fn try_store(path: &Path) -> anyhow::Result<Option<Store>> {
    let folder = folder_of(path);
    if !folder.exists() {
        // Only the last folder is created by the gateway.
        let above = folder_of(folder);
        anyhow::ensure!(
            above.exists(),
            "the folder {} is missing; check `store.url`",
            above.display()
        );
        try_folder(above)?;
        return Ok(None);
    }
    try_folder(folder)?;
    if !path.exists() {
        return Ok(None);
    }
    let store = Store::open(path)?;
    store.try_write().await?;
    Ok(Some(store))
}

fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// SQLite puts its WAL beside the store, so the folder must be writable too.
fn try_folder(folder: &Path) -> anyhow::Result<()> {
    let write = || {
        let mut file = tempfile::tempfile_in(folder)?;
        file.write_all(&[0; TRIAL])?;
        file.sync_all()
    };
    write().with_context(|| format!("cannot write in {}", folder.display()))
}

fn hint(code: Exit, error: &anyhow::Error) -> &'static str {
    match code {
        Exit::NoPermission => "the folder and the store must belong to the user that buzon runs as",
        Exit::TryAgain => "another program keeps it locked; try again",
        _ if is_full(error) => "make room on that disk; nothing is lost meanwhile",
        _ => "check `store.url` and what the system's log says of that disk; a damaged store is replaced by its backup",
    }
}

fn is_full(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<std::io::Error>());
    error.downcast_ref::<StoreError>() == Some(&StoreError::Full)
        || causes.any(|cause| cause.kind() == std::io::ErrorKind::StorageFull)
}

fn room(path: &Path) -> Option<Finding> {
    let existing = path.ancestors().skip(1).find(|folder| folder.exists())?;
    let disk = rustix::fs::statvfs(existing).ok()?;
    let left = disk.f_bavail.saturating_mul(disk.f_frsize);
    (left < LITTLE_ROOM).then(|| {
        ABOUT.warn(
            format!("the disk of {} has only {} MiB left", path.display(), left >> 20),
            "a full disk stops the gateway, though it loses nothing",
        )
    })
}
