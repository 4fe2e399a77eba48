//! The configuration: raw (as it stands, unknown keys refused) -> checked (as it is used); one file per section.
//!
//! `source` reads the files and the environment, `layer` parses them with spans and lays one over the other, and the
//! `checker` hands out sections and values and gathers every problem with its file, line and key.

mod agent;
mod agents;
mod confirmation;
mod desk;
mod guidance;
mod inbox;
mod limits;
mod outbox;
mod policy;
mod queue;
mod store;

mod checker;
mod given;
mod layer;
mod names;
mod problem;
mod secret;
mod server;
mod source;
mod units;
mod weak;

use crate::desk::policy::{AgentPolicy, Confirmation, Guidance, Limits, QueuePolicy};
pub use crate::net::TlsMode;
use crate::retry::Schedule;
pub use agents::AgentRules;
use checker::{Checker, Section};
pub use desk::Desk;
pub use inbox::Inbox;
use layer::Layered;
pub use problem::{Problem, Problems, Severity};
pub(crate) use secret::PLACEHOLDER;
use source::Sources;
pub use source::Variables;
use std::path::{Path, PathBuf};
pub use store::Store;
use weak::Places;

/// The whole configuration, checked: secrets fetched, paths absolute, names known.
#[derive(Debug, Clone)]
pub struct Config {
    /// Who we are.
    pub desk: Desk,
    /// Where tickets are kept.
    pub store: Store,
    /// Where mail comes in and goes out; at least one.
    pub inboxes: Vec<Inbox>,
    /// Who answers; may be nobody.
    pub agents: Vec<AgentPolicy>,
    /// What holds for every agent.
    pub agent_rules: AgentRules,
    /// At least one; without any in the files, `general`.
    pub queues: Vec<QueuePolicy>,
    /// Whether new tickets are confirmed.
    pub confirmation: Confirmation,
    /// Whether contacts are told how to keep our mails out of their spam folder.
    pub guidance: Guidance,
    /// How long a mail is tried.
    pub outbox: Schedule,
    /// How many automatic mails may go to customers.
    pub limits: Limits,
    /// What is doubtful.
    pub warnings: Vec<Problem>,
    /// The files that were read, absolute; the first is the one that the others stand beside.
    pub files: Vec<PathBuf>,
}

const SECTIONS: [&str; 10] = [
    "desk",
    "store",
    "inbox",
    "agent",
    "agents",
    "queue",
    "confirmation",
    "guidance",
    "outbox",
    "limits",
];

impl Config {
    /// Whether there is a configuration in one of the usual places.
    pub fn is_in_usual_place() -> bool {
        source::main_file(None).exists()
    }

    /// The files and the folder whose change is a change of the configuration.
    pub fn watched(&self) -> Vec<PathBuf> {
        let drop_ins = self.files.first().map(|main| main.with_file_name("conf.d"));
        self.files.iter().cloned().chain(drop_ins).collect()
    }

    /// Loads the configuration at `path`, or in the usual place, and what stands beside it and in the environment.
    ///
    /// Blocks: it reads files, and may run the commands that print secrets.
    ///
    /// # Errors
    /// Every problem there is, when one of them is more than a warning.
    pub fn load(path: Option<&Path>) -> Result<Self, Problems> {
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self::load_with(path, &variables)
    }

    /// As [`Self::load`], with this environment.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_with(path: Option<&Path>, variables: &Variables) -> Result<Self, Problems> {
        let (sources, unreadable) = Sources::gather(path, variables);
        Problems::unless_only_warnings(unreadable)?;
        let layered = Layered::of(&sources);
        Problems::unless_only_warnings(layered.problems)?;
        let mut checker = Checker::new(&sources, layered.keys, variables, &sources.folder());
        let root = Section {
            entries: layered.root,
            ..Section::default()
        };
        let config = check(&mut checker, root);
        let warnings = Problems::unless_only_warnings(checker.problems)?;
        let config = config.ok_or_else(|| Problems::from(incomplete(sources.main())))?;
        Ok(Self {
            warnings,
            files: sources.files(),
            ..config
        })
    }
}

/// Checks every section, and then what they say of each other; `None` after an error.
fn check(checker: &mut Checker<'_>, mut root: Section<'_>) -> Option<Config> {
    checker.refuse_unknown_keys(&mut root, &SECTIONS, &[]);
    let queues = checker.sections(&mut root, "queue");
    let queue_places = Places::of(&queues);
    let queues = queue::check_all(checker, queues);
    let inboxes = checker.sections(&mut root, "inbox");
    let inbox_places = Places::of(&inboxes);
    let inboxes = inbox::check_all(checker, inboxes, &queues);
    let agents = checker.sections(&mut root, "agent");
    let agent_places = Places::of(&agents);
    let agent_rules = checker.section(&mut root, "agents");
    let agent_rules = agents::check(checker, agent_rules);
    let around = agent::Around {
        queues: &queues,
        inboxes: &inboxes,
        trust: agent_rules.trust,
    };
    let agent::Agents { all: agents, leads } = agent::check_all(checker, agents, around);
    weak::warn_of_inboxes(checker, (&inbox_places, &inboxes), &agents);
    weak::warn_of_notices(checker, (&agent_places, &agents), (&queue_places, &queues));
    let desk = checker.section(&mut root, "desk");
    let desk = desk::check(checker, desk, leads);
    let store = checker.section(&mut root, "store");
    let store = store::check(checker, store);
    let confirmation = checker.section(&mut root, "confirmation");
    let confirmation = confirmation::check(checker, confirmation);
    let guidance = checker.section(&mut root, "guidance");
    let guidance = guidance::check(checker, guidance, &inboxes);
    let outbox = checker.section(&mut root, "outbox");
    let outbox = outbox::check(checker, outbox);
    let limits = checker.section(&mut root, "limits");
    let limits = limits::check(checker, limits);
    Some(Config {
        desk: desk?,
        store: store?,
        inboxes,
        agents,
        agent_rules,
        queues,
        confirmation,
        guidance,
        outbox,
        limits,
        warnings: vec![],
        files: vec![],
    })
}

/// A section that is missing for no reason that was told; a fault of ours.
fn incomplete(file: &Path) -> Problem {
    Problem {
        severity: Severity::Error,
        file: file.to_owned(),
        line: None,
        key: String::new(),
        what: "is incomplete".to_owned(),
        hint: "please report this".to_owned(),
    }
}

#[cfg(test)]
mod tests;
