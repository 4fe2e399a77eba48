//! What of the config the desk decides by.

use crate::config::inbox::Inbox;
use crate::config::{Agent, Config};
use crate::desk::Policy;
use crate::desk::policy::{AgentPolicy, InboxPolicy};
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
            agents: self.agents.iter().map(agent).collect(),
            admin: self.desk.admin.clone(),
            default_language: self.desk.locale.clone(),
            languages: self.desk.languages.clone(),
            keys: TokenKeys::new(self.desk.secret.clone(), self.desk.previous_secrets.clone()),
            confirmation: self.confirmation,
            guidance: self.guidance.clone(),
            limits: self.limits,
            reopen_within: REOPEN_WITHIN,
        }
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
        trust: inbox.trust.clone(),
        forms: inbox.forms.clone(),
        lists: inbox.lists.clone(),
    }
}

fn agent(agent: &Agent) -> AgentPolicy {
    let addresses = std::iter::once(&agent.address).chain(&agent.aliases);
    AgentPolicy {
        name: agent.name.clone(),
        addresses: addresses.cloned().collect(),
    }
}
