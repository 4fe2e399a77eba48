//! An agent's answer as the customer gets it.

use super::line::{LONGEST_NAME, line};
use super::phrases::{Phrases, fill};
use super::subject::reply_subject;
use super::{Rendered, TemplateError, Templates};
use crate::mail::Mailbox;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use minijinja::{Value, context};

/// What an answer is made from. Nothing of the agent's mail but what she newly wrote is among it.
#[derive(Debug, Clone, Copy)]
pub struct AnswerContext<'a> {
    /// The language of the contact; `desk_language` where it has no phrases.
    pub language: &'a str,
    /// The desk's language, for a contact whose own has no phrases.
    pub desk_language: &'a str,
    /// `desk.timezone`, for the day in the line above the quote.
    pub time_zone: &'a TimeZone,
    /// The ticket's subject, as the customer wrote it.
    pub subject: &'a str,
    /// Its tag: `[#1042-k7f3qa]`.
    pub subject_tag: &'a str,
    /// What the agent wrote.
    pub text: &'a str,
    /// The same as HTML, sanitised: it is put into the mail as it is. Without it, paragraphs are made of the text.
    pub html: Option<&'a str>,
    /// The desk's signature, as [`super::signature()`] gives it; may be empty.
    pub signature: &'a str,
    /// The customer's own last message; never anybody else's, and never one that is unproven.
    pub quoted: Option<QuotedMessage<'a>>,
}

/// A message of the customer.
#[derive(Debug, Clone, Copy)]
pub struct QuotedMessage<'a> {
    /// When they wrote it.
    pub at: Timestamp,
    /// Their name and address; the address stands in for a missing name.
    pub from: &'a Mailbox,
    /// What they newly wrote.
    pub text: &'a str,
}

/// The folder of its templates. It holds no words, so that a language needs none of its own.
pub(super) const KIND: &str = "answer";
/// The most lines of a message that are quoted.
pub const MOST_QUOTED_LINES: usize = 100;
/// The most octets of a message that are quoted.
pub const MOST_QUOTED_OCTETS: usize = 8 * 1024;

impl Templates {
    /// The mail to the customer.
    ///
    /// # Errors
    /// As [`Self::confirmation`].
    pub fn answer(&self, context: &AnswerContext<'_>) -> Result<Rendered, TemplateError> {
        let (language, phrases) = self.language(context.language, context.desk_language)?;
        let layout = self.language_with(language, KIND);
        self.render(layout, KIND, &context.values(language, phrases))
    }
}

impl AnswerContext<'_> {
    fn values(&self, language: &str, phrases: &Phrases) -> Value {
        let quote = self.quoted.map(|quoted| kept(quoted.text, &phrases.answer.cut));
        let quote = quote.filter(|lines| !lines.is_empty());
        let attribution = self.quoted.map(|quoted| quoted.attribution(phrases, self.time_zone));
        context! {
            language => language,
            subject => reply_subject(self.subject, self.subject_tag, &phrases.no_subject),
            text => self.text.trim(),
            html => self.html.map(|html| Value::from_safe_string(html.to_owned())),
            paragraphs => paragraphs(self.text),
            signature => self.signature,
            signature_lines => self.signature.lines().map(str::to_owned).collect::<Vec<_>>(),
            attribution => attribution,
            quote => quote,
        }
    }
}

impl QuotedMessage<'_> {
    fn attribution(&self, phrases: &Phrases, zone: &TimeZone) -> String {
        let name = line(&self.from.name, LONGEST_NAME);
        let name = if name.is_empty() {
            self.from.address.as_str()
        } else {
            &name
        };
        let date = phrases.dates.day(self.at, zone);
        fill(&phrases.answer.wrote, &[("date", &date), ("name", name)])
    }
}

/// The lines of a text that are quoted; what is cut is told in the last of them.
fn kept(text: &str, cut: &str) -> Vec<String> {
    let lines: Vec<_> = text.trim().lines().map(str::trim_end).collect();
    let mut room = MOST_QUOTED_OCTETS;
    let fits = |line: &&&str| {
        let fits = line.len() < room;
        room = room.saturating_sub(line.len() + 1);
        fits
    };
    let count = lines.iter().take(MOST_QUOTED_LINES).take_while(fits).count();
    let mut kept: Vec<String> = lines.iter().take(count).map(|line| (*line).to_owned()).collect();
    if count < lines.len() {
        kept.push(cut.to_owned());
    }
    kept
}

/// The lines of each paragraph.
fn paragraphs(text: &str) -> Vec<Vec<String>> {
    let lines: Vec<_> = text.trim().lines().map(str::trim_end).collect();
    lines
        .split(|line| line.is_empty())
        .filter(|paragraph| !paragraph.is_empty())
        .map(|paragraph| paragraph.iter().map(|line| (*line).to_owned()).collect())
        .collect()
}

/// Values that reach every branch of the templates.
pub(super) fn examples(language: &str, phrases: &Phrases) -> Vec<Value> {
    let bare = AnswerContext {
        language,
        desk_language: language,
        time_zone: &TimeZone::UTC,
        subject: "",
        subject_tag: "[#1042-k7f3qa]",
        text: "one\n\ntwo",
        html: None,
        signature: "",
        quoted: None,
    };
    let mut examples = vec![bare.values(language, phrases)];
    if let Some(address) = crate::mail::EmailAddress::parse("eva@home.example") {
        let from = Mailbox {
            name: String::new(),
            address,
        };
        let full = AnswerContext {
            html: Some("<p>one</p>"),
            signature: "-- \nAna",
            quoted: Some(QuotedMessage {
                at: Timestamp::UNIX_EPOCH,
                from: &from,
                text: "a\n\n> b",
            }),
            ..bare
        };
        examples.push(full.values(language, phrases));
    }
    examples
}
