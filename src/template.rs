//! The words of outgoing mails: minijinja templates and phrases, built in and overridable file by file.
//!
//! Templates see values only, escaped in HTML, and an unknown name in one is an error: a customer's text is never a
//! template. Everything is compiled and tried once, at load, so that no mail fails later for a slip in a template.

mod admin_notice;
mod answer;
mod bar;
mod confirmation;
mod facts;
mod guidance;
mod held;
mod line;
mod link;
mod link_kind;
mod notification;
mod phrases;
mod receipt;
mod signature;
mod source;
mod subject;
mod told;
mod undone;
mod wrap;

pub use answer::{AnswerContext, QuotedMessage};
pub use bar::BAR;
pub use confirmation::ConfirmationContext;
pub use facts::{FileFacts, TicketFacts};
pub use guidance::GuidanceContext;
pub use held::{Colleague, HeldContext};
pub use link::Link;
pub use link_kind::LinkKind;
pub use notification::{EarlierTicket, MOST_EARLIER, NotificationContext, SenderProof};
pub use receipt::{Confirmed, EventLine, MOST_ROWS, MessageExcerpt, Receipt, ReceiptContext, Refusal, TicketRow};
pub use signature::{SignatureError, signature};
pub use told::Told;
pub use undone::Undone;

use crate::desk::trouble::Trouble;
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use phrases::{AgentPhrases, Phrases};
use source::Sources;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// All templates and phrases, compiled.
pub struct Templates {
    environment: Environment<'static>,
    phrases: BTreeMap<String, Phrases>,
    origins: BTreeMap<String, PathBuf>,
}

/// One mail's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The whole subject, on one line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML, which says the same.
    pub html: String,
}

/// What is wrong with the templates; names the file, and the line where there is one.
#[derive(Debug, Error)]
pub enum TemplateError {
    /// A file or folder that can't be read.
    #[error("{}: {source}", file.display())]
    Read {
        /// Which.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A template that doesn't compile, or names a value that there isn't.
    #[error("{}, line {line}: {reason}", file.display())]
    Template {
        /// The file; a built-in one by its name below `config/templates`.
        file: PathBuf,
        /// The line, from 1; 0 when unknown.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// A language that lacks a file.
    #[error("{language}: no {file}; a language needs all of its files")]
    Missing {
        /// The language.
        language: String,
        /// The file, below the language's folder.
        file: String,
    },
    /// A `phrases.toml` that can't be understood or lacks a phrase.
    #[error("{}: {reason}", file.display())]
    Phrases {
        /// The file.
        file: PathBuf,
        /// What is wrong, with its line where there is one.
        reason: String,
    },
}

/// What stands in the folder of each kind of mail; [`FRAME`] can take the last one's place.
const PARTS: [&str; 3] = [SUBJECT, TEXT, HTML];
const SUBJECT: &str = "subject.txt";
const TEXT: &str = "body.txt";
const HTML: &str = "body.html";
/// Beside the kinds' folders: lays out the lines of a text, for [`FRAMED_KINDS`] without an HTML of their own.
const FRAME: &str = "lines.html";
/// Kinds whose HTML has no words but those of their text.
const FRAMED_KINDS: [&str; 2] = [receipt::KIND, held::KIND];
/// Kinds whose folder a language may lack: those to admins and agents, who then read English, and the answer, which has
/// no words of its own.
const OPTIONAL_KINDS: [&str; 5] = [
    admin_notice::KIND,
    answer::KIND,
    notification::KIND,
    receipt::KIND,
    held::KIND,
];
/// The language that is always there.
const BUILT_IN_LANGUAGE: &str = "en";

impl Templates {
    /// Compiles the built-in files and those in `overrides`, which win file by file. A folder that doesn't exist
    /// overrides nothing; a folder of a language that isn't built in adds that language.
    ///
    /// # Errors
    /// The first thing that is wrong with any file.
    pub fn load(overrides: Option<&Path>) -> Result<Self, TemplateError> {
        let sources = Sources::gather(overrides)?;
        let mut templates = Self {
            environment: environment(),
            phrases: BTreeMap::new(),
            origins: sources.origins(),
        };
        for language in sources.languages() {
            let phrases = Phrases::parse(sources.get(&language, "phrases.toml")?)?;
            let has = |kind: &&str| sources.get(&language, &format!("{kind}/{SUBJECT}")).is_ok();
            for kind in OPTIONAL_KINDS.into_iter().filter(has).chain([confirmation::KIND]) {
                for part in PARTS {
                    match sources.get(&language, &format!("{kind}/{part}")) {
                        Err(_) if part == HTML && FRAMED_KINDS.contains(&kind) => {}
                        source => templates.compile(source?)?,
                    }
                }
            }
            if let Ok(frame) = sources.get(&language, FRAME) {
                templates.compile(frame)?;
            }
            templates.phrases.insert(language, phrases);
        }
        templates.try_all()?;
        Ok(templates)
    }

    /// The languages mails can be written in.
    #[cfg(test)]
    fn languages(&self) -> std::collections::BTreeSet<&str> {
        self.phrases.keys().map(String::as_str).collect()
    }

    /// The confirmation that a ticket was opened, in the contact's language, else the desk's, else English.
    ///
    /// # Errors
    /// Only for a template that fails for these values and no others; each was tried at load.
    pub fn confirmation(&self, context: &ConfirmationContext<'_>) -> Result<Rendered, TemplateError> {
        let (language, phrases) = self.language(context.language, context.desk_language)?;
        self.render(language, confirmation::KIND, &context.values(language, phrases))
    }

    /// The mail that tells the admin of trouble, in the desk's language, else English.
    ///
    /// # Errors
    /// As [`Self::confirmation`].
    pub fn admin_notice(&self, desk_name: &str, trouble: &Trouble, language: &str) -> Result<Rendered, TemplateError> {
        let (language, _) = self.language(language, language)?;
        let language = self.language_with(language, admin_notice::KIND);
        let values = admin_notice::values(desk_name, trouble, language);
        self.render(language, admin_notice::KIND, &values)
    }

    /// The first lines of notifications, in all languages: what no answer to a customer may hold.
    #[cfg(test)]
    fn write_above_lines(&self) -> impl Iterator<Item = &str> {
        self.phrases.values().filter_map(Phrases::write_above)
    }

    /// The language whose templates of an optional kind are used: this one, else English.
    fn language_with<'a>(&self, language: &'a str, kind: &str) -> &'a str {
        match self.has(language, kind) {
            true => language,
            false => BUILT_IN_LANGUAGE,
        }
    }

