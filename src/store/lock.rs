//! The lock that keeps two gateways from one store.

use super::connection::create_folder;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The lock of a store, held until it is dropped or the process ends.
#[derive(Debug)]
pub struct StoreLock {
    _file: File,
}

/// Why a store could not be locked.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another gateway works on it.
    #[error("another gateway holds this store: {holder}")]
    Held {
        /// Its process id, host and start time, as it wrote them.
        holder: String,
    },
    /// The lock file cannot be written.
    #[error("cannot write the lock file {path}: {source}")]
    Io {
        /// The lock file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// What is read of the holder's line.
const LONGEST_HOLDER: u64 = 400;

impl StoreLock {
    /// Takes the lock of the store at `store`: the file of that name with `.lock` behind it.
    ///
    /// # Errors
    /// [`LockError::Held`] when somebody else has it; it is never waited for.
    pub fn acquire(store: &Path) -> Result<Self, LockError> {
        let mut path = store.as_os_str().to_owned();
        path.push(".lock");
        let path = PathBuf::from(path);
        // A gateway takes its lock before it opens the store, which may be the first time ever; the open that fails
        // says why this did.
        let _ = create_folder(store);
        Self::lock(&path).map_err(|refusal| match refusal {
            Refusal::Held(holder) => LockError::Held { holder },
            Refusal::Io(source) => LockError::Io { path, source },
        })
    }

    fn lock(path: &Path) -> Result<Self, Refusal> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Refusal::Held(holder(&file))),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        // The file stays when the lock is given back: removing it would let two gateways lock two files of one name.
        file.set_len(0)?;
        file.rewind()?;
        writeln!(
            file,
            "pid {} on {} since {}",
            std::process::id(),
            host(),
            jiff::Timestamp::now()
        )?;
        file.sync_all()?;
        Ok(Self { _file: file })
    }
}

enum Refusal {
    Held(String),
    Io(std::io::Error),
}

impl From<std::io::Error> for Refusal {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

fn holder(file: &File) -> String {
    let mut line = String::new();
    let read = file.take(LONGEST_HOLDER).read_to_string(&mut line);
    match line.trim() {
        "" => "its process has not written its name yet".to_owned(),
        _ if read.is_err() => "its lock file cannot be read".to_owned(),
        line => line.to_owned(),
    }
}

fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let name = name.or_else(|| std::env::var("HOSTNAME").ok());
    name.map_or_else(|| "an unnamed host".to_owned(), |name| name.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_lock_is_refused_and_names_the_holder() {
        let dir = tempfile::tempdir().unwrap();
        let store = dir.path().join("buzon.db");
        let first = StoreLock::acquire(&store).unwrap();
        let error = StoreLock::acquire(&store).unwrap_err().to_string();
        assert!(error.contains(&format!("pid {}", std::process::id())), "{error}");
        drop(first);
        StoreLock::acquire(&store).unwrap();
    }
}
