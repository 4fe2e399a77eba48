//! What of the config the desk decides by.

use crate::config::inbox::Inbox;
use crate::config::{Agent, Config, Queue};
use crate::desk::Policy;
use crate::desk::policy::{AgentPolicy, AnswerPolicy, InboxPolicy, QueuePolicy};
use crate::desk::token::TokenKeys;
use jiff::SignedDuration;

/// How long after it was solved a reply still reopens a ticket.
const REOPEN_WITHIN: SignedDuration = SignedDuration::from_hours(14 * 24);

impl Config {
    /// The policy.
    pub fn policy(&self) -> Policy {
        Policy {
            desk_name: self.desk.name.clone(),
            inboxes: self.inboxes.iter().map(inbox).collect(),
            agents: self.agents.iter().map(|agent| self.agent(agent)).collect(),
            answers: AnswerPolicy {
                send_delay: self.agent_rules.send_delay,
                notices: self.agent_rules.answers,
                signature: self.agent_rules.signature.clone(),
            },
            queues: self.queues.iter().map(queue).collect(),
            admin: self.desk.admin.clone(),
            default_language: self.desk.locale.clone(),
            languages: self.desk.languages.clone(),
            time_zone: self.desk.timezone.clone(),
            keys: TokenKeys::new(self.desk.secret.clone(), self.desk.previous_secrets.clone()),
            confirmation: self.confirmation,
            guidance: self.guidance.clone(),
            limits: self.limits,
            reopen_within: REOPEN_WITHIN,
        }
    }

    fn agent(&self, agent: &Agent) -> AgentPolicy {
        AgentPolicy {
            name: agent.name.clone(),
            address: agent.address.clone(),
            aliases: agent.aliases.clone(),
            queues: agent.queues.clone(),
            trust: agent.trust.unwrap_or(self.agent_rules.trust),
        }
    }
}

fn queue(queue: &Queue) -> QueuePolicy {
    QueuePolicy {
        name: queue.name.clone(),
        notify: queue.notify,
        assign: queue.assign,
    }
}

fn inbox(inbox: &Inbox) -> InboxPolicy {
    InboxPolicy {
        name: inbox.name.clone(),
        address: inbox.address.clone(),
        aliases: inbox.aliases.clone(),
        queue: inbox.queue.clone(),
        reply_address: inbox.reply_address.clone(),
        envelope: inbox.smtp.envelope,
        stale_after: inbox.stale_after,
        max_message: inbox.max_message,
        trust: inbox.trust.clone(),
        forms: inbox.forms.clone(),
        lists: inbox.lists.clone(),
    }
}
