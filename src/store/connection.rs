//! Opening the store's file: its settings, its version, its migrations.

use super::letters;
use anyhow::{Context, ensure};
use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};
use std::fs::{self, DirBuilder, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a statement waits for another process's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Statements kept prepared for each connection; there are fewer than this.
const PREPARED_STATEMENTS: usize = 192;
/// Pages in the WAL before a checkpoint (16 MiB): random index pages are written back once for many commits.
const CHECKPOINT_PAGES: u32 = 12_000;
/// A WAL that a long reader made larger is cut to so many octets afterwards.
const LARGEST_KEPT_WAL: i64 = 64 * 1024 * 1024;
/// Page cache of the writer and of each reader, in KiB.
const WRITER_CACHE_KIB: u32 = 16 * 1024;
const READER_CACHE_KIB: u32 = 4 * 1024;
const WAL_PAUSE: Duration = Duration::from_millis(5);
/// 3.51.3 mended a corruption when the WAL is reset.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Every step from an empty file to the tables of this version.
pub(super) fn migrations() -> Vec<M<'static>> {
    vec![
        M::up(include_str!("../../migrations/0001_initial.sql")),
        M::up(include_str!("../../migrations/0002_agents.sql")),
        M::up_with_hook(include_str!("../../migrations/0003_letters.sql"), letters::migrate),
    ]
}

/// Opens the connection that writes, creating the file (mode 0600) and its folder (0700) when only they are missing,
/// and brings the tables up to date.
///
/// # Errors
/// When SQLite is too old, the folder above is missing, the file is no store, or a newer buzon wrote it.
pub(super) fn open_writer(path: &Path) -> anyhow::Result<Connection> {
    ensure!(
        rusqlite::version_number() >= OLDEST_SQLITE,
        "SQLite {} can corrupt a store; buzon needs 3.51.3 or later",
        rusqlite::version()
    );
    create_file(path)?;
    let mut connection = Connection::open_with_flags(path, flags(OpenFlags::SQLITE_OPEN_READ_WRITE))
        .with_context(|| format!("cannot open the store {}", path.display()))?;
    configure(&connection, WRITER_CACHE_KIB).with_context(|| format!("{} is no store", path.display()))?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "journal_size_limit", LARGEST_KEPT_WAL)?;
    migrate(&mut connection).with_context(|| format!("cannot bring the store {} up to date", path.display()))?;
    Ok(connection)
}

/// The version is read before the transaction begins, so of two processes that open a store at the same moment one finds
/// the work of the other where it expected none.
fn migrate(connection: &mut Connection) -> anyhow::Result<()> {
    let migrations = Migrations::new(migrations());
    let before = migrations.current_version(connection)?;
    match migrations.to_latest(connection) {
        Err(_) if migrations.current_version(connection)? > before => Ok(migrations.to_latest(connection)?),
        done => Ok(done?),
    }
}

/// Opens a connection that only reads.
pub(super) fn open_reader(path: &Path) -> anyhow::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags(OpenFlags::SQLITE_OPEN_READ_WRITE))
        .with_context(|| format!("cannot open the store {}", path.display()))?;
    configure(&connection, READER_CACHE_KIB)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn flags(access: OpenFlags) -> OpenFlags {
    // Each connection is used by one thread at a time, so SQLite's own mutex would be waste.
    access | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

fn configure(connection: &Connection, cache_kib: u32) -> anyhow::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS);
    use_wal(connection)?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "cache_size", -i64::from(cache_kib))?;
    Ok(())
}

/// SQLite does not wait for its busy timeout here when two connections change a new file at the same moment.
fn use_wal(connection: &Connection) -> rusqlite::Result<()> {
    let start = Instant::now();
    loop {
        match connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())) {
            Err(error) if is_busy(&error) && start.elapsed() < BUSY_TIMEOUT => std::thread::sleep(WAL_PAUSE),
            done => return done,
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
}

fn create_file(path: &Path) -> anyhow::Result<()> {
    if path.exists() {
        return Ok(());
    }
    create_folder(path)?;
    let made = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path);
    made.with_context(|| format!("cannot create the store {}", path.display()))?;
    sync_folder(path)
}

/// Makes the store's folder, readable by its owner alone; the folders above it must be there.
pub(super) fn create_folder(store: &Path) -> anyhow::Result<()> {
    let missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    let Some(folder) = store.parent().filter(missing) else {
        return Ok(());
    };
    let made = DirBuilder::new().mode(0o700).create(folder);
    made.with_context(|| {
        let folder = folder.display();
        format!("cannot create the store's folder {folder}; check `store.url`, and create the folders above it")
    })
}

/// A new file's name is safe only once its folder is synced; SQLite does that for the WAL, not for this file.
fn sync_folder(path: &Path) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let synced = fs::File::open(folder).and_then(|folder| folder.sync_all());
    synced.with_context(|| format!("cannot sync the folder {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_apply_to_an_empty_file() {
        Migrations::new(migrations()).validate().unwrap();
    }

    #[test]
    fn many_may_open_a_new_store_at_the_same_moment() {
        for _ in 0..20 {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("buzon.db");
            std::thread::scope(|scope| {
                for _ in 0..6 {
                    scope.spawn(|| open_writer(&path).unwrap());
                }
            });
        }
    }

    #[test]
    fn a_new_store_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("data/buzon.db");
        drop(open_writer(&path).unwrap());
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        let error = open_writer(&dir.path().join("a/b/buzon.db")).unwrap_err();
        assert!(error.to_string().contains("store.url"), "{error}");
    }
}
