//! `[agents]`: what holds for every agent.

use crate::config::checker::{Checker, Place, Section};
use crate::config::given::Given;
use crate::config::units::Period;
use crate::desk::policy::{AgentTrust, AnswerNotices, AnswerPolicy};
use crate::dns::{KeyFile, KeySource};
use crate::template::signature;
use serde::Deserialize;

/// The rules for agents, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentRules {
    /// What proves an agent for whom `[[agent]]` names nothing else.
    pub trust: AgentTrust,
    /// How answers go out.
    pub answers: AnswerPolicy,
    /// Where the keys of agents' DKIM signatures come from.
    pub dkim_keys: KeySource,
}

/// Who answered, and for whom.
pub const SIGNATURE: &str = "-- \n{{ agent.name }}\n{{ desk.name }}";
const SEND_DELAY: Period = Period::seconds(0);
const SEND_DELAY_MOST: Period = Period::days(1);

/// `[agents]` as it stands.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawAgents {
    trust: Given<AgentTrust>,
    send_delay: Given<Period>,
    notify_answers: Given<bool>,
    signature: Given<String>,
    dkim_keys: Given<String>,
}

/// Checks the section.
pub fn check(checker: &mut Checker<'_>, section: Section<'_>) -> AgentRules {
    let place = section.place();
    let raw: RawAgents = checker.read(section, &[]);
    let trust = checker.or(raw.trust, AgentTrust::TokenAndAligned);
    warn_of_token(checker, &place, trust);
    let send_delay = checker.bounded(raw.send_delay, SEND_DELAY, SEND_DELAY..=SEND_DELAY_MOST);
    let notices = match checker.or(raw.notify_answers, false) {
        true => AnswerNotices::Colleagues,
        false => AnswerNotices::Off,
    };
    AgentRules {
        trust,
        answers: AnswerPolicy {
            send_delay: send_delay.0,
            notices,
            signature: signature_of(checker, raw.signature),
        },
        dkim_keys: key_source(checker, raw.dkim_keys),
    }
}

/// Warns when `trust` of the section at `place` takes the token alone for proof.
pub(super) fn warn_of_token(checker: &mut Checker<'_>, place: &Place, trust: AgentTrust) {
    if trust == AgentTrust::Token {
        let what = "is \"token\": whoever is sent an agent's notification can write to customers in her name";
        let hint = "trust = \"token+aligned\", with `trusted_authserv` in each inbox";
        checker.warn(place, "trust", what, hint);
    }
}

/// The key file, which must be sound; without one, DNS.
fn key_source(checker: &mut Checker<'_>, given: Given<String>) -> KeySource {
    let Some(file) = checker.take(given) else {
        return KeySource::Dns;
    };
    let path = checker.path(file.get_ref());
    if let Err(error) = KeyFile::read(&path) {
        let hint = "the path starts at the configuration's folder; a line is \
                    `selector._domainkey.domain.example v=DKIM1; k=rsa; p=…`";
        checker.error(file.span().start, format!("{error:#}"), hint);
    }
    KeySource::File(path)
}

/// Compiled and tried here, so that no answer fails later for a slip in it.
fn signature_of(checker: &mut Checker<'_>, given: Given<String>) -> String {
    let Some(given) = checker.take(given) else {
        return SIGNATURE.to_owned();
    };
    if let Err(error) = signature(given.get_ref(), "Ana Ruiz", "Acme Support") {
        let hint = format!("as in the sample: signature = {SIGNATURE:?}");
        checker.error(given.span().start, format!("can't be written: {error}"), hint);
    }
    given.into_inner()
}
