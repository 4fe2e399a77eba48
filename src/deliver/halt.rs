//! How work ends: at rest, or in a hurry.

use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Two ends that a task is told of. Whoever cancels `stop` cancels `rest` too.
#[derive(Debug, Clone)]
pub struct Halt {
    /// Nothing new is begun; what is under way may finish.
    pub rest: CancellationToken,
    /// The process ends: what is under way is left after a moment.
    pub stop: CancellationToken,
}

/// How long something under way is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// While the process goes on.
    pub at_rest: Duration,
    /// Counted from the stop.
    pub at_stop: Duration,
}

impl From<CancellationToken> for Halt {
    /// The process ends when the token is cancelled, and nothing rests before.
    fn from(stop: CancellationToken) -> Self {
        Self {
            rest: stop.clone(),
            stop,
        }
    }
}

impl Halt {
    /// The outcome of `work`, or `None` when patience is at its end; then `work` has been dropped.
    pub async fn wait<T>(&self, patience: Patience, work: impl Future<Output = T>) -> Option<T> {
        let at_end = async {
            if tokio::time::timeout(patience.at_rest, self.stop.cancelled())
                .await
                .is_ok()
            {
                tokio::time::sleep(patience.at_stop).await;
            }
        };
        tokio::select! {
            biased;
            done = work => Some(done),
            () = at_end => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Halt, Patience};
    use std::time::Duration;
    use tokio::time::{Instant, sleep};
    use tokio_util::sync::CancellationToken;

    const PATIENCE: Patience = Patience {
        at_rest: Duration::from_secs(20),
        at_stop: Duration::from_secs(1),
    };

    /// How many seconds work of `length` seconds is waited for when the stop comes after `stop`, and whether it is done.
    async fn check(length: u64, stop: Option<u64>) -> (u64, bool) {
        let halt = Halt::from(CancellationToken::new());
        let token = halt.stop.clone();
        tokio::spawn(async move {
            if let Some(stop) = stop {
                sleep(Duration::from_secs(stop)).await;
                token.cancel();
            }
        });
        let begun = Instant::now();
        let done = halt.wait(PATIENCE, sleep(Duration::from_secs(length))).await;
        (begun.elapsed().as_secs(), done.is_some())
    }

    #[tokio::test(start_paused = true)]
    async fn work_is_waited_for_patiently_until_the_stop_and_a_moment_longer() {
        assert_eq!(check(5, None).await, (5, true));
        assert_eq!(check(30, None).await, (20, false));
        assert_eq!(check(30, Some(3)).await, (4, false));
        assert_eq!(check(3, Some(3)).await, (3, true));
        assert_eq!(check(0, Some(0)).await, (0, true));
    }
}
