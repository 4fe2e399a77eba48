//! How to let our mails in: the address, the domains and the steps at the customer's own provider.

use super::phrases::Phrases;
use crate::desk::provider::Provider;
use crate::mail::EmailAddress;
use minijinja::{Value, context};

/// What the advice on spam folders is about.
#[derive(Debug, Clone, Copy)]
pub struct GuidanceContext<'a> {
    /// The exact From address of our mails.
    pub from_address: &'a EmailAddress,
    /// `guidance.domains`; when empty, the domain of From stands in.
    pub domains: &'a [String],
    /// Who keeps the customer's mailbox.
    pub provider: Provider,
}

impl GuidanceContext<'_> {
    /// What a template sees of it.
    pub(super) fn values(&self, phrases: &Phrases) -> Value {
        let domains = match self.domains {
            [] => self.from_address.domain().to_owned(),
            domains => phrases.list(domains),
        };
        let address = self.from_address.to_string();
        // One pass for each: both come from the config, and neither can hold the other's placeholder.
        let fill = |phrase: &String| phrase.replace("{address}", &address).replace("{domains}", &domains);
        let words = phrases.provider(self.provider);
        let steps = words.map(|words| words.steps.iter().map(fill).collect::<Vec<_>>());
        context! {
            heading => words.map(|words| fill(&words.heading)),
            steps => steps.unwrap_or_default(),
            address => &address,
            domains => &domains,
            several_domains => self.domains.len() > 1,
        }
    }
}
