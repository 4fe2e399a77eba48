//! Which agent is meant.

use super::CommandContext;
use crate::desk::command::near::{folded, nearest};
use crate::desk::command::problem::shortened;
use crate::desk::command::{Assignee, CommandProblem};
use crate::desk::policy::AgentPolicy;
use crate::mail::EmailAddress;

/// Whose a ticket becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assigned {
    /// The agent with this address.
    To(EmailAddress),
    /// Nobody's.
    Nobody,
}

pub(super) fn find(assignee: Assignee, context: &CommandContext<'_>) -> Result<Assigned, CommandProblem> {
    let given = match assignee {
        Assignee::Me => return Ok(Assigned::To(context.writer.clone())),
        Assignee::Nobody => return Ok(Assigned::Nobody),
        Assignee::Named(given) => given,
    };
    let mut found = matches(&given, context.agents).into_iter();
    match (found.next(), found.next()) {
        (Some(agent), None) => Ok(Assigned::To(agent.address.clone())),
        (Some(first), Some(second)) => {
            let names = [first, second].into_iter().chain(found);
            Err(CommandProblem::AmbiguousAgent {
                given: shortened(&given),
                matches: names.map(|agent| agent.name.clone()).collect(),
            })
        }
        (None, _) => Err(unknown(&given, context.agents)),
    }
}

/// The agents of the strongest kind of match: address, whole name, words of the name, what stands before the `@`.
fn matches<'a>(given: &str, agents: &'a [AgentPolicy]) -> Vec<&'a AgentPolicy> {
    if let Some(address) = EmailAddress::parse(given) {
        return agents.iter().filter(|agent| agent.writes_from(&address)).collect();
    }
    let given = folded(given);
    let words: Vec<&str> = words(&given);
    let is_named = |agent: &AgentPolicy| folded(&agent.name) == given;
    let is_called = |agent: &AgentPolicy| {
        let name = folded(&agent.name);
        let name = self::words(&name);
        !words.is_empty() && words.iter().all(|word| name.contains(word))
    };
    let is_addressed = |agent: &AgentPolicy| addresses(agent).any(|address| folded(address.local()) == given);
    let kinds: [&dyn Fn(&AgentPolicy) -> bool; 3] = [&is_named, &is_called, &is_addressed];
    let of_kind = |kind: &&dyn Fn(&AgentPolicy) -> bool| {
        let found: Vec<&AgentPolicy> = agents.iter().filter(|agent| kind(agent)).collect();
        (!found.is_empty()).then_some(found)
    };
    kinds.iter().find_map(of_kind).unwrap_or_default()
}

fn addresses(agent: &AgentPolicy) -> impl Iterator<Item = &EmailAddress> {
    std::iter::once(&agent.address).chain(&agent.aliases)
}

fn words(name: &str) -> Vec<&str> {
    let words = name.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).collect()
}

fn unknown(given: &str, agents: &[AgentPolicy]) -> CommandProblem {
    let names = || agents.iter().map(|agent| agent.name.as_str());
    let addresses = || agents.iter().flat_map(addresses).map(EmailAddress::as_str);
    let by_word = || {
        let words = names().flat_map(|name| name.split(' ').map(move |word| (word, name)));
        let word = nearest(given, words.clone().map(|(word, _)| word))?;
        words
            .into_iter()
            .find(|(known, _)| *known == word)
            .map(|(_, name)| name)
    };
    let near = if given.contains('@') {
        nearest(given, addresses())
    } else {
        nearest(given, names()).or_else(by_word)
    };
    CommandProblem::UnknownAgent {
        given: shortened(given),
        nearest: near.map(str::to_owned),
    }
}
