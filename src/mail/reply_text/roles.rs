//! What each line of a text is.

use super::attribution::{self, Below};
use super::header_block::{self, Announced, Ruled};
use super::line::{Line, Role};
use super::marker;
use super::markup::{Mark, MarkKind};
use std::borrow::Cow;

/// The lines of a text and their roles.
pub(super) fn read<'a>(text: &'a str, marks: &[Mark]) -> Vec<Line<'a>> {
    let mut lines = Reader::default().read(text, marks);
    marker::cut(&mut lines);
    find_introductions(&mut lines);
    marker::find(&mut lines);
    lines
}

/// Whether a line starts as quoted lines do.
fn is_quoted(line: &str) -> bool {
    let line = line.trim_start();
    // `> wrote:` is the rest of an attribution, and `>>> here <<<` draws the eye.
    line.starts_with('>') && !line.trim_end().ends_with("<<<") && !is_wrapped_end(line)
}

fn is_wrapped_end(line: &str) -> bool {
    let rest = line.trim_start_matches(['>', ' ']);
    line.len() < 40 && rest.ends_with(':') && attribution::is_verb_alone(rest)
}

/// Splits a text into lines, and gives them the roles that the marks say.
#[derive(Debug, Default)]
struct Reader<'a> {
    lines: Vec<Line<'a>>,
    /// Where the quote or signature began in which the next line stands.
    open: Option<(MarkKind, usize)>,
    is_rest: bool,
    ruled: bool,
    cited: bool,
}

impl<'a> Reader<'a> {
    fn read(mut self, text: &'a str, marks: &[Mark]) -> Vec<Line<'a>> {
        let mut marks = marks.iter().peekable();
        for (number, line) in text.lines().enumerate() {
            let quoted = is_quoted(line);
            let mut from = 0;
            while let Some(mark) = marks.next_if(|mark| mark.line <= number) {
                let before = line.get(from..mark.column).unwrap_or_default();
                if !before.trim().is_empty() && !quoted {
                    self.push(before, false);
                    from = mark.column;
                }
                self.mark(mark.kind, quoted);
            }
            let piece = line.get(from..).unwrap_or_default();
            match attribution::starts_behind_text(piece).filter(|_| !quoted) {
                Some(at) => {
                    let (before, behind) = piece.split_at_checked(at).unwrap_or((piece, ""));
                    self.push(before, false);
                    self.push(behind, false);
                }
                None => self.push(piece, quoted),
            }
        }
        self.close();
        self.lines
    }

    fn mark(&mut self, kind: MarkKind, quoted: bool) {
        match kind {
            MarkKind::Cited => self.cited = true,
            MarkKind::Rule => self.ruled = true,
            MarkKind::Rest if !quoted && self.open.is_none() => self.is_rest = true,
            MarkKind::Quote | MarkKind::Signature if !quoted => self.open = Some((kind, self.lines.len())),
            MarkKind::End => self.close(),
            _ => {}
        }
    }

    fn push(&mut self, text: &'a str, quoted: bool) {
        let role = match self.open {
            _ if self.is_rest => Role::History,
            Some((MarkKind::Signature, _)) => Role::Signature,
            _ if quoted => Role::Quote,
            _ => Role::Own,
        };
        let is_blank = text.trim().is_empty();
        self.lines.push(Line {
            text,
            role,
            cited: quoted && std::mem::take(&mut self.cited),
            ruled: !is_blank && std::mem::take(&mut self.ruled),
        });
    }

    /// What stands in a client's quote before the quoted lines is its attribution; without quoted lines it is all of
    /// it the quote.
    fn close(&mut self) {
        let Some((MarkKind::Quote, start)) = self.open.take() else {
            return;
        };
        let inside = self.lines.get_mut(start..).unwrap_or_default();
        let first_quote = inside.iter().position(|line| line.role == Role::Quote);
        let role = if first_quote.is_some() {
            Role::Introduction
        } else {
            Role::History
        };
        let introduction = inside.iter_mut().take(first_quote.unwrap_or(usize::MAX));
        introduction
            .filter(|line| line.role == Role::Own)
            .for_each(|line| line.role = role);
    }
}

/// Looks for what announces a quote. When no line below is marked as quoted, all of them are.
fn find_introductions(lines: &mut [Line<'_>]) {
    let plain: Vec<Cow<'_, str>> = lines.iter().map(|line| without_direction(line.text)).collect();
    let texts: Vec<&str> = plain.iter().map(AsRef::as_ref).collect();
    let below = below(lines);
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let found = match line.role {
            Role::Own if !line.is_blank() => introduction(&texts, at, line.ruled, &below),
            Role::Quote if attribution::is_attribution(line.text.trim_start_matches(['>', ' ']), Below::Other) => {
                if let Some(line) = lines.get_mut(at) {
                    line.cited = true;
                }
                None
            }
            _ => None,
        };
        let Some(Introduction { start, end }) = found else {
            at += 1;
            continue;
        };
        let start = start - rules_above(lines, start);
        let has_quote = below.get(end - 1) == Some(&Below::Quote);
        let until = if has_quote { end } else { lines.len() };
        let role = if has_quote { Role::Introduction } else { Role::History };
        for line in lines.get_mut(start..until).unwrap_or_default() {
            line.role = role;
        }
        at = until;
    }
}

/// The line without the marks that clients put around names and addresses where the text runs from right to left.
fn without_direction(line: &str) -> Cow<'_, str> {
    let is_mark = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    match line.contains(is_mark) {
        true => Cow::Owned(line.replace(is_mark, "")),
        false => Cow::Borrowed(line),
    }
}

