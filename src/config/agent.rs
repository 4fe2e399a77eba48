//! `[[agent]]`: who answers.

use crate::config::agents::warn_of_token;
use crate::config::checker::{Checker, Place, Section};
use crate::config::given::Given;
use crate::config::inbox::Inbox;
use crate::config::names::Names;
use crate::config::queue::GENERAL;
use crate::desk::policy::{AgentPolicy, AgentTrust, QueuePolicy};
use crate::mail::EmailAddress;
use serde::Deserialize;
use toml::Spanned;

/// All agents, checked.
#[derive(Debug, Default)]
pub struct Agents {
    /// Each of them.
    pub all: Vec<AgentPolicy>,
    /// The addresses of those with `lead`, who hear of trouble unless `desk.admin` names others.
    pub leads: Vec<EmailAddress>,
}

/// Whom an agent must get along with.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// Every queue.
    pub queues: &'a [QueuePolicy],
    /// Every inbox.
    pub inboxes: &'a [Inbox],
    /// What proves an agent who names nothing else.
    pub trust: AgentTrust,
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
pub fn check_all(checker: &mut Checker<'_>, sections: Vec<Section<'_>>, around: Around<'_>) -> Agents {
    if sections.is_empty() {
        let what = "is missing: tickets are made and confirmed, and nobody hears of them";
        checker.warn(
            &Place::default(),
            "agent",
            what,
            "write `[[agent]]` with name and address",
        );
        return Agents::default();
    }
    let mut names = Names::new("agent");
    let mut addresses = Names::new("agent's address");
    let mut agents = Agents::default();
    for section in sections {
        check(checker, section, around, &mut agents, &mut names, &mut addresses);
    }
    for queue in around.queues {
        if !agents.all.iter().any(|agent| agent.serves(&queue.name)) {
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

/// Checks one, who joins `agents` unless name or address is wrong.
fn check(
    checker: &mut Checker<'_>,
    section: Section<'_>,
    around: Around<'_>,
    agents: &mut Agents,
    names: &mut Names,
    addresses: &mut Names,
) -> Option<()> {
    let place = section.place();
    let raw: RawAgent = checker.read(section, &[]);
    let name = checker.required(raw.name, &place, "name");
    let name = name.and_then(|name| names.admit(checker, name));
    let address = checker.required(raw.address, &place, "address");
    let aliases = checker.take(raw.aliases);
    addresses.admit_addresses(checker, address.as_ref(), aliases.as_ref());
    refuse_own_addresses(checker, address.as_ref(), aliases.as_ref(), around.inboxes);
    let queues = served(checker, raw.queues, around.queues);
    let lead = checker.or(raw.lead, false);
    let trust = checker.take(raw.trust).map(Spanned::into_inner);
    if let Some(trust) = trust {
        warn_of_token(checker, &place, trust);
    }
    let agent = AgentPolicy {
        name: name?,
        address: address?.into_inner(),
        aliases: aliases.map(Spanned::into_inner).unwrap_or_default(),
        queues,
        trust: trust.unwrap_or(around.trust),
    };
    agents.leads.extend(lead.then(|| agent.address.clone()));
    agents.all.push(agent);
    Some(())
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
        let mut inboxes = inboxes.iter().map(|inbox| &inbox.policy);
        if let Some(inbox) = inboxes.find(|inbox| inbox.address == *address || inbox.aliases.contains(address)) {
            let what = format!("`{address}` is an address of the inbox `{}`", inbox.name);
            checker.error(at, what, "an agent needs a mailbox of her own");
        }
    }
}

/// The named queues; by default `general`, and where there is no such queue, all of them.
fn served(checker: &mut Checker<'_>, given: Given<Vec<String>>, queues: &[QueuePolicy]) -> Vec<String> {
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
