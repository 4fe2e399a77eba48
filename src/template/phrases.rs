//! The row of phrases each language has beside its templates, in `phrases.toml`.

use super::TemplateError;
use super::source::Source;
use crate::desk::provider::Provider;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One language's phrases. Plain text with `{address}` and `{domains}` to fill in, never a template.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Phrases {
    /// Stands in a subject where the customer wrote none.
    pub(super) no_subject: String,
    /// Stands before the last of several things, as in "a, b and c".
    pub(super) and: String,
    /// What to do at each provider, by [`Provider::as_str`].
    guidance: BTreeMap<String, ProviderPhrases>,
}

/// How a provider's own pages call things.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProviderPhrases {
    /// The line above the steps.
    pub(super) heading: String,
    /// What to do, one step each.
    pub(super) steps: Vec<String>,
}

impl Phrases {
    pub(super) fn parse(source: &Source) -> Result<Self, TemplateError> {
        let wrong = |reason: String| TemplateError::Phrases {
            file: source.origin.clone(),
            reason,
        };
        let phrases: Self = toml::from_str(&source.text).map_err(|error| wrong(error.to_string()))?;
        for provider in Provider::ALL {
            if phrases.provider(provider).is_none() {
                return Err(wrong(format!("no [guidance.{}]", provider.as_str())));
            }
        }
        let known = |name: &str| Provider::ALL.iter().any(|provider| provider.as_str() == name);
        if let Some(name) = phrases.guidance.keys().find(|name| !known(name)) {
            return Err(wrong(format!("[guidance.{name}] is no provider we know")));
        }
        Ok(phrases)
    }

    pub(super) fn provider(&self, provider: Provider) -> Option<&ProviderPhrases> {
        self.guidance.get(provider.as_str())
    }

    /// `a`, `a and b`, `a, b and c`.
    pub(super) fn list(&self, things: &[String]) -> String {
        match things.split_last() {
            None => String::new(),
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} {} {last}", others.join(", "), self.and),
        }
    }
}
