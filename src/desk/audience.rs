//! Who of the agents hears of a ticket, and who gets a new one.

use crate::desk::known::{AgentLoad, QueueQuestion};
use crate::desk::policy::{AgentPolicy, Assign, Notify, Policy};
use crate::mail::EmailAddress;

/// Where a ticket stands among the agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standpoint<'a> {
    /// Its queue.
    pub queue: &'a str,
    /// The agent who has it.
    pub assignee: Option<&'a EmailAddress>,
}

impl Policy {
    /// The agents who hear of what happens on a ticket, as its queue's `notify` says.
    pub fn audience(&self, ticket: Standpoint<'_>) -> Vec<&AgentPolicy> {
        let notify = self.queue(ticket.queue).map_or(Notify::All, |queue| queue.notify);
        let has_it = |agent: &AgentPolicy| ticket.assignee == Some(&agent.address);
        // An assignee who has left the desk hears nothing, so the others must.
        let is_assigned = self.agents.iter().any(has_it);
        let hears = |agent: &&AgentPolicy| match notify {
            Notify::None => false,
            Notify::Assignee if is_assigned => has_it(agent),
            Notify::All | Notify::Assignee => agent.serves(ticket.queue) || has_it(agent),
        };
        self.agents.iter().filter(hears).collect()
    }

    /// What to ask the store so that a new ticket of a queue can be given to somebody; `None` when it is to nobody.
    pub fn queue_question(&self, queue: &str) -> Option<QueueQuestion> {
        let gives = self.queue(queue).is_some_and(|queue| queue.assign != Assign::None);
        let agents = self.agents.iter().filter(|agent| agent.serves(queue));
        gives.then(|| QueueQuestion {
            queue: queue.to_owned(),
            agents: agents.map(|agent| agent.address.clone()).collect(),
        })
    }

    /// Who gets a new ticket of a queue, as its `assign` says.
    pub fn assignee(&self, queue: &str, loads: &[AgentLoad]) -> Option<&AgentPolicy> {
        let load = |agent: &AgentPolicy| {
            let mut of_queue = loads.iter().filter(|load| load.queue == queue);
            of_queue.find(|load| load.agent == agent.address)
        };
        let agents = self.agents.iter().filter(|agent| agent.serves(queue));
        match self.queue(queue)?.assign {
            Assign::None => None,
            Assign::RoundRobin => agents.min_by_key(|agent| load(agent).and_then(|load| load.newest)),
            Assign::LeastOpen => agents.min_by_key(|agent| load(agent).map_or(0, |load| load.unsolved)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::TicketNumber;
    use crate::desk::policy::QueuePolicy;
    use crate::desk::policy::testing::{agent, policy};

    fn address(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap()
    }

    fn heard(notify: Notify, assignee: Option<&str>) -> Vec<String> {
        let mut policy = policy();
        policy.queues = vec![QueuePolicy {
            name: "general".into(),
            notify,
            assign: Assign::None,
        }];
        policy.agents = vec![
            agent("ana", &["general"]),
            agent("ben", &["general"]),
            agent("cai", &["billing"]),
        ];
        let assignee = assignee.map(|name| address(&format!("{name}@acme.example")));
        let audience = policy.audience(Standpoint {
            queue: "general",
            assignee: assignee.as_ref(),
        });
        audience.into_iter().map(|agent| agent.name.clone()).collect()
    }

    #[test]
    fn who_hears_of_a_ticket_follows_notify_and_assignment() {
        assert_eq!(heard(Notify::All, None), ["ana", "ben"]);
        assert_eq!(heard(Notify::All, Some("cai")), ["ana", "ben", "cai"]);
        assert_eq!(heard(Notify::Assignee, Some("ben")), ["ben"]);
        assert_eq!(heard(Notify::Assignee, None), ["ana", "ben"]);
        assert_eq!(heard(Notify::Assignee, Some("gone")), ["ana", "ben"]);
        assert!(heard(Notify::None, Some("ana")).is_empty());
    }

    #[test]
    fn new_tickets_go_round_or_to_whoever_has_least() {
        let mut policy = policy();
        policy.agents = vec![agent("ana", &["general"]), agent("ben", &["general"])];
        let load = |name: &str, unsolved, newest: i64| AgentLoad {
            queue: "general".into(),
            agent: address(&format!("{name}@acme.example")),
            unsolved,
            newest: Some(TicketNumber(newest)),
        };
        let loads = [load("ana", 1, 9), load("ben", 5, 8)];
        let chosen = |policy: &Policy, loads: &[AgentLoad]| policy.assignee("general", loads).map(|a| a.name.clone());
        assert_eq!(chosen(&policy, &loads), None);
        policy.queues[0].assign = Assign::RoundRobin;
        assert_eq!(chosen(&policy, &loads).as_deref(), Some("ben"));
        assert_eq!(
            chosen(&policy, &loads[1..]).as_deref(),
            Some("ana"),
            "who never had one comes first"
        );
        policy.queues[0].assign = Assign::LeastOpen;
        assert_eq!(chosen(&policy, &loads).as_deref(), Some("ana"));
    }
}
