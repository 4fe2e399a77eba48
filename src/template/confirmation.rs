//! The confirmation: we have your mail, this is its number, this is what happens next.

use super::guidance::GuidanceContext;
use super::phrases::Phrases;
use super::subject::reply_subject;
use crate::desk::provider::Provider;
use crate::desk::ticket::TicketNumber;
use crate::mail::EmailAddress;
use minijinja::{Value, context};

/// What a confirmation is made from. The customer's own text isn't among it, but for the subject, which goes into the
/// Subject field and nowhere else.
#[derive(Debug, Clone, Copy)]
pub struct ConfirmationContext<'a> {
    /// The name that customers see.
    pub desk_name: &'a str,
    /// The ticket's number.
    pub number: TicketNumber,
    /// Its tag: `[#1042-k7f3qa]`.
    pub subject_tag: &'a str,
    /// Its subject, as the customer wrote it.
    pub subject: &'a str,
    /// The customer's display name, as they wrote it; shown only when it reads like a name.
    pub requester_name: &'a str,
    /// The language of the contact.
    pub language: &'a str,
    /// `desk.locale`, for contacts whose language has no templates.
    pub desk_language: &'a str,
    /// By when we answer, in words of that language; `None` while nothing is promised.
    pub answer_by: Option<&'a str>,
    /// The advice on spam folders, when this contact is to get it.
    pub guidance: Option<GuidanceContext<'a>>,
}

/// The folder of its templates.
pub(super) const KIND: &str = "confirmation";

/// The longest display name that a mail greets, in characters.
const LONGEST_NAME: usize = 40;
/// And in words.
const MOST_WORDS: usize = 5;

impl ConfirmationContext<'_> {
    /// What the templates see of it, in one of the languages there are.
    pub(super) fn values(&self, language: &str, phrases: &Phrases) -> Value {
        context! {
            desk_name => self.desk_name,
            number => self.number.to_string(),
            subject => reply_subject(self.subject, self.subject_tag, &phrases.no_subject),
            name => greeted_name(self.requester_name),
            language => language,
            answer_by => self.answer_by,
            guidance => self.guidance.map(|guidance| guidance.values(phrases)),
        }
    }
}

/// Values that reach every branch of the templates, so that a slip in one is found at load.
pub(super) fn examples(language: &str, phrases: &Phrases) -> Vec<Value> {
    let bare = ConfirmationContext {
        desk_name: "Acme Support",
        number: TicketNumber(1042),
        subject_tag: "[#1042-k7f3qa]",
        subject: "",
        requester_name: "",
        language,
        desk_language: language,
        answer_by: None,
        guidance: None,
    };
    let mut examples = vec![bare.values(language, phrases)];
    if let Some(from_address) = &EmailAddress::parse("support@acme.example") {
        let full = ConfirmationContext {
            requester_name: "Eva",
            answer_by: Some("-"),
            guidance: Some(GuidanceContext {
                from_address,
                domains: &[],
                provider: Provider::Other,
            }),
            ..bare
        };
        examples.push(full.values(language, phrases));
    }
    examples
}

/// A display name goes to whoever From names, so a forger could put an advertisement there. What doesn't read like a
/// person's name isn't greeted.
fn greeted_name(name: &str) -> Option<String> {
    let words: Vec<_> = name.split_whitespace().collect();
    let reads_like_a_name = |word: &&str| {
        let body = word.strip_suffix('.').unwrap_or(word);
        body.chars().any(char::is_alphabetic)
            && body
                .chars()
                .all(|c| c.is_alphabetic() || is_combining(c) || matches!(c, '\'' | '’' | '-'))
    };
    let joined = words.join(" ");
    let sound = (1..=MOST_WORDS).contains(&words.len())
        && joined.chars().count() <= LONGEST_NAME
        && words.iter().all(reads_like_a_name);
    sound.then_some(joined)
}

/// Accents that stand beside their letter, as macOS writes them.
fn is_combining(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}
