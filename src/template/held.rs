//! The mail that asks an agent whether a mail in her name is hers.

use super::bar::foreign;
use super::line::{LONGEST_NAME, LONGEST_VALUE, line};
use super::phrases::{AgentPhrases, Phrases, fill};
use super::subject::reply_subject;
use super::{Rendered, TemplateError, Templates};
use crate::desk::held::HeldReason;
use crate::desk::ticket::TicketNumber;
use minijinja::{Value, context};

/// What the mail about a held mail is made from. It goes to the agent's configured address alone.
#[derive(Debug, Clone, Copy)]
pub struct HeldContext<'a> {
    /// The desk's language, in which agents are written to; else English.
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
    pub reasons: &'a [HeldReason],
    /// The whole text of the held mail.
    pub text: &'a str,
    /// For a collision, the colleague.
    pub colleague: Option<Colleague<'a>>,
}

/// Who answered after the mail that the held one replies to.
#[derive(Debug, Clone, Copy)]
pub struct Colleague<'a> {
    /// Her name.
    pub name: &'a str,
    /// What she answered.
    pub text: &'a str,
}

/// The folder of its templates.
pub(super) const KIND: &str = "held";
impl Templates {
    /// The mail about a held mail.
    ///
    /// # Errors
    /// As [`Self::confirmation`].
    pub fn held(&self, context: &HeldContext<'_>) -> Result<Rendered, TemplateError> {
        let (language, phrases, agents) = self.agents_language(context.language, KIND)?;
        let text = foreign(context.text.trim(), &self.phrases);
        let theirs = context.colleague.map(|her| foreign(her.text.trim(), &self.phrases));
        let values = context.values(language, phrases, agents, (text, theirs));
        self.render_framed(language, KIND, &values)
    }
}

/// What one reason says: what is wrong, and what mends it.
fn reason(reason: &HeldReason, colleague: &str, agents: &AgentPhrases) -> Value {
    let result = match reason {
        HeldReason::NotAligned { result } => line(result, LONGEST_VALUE),
        _ => String::new(),
    };
    let phrases = agents.held(reason);
    let filled = |phrase: &str| fill(phrase, &[("result", &result), ("colleague", colleague)]);
    context! {
        what => phrases.map(|phrases| filled(&phrases.what)),
        mend => phrases.map(|phrases| filled(&phrases.mend)),
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
        let colleague = self
            .colleague
            .map(|her| line(her.name, LONGEST_NAME))
            .unwrap_or_default();
        let reasons = self.reasons.iter().map(|it| reason(it, &colleague, agents));
        let reasons: Vec<_> = reasons.collect();
        context! {
            language => language,
            subject => reply_subject(self.subject, self.subject_tag, &phrases.no_subject),
            number => self.ticket.map(|number| number.to_string()),
            from => line(self.from, LONGEST_VALUE),
            reasons => reasons,
            colleague => colleague,
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
        colleague: None,
    };
    let full = HeldContext {
        ticket: Some(TicketNumber(1042)),
        reasons: &[HeldReason::NotAligned {
            result: "dmarc=fail".to_owned(),
        }],
        colleague: Some(Colleague { name: "Ben", text: "b" }),
        ..bare
    };
    vec![
        bare.values(language, phrases, agents, (String::new(), None)),
        full.values(language, phrases, agents, ("a".to_owned(), Some("b".to_owned()))),
    ]
}
