//! For how long nobody else can write to a store.

use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often the lock is tried.
const LOOK: Duration = Duration::from_micros(200);

/// Tries to write over and over, from a connection of its own.
pub struct LockWatch {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Duration>,
}

impl LockWatch {
    /// Watches a store whose tables are there.
    pub fn start(store: &Path) -> Self {
        let connection = Connection::open(store).unwrap();
        connection.busy_timeout(Duration::ZERO).unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let thread = std::thread::spawn(move || longest(&connection, &stopped));
        Self { stop, thread }
    }

    /// The longest time for which it was refused.
    pub fn stop(self) -> Duration {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

fn longest(connection: &Connection, stopped: &AtomicBool) -> Duration {
    let (mut longest, mut refused) = (Duration::ZERO, None::<Instant>);
    while !stopped.load(Ordering::Relaxed) {
        match connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK") {
            Ok(()) => refused = None,
            Err(_) => longest = longest.max(refused.get_or_insert_with(Instant::now).elapsed()),
        }
        std::thread::sleep(LOOK);
    }
    longest
}
