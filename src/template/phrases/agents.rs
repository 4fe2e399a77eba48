//! What agents are told, in one language.

use super::{fill, lacks};
use crate::desk::ticket::{Priority, TicketStatus};
use crate::template::{held, link, receipt};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Phrases of the mails to agents.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgentPhrases {
    /// The first line of a notification.
    pub(crate) write_above: String,
    status: BTreeMap<String, String>,
    priority: BTreeMap<String, String>,
    links: BTreeMap<String, String>,
    problems: BTreeMap<String, String>,
    undone: BTreeMap<String, String>,
    /// What happened on a ticket. One that isn't here is called by its name in `ticket show`.
    told: BTreeMap<String, String>,
    events: BTreeMap<String, String>,
    held: BTreeMap<String, HeldPhrases>,
}

/// Why a mail is held.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeldPhrases {
    /// What is missing or wrong.
    pub(crate) what: String,
    /// What mends it for the next time; names the config key, where one does.
    pub(crate) mend: String,
}

const STATUSES: [TicketStatus; 6] = [
    TicketStatus::New,
    TicketStatus::Open,
    TicketStatus::Pending,
    TicketStatus::OnHold,
    TicketStatus::Solved,
    TicketStatus::Closed,
];
const PRIORITIES: [&str; 4] = ["low", "normal", "high", "urgent"];

impl AgentPhrases {
    pub(crate) fn status(&self, status: TicketStatus) -> &str {
        phrase(&self.status, status.as_str())
    }

    pub(crate) fn priority(&self, priority: Priority) -> &str {
        let name = match priority {
            Priority::Low => "low",
            Priority::Normal => "normal",
            Priority::High => "high",
            Priority::Urgent => "urgent",
        };
        phrase(&self.priority, name)
    }

    pub(crate) fn link(&self, key: &str) -> &str {
        phrase(&self.links, key)
    }

    /// What is wrong with a command; a problem without a phrase of its own is only called one.
    pub(crate) fn problem(&self, kind: &str, values: &[(&str, &str)]) -> String {
        let phrase = self
            .problems
            .get(kind)
            .or_else(|| self.problems.get(receipt::OTHER_PROBLEM));
        fill(phrase.map_or("", String::as_str), values)
    }

    pub(crate) fn undone(&self, key: &str, value: &str) -> String {
        fill(phrase(&self.undone, key), &[("value", value)])
    }

    pub(crate) fn told(&self, key: &str) -> &str {
        phrase(&self.told, key)
    }

    pub(crate) fn event<'a>(&'a self, kind: &'a str) -> &'a str {
        self.events.get(kind).map_or(kind, String::as_str)
    }

    pub(crate) fn held(&self, key: &str) -> Option<&HeldPhrases> {
        self.held.get(key)
    }

    pub(super) fn lacks(&self) -> Option<String> {
        let is_a_marker = self.write_above.starts_with("## ") && self.write_above.ends_with(" ##");
        let marker = (!is_a_marker).then(|| "agents.write_above must stand between ## and ##".to_owned());
        marker
            .or_else(|| lacks(&self.status, "agents.status", &STATUSES.map(TicketStatus::as_str)))
            .or_else(|| lacks(&self.priority, "agents.priority", &PRIORITIES))
            .or_else(|| lacks(&self.links, "agents.links", &link::LABELS))
            .or_else(|| lacks(&self.problems, "agents.problems", &receipt::PROBLEMS))
            .or_else(|| lacks(&self.told, "agents.told", &receipt::TOLD))
            .or_else(|| lacks(&self.undone, "agents.undone", &receipt::UNDONE))
            .or_else(|| lacks(&self.held, "agents.held", &held::REASONS))
    }
}

fn phrase<'a>(table: &'a BTreeMap<String, String>, key: &str) -> &'a str {
    table.get(key).map_or("", String::as_str)
}