    fn has(&self, language: &str, kind: &str) -> bool {
        let subject = format!("{language}/{kind}/{SUBJECT}");
        self.environment.get_template(&subject).is_ok()
    }

    /// The language in which agents are told of something: it has phrases and templates for them. Else English.
    fn agents_language(&self, wanted: &str, kind: &str) -> Result<(&str, &Phrases, &AgentPhrases), TemplateError> {
        let wanted = self.language(wanted, wanted)?.0;
        [wanted, BUILT_IN_LANGUAGE]
            .into_iter()
            .filter(|language| self.has(language, kind))
            .find_map(|language| {
                let (language, phrases) = self.phrases.get_key_value(language)?;
                Some((language.as_str(), phrases, phrases.agents()?))
            })
            .ok_or_else(|| TemplateError::Missing {
                language: BUILT_IN_LANGUAGE.to_owned(),
                file: "phrases.toml with [agents]".to_owned(),
            })
    }

    fn language(&self, wanted: &str, desk: &str) -> Result<(&str, &Phrases), TemplateError> {
        // `es-MX` is served by `es`.
        let plain = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_lowercase();
        [wanted, &plain(wanted), desk, &plain(desk), BUILT_IN_LANGUAGE]
            .into_iter()
            .find_map(|language| self.phrases.get_key_value(language))
            .map(|(language, phrases)| (language.as_str(), phrases))
            .ok_or_else(|| TemplateError::Missing {
                language: BUILT_IN_LANGUAGE.to_owned(),
                file: "phrases.toml".to_owned(),
            })
    }

