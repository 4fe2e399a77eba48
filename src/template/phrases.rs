//! The row of phrases each language has beside its templates, in `phrases.toml`.

mod agents;
mod dates;

pub(super) use agents::AgentPhrases;
pub(super) use dates::DatePhrases;

use super::TemplateError;
use super::source::Source;
use crate::desk::command::SYNTAX;
use crate::desk::provider::Provider;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One language's phrases. Plain text with names in braces to fill in, never a template.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Phrases {
    /// Stands in a subject where the customer wrote none.
    pub(super) no_subject: String,
    /// Stands before the last of several things, as in "a, b and c".
    pub(super) and: String,
    /// How days are written.
    pub(super) dates: DatePhrases,
    /// What stands in agents' answers.
    pub(super) answer: AnswerPhrases,
    /// What to do at each provider, by [`Provider::as_str`].
    guidance: BTreeMap<String, ProviderPhrases>,
    /// What agents are told; a language may lack it, and agents then read English.
    agents: Option<AgentPhrases>,
    /// What each command does, by its word; a language has both or neither.
    commands: Option<BTreeMap<String, String>>,
}

/// What stands in agents' answers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerPhrases {
    /// The line above what is quoted: `{date}` and `{name}`.
    pub(super) wrote: String,
    /// Stands where the end of a long quote is left out.
    pub(super) cut: String,
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
        let lacking = phrases.dates.lacks().or_else(|| phrases.agents_lack());
        lacking.map_or(Ok(phrases), |what| Err(wrong(what)))
    }

    pub(super) fn provider(&self, provider: Provider) -> Option<&ProviderPhrases> {
        self.guidance.get(provider.as_str())
    }

    /// What agents are told, where the language has it.
    pub(super) fn agents(&self) -> Option<&AgentPhrases> {
        self.agents.as_ref()
    }

    /// The first line of a notification.
    pub(super) fn write_above(&self) -> Option<&str> {
        self.agents.as_ref().map(|agents| agents.write_above.as_str())
    }

    /// What a command does; empty for a word that is none.
    pub(super) fn command(&self, word: &str) -> &str {
        self.commands
            .as_ref()
            .and_then(|commands| commands.get(word))
            .map_or("", String::as_str)
    }

    /// `a`, `a and b`, `a, b and c`.
    pub(super) fn list(&self, things: &[String]) -> String {
        match things.split_last() {
            None => String::new(),
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} {} {last}", others.join(", "), self.and),
        }
    }

    fn agents_lack(&self) -> Option<String> {
        match (&self.agents, &self.commands) {
            (None, None) => None,
            (None, Some(_)) => Some("[commands] without [agents]".to_owned()),
            (Some(_), None) => Some("[agents] without [commands]".to_owned()),
            (Some(agents), Some(commands)) => agents
                .lacks()
                .or_else(|| lacks(commands, "commands", &SYNTAX.map(|(name, _)| name.key()))),
        }
    }
}

/// The phrase with each `{name}` replaced, in one pass: a value that holds another name in braces keeps it.
pub(super) fn fill(phrase: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(phrase.len() + 32);
    let mut rest = phrase;
    while let Some((before, behind)) = rest.split_once('{') {
        filled.push_str(before);
        let name = behind.split_once('}').map(|(name, _)| name);
        let value = name.and_then(|name| values.iter().find(|(known, _)| *known == name));
        if let Some((name, value)) = value {
            filled.push_str(value);
            rest = behind.get(name.len() + 1..).unwrap_or_default();
        } else {
            filled.push('{');
            rest = behind;
        }
    }
    filled.push_str(rest);
    filled
}

/// What a table has too little or too much of.
fn lacks<T>(table: &BTreeMap<String, T>, name: &str, wanted: &[&str]) -> Option<String> {
    let missing = wanted.iter().find(|key| !table.contains_key(**key));
    let missing = missing.map(|key| format!("no {key} in [{name}]"));
    let surplus = || table.keys().find(|key| !wanted.contains(&key.as_str()));
    missing.or_else(|| surplus().map(|key| format!("{key} in [{name}] says nothing that is ever asked for")))
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn a_value_with_a_name_in_braces_is_not_filled_again() {
        let filled = fill("{a} and {b} {c} {", &[("a", "{b}"), ("b", "{{7*7}}")]);
        assert_eq!(filled, "{b} and {{7*7}} {c} {");
    }
}
