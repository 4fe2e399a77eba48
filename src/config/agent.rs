//! `[[agent]]`: who answers.

use crate::config::agents::warn_of_token;
use crate::config::checker::{Checker, Place, Section};
use crate::config::given::Given;
use crate::config::inbox::Inbox;
use crate::config::names::Names;
use crate::config::queue::{GENERAL, Queue};
use crate::desk::policy::AgentTrust;
use crate::mail::EmailAddress;
use serde::Deserialize;
use toml::Spanned;

/// An agent, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// The name that customers see, unique among agents.
    pub name: String,
    /// Where she is written to.
    pub address: EmailAddress,
    /// Other addresses that she writes from.
    pub aliases: Vec<EmailAddress>,
    /// The queues that she serves.
    pub queues: Vec<String>,
    /// Whether escalations and digests come to her.
    pub seniority: Seniority,
    /// What proves her; `None`: as `[agents]` says.
    pub trust: Option<AgentTrust>,
}

/// `lead`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seniority {
    /// Gets escalations and digests too.
    Lead,
    /// Gets what concerns her queues.
    Agent,
}

/// `[[agent]]` as it stands.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawAgent {
    name: Given<String>,
    address: Given<EmailAddress>,
    aliases: Given<Vec<EmailAddress>>,
    queues: Given<Vec<String>>,
    lead: Given<bool>,
    trust: Given<AgentTrust>,
}

/// Checks all agents; no address may belong to two, or to an inbox.
pub fn check_all(
    checker: &mut Checker<'_>,
    sections: Vec<Section<'_>>,
    queues: &[Queue],
    inboxes: &[Inbox],
) -> Vec<Agent> {
    if sections.is_empty() {
        let what = "is missing: tickets are made and confirmed, and nobody hears of them";
        checker.warn(
            &Place::default(),
            "agent",
            what,
            "write `[[agent]]` with name and address",
        );
        return vec![];
    }
    let mut names = Names::new("agent");
    let mut addresses = Names::new("agent's address");
    let sections = sections.into_iter();
    let agents: Vec<Agent> = sections
        .filter_map(|section| check(checker, section, queues, inboxes, &mut names, &mut addresses))
        .collect();
    for queue in queues {
        if !agents.iter().any(|agent| agent.queues.contains(&queue.name)) {
            let what = format!("nobody serves `{}`", queue.name);
            checker.warn(
                &Place::default(),
                "queue",
                what,
                "name it among the `queues` of an agent",
            );
        }
    }
    agents
}

/// The addresses of the leads.
pub fn leads(agents: &[Agent]) -> Vec<EmailAddress> {
    let leads = agents.iter().filter(|agent| agent.seniority == Seniority::Lead);
    leads.map(|agent| agent.address.clone()).collect()
}

fn check(
    checker: &mut Checker<'_>,
    section: Section<'_>,
    queues: &[Queue],
    inboxes: &[Inbox],
    names: &mut Names,
    addresses: &mut Names,
) -> Option<Agent> {
    let place = section.place();
    let raw: RawAgent = checker.read(section, &[]);
    let name = checker.required(raw.name, &place, "name");
    let name = name.and_then(|name| names.admit(checker, name));
    let address = checker.required(raw.address, &place, "address");
    let aliases = checker.take(raw.aliases);
    addresses.admit_addresses(checker, address.as_ref(), aliases.as_ref());
    refuse_own_addresses(checker, address.as_ref(), aliases.as_ref(), inboxes);
    let queues = served(checker, raw.queues, queues);
    let seniority = match checker.or(raw.lead, false) {
        true => Seniority::Lead,
        false => Seniority::Agent,
    };
    let trust = checker.take(raw.trust).map(Spanned::into_inner);
    if let Some(trust) = trust {
        warn_of_token(checker, &place, trust);
    }
    Some(Agent {
        name: name?,
        address: address?.into_inner(),
        aliases: aliases.map(Spanned::into_inner).unwrap_or_default(),
        queues,
        seniority,
        trust,
    })
}

/// A notification to an inbox would come back as a mail of ours.
fn refuse_own_addresses(
    checker: &mut Checker<'_>,
    address: Option<&Spanned<EmailAddress>>,
    aliases: Option<&Spanned<Vec<EmailAddress>>>,
    inboxes: &[Inbox],
) {
    let address = address.map(|address| (address.span().start, address.get_ref()));
    let aliases = aliases.into_iter().flat_map(|aliases| {
        let at = aliases.span().start;
        aliases.get_ref().iter().map(move |alias| (at, alias))
    });
    for (at, address) in address.into_iter().chain(aliases) {
        let owns = |inbox: &&Inbox| inbox.address == *address || inbox.aliases.contains(address);
        if let Some(inbox) = inboxes.iter().find(owns) {
            let what = format!("`{address}` is an address of the inbox `{}`", inbox.name);
            checker.error(at, what, "an agent needs a mailbox of her own");
        }
    }
}

/// The named queues; by default `general`, and where there is no such queue, all of them.
fn served(checker: &mut Checker<'_>, given: Given<Vec<String>>, queues: &[Queue]) -> Vec<String> {
    let exists = |name: &str| queues.iter().any(|queue| queue.name == name);
    let Some(named) = checker.take(given) else {
        return match exists(GENERAL) {
            true => vec![GENERAL.to_owned()],
            false => queues.iter().map(|queue| queue.name.clone()).collect(),
        };
    };
    for name in named.get_ref().iter().filter(|name| !exists(name)) {
        let what = format!("there is no queue `{name}`");
        checker.error(named.span().start, what, crate::config::queue::hint(queues));
    }
    named.into_inner()
}
