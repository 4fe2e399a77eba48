//! The line above a quote that says who wrote it, and when.

use super::languages::{LANGUAGES, names};

/// What stands below the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mail) enum Below {
    /// Lines marked as quoted.
    Quote,
    /// Anything else.
    Other,
}

/// Where the attribution starts that ends with the last of these lines; `None` when none does.
///
/// Mail programs wrap it, in front of the address or of its last word.
pub(in crate::mail) fn start(lines: &[&str], below: Below) -> Option<usize> {
    let last = lines.len().checked_sub(1)?;
    let line = *lines.get(last)?;
    let end = ending(line, below)?;
    let own = Signs::of(line);
    if !end.is_wrapped_rest && own.is_attribution(end, below) && own.date.is_some() {
        return Some(last);
    }
    let mut joined = line.to_owned();
    for at in (last.saturating_sub(MOST_WRAPPED)..last).rev() {
        let line = lines.get(at)?.trim();
        let next = lines.get(at + 1)?.trim();
        if joined.len() + line.len() > LONGEST || line.ends_with(['.', '!', '?', ':']) {
            break;
        }
        if line.is_empty() && !next.starts_with('<') {
            break;
        }
        joined.insert(0, ' ');
        joined.insert_str(0, line);
        let signs = Signs::of(&joined);
        if opens(line) && Signs::of(line).date.is_some() && signs.is_attribution(end, below) {
            return Some(at);
        }
    }
    (!end.is_wrapped_rest && own.is_attribution(end, below)).then_some(last)
}

/// Whether the line alone is an attribution.
pub(super) fn is_attribution(line: &str, below: Below) -> bool {
    start(&[line], below).is_some()
}

/// Where in the line an attribution starts that some clients put right behind the text: `text--- On … wrote:`.
pub(super) fn starts_behind_text(line: &str) -> Option<usize> {
    let at = line.find("--- ").filter(|at| *at > 0 && line.len() < LONGEST)?;
    let tail = line.get(at + 4..)?;
    (opens(tail) && is_attribution(tail, Below::Other)).then_some(at)
}

/// Octets that an attribution has at most.
const LONGEST: usize = 400;
/// Lines that belong to it above its last.
const MOST_WRAPPED: usize = 5;

/// How a line ends that may be the last of an attribution.
#[derive(Debug, Clone, Copy)]
struct Ending {
    colon: bool,
    /// `>:`, the end of an address.
    address: bool,
    dashes: bool,
    /// Nothing but the end of what stands on the line above.
    is_wrapped_rest: bool,
}

/// `None` for a line that no attribution ends with.
fn ending(line: &str, below: Below) -> Option<Ending> {
    if line.len() > LONGEST || line.trim().is_empty() {
        return None;
    }
    let bare = line.trim().trim_matches(['*', '_', '"']).trim_end();
    let core = bare.trim_end_matches(['-', '–']).trim_end();
    let inside = core.trim_end_matches([':', '：']).trim_end();
    let colon = inside.len() < core.len();
    let address = inside.ends_with(['>', ')', ']']);
    let dashes = !core.is_empty() && core.len() + 2 < bare.len() && bare.starts_with('-');
    let is_possible = colon || dashes || (address && below == Below::Quote) || is_gmail_date(line);
    is_possible.then(|| {
        let rest = inside.trim_start_matches(['>', '<']).trim();
        Ending {
            colon,
            address,
            dashes,
            is_wrapped_rest: rest.len() <= LONGEST_VERB && is_verb(&rest.to_lowercase()),
        }
    })
}

/// Octets of "wrote" in any language.
const LONGEST_VERB: usize = 60;

fn is_verb(lower: &str) -> bool {
    LANGUAGES.iter().any(|language| names(language.wrote, lower))
}

/// Whether a line starts as attributions do: with "On", with a date, or with a week day before it.
fn opens(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || "-*_>\"".contains(c));
    let lower: String = line.chars().take(24).collect::<String>().to_lowercase();
    let is_opener = |on: &&str| {
        !on.is_empty()
            && lower
                .strip_prefix(on)
                .is_some_and(|rest| !rest.starts_with(char::is_alphabetic) || !on.is_ascii())
    };
    let has_digit_soon = |words: usize| {
        lower
            .split_whitespace()
            .take(words)
            .any(|word| word.starts_with(|c: char| c.is_ascii_digit()))
    };
    has_digit_soon(2)
        || LANGUAGES
            .iter()
            .flat_map(|language| language.on.split('|'))
            .any(|on| is_opener(&on))
}

