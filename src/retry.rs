//! When to try again, and when to stop: pure, from the number of attempts, the clock and a random number handed in.

use jiff::Timestamp;
use std::time::Duration;

/// Waits that double from `first` to `longest`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The wait after the first failure.
    pub first: Duration,
    /// No wait is longer than this.
    pub longest: Duration,
}

/// How much of a wait chance may take away, so that what failed together is not retried together.
const JITTER_SHARE: f64 = 0.25;

impl Backoff {
    /// The wait after failure number `attempt`, counted from 0.
    ///
    /// `jitter_unit` is a random number from 0 to 1 (others are clamped); the wait is at most `longest` and at least
    /// three quarters of what it would be without chance.
    pub fn next(&self, attempt: u32, jitter_unit: f64) -> Duration {
        let doubled = 2u32.checked_pow(attempt).and_then(|n| self.first.checked_mul(n));
        let whole = doubled.map_or(self.longest, |wait| wait.min(self.longest));
        let unit = if jitter_unit.is_nan() { 0.0 } else { jitter_unit };
        whole.mul_f64(1.0 - JITTER_SHARE * unit.clamp(0.0, 1.0))
    }
}

/// How long, and how often, an outbox row is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// The wait after the first failure.
    pub first_retry: Duration,
    /// No wait is longer than this.
    pub longest_retry: Duration,
    /// Counted from when the row was made; a failure after that is the last one.
    pub give_up_after: Duration,
}

/// What follows a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Try again at this time.
    At(Timestamp),
    /// It has been tried long enough.
    GiveUp,
}

impl Schedule {
    /// The waits alone, for troubles that never end in giving up (those of an account).
    pub fn backoff(&self) -> Backoff {
        Backoff {
            first: self.first_retry,
            longest: self.longest_retry,
        }
    }

    /// What to do after `attempts` failed attempts (1 after the first). The last try comes when `give_up_after` is over.
    pub fn after(&self, attempts: u32, created_at: Timestamp, now: Timestamp, jitter_unit: f64) -> Next {
        let last = later(created_at, self.give_up_after);
        if now >= last {
            return Next::GiveUp;
        }
        let wait = self.backoff().next(attempts.saturating_sub(1), jitter_unit);
        Next::At(later(now, wait).min(last))
    }
}

fn later(time: Timestamp, wait: Duration) -> Timestamp {
    time.checked_add(wait).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Backoff, Next, Schedule};
    use jiff::Timestamp;
    use std::time::Duration;

    const MINUTE: u64 = 60;
    const DAY: u64 = 24 * 60 * MINUTE;

    #[test]
    fn waits_double_up_to_the_longest_and_chance_only_shortens_them() {
        let backoff = Backoff {
            first: Duration::from_secs(60),
            longest: Duration::from_secs(3600),
        };
        let cases = [
            (0, 0.0, 60),
            (1, 0.0, 120),
            (5, 0.0, 1920),
            (6, 0.0, 3600),
            (31, 0.0, 3600),
            (32, 0.0, 3600),
            (u32::MAX, 0.0, 3600),
            (0, 1.0, 45),
            (6, 1.0, 2700),
            (6, 7.0, 2700),
            (6, f64::NAN, 3600),
        ];
        for (attempt, unit, seconds) in cases {
            assert_eq!(
                backoff.next(attempt, unit),
                Duration::from_secs(seconds),
                "{attempt} {unit}"
            );
        }
    }

    #[test]
    fn a_row_is_tried_until_its_time_is_over_and_once_more_just_then() {
        let schedule = Schedule {
            first_retry: Duration::from_secs(MINUTE),
            longest_retry: Duration::from_secs(60 * MINUTE),
            give_up_after: Duration::from_secs(5 * DAY),
        };
        let made = Timestamp::from_second(1_800_000_000).unwrap();
        let at = |seconds: u64| made + Duration::from_secs(seconds);
        let cases = [
            (1, at(0), Next::At(at(MINUTE))),
            (0, at(0), Next::At(at(MINUTE))),
            (4, at(DAY), Next::At(at(DAY + 8 * MINUTE))),
            (100, at(2 * DAY), Next::At(at(2 * DAY + 60 * MINUTE))),
            (100, at(5 * DAY - 1), Next::At(at(5 * DAY))),
            (100, at(5 * DAY), Next::GiveUp),
            (1, Timestamp::MAX, Next::GiveUp),
        ];
        for (attempts, now, expected) in cases {
            assert_eq!(schedule.after(attempts, made, now, 0.0), expected, "{attempts} {now}");
        }
        let before = made - Duration::from_secs(365 * DAY);
        let soon = before + Duration::from_secs(MINUTE);
        assert_eq!(
            schedule.after(1, made, before, 0.0),
            Next::At(soon),
            "a clock set back a year"
        );
    }
}
