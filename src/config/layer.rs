//! Parses each source with spans, then lays one over the other.
//!
//! The `config` crate would do the layering, but it replaces arrays of tables, which must append, and its values
//! carry no line.

use crate::config::problem::{Problem, Severity};
use crate::config::source::{Source, SourceKind, Sources};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// All sources in one tree, whose spans are offsets into [`Sources`].
#[derive(Debug, Default)]
pub struct Layered<'t> {
    /// The tree.
    pub root: DeTable<'t>,
    /// The dotted key of the value that starts at an offset.
    pub keys: BTreeMap<usize, String>,
    /// What could not be parsed.
    pub problems: Vec<Problem>,
}

impl<'t> Layered<'t> {
    /// Parses and layers all texts.
    pub fn of(sources: &'t Sources) -> Self {
        let mut layered = Self::default();
        for source in sources.texts() {
            let table = match &source.kind {
                SourceKind::File => layered.parse_file(source, sources),
                SourceKind::Variable { key } => layered.parse_variable(source, key),
            };
            overlay(&mut layered.root, table);
        }
        layered
    }

    fn parse_file(&mut self, source: &'t Source, sources: &Sources) -> DeTable<'t> {
        let (table, errors) = DeTable::parse_recoverable(&source.text);
        for error in errors {
            let offset = error.span().map_or(0, |span| span.start) + source.start;
            let (file, line) = sources.locate(offset);
            self.problems.push(Problem {
                severity: Severity::Error,
                file,
                line,
                key: String::new(),
                what: format!("is not TOML: {}", error.message().trim().replace('\n', ", ")),
                hint: "texts stand in quotes; https://toml.io shows the format".to_owned(),
            });
        }
        self.place_table(table.into_inner(), source.start, "")
    }

    /// `BUZON__A__B=value` is what `[a]`, `b = value` would be; a value that is no TOML is a text.
    fn parse_variable(&mut self, source: &'t Source, key: &str) -> DeTable<'t> {
        let span = 0..source.text.len();
        let value = match DeValue::parse(&source.text) {
            Ok(value) => Spanned::new(span.clone(), value.into_inner()),
            Err(_) => Spanned::new(span.clone(), DeValue::String(source.text.as_str().into())),
        };
        let mut value = self.place_value(value, source.start, key);
        let span = shift(&span, source.start);
        let mut path = key.rsplit('.');
        let last = path.next().unwrap_or_default().to_owned();
        let mut table = DeTable::new();
        let mut name = last;
        for parent in path {
            table.insert(Spanned::new(span.clone(), name.into()), value);
            value = Spanned::new(span.clone(), DeValue::Table(std::mem::take(&mut table)));
            name = parent.to_owned();
        }
        table.insert(Spanned::new(span, name.into()), value);
        table
    }

    fn place_table(&mut self, table: DeTable<'t>, start: usize, prefix: &str) -> DeTable<'t> {
        let mut placed = DeTable::new();
        for (key, value) in table {
            let path = join(prefix, key.get_ref());
            let value = self.place_value(value, start, &path);
            let span = shift(&key.span(), start);
            placed.insert(Spanned::new(span, key.into_inner()), value);
        }
        placed
    }

    fn place_value(&mut self, value: Spanned<DeValue<'t>>, start: usize, path: &str) -> Spanned<DeValue<'t>> {
        let span = shift(&value.span(), start);
        let placed = match value.into_inner() {
            DeValue::Table(table) => DeValue::Table(self.place_table(table, start, path)),
            DeValue::Array(array) => {
                let mut items = DeArray::new();
                for item in array {
                    items.push(self.place_value(item, start, path));
                }
                DeValue::Array(items)
            }
            scalar => scalar,
        };
        self.keys.insert(span.start, path.to_owned());
        Spanned::new(span, placed)
    }
}

fn shift(span: &Range<usize>, start: usize) -> Range<usize> {
    span.start + start..span.end + start
}

/// A dotted key.
pub fn join(prefix: &str, key: &str) -> String {
    if prefix.is_empty() {
        key.to_owned()
    } else {
        format!("{prefix}.{key}")
    }
}

/// Lays `upper` over `lower`: tables merge, arrays of tables append, everything else is replaced.
fn overlay<'t>(lower: &mut DeTable<'t>, upper: DeTable<'t>) {
    for (key, value) in upper {
        let merged = match lower.remove(&key) {
            Some(below) => overlay_value(below, value),
            None => value,
        };
        lower.insert(key, merged);
    }
}

/// What merges is still found where it began.
fn overlay_value<'t>(lower: Spanned<DeValue<'t>>, upper: Spanned<DeValue<'t>>) -> Spanned<DeValue<'t>> {
    let (began, replaced) = (lower.span(), upper.span());
    match (lower.into_inner(), upper.into_inner()) {
        (DeValue::Table(mut below), DeValue::Table(above)) => {
            overlay(&mut below, above);
            Spanned::new(began, DeValue::Table(below))
        }
        (DeValue::Array(mut below), DeValue::Array(above)) if holds_tables(&below) && holds_tables(&above) => {
            above.into_iter().for_each(|item| below.push(item));
            Spanned::new(began, DeValue::Array(below))
        }
        (_, value) => Spanned::new(replaced, value),
    }
}

fn holds_tables(array: &DeArray<'_>) -> bool {
    !array.is_empty() && array.iter().all(|item| item.get_ref().is_table())
}
