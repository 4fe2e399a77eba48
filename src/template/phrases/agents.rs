//! What agents are told, in one language.

use super::{fill, lacks};
use crate::desk::command::CommandProblem;
use crate::desk::held::HeldReason;
use crate::desk::ticket::{Priority, TicketStatus};
use crate::template::link_kind::LinkKind;
use crate::template::told::Told;
use crate::template::undone::{NOTHING, Undone};
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
    told: BTreeMap<String, String>,
    /// What happened on a ticket. One that isn't here is called by its name in `ticket show`.
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

impl AgentPhrases {
    pub(crate) fn status(&self, status: TicketStatus) -> &str {
        phrase(&self.status, status.as_str())
    }

    pub(crate) fn priority(&self, priority: Priority) -> &str {
        phrase(&self.priority, priority.as_str())
    }

    pub(crate) fn link(&self, kind: &LinkKind) -> &str {
        phrase(&self.links, kind.as_str())
    }

    pub(crate) fn problem(&self, problem: &CommandProblem, values: &[(&str, &str)]) -> String {
        fill(phrase(&self.problems, problem.as_str()), values)
    }

    pub(crate) fn undone(&self, undone: &Undone<'_>, value: &str) -> String {
        fill(phrase(&self.undone, undone.as_str()), &[("value", value)])
    }

    pub(crate) fn nothing_undone(&self) -> &str {
        phrase(&self.undone, NOTHING)
    }

    pub(crate) fn told(&self, told: Told) -> &str {
        phrase(&self.told, told.as_str())
    }

    pub(crate) fn event<'a>(&'a self, kind: &'a str) -> &'a str {
        self.events.get(kind).map_or(kind, String::as_str)
    }

    pub(crate) fn held(&self, reason: &HeldReason) -> Option<&HeldPhrases> {
        self.held.get(reason.as_str())
    }

    pub(super) fn lacks(&self) -> Option<String> {
        let is_a_marker = self.write_above.starts_with("## ") && self.write_above.ends_with(" ##");
        let marker = (!is_a_marker).then(|| "agents.write_above must stand between ## and ##".to_owned());
        marker
            .or_else(|| {
                lacks(
                    &self.status,
                    "agents.status",
                    &TicketStatus::ALL.map(TicketStatus::as_str),
                )
            })
            .or_else(|| lacks(&self.priority, "agents.priority", &Priority::ALL.map(Priority::as_str)))
            .or_else(|| lacks(&self.links, "agents.links", LinkKind::NAMES))
            .or_else(|| lacks(&self.problems, "agents.problems", CommandProblem::NAMES))
            .or_else(|| lacks(&self.told, "agents.told", Told::NAMES))
            .or_else(|| lacks(&self.undone, "agents.undone", &[Undone::NAMES, &[NOTHING]].concat()))
            .or_else(|| lacks(&self.held, "agents.held", HeldReason::NAMES))
    }
}

fn phrase<'a>(table: &'a BTreeMap<String, String>, key: &str) -> &'a str {
    table.get(key).map_or("", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::lacks;
    use crate::desk::event::EventKind;
    use crate::template::Templates;

    #[test]
    fn each_event_has_its_phrase_in_each_built_in_language_and_no_phrase_is_left_over() {
        let templates = Templates::load(None).unwrap();
        for phrases in templates.phrases.values() {
            let events = &phrases.agents().unwrap().events;
            assert_eq!(lacks(events, "agents.events", EventKind::NAMES), None);
        }
    }
}
