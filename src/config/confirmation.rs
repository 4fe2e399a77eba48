//! `[confirmation]`: whether new tickets are confirmed.

use crate::config::checker::{Checker, Section};
use crate::config::given::Given;
use crate::desk::policy::Confirmation;
use serde::Deserialize;

/// `[confirmation]` as it stands.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawConfirmation {
    enabled: Given<bool>,
}

/// Checks the section.
pub fn check(checker: &mut Checker<'_>, section: Section<'_>) -> Confirmation {
    let raw: RawConfirmation = checker.read(section, &[]);
    match checker.or(raw.enabled, true) {
        true => Confirmation::Send,
        false => Confirmation::Off,
    }
}
