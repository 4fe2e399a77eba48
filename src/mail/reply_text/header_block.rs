//! The header of a quoted or forwarded mail, written into the text, and the lines that stand above one.

use super::languages::{LANGUAGES, Language, names};
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a line announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mail) enum Announced {
    /// The mail that this one answers.
    Original,
    /// A forwarded mail.
    Forwarded,
}

/// How many lines the header of a quoted mail takes that starts here; `None` when none does.
pub(super) fn length(lines: &[&str], ruled: Ruled) -> Option<usize> {
    let mut found = Found::default();
    let mut end = 0;
    let mut gap = 0;
    for (at, line) in lines.iter().take(LONGEST).enumerate() {
        match field(line) {
            Some((kind, value)) => {
                if !found.add(kind, value) {
                    break;
                }
                end = at + 1;
                gap = 0;
            }
            None if at == 0 || gap >= WIDEST_GAP || (line.trim().is_empty() && found.is_header(ruled)) => break,
            None => gap += 1,
        }
    }
    found.is_header(ruled).then_some(end)
}

/// Whether a line stands above that sets it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ruled {
    /// It does.
    Yes,
    /// It does not.
    No,
}

/// Lines of a header block at most.
const LONGEST: usize = 14;
/// Lines without a field name, as the rest of a long field, at most.
const WIDEST_GAP: usize = 2;

/// What is announced by a line such as `-----Original Message-----`.
pub(in crate::mail) fn announced(line: &str) -> Option<Announced> {
    if line.len() > LONGEST_LINE {
        return None;
    }
    let line = line.trim();
    let is_rule = |c: char| c.is_whitespace() || "-_=*~–—>:".contains(c);
    let inside = line.trim_matches(is_rule);
    let is_ruled =
        line.starts_with(['-', '_', '=', '*', '–', '—', '~']) && line.chars().take_while(|c| is_rule(*c)).count() >= 2;
    if inside.is_empty() || (!is_ruled && !line.ends_with(':')) {
        return None;
    }
    let lower = inside.to_lowercase();
    // mutt and Notes say whose it is: `----- Forwarded message from Ana <ana@x.example> -----`.
    let may_go_on = line.starts_with("--") && line.ends_with("--");
    let starts = |phrase: &str| {
        lower
            .strip_prefix(phrase)
            .is_some_and(|rest| rest.is_empty() || (may_go_on && rest.starts_with(' ')))
    };
    if LANGUAGES
        .iter()
        .any(|language| language.forwarded.split('|').any(starts))
    {
        return Some(Announced::Forwarded);
    }
    let is_original = is_ruled && LANGUAGES.iter().any(|language| names(language.original, &lower));
    is_original.then_some(Announced::Original)
}

/// Whether the line is one above which the answer is to be written.
pub(in crate::mail) fn says_write_above(line: &str) -> bool {
    let line = line.trim().trim_start_matches(['>', ' ']);
    if line.len() > LONGEST_LINE || !line.starts_with(['#', '-', '=', '*', '_', '~', '|']) {
        return false;
    }
    let lower = line.to_lowercase();
    LANGUAGES
        .iter()
        .flat_map(|language| language.above.split('|'))
        .any(|above| lower.contains(above))
}

const LONGEST_LINE: usize = 200;

#[derive(Debug, Default)]
struct Found {
    from: bool,
    from_address: bool,
    date: bool,
    to: usize,
    subject: bool,
}

/// To, Cc and Bcc.
const MOST_TO: usize = 3;

impl Found {
    /// False when there is such a field already; To and Cc are one.
    fn add(&mut self, kind: Field, value: &str) -> bool {
        let known = match kind {
            Field::From => &mut self.from,
            Field::Date => &mut self.date,
            Field::To => return self.add_to(),
            Field::Subject => &mut self.subject,
        };
        let is_new = !std::mem::replace(known, true);
        self.from_address |= kind == Field::From && value.contains('@');
        is_new
    }

    fn add_to(&mut self) -> bool {
        self.to += 1;
        self.to <= MOST_TO
    }

    /// "From: Madrid, To: Berlin, Date: 12 May" is a question, no header.
    fn is_header(&self, ruled: Ruled) -> bool {
        let count = [self.from, self.date, self.to > 0, self.subject]
            .into_iter()
            .filter(|b| *b)
            .count();
        (count >= 3 && (self.subject || self.from_address)) || (ruled == Ruled::Yes && count >= 2)
    }
}

/// A field of the header of a quoted mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mail) enum Field {
    /// Who wrote it.
    From,
    /// When.
    Date,
    /// To whom, copies among them.
    To,
    /// What about.
    Subject,
}

fn field(line: &str) -> Option<(Field, &str)> {
    let (label, value) = label(line)?;
    Some((named(&label)?, value))
}

/// The field of that name, in lower case, in any language.
pub(in crate::mail) fn named(label: &str) -> Option<Field> {
    FIELDS.get(label).copied()
}

/// The name in lower case and the value of what may be a header line, such as `*From:* Ana <ana@x.example>` or
/// `De : Ana`.
pub(in crate::mail) fn label(line: &str) -> Option<(String, &str)> {
    let line = line.trim().trim_start_matches(['*', '_', '|', ' ', '\u{a0}']);
    let near = line.char_indices().take_while(|(at, _)| *at < LONGEST_LABEL);
    let (at, _) = near.into_iter().find(|(_, c)| matches!(c, ':' | '：'))?;
    let (name, value) = line.split_at_checked(at)?;
    let label = name
        .trim_matches(|c: char| c.is_whitespace() || c == '*' || c == '_')
        .to_lowercase();
    Some((label, value))
}

/// Octets of a name at most.
const LONGEST_LABEL: usize = 60;

/// The names of all languages. Where two give one name to two fields, the first has it.
static FIELDS: LazyLock<HashMap<&'static str, Field>> = LazyLock::new(|| {
    let mut known = HashMap::new();
    for Language { fields, .. } in &LANGUAGES {
        for (kind, names) in [
            (Field::From, fields.from),
            (Field::Date, fields.date),
            (Field::To, fields.to),
            (Field::Subject, fields.subject),
        ] {
            for name in names.split('|') {
                known.entry(name).or_insert(kind);
            }
        }
    }
    known
});