struct Introduction {
    start: usize,
    end: usize,
}

fn introduction(texts: &[&str], at: usize, drawn: bool, below: &[Below]) -> Option<Introduction> {
    let line = *texts.get(at)?;
    let here = |end| Some(Introduction { start: at, end });
    let rest = texts.get(at..)?;
    if header_block::says_write_above(line) {
        return here(at + 1);
    }
    if let Some(announced) = header_block::announced(line) {
        let blank = rest.iter().skip(1).take_while(|line| line.trim().is_empty()).count();
        let header = rest
            .get(1 + blank..)
            .and_then(|rest| header_block::length(rest, Ruled::Yes));
        return match (announced, header) {
            (_, Some(length)) => here(at + 1 + blank + length),
            // "Forwarded message:" may be said by anybody.
            (Announced::Original, None) => here(at + 1),
            (Announced::Forwarded, None) => line
                .starts_with(['-', '=', '_'])
                .then_some(Introduction { start: at, end: at + 1 }),
        };
    }
    let is_ruled = drawn
        || texts
            .get(..at)?
            .iter()
            .rev()
            .take(3)
            .find(|line| !line.trim().is_empty())
            .is_some_and(|line| is_rule(line));
    let ruled = if is_ruled { Ruled::Yes } else { Ruled::No };
    if let Some(length) = header_block::length(rest, ruled) {
        return here(at + length);
    }
    let from = at.saturating_sub(MOST_LOOKED_BACK);
    let start = attribution::start(texts.get(from..=at)?, *below.get(at)?)?;
    Some(Introduction {
        start: from + start,
        end: at + 1,
    })
}

const MOST_LOOKED_BACK: usize = 6;

/// How many lines above are rules or empty, with a rule as the topmost.
fn rules_above(lines: &[Line<'_>], start: usize) -> usize {
    let above = lines.get(..start).unwrap_or_default();
    let near = above.iter().rev().take(4);
    let count = near
        .take_while(|line| line.is_blank() || is_rule(line.text) || is_titled_rule(line.text))
        .count();
    let run = above.get(above.len() - count..).unwrap_or_default();
    let topmost = run.iter().position(|line| !line.is_blank());
    topmost.map_or(0, |at| count - at)
}

/// A rule with a few words in its middle, such as `----- Original -----`, or a row of dots.
fn is_titled_rule(line: &str) -> bool {
    let line = line.trim();
    let is_dotted = line.len() >= 5 && line.bytes().all(|b| b == b'.');
    let title = line.trim_matches(['-', '_', '=', '—', '–']);
    let drawn = |part: Option<&str>| part.is_some_and(|part| part.chars().count() >= 3);
    let around = line.split_once(title).filter(|_| !title.trim().is_empty());
    is_dotted
        || around.is_some_and(|(before, after)| {
            drawn(Some(before)) && drawn(Some(after)) && title.split_whitespace().count() <= 4
        })
}

/// A line of dashes or underscores.
pub(in crate::mail) fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.chars().count() >= 3 && line.chars().all(|c| "-_=*—–─".contains(c))
}

/// What the next line below is that shows anything, for each line.
fn below(lines: &[Line<'_>]) -> Vec<Below> {
    let mut next = Below::Other;
    let mut out: Vec<Below> = lines
        .iter()
        .rev()
        .map(|line| {
            let below = next;
            match line.role {
                Role::Quote => next = Below::Quote,
                _ if !line.is_blank() => next = Below::Other,
                _ => {}
            }
            below
        })
        .collect();
    out.reverse();
    out
}