/// What a line holds of what makes an attribution.
#[derive(Debug)]
struct Signs<'a> {
    line: &'a str,
    date: Option<Date>,
    address: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Date {
    /// A day or a year.
    Day,
    /// A time of day too.
    Time,
}

impl<'a> Signs<'a> {
    fn of(line: &'a str) -> Self {
        Self {
            line,
            date: date(line),
            address: line.contains('@') || line.contains("mailto:"),
        }
    }

    fn has_verb(&self) -> bool {
        let lower = self.line.to_lowercase();
        LANGUAGES
            .iter()
            .flat_map(|language| language.wrote.split('|'))
            .any(|verb| has_word(&lower, verb))
    }

    fn is_attribution(&self, end: Ending, below: Below) -> bool {
        let quoted = below == Below::Quote;
        let timed = self.date == Some(Date::Time);
        let shaped = opens(self.line);
        if end.dashes && self.has_verb() {
            return true;
        }
        if is_gmail_date(self.line) {
            return true;
        }
        let may_be = quoted || self.address || (timed && shaped);
        match end.colon {
            true if quoted && cites(self.line) => true,
            true if may_be && self.has_verb() => true,
            true => (self.address && timed && (end.address || quoted)) || (quoted && timed && shaped),
            false => quoted && self.address && self.date.is_some() && end.address && shaped,
        }
    }
}

/// `Quoting Some One <address>:`, as Horde and Sup write it.
fn cites(line: &str) -> bool {
    let lower = line.trim_start().to_lowercase();
    CITES.iter().any(|words| lower.starts_with(words))
}

/// How such a line starts, in lower case.
const CITES: [&str; 8] = [
    "quoting ",
    "zitat von ",
    "citando a ",
    "citando ",
    "quoted from ",
    "en réponse à ",
    "selon ",
    "excerpts from ",
];

/// `2016-03-03 17:21 GMT+01:00 Some One`, which needs no colon.
fn is_gmail_date(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let mut next = || words.next().unwrap_or_default();
    let (day, time, zone) = (next(), next(), next());
    day.len() == 10
        && day.bytes().filter(|b| *b == b'-').count() == 2
        && day.bytes().all(|b| b.is_ascii_digit() || b == b'-')
        && time.contains(':')
        && zone.starts_with("GMT")
}

fn has_word(line: &str, word: &str) -> bool {
    let is_inside = |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() && c.is_ascii() == word.is_ascii());
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|s| s.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|s| s.chars().next());
        // Languages that put no spaces between words have no word to be inside of.
        !word.chars().any(is_spaceless) && !is_inside(before) && !is_inside(after) || word.chars().all(is_spaceless)
    })
}

fn is_spaceless(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

/// The most exact date in a line.
fn date(line: &str) -> Option<Date> {
    let mut day = false;
    let mut digits = 0_usize;
    let mut groups = 0_usize;
    let mut after_colon = false;
    let mut year: u32 = 0;
    for c in line.chars().chain([' ']) {
        if let Some(digit) = c.to_digit(10) {
            digits += 1;
            year = year.saturating_mul(10).saturating_add(digit);
            continue;
        }
        if digits > 0 {
            groups += 1;
            if after_colon && digits == 2 {
                return Some(Date::Time);
            }
            day |= groups >= 3 || (digits == 4 && (1970..2100).contains(&year));
        }
        let is_divider = matches!(c, '/' | '-' | '.');
        after_colon = c == ':' && (1..=2).contains(&digits);
        if !is_divider || digits == 0 {
            groups = 0;
        }
        day |= matches!(c, '年' | '月') && digits > 0;
        digits = 0;
        year = 0;
    }
    day.then_some(Date::Day)
}

/// Whether the text is nothing but "wrote:".
pub(super) fn is_verb_alone(text: &str) -> bool {
    is_verb(&text.trim_end_matches([':', '：']).trim().to_lowercase())
}
