//! The words of outgoing mails: minijinja templates and phrases, built in and overridable file by file.
//!
//! Templates see values only, escaped in HTML, and an unknown name in one is an error: a customer's text is never a
//! template. Everything is compiled and tried once, at load, so that no mail fails later for a slip in a template.

mod admin_notice;
mod confirmation;
mod guidance;
pub mod outgoing;
mod phrases;
mod source;
mod subject;
mod wrap;

pub use confirmation::ConfirmationContext;
pub use guidance::GuidanceContext;
pub use subject::reply_subject;

use crate::desk::trouble::Trouble;
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use phrases::Phrases;
use source::Sources;
use std::collections::{BTreeMap, BTreeSet};
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

/// What stands in the folder of each kind of mail.
const PARTS: [&str; 3] = [SUBJECT, "body.txt", "body.html"];
const SUBJECT: &str = "subject.txt";
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
            for part in PARTS {
                templates.compile(sources.get(&language, &format!("{}/{part}", confirmation::KIND))?)?;
            }
            if sources.get(&language, &admin_notice::part(SUBJECT)).is_ok() {
                for part in PARTS {
                    templates.compile(sources.get(&language, &admin_notice::part(part))?)?;
                }
            }
            templates.phrases.insert(language, phrases);
        }
        templates.try_all()?;
        Ok(templates)
    }

    /// The languages mails can be written in.
    pub fn languages(&self) -> BTreeSet<&str> {
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
        let language = if self.tells_admin_in(language) {
            language
        } else {
            BUILT_IN_LANGUAGE
        };
        let values = admin_notice::values(desk_name, trouble, language);
        self.render(language, admin_notice::KIND, &values)
    }

    /// A language needs every mail that customers get; those to the admin may stay in English.
    fn tells_admin_in(&self, language: &str) -> bool {
        let subject = format!("{language}/{}", admin_notice::part(SUBJECT));
        self.environment.get_template(&subject).is_ok()
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
        let part = |part: &str| {
            let name = format!("{language}/{kind}/{part}");
            self.environment
                .get_template(&name)
                .and_then(|template| template.render(values))
                .map_err(|error| self.error(&name, &error))
        };
        let subject = part("subject.txt")?;
        Ok(Rendered {
            subject: subject.split_whitespace().collect::<Vec<_>>().join(" "),
            text: part("body.txt")?,
            html: part("body.html")?,
        })
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
            for values in admin_notice::examples(language)
                .into_iter()
                .filter(|_| self.tells_admin_in(language))
            {
                self.render(language, admin_notice::KIND, &values)?;
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
    environment.set_auto_escape_callback(|name| match name.ends_with(".html") {
        true => AutoEscape::Html,
        false => AutoEscape::None,
    });
    environment
}

#[cfg(test)]
mod tests;
