//! `per_minute`: mails leave at even distances, whatever the number of connections.

use std::num::NonZeroU32;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

const MINUTE: Duration = Duration::from_secs(60);

/// Lets one mail pass an interval.
pub(super) struct Pace {
    interval: Option<Duration>,
    next: Mutex<Instant>,
}

impl Pace {
    /// `limit` mails a minute; `None` is no limit.
    pub(super) fn per_minute(limit: Option<NonZeroU32>) -> Self {
        let interval = limit.map(|limit| MINUTE / limit.get());
        Self {
            interval,
            next: Mutex::new(Instant::now()),
        }
    }

    /// Waits until the next mail may go.
    pub(super) async fn wait(&self) {
        let Some(interval) = self.interval else { return };
        let mut next = self.next.lock().await;
        let turn = (*next).max(Instant::now());
        *next = turn + interval;
        drop(next);
        sleep_until(turn).await;
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;
    use std::num::NonZeroU32;
    use std::time::Duration;
    use tokio::time::Instant;

    #[tokio::test(start_paused = true)]
    async fn sixty_a_minute_leave_a_second_apart() {
        let pace = Pace::per_minute(NonZeroU32::new(60));
        let start = Instant::now();
        for _ in 0..4 {
            pace.wait().await;
        }
        assert_eq!(start.elapsed().as_secs(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn no_limit_never_waits() {
        let pace = Pace::per_minute(None);
        let start = Instant::now();
        pace.wait().await;
        pace.wait().await;
        assert_eq!(start.elapsed(), Duration::ZERO);
    }
}
