//! The mail that asks an agent whether a mail in her name is hers.

use super::bar::foreign;
use super::line::{LONGEST_NAME, LONGEST_VALUE, line};
use super::phrases::{AgentPhrases, Phrases, fill};
use super::subject::reply_subject;
use super::{Rendered, TemplateError, Templates};
use crate::desk::ticket::TicketNumber;
use minijinja::{Value, context};

/// What the mail about a held mail is made from. It goes to the agent's configured address alone.
#[derive(Debug, Clone, Copy)]
pub struct HeldContext<'a> {
    /// `desk.locale`.
    pub language: &'a str,
    /// The ticket that it would have gone to, where it names one.
    pub ticket: Option<TicketNumber>,
    /// The held mail's subject.
    pub subject: &'a str,
    /// The ticket's tag; empty without a ticket.
    pub subject_tag: &'a str,
    /// Whom the held mail is from, as it says: name and address.
    pub from: &'a str,
    /// Everything that it lacks; at least one.
    pub reasons: &'a [HeldReason<'a>],
    /// The whole text of the held mail.
    pub text: &'a str,
    /// For a collision, what the colleague answered meanwhile.
    pub colleagues_text: Option<&'a str>,
}

/// What a held mail lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldReason<'a> {
    /// Nothing proves From.
    NotAligned {
        /// What was found: `dmarc=fail`, or that there was no result.
        result: &'a str,
    },
    /// It doesn't come from a notification of hers.
    NoToken,
    /// It carries another person's token, or one that no longer counts.
    WrongToken,
    /// No In-Reply-To, References or tag of that ticket.
    NoReference,
    /// Several addresses in From.
    SeveralFrom,
    /// A machine wrote it.
    Automatic,
    /// It came before.
    Replay,
    /// A colleague answered after the mail that this one replies to.
    Collision {
        /// Her name.
        colleague: &'a str,
    },
    /// The line to write above is in what would go out.
    GuardWriteAbove,
    /// So is an agent's token.
    GuardToken,
    /// So is a line of our block of facts.
    GuardInternal,
    /// So is the agent's own address.
    GuardAddress,
    /// So may be the text of somebody who takes no part.
    GuardForeign,
}

/// The folder of its templates.
pub(super) const KIND: &str = "held";
/// The keys of all reasons.
pub(super) const REASONS: [&str; 13] = [
    "not_aligned",
    "no_token",
    "wrong_token",
    "no_reference",
    "several_from",
    "automatic",
    "replay",
    "collision",
    "guard_write_above",
    "guard_token",
    "guard_internal",
    "guard_address",
    "guard_foreign",
];

impl Templates {
    /// The mail about a held mail.
    ///
    /// # Errors
    /// As [`Self::confirmation`].
    pub fn held(&self, context: &HeldContext<'_>) -> Result<Rendered, TemplateError> {
        let (language, phrases, agents) = self.agents_language(context.language, KIND)?;
        let text = foreign(context.text.trim(), &self.phrases);
        let theirs = context.colleagues_text.map(|text| foreign(text.trim(), &self.phrases));
        let values = context.values(language, phrases, agents, (text, theirs));
        self.render_mirrored(language, KIND, &values)
    }
}

impl HeldReason<'_> {
    /// The key of its words, by which a record of it can be kept, too.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NotAligned { .. } => "not_aligned",
            Self::NoToken => "no_token",
            Self::WrongToken => "wrong_token",
            Self::NoReference => "no_reference",
            Self::SeveralFrom => "several_from",
            Self::Automatic => "automatic",
            Self::Replay => "replay",
            Self::Collision { .. } => "collision",
            Self::GuardWriteAbove => "guard_write_above",
            Self::GuardToken => "guard_token",
            Self::GuardInternal => "guard_internal",
            Self::GuardAddress => "guard_address",
            Self::GuardForeign => "guard_foreign",
        }
    }

    fn values(&self, agents: &AgentPhrases) -> Value {
        let (result, colleague) = match self {
            Self::NotAligned { result } => (line(result, LONGEST_VALUE), String::new()),
            Self::Collision { colleague } => (String::new(), line(colleague, LONGEST_NAME)),
            _ => (String::new(), String::new()),
        };
        let phrases = agents.held(self.key());
        let filled = |phrase: &str| fill(phrase, &[("result", &result), ("colleague", &colleague)]);
        context! {
            what => phrases.map(|phrases| filled(&phrases.what)),
            mend => phrases.map(|phrases| filled(&phrases.mend)),
        }
    }
}

impl HeldContext<'_> {
    fn values(
        &self,
        language: &str,
        phrases: &Phrases,
        agents: &AgentPhrases,
        (text, theirs): (String, Option<String>),
    ) -> Value {
        let reasons: Vec<_> = self.reasons.iter().map(|reason| reason.values(agents)).collect();
        let colleague = self.reasons.iter().find_map(|reason| match reason {
            HeldReason::Collision { colleague } => Some(line(colleague, LONGEST_NAME)),
            _ => None,
        });
        context! {
            language => language,
            subject => reply_subject(self.subject, self.subject_tag, &phrases.no_subject),
            number => self.ticket.map(|number| number.to_string()),
            from => line(self.from, LONGEST_VALUE),
            reasons => reasons,
            colleague => colleague.unwrap_or_default(),
            text => text,
            colleagues_text => theirs,
        }
    }
}

/// Values that reach every branch of the templates.
pub(super) fn examples(language: &str, phrases: &Phrases, agents: &AgentPhrases) -> Vec<Value> {
    let bare = HeldContext {
        language,
        ticket: None,
        subject: "",
        subject_tag: "",
        from: "ana@acme.example",
        reasons: &[HeldReason::NoToken],
        text: "",
        colleagues_text: None,
    };
    let full = HeldContext {
        ticket: Some(TicketNumber(1042)),
        reasons: &[
            HeldReason::NotAligned { result: "dmarc=fail" },
            HeldReason::Collision { colleague: "Ben" },
        ],
        ..bare
    };
    vec![
        bare.values(language, phrases, agents, (String::new(), None)),
        full.values(language, phrases, agents, ("a".to_owned(), Some("b".to_owned()))),
    ]
}
