//! `[[queue]]`: who hears of its tickets, and who gets them.

use crate::config::checker::{Checker, Section};
use crate::config::given::Given;
use crate::config::names::Names;
use crate::desk::policy::{Assign, Notify, QueuePolicy};
use serde::Deserialize;

/// The queue there is when none is configured.
pub const GENERAL: &str = "general";

/// `[[queue]]` as it stands.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawQueue {
    name: Given<String>,
    notify: Given<Notify>,
    assign: Given<Assign>,
}

/// Checks all queues; without any there is [`GENERAL`].
pub fn check_all(checker: &mut Checker<'_>, sections: Vec<Section<'_>>) -> Vec<QueuePolicy> {
    if sections.is_empty() {
        return vec![QueuePolicy {
            name: GENERAL.to_owned(),
            notify: Notify::All,
            assign: Assign::None,
        }];
    }
    let mut names = Names::new("queue");
    let sections = sections.into_iter();
    sections
        .filter_map(|section| check(checker, section, &mut names))
        .collect()
}

/// Which queues there are.
pub fn hint(queues: &[QueuePolicy]) -> String {
    let names: Vec<_> = queues.iter().map(|queue| queue.name.as_str()).collect();
    format!("there are {}; `[[queue]]` adds one", names.join(", "))
}

fn check(checker: &mut Checker<'_>, section: Section<'_>, names: &mut Names) -> Option<QueuePolicy> {
    let place = section.place();
    let raw: RawQueue = checker.read(section, &[]);
    let name = checker.required(raw.name, &place, "name");
    let name = name.and_then(|name| names.admit(checker, name));
    let notify = checker.or(raw.notify, Notify::All);
    let assign = checker.or(raw.assign, Assign::None);
    Some(QueuePolicy {
        name: name?,
        notify,
        assign,
    })
}
