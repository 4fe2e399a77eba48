//! What a sound configuration does not do for its agents, in words that say what happens and what mends it.

use crate::config::checker::{Checker, Place, Section};
use crate::config::inbox::Inbox;
use crate::desk::policy::{AgentPolicy, AgentTrust, Notify, QueuePolicy, ReplyAddress};

/// Where the sections of one kind stand, in the order they were read in.
pub struct Places(Vec<Place>);

impl Places {
    /// Those of `sections`.
    pub fn of(sections: &[Section<'_>]) -> Self {
        Self(sections.iter().map(Section::place).collect())
    }

    /// Each of `checked` beside its place; nothing when one of them was refused, since the configuration then is, too.
    fn beside<'a, T>(&'a self, checked: &'a [T]) -> impl Iterator<Item = (&'a Place, &'a T)> {
        let complete = self.0.len() == checked.len();
        self.0.iter().zip(checked).filter(move |_| complete)
    }
}

/// Warns of inboxes whose mail proves no agent, or too easily.
pub fn warn_of_inboxes(checker: &mut Checker<'_>, (places, inboxes): (&Places, &[Inbox]), agents: &[AgentPolicy]) {
    let names = |wanted: &dyn Fn(AgentTrust) -> bool| -> Vec<&str> {
        let agents = agents.iter().filter(|agent| wanted(agent.trust));
        agents.map(|agent| agent.name.as_str()).collect()
    };
    let aligned = names(&|trust| trust != AgentTrust::Token);
    let by_token = names(&|trust| trust == AgentTrust::Token);
    for (place, inbox) in places.beside(inboxes) {
        if inbox.policy.trust.authserv.is_none() && !aligned.is_empty() {
            let what = format!(
                "is missing, so that each answer of {} is held until its agent confirms it by mail, unless it is signed \
                 by DKIM for the domain of her address",
                aligned.join(", ")
            );
            let hint = "set it to what your provider writes first in Authentication-Results; where nothing writes that, \
                        sign the agents' mail by DKIM, or set trust = \"token\" in [agents]";
            checker.warn(place, "trusted_authserv", what, hint);
        }
        if inbox.policy.reply_address == ReplyAddress::None && !by_token.is_empty() {
            let what = format!(
                "is \"none\" while trust is \"token\": all that proves {} then is a Message-ID, and it stands in each \
                 mail of theirs about the ticket; whoever is sent one can write to customers in their name",
                by_token.join(", ")
            );
            let hint = "reply_address = \"plus\" or \"catch_all\", or trust = \"token+aligned\" in [agents]";
            checker.warn(place, "reply_address", what, hint);
        }
    }
}

/// Warns of agents who hear of nothing, and of queues that nobody hears of.
pub fn warn_of_notices(
    checker: &mut Checker<'_>,
    (agent_places, agents): (&Places, &[AgentPolicy]),
    (queue_places, queues): (&Places, &[QueuePolicy]),
) {
    for (place, agent) in agent_places.beside(agents).filter(|(_, agent)| agent.queues.is_empty()) {
        let what = format!(
            "are none: {} hears only of tickets that somebody assigns to her",
            agent.name
        );
        checker.warn(
            place,
            "queues",
            what,
            "queues = [\"general\"], or those that she serves",
        );
    }
    for (place, queue) in queue_places
        .beside(queues)
        .filter(|(_, queue)| queue.notify == Notify::None)
    {
        let what = format!(
            "is \"none\": no agent is told of mail in `{}`, only `buzon ticket list --queue {}` shows it",
            queue.name, queue.name
        );
        checker.warn(place, "notify", what, "notify = \"all\", or \"assignee\"");
    }
}
