//! `[guidance]`: "add us to your safe senders", once per contact.

use crate::config::checker::{Checker, Section};
use crate::config::given::Given;
use crate::config::inbox::Inbox;
use crate::desk::policy::Guidance;
use serde::Deserialize;
use toml::Spanned;

/// `[guidance]` as it stands.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawGuidance {
    enabled: Given<bool>,
    domains: Given<Vec<String>>,
}

/// Checks the section; without `domains` it names those of the inboxes, which our mails come from.
pub fn check(checker: &mut Checker<'_>, section: Section<'_>, inboxes: &[Inbox]) -> Guidance {
    let raw: RawGuidance = checker.read(section, &[]);
    let enabled = checker.or(raw.enabled, true);
    let mut domains = match checker.take(raw.domains) {
        Some(domains) => checked(checker, &domains),
        None => vec![],
    };
    if domains.is_empty() {
        domains = inboxes
            .iter()
            .map(|inbox| inbox.policy.address.domain().to_owned())
            .collect();
        domains.sort();
        domains.dedup();
    }
    match enabled {
        true => Guidance::Once { domains },
        false => Guidance::Off,
    }
}

fn checked(checker: &mut Checker<'_>, domains: &Spanned<Vec<String>>) -> Vec<String> {
    let at = domains.span().start;
    let domains = domains.get_ref().iter();
    domains.filter_map(|domain| checker.domain(domain, at)).collect()
}
