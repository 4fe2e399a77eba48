//! The way from raw to checked: hands out sections and their values, and gathers every problem.

use crate::config::given::{Given, Lenient, field_names};
use crate::config::layer::join;
use crate::config::problem::{Problem, Severity};
use crate::config::source::{Sources, Variables};
use crate::mail::EmailAddress;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

/// Reads sections, and remembers what is wrong with them.
#[derive(Debug)]
pub struct Checker<'s> {
    /// Where relative paths start.
    pub folder: PathBuf,
    /// The environment.
    pub variables: &'s Variables,
    /// What has been found so far.
    pub problems: Vec<Problem>,
    sources: &'s Sources,
    keys: BTreeMap<usize, String>,
}

/// A table of the config, before its keys are looked at.
#[derive(Debug, Default)]
pub struct Section<'t> {
    /// Its dotted key.
    pub path: String,
    /// Where it starts; `None` when it isn't there.
    pub at: Option<usize>,
    /// What it holds.
    pub entries: DeTable<'t>,
}

/// What a key may be mistaken for has at least this similarity (Jaro-Winkler, 0 to 1).
const SIMILAR: f64 = 0.75;
const SAMPLE_HINT: &str = "the sample that `buzon init` writes shows every key";

impl<'s> Checker<'s> {
    /// A checker of what `sources` hold; `keys` as [`crate::config::layer::Layered`] found them.
    pub fn new(sources: &'s Sources, keys: BTreeMap<usize, String>, variables: &'s Variables, folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            variables,
            problems: vec![],
            sources,
            keys,
        }
    }

    /// Takes the table `name` out of its parent.
    pub fn section<'t>(&mut self, parent: &mut Section<'t>, name: &str) -> Section<'t> {
        let path = join(&parent.path, name);
        let Some(value) = parent.entries.remove(name) else {
            let at = parent.at;
            return Section {
                path,
                at,
                ..Section::default()
            };
        };
        let at = Some(value.span().start);
        match value.into_inner() {
            DeValue::Table(entries) => Section { path, at, entries },
            DeValue::Array(_) => self.no_section(at, path.clone(), format!("there is one; write `[{path}]`")),
            _ => self.no_section(at, path.clone(), format!("write `[{path}]`, and its keys beneath")),
        }
    }

    /// Takes the tables `[[name]]` out of their parent.
    pub fn sections<'t>(&mut self, parent: &mut Section<'t>, name: &str) -> Vec<Section<'t>> {
        let path = join(&parent.path, name);
        let Some(value) = parent.entries.remove(name) else {
            return vec![];
        };
        let at = Some(value.span().start);
        let hint = format!("there may be several; write `[[{path}]]`; the environment can't set them");
        let DeValue::Array(items) = value.into_inner() else {
            self.no_section(at, path, hint);
            return vec![];
        };
        let mut sections = vec![];
        for item in items {
            let at = Some(item.span().start);
            let path = path.clone();
            match item.into_inner() {
                DeValue::Table(entries) => sections.push(Section { path, at, entries }),
                _ => drop(self.no_section(at, path, hint.clone())),
            }
        }
        sections
    }

    fn no_section<'t>(&mut self, at: Option<usize>, path: String, hint: String) -> Section<'t> {
        self.push(
            Severity::Error,
            at,
            path.clone(),
            "is not such a section".to_owned(),
            hint,
        );
        Section {
            path,
            at,
            ..Section::default()
        }
    }

    /// Reads what is left of a section, once its own sections have been taken out; `nested` are their names.
    pub fn read<T: DeserializeOwned + Default>(&mut self, mut section: Section<'_>, nested: &[&str]) -> T {
        self.refuse_unknown_keys(&mut section, field_names::<T>(), nested);
        let span = section.at.unwrap_or_default()..section.at.unwrap_or_default();
        match T::deserialize(Deserializer::from(Spanned::new(span, section.entries))) {
            Ok(raw) => raw,
            Err(error) => {
                let what = error.message().to_owned();
                self.push(Severity::Error, section.at, section.path, what, SAMPLE_HINT.to_owned());
                T::default()
            }
        }
    }

    /// Reports each key that is in neither list, and removes it.
    pub fn refuse_unknown_keys(&mut self, section: &mut Section<'_>, fields: &[&str], nested: &[&str]) {
        let known: Vec<&str> = fields.iter().chain(nested).copied().collect();
        let is_unknown = |key: &str| !known.contains(&key);
        let keys = section.entries.keys();
        let unknown: Vec<(usize, String)> = keys
            .filter(|key| is_unknown(key.get_ref()))
            .map(|key| (key.span().start, key.get_ref().to_string()))
            .collect();
        for (at, key) in unknown {
            section.entries.remove(key.as_str());
            let path = join(&section.path, &key);
            self.push(
                Severity::Error,
                Some(at),
                path,
                "is not a key".to_owned(),
                nearest(&key, &known),
            );
        }
    }

    /// The value, with its place; `None` when it is absent, or wrong and reported.
    pub fn take<T>(&mut self, given: Given<T>) -> Option<Spanned<T>> {
        let given = given?;
        let span = given.span();
        match given.into_inner() {
            Lenient::Sound(value) => Some(Spanned::new(span, value)),
            Lenient::Wrong(what) => {
                self.error(span.start, what, SAMPLE_HINT);
                None
            }
        }
    }

    /// The value, or what holds without one.
    pub fn or<T>(&mut self, given: Given<T>, default: T) -> T {
        self.take(given).map_or(default, Spanned::into_inner)
    }

    /// The value; it is an error when `key` of the section at `at` is absent.
    pub fn required<T>(&mut self, given: Given<T>, section: &Place, key: &str) -> Option<Spanned<T>> {
        if given.is_none() {
            let path = join(&section.path, key);
            self.push(
                Severity::Error,
                section.at,
                path,
                "is missing".to_owned(),
                SAMPLE_HINT.to_owned(),
            );
        }
        self.take(given)
    }

    /// The value or its default, within bounds.
    pub fn bounded<T>(&mut self, given: Given<T>, default: T, bounds: RangeInclusive<T>) -> T
    where
        T: PartialOrd + Display + Copy,
    {
        let Some(value) = self.take(given) else {
            return default;
        };
        if bounds.contains(value.get_ref()) {
            return value.into_inner();
        }
        let (least, most) = (bounds.start(), bounds.end());
        let what = format!("{} is out of bounds", value.get_ref());
        self.error(value.span().start, what, format!("from {least} to {most}"));
        default
    }

    /// The text, which must hold something, or its default.
    pub fn text(&mut self, given: Given<String>, default: &str) -> String {
        match self.take(given) {
            Some(text) => self.filled(text).unwrap_or_default(),
            None => default.to_owned(),
        }
    }

    /// The text trimmed; `None`, and an error, when nothing is left.
    pub fn filled(&mut self, text: Spanned<String>) -> Option<String> {
        let trimmed = text.get_ref().trim();
        if trimmed.is_empty() || trimmed.contains(char::is_control) {
            self.error(
                text.span().start,
                "is empty, or holds control characters",
                "write one line of text",
            );
            return None;
        }
        Some(trimmed.to_owned())
    }

    /// The mail domain at an offset, in lower case; `None`, and an error, when it is none.
    pub fn domain(&mut self, domain: &str, at: usize) -> Option<String> {
        let name = domain.trim().trim_start_matches('@').to_lowercase();
        if EmailAddress::parse(&format!("x@{name}")).is_none() || name.contains('@') {
            self.error(at, format!("`{name}` is not a domain"), "such as \"acme.example\"");
            return None;
        }
        Some(name)
    }

    /// The path, from the config's folder if it is relative.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// An error about the value at an offset.
    pub fn error(&mut self, at: usize, what: impl Into<String>, hint: impl Into<String>) {
        let key = self.keys.get(&at).cloned().unwrap_or_default();
        self.push(Severity::Error, Some(at), key, what.into(), hint.into());
    }

    /// An error of that severity about the value at an offset.
    pub fn exposed(&mut self, at: usize, what: impl Into<String>, hint: impl Into<String>) {
        let key = self.keys.get(&at).cloned().unwrap_or_default();
        self.push(Severity::ExposedSecret, Some(at), key, what.into(), hint.into());
    }

    /// A warning about a key of a section, whether it is there or not.
    pub fn warn(&mut self, section: &Place, key: &str, what: impl Into<String>, hint: impl Into<String>) {
        let path = join(&section.path, key);
        self.push(Severity::Warning, section.at, path, what.into(), hint.into());
    }

    /// An error about a section.
    pub fn refuse(&mut self, section: &Place, key: &str, what: impl Into<String>, hint: impl Into<String>) {
        let path = join(&section.path, key);
        self.push(Severity::Error, section.at, path, what.into(), hint.into());
    }

    /// How an offset is named in a text.
    pub fn name_of(&self, at: usize) -> String {
        match self.sources.locate(at) {
            (file, Some(line)) => format!("{}:{line}", file.display()),
            (file, None) => file.display().to_string(),
        }
    }

    fn push(&mut self, severity: Severity, at: Option<usize>, key: String, what: String, hint: String) {
        let (file, line) = match at {
            Some(at) => self.sources.locate(at),
            None => (self.sources.main().to_owned(), None),
        };
        self.problems.push(Problem {
            severity,
            file,
            line,
            key,
            what,
            hint,
        });
    }
}

/// What is left of a [`Section`] once it has been read: where it was.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// Its dotted key.
    pub path: String,
    /// Where it starts; `None` when it isn't there.
    pub at: Option<usize>,
}

impl Section<'_> {
    /// Where it is.
    pub fn place(&self) -> Place {
        Place {
            path: self.path.clone(),
            at: self.at,
        }
    }
}

fn nearest(key: &str, known: &[&str]) -> String {
    let score = |name: &&str| strsim::jaro_winkler(key, name);
    let best = known.iter().copied().max_by(|a, b| score(a).total_cmp(&score(b)));
    match best {
        Some(name) if score(&name) >= SIMILAR => format!("did you mean `{name}`?"),
        Some(name) => format!("the nearest is `{name}`; known are {}", known.join(", ")),
        None => SAMPLE_HINT.to_owned(),
    }
}
