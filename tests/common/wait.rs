//! Waiting for something to become true.

use std::time::{Duration, Instant};

/// Asks `condition` every few milliseconds until it yields a value; panics after `limit` with `what` was awaited.
#[track_caller]
pub fn wait_until<T>(limit: Duration, what: &str, condition: impl FnMut() -> Option<T>) -> T {
    poll(limit, condition).unwrap_or_else(|| panic!("waited {limit:?} in vain: {what}"))
}

/// Like [`wait_until`], and gives `None` instead of a panic.
pub fn poll<T>(limit: Duration, mut condition: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + limit;
    loop {
        if let Some(value) = condition() {
            return Some(value);
        }
        if Instant::now() >= end {
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Seconds, for limits.
pub const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}