    fn render(&self, language: &str, kind: &str, values: &Value) -> Result<Rendered, TemplateError> {
        Ok(Rendered {
            subject: self.subject(language, kind, values)?,
            text: self.part(&format!("{language}/{kind}/{TEXT}"), values)?,
            html: self.part(&format!("{language}/{kind}/{HTML}"), values)?,
        })
    }

    /// As [`Self::render`]; the HTML only lays out the lines of the text, so that each word stands in one place.
    fn render_framed(&self, language: &str, kind: &str, values: &Value) -> Result<Rendered, TemplateError> {
        let text = self.part(&format!("{language}/{kind}/{TEXT}"), values)?;
        let lines: Vec<_> = text.trim_end().lines().map(str::to_owned).collect();
        let own = format!("{language}/{kind}/{HTML}");
        let frames = [
            own,
            format!("{language}/{FRAME}"),
            format!("{BUILT_IN_LANGUAGE}/{FRAME}"),
        ];
        let exists = |name: &&String| self.environment.get_template(name).is_ok();
        let frame = frames.iter().find(exists).ok_or_else(|| TemplateError::Missing {
            language: BUILT_IN_LANGUAGE.to_owned(),
            file: FRAME.to_owned(),
        })?;
        Ok(Rendered {
            subject: self.subject(language, kind, values)?,
            html: self.part(frame, &context! { lines => lines, ..values.clone() })?,
            text,
        })
    }

    /// The subject, on one line.
    fn subject(&self, language: &str, kind: &str, values: &Value) -> Result<String, TemplateError> {
        let subject = self.part(&format!("{language}/{kind}/{SUBJECT}"), values)?;
        Ok(subject.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    fn part(&self, name: &str, values: &Value) -> Result<String, TemplateError> {
        self.environment
            .get_template(name)
            .and_then(|template| template.render(values))
            .map_err(|error| self.error(name, &error))
    }

    fn compile(&mut self, file: &source::Source) -> Result<(), TemplateError> {
        self.environment
            .add_template_owned(file.name.clone(), file.text.clone())
            .map_err(|error| self.error(&file.name, &error))
    }

    fn try_all(&self) -> Result<(), TemplateError> {
        for (language, phrases) in &self.phrases {
            for values in confirmation::examples(language, phrases) {
                self.render(language, confirmation::KIND, &values)?;
            }
            self.try_optional(language, phrases)?;
        }
        Ok(())
    }

    fn try_optional(&self, language: &str, phrases: &Phrases) -> Result<(), TemplateError> {
        let layout = self.language_with(language, answer::KIND);
        for values in answer::examples(language, phrases) {
            self.render(layout, answer::KIND, &values)?;
        }
        if self.has(language, admin_notice::KIND) {
            for values in admin_notice::examples(language) {
                self.render(language, admin_notice::KIND, &values)?;
            }
        }
        // Without phrases for agents these are never used.
        let Some(agents) = phrases.agents() else {
            return self.agents_language(language, held::KIND).map(drop);
        };
        if self.has(language, notification::KIND) {
            for values in notification::examples(language, phrases, agents) {
                self.render(language, notification::KIND, &values)?;
            }
        }
        let framed = [
            (receipt::KIND, receipt::examples(language, phrases, agents)),
            (held::KIND, held::examples(language, phrases, agents)),
        ];
        for (kind, examples) in framed.iter().filter(|(kind, _)| self.has(language, kind)) {
            for values in examples {
                self.render_framed(language, kind, values)?;
            }
        }
        Ok(())
    }

    fn error(&self, name: &str, error: &minijinja::Error) -> TemplateError {
        TemplateError::Template {
            file: self.origins.get(name).cloned().unwrap_or_else(|| name.into()),
            line: error.line().unwrap_or_default(),
            reason: error.detail().map_or_else(|| error.kind().to_string(), str::to_owned),
        }
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    // A line that holds only a block leaves no empty line behind. These two settings contradict no delimiter, which
    // is all that `build` could complain of.
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        environment.set_syntax(syntax);
    }
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_filter("wrap", wrap::wrap);
    environment.add_filter("bar", bar::bar);
    environment.set_auto_escape_callback(|name| match name.ends_with(".html") {
        true => AutoEscape::Html,
        false => AutoEscape::None,
    });
    environment
}

#[cfg(test)]
mod tests;
