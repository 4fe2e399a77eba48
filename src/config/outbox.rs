//! `[outbox]`: how long a mail is tried.

use crate::config::checker::{Checker, Section};
use crate::config::given::Given;
use crate::config::units::Period;
use jiff::SignedDuration;
use serde::Deserialize;

/// The outbox's patience, checked: `first_retry` ≤ `longest_retry` ≤ `give_up_after`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outbox {
    /// The wait before the second attempt.
    pub first_retry: SignedDuration,
    /// The longest wait between two attempts.
    pub longest_retry: SignedDuration,
    /// How long after it was written a mail is given up.
    pub give_up_after: SignedDuration,
}

/// `first_retry`
pub const FIRST_RETRY: Period = Period::minutes(1);
/// `longest_retry`
pub const LONGEST_RETRY: Period = Period::hours(4);
/// `give_up_after`
pub const GIVE_UP_AFTER: Period = Period::days(5);
const LEAST: Period = Period::seconds(1);
const MOST: Period = Period::days(30);

/// `[outbox]` as it stands.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawOutbox {
    first_retry: Given<Period>,
    longest_retry: Given<Period>,
    give_up_after: Given<Period>,
}

/// Checks the section.
pub fn check(checker: &mut Checker<'_>, section: Section<'_>) -> Outbox {
    let place = section.place();
    let raw: RawOutbox = checker.read(section, &[]);
    let first_retry = checker.bounded(raw.first_retry, FIRST_RETRY, LEAST..=MOST);
    let longest_retry = checker.bounded(raw.longest_retry, LONGEST_RETRY, LEAST..=MOST);
    let give_up_after = checker.bounded(raw.give_up_after, GIVE_UP_AFTER, LEAST..=MOST);
    let pairs = [
        ("longest_retry", longest_retry, "first_retry", first_retry),
        ("give_up_after", give_up_after, "longest_retry", longest_retry),
    ];
    for (key, longer, other, shorter) in pairs {
        if longer < shorter {
            let what = format!("is {longer}, and `{other}` is {shorter}");
            checker.refuse(&place, key, what, format!("make it at least {shorter}"));
        }
    }
    Outbox {
        first_retry: first_retry.0,
        longest_retry: longest_retry.0,
        give_up_after: give_up_after.0,
    }
}
