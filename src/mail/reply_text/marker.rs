//! The lines of our own notifications: the one above which an agent answers, and those of the blocks of facts.

use super::fold::fold;
use super::line::{Line, Role};

/// What every other line of a notification begins with.
pub(crate) const BAR: char = '┃';

/// What the write-above line says in each built-in language, as [`folded`] gives it.
const PHRASES: [&str; 2] = [
    "write your answer above this line",
    "escriba su respuesta encima de esta linea",
];

/// Octets of the write-above line at most, its quote marks and those at its ends among them.
const LONGEST: usize = 200;
/// Into how many lines a client may have wrapped it.
const MOST_WRAPPED: usize = 4;
/// How many quoted lines below one of a block may be its end, which a client wrapped.
pub(crate) const MOST_WRAPPED_BELOW: usize = 3;

/// How many of these lines, from the first on, are the write-above line; `None` when it does not start here.
pub(crate) fn write_above(lines: &[&str]) -> Option<usize> {
    let mut said = String::new();
    for (at, line) in lines.iter().take(MOST_WRAPPED).enumerate() {
        if line.len() > LONGEST || (at > 0 && line.trim().is_empty()) {
            return None;
        }
        let words = folded(line);
        if words.is_empty() && at == 0 {
            return None;
        }
        said.push_str(if said.is_empty() || words.is_empty() { "" } else { " " });
        said.push_str(&words);
        if PHRASES.contains(&said.as_str()) {
            return Some(at + 1);
        }
        if !PHRASES.iter().any(|phrase| phrase.starts_with(&said)) {
            return None;
        }
    }
    None
}

/// Whether the text says anywhere what the write-above line says, whatever stands around and between its words.
pub(crate) fn says_write_above(text: &str) -> bool {
    let text = folded(text);
    PHRASES.iter().any(|phrase| text.contains(phrase))
}

/// Lower case, without accents, with one space for all that stands between words.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        match fold(c) {
            Some(c) => {
                if std::mem::take(&mut gap) && !out.is_empty() {
                    out.push(' ');
                }
                out.push(c);
            }
            None => gap |= !is_invisible(c),
        }
    }
    out
}

/// Characters that take no room and part no words.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Whether a client may have wrapped a line in two here: the next word had no room any more.
pub(crate) fn is_wrapped(above: &str, line: &str) -> bool {
    let word = bare(line)
        .split_whitespace()
        .next()
        .map_or(0, |word| word.chars().count());
    word > 0 && above.chars().count() + 1 + word > NARROWEST
}

/// Characters of the shortest lines that clients make of longer ones.
const NARROWEST: usize = 66;

fn bare(line: &str) -> &str {
    line.trim_start_matches(['>', ' ', '\u{a0}'])
}

/// Where the line stands unquoted nothing below it was newly written.
pub(super) fn cut(lines: &mut [Line<'_>]) {
    let texts: Vec<&str> = lines.iter().map(|line| line.text).collect();
    let starts = |at: &usize| texts.get(*at..).and_then(write_above).is_some();
    let is_own = |at: &usize| lines.get(*at).is_some_and(|line| line.role == Role::Own);
    let Some(start) = (0..texts.len()).find(|at| is_own(at) && starts(at)) else {
        return;
    };
    for line in lines.get_mut(start..).unwrap_or_default() {
        line.role = Role::Notice;
    }
}

/// Gives the quoted lines of a notification their role. Without its first line no text is taken for one.
pub(super) fn find(lines: &mut [Line<'_>]) {
    let texts: Vec<&str> = lines.iter().map(|line| line.text).collect();
    let mut is_notice = vec![false; texts.len()];
    let mut found = false;
    for at in 0..texts.len() {
        let Some(length) = texts.get(at..).and_then(write_above) else {
            continue;
        };
        found = true;
        is_notice.iter_mut().skip(at).take(length).for_each(|is| *is = true);
    }
    if !found {
        return;
    }
    let mut may_go_on = 0;
    let mut above = "";
    for (line, is_notice) in lines.iter_mut().zip(is_notice) {
        let shown = bare(line.text);
        let has_bar = shown.starts_with(BAR);
        let is_rest = may_go_on > 0 && line.role == Role::Quote && is_wrapped(above, line.text);
        above = line.text;
        if is_notice || has_bar || is_rest {
            line.role = Role::Notice;
        }
        may_go_on = match () {
            () if has_bar => MOST_WRAPPED_BELOW,
            () if is_rest => may_go_on - 1,
            () => 0,
        };
    }
}
