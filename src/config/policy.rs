//! What of the config the desk decides by.

use crate::config::Config;
use crate::desk::Policy;
use crate::desk::token::TokenKeys;
use jiff::SignedDuration;

/// How long after it was solved a reply still reopens a ticket.
const REOPEN_WITHIN: SignedDuration = SignedDuration::from_hours(14 * 24);

impl Config {
    /// What the desk decides by.
    pub fn policy(&self) -> Policy {
        Policy {
            desk_name: self.desk.name.clone(),
            inboxes: self.inboxes.iter().map(|inbox| inbox.policy.clone()).collect(),
            agents: self.agents.clone(),
            answers: self.agent_rules.answers.clone(),
            queues: self.queues.clone(),
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
}
