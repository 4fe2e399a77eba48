//! `[outbox]`: how long a mail is tried.

use crate::config::checker::{Checker, Section};
use crate::config::given::Given;
use crate::config::units::Period;
use crate::retry::Schedule;
use serde::Deserialize;

/// Greylisting servers take a mail after a minute or a few.
const FIRST_RETRY: Period = Period::minutes(1);
/// A server that is down for days is asked six times a day.
const LONGEST_RETRY: Period = Period::hours(4);
/// RFC 5321 §4.5.4.1 asks for four to five days at least.
const GIVE_UP_AFTER: Period = Period::days(5);
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

/// Checks the section: `first_retry` ≤ `longest_retry` ≤ `give_up_after`.
pub fn check(checker: &mut Checker<'_>, section: Section<'_>) -> Schedule {
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
    Schedule {
        first_retry: first_retry.0.unsigned_abs(),
        longest_retry: longest_retry.0.unsigned_abs(),
        give_up_after: give_up_after.0.unsigned_abs(),
    }
}
