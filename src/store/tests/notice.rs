//! The admin is told once an hour for each cause.

use super::*;
use jiff::SignedDuration;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

#[test]
fn a_cause_is_told_again_only_after_an_hour() {
    let scratch = Scratch::new();
    let told = |cause: &'static str, at| scratch.write(move |tx| tx.is_first_notice(cause, at));
    assert!(told("limit_reached:x", NOW));
    assert!(!told("limit_reached:x", NOW + HOUR / 2));
    assert!(told("limit_reached:y", NOW));
    assert!(told("limit_reached:x", NOW + HOUR));
}

#[test]
fn a_clock_that_ran_ahead_holds_no_notice_back() {
    let scratch = Scratch::new();
    assert!(scratch.write(|tx| tx.is_first_notice("config_refused:", NOW + HOUR * 1000)));
    assert!(scratch.write(|tx| tx.is_first_notice("config_refused:", NOW)));
}
