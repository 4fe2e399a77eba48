//! `[limits]`: how many automatic mails may go to customers.

use crate::config::checker::{Checker, Section};
use crate::config::given::Given;
use crate::desk::policy::Limits;
use serde::Deserialize;

/// Above what a person's correspondence needs, and low enough to end a loop between two machines.
const LIMITS: Limits = Limits {
    per_address_per_day: 5,
    per_ticket_per_day: 5,
    per_hour: 500,
};
/// More is no limit.
const MOST: u32 = 1_000_000;

/// `[limits]` as it stands.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawLimits {
    auto_mails_per_address_per_day: Given<u32>,
    auto_mails_per_ticket_per_day: Given<u32>,
    auto_mails_per_hour: Given<u32>,
}

/// Checks the section; 0 means that no such mail goes out.
pub fn check(checker: &mut Checker<'_>, section: Section<'_>) -> Limits {
    let raw: RawLimits = checker.read(section, &[]);
    let mut limit = |given, default| checker.bounded(given, default, 0..=MOST);
    Limits {
        per_address_per_day: limit(raw.auto_mails_per_address_per_day, LIMITS.per_address_per_day),
        per_ticket_per_day: limit(raw.auto_mails_per_ticket_per_day, LIMITS.per_ticket_per_day),
        per_hour: limit(raw.auto_mails_per_hour, LIMITS.per_hour),
    }
}
