//! Which of the sender's own lines are no message: signatures, closings, and what phones add.

use super::line::{Line, Role};
use super::roles::is_rule;
use super::sign_off::{is_closing, is_sent_from};

/// Gives the lines of signatures their role.
pub(super) fn find(lines: &mut [Line<'_>]) {
    let mut start = 0;
    let mut has_own = false;
    while start < lines.len() {
        let length = lines
            .iter()
            .skip(start)
            .take_while(|line| line.role == Role::Own)
            .count();
        let run = lines.get_mut(start..start + length).unwrap_or_default();
        has_own |= trim_run(run, has_own);
        start += length.max(1);
    }
    sign_off(lines);
}

/// Strips the end of lines that stand together; says whether anything is left of them.
fn trim_run(run: &mut [Line<'_>], has_own: bool) -> bool {
    let mut end = trailing(run, run.len());
    if let Some(at) = delimiter(run.get(..end).unwrap_or_default(), has_own) {
        end = trailing(run, at);
    }
    for line in run.get_mut(end..).unwrap_or_default() {
        if !line.is_blank() {
            line.role = Role::Signature;
        }
    }
    run.iter().take(end).any(|line| !line.is_blank())
}

/// Where the lines end without those at their end that say nothing.
fn trailing(run: &[Line<'_>], end: usize) -> usize {
    let says_nothing = |line: &&Line<'_>| line.is_blank() || is_decoration(line.text) || is_sent_from(line.text);
    let kept = run.get(..end).unwrap_or_default();
    end - kept.iter().rev().take_while(says_nothing).count()
}

/// A line of nothing but dashes and the like.
fn is_decoration(line: &str) -> bool {
    let line = line.trim();
    line == "\u{1427}" || (line.chars().count() >= 2 && line.chars().all(|c| "-_=*#~+—–─".contains(c)))
}

/// The line that a signature starts with: the usual two dashes, or any rule with somebody's contact data below.
fn delimiter(run: &[Line<'_>], has_own: bool) -> Option<usize> {
    let mut is_code = false;
    let mut found = None;
    let mut has_own = has_own;
    for (at, line) in run.iter().enumerate() {
        is_code ^= line.text.trim_start().starts_with("```");
        let text = line.text.trim_end();
        let is_usual = matches!(text, "--" | "—");
        if is_code || !(is_usual || is_rule(text) || text == "__") {
            has_own |= !line.is_blank();
            continue;
        }
        let below = run.get(at + 1..).unwrap_or_default();
        let is_one = match line.text {
            // RFC 3676 §4.3
            "-- " => true,
            _ if is_usual => shown(below).take(LONGEST_SIGNATURE + 1).count() <= LONGEST_SIGNATURE,
            _ => has_own && is_contact_data(below),
        };
        if is_one {
            found = Some(at);
            break;
        }
    }
    found
}

const LONGEST_SIGNATURE: usize = 15;

fn shown<'a, 'b>(lines: &'b [Line<'a>]) -> impl Iterator<Item = &'a str> + use<'a, 'b> {
    lines
        .iter()
        .map(|line| line.text.trim())
        .filter(|line| !line.is_empty())
}

/// Few short lines, with an address or a telephone number in one of them.
fn is_contact_data(lines: &[Line<'_>]) -> bool {
    let is_short = |line: &str| line.chars().count() <= 60 || !line.contains(' ');
    let is_contact = |line: &str| {
        line.contains('@')
            || line.contains("://")
            || line.contains("www.")
            || line.chars().filter(char::is_ascii_digit).count() >= 7
    };
    let count = shown(lines).take(LONGEST_SIGNATURE).count();
    (1..LONGEST_SIGNATURE).contains(&count)
        && shown(lines).all(|line| is_short(line) && !line.ends_with('?'))
        && shown(lines).any(is_contact)
}

/// The last lines when they are a closing and a name, or `-Name`.
fn sign_off(lines: &mut [Line<'_>]) {
    let is_own = |line: &Line<'_>| line.role == Role::Own && !line.is_blank();
    let Some(last) = lines.iter().rposition(is_own) else {
        return;
    };
    let run = lines
        .iter()
        .take(last + 1)
        .rev()
        .take_while(|line| line.role == Role::Own)
        .count();
    let from = last + 1 - run;
    let own: Vec<(usize, &str)> = (from..=last)
        .rev()
        .filter_map(|at| {
            lines
                .get(at)
                .filter(|line| is_own(line))
                .map(|line| (at, line.text.trim()))
        })
        .take(MOST_SIGNED + 2)
        .collect();
    let closing = own
        .iter()
        .take(MOST_SIGNED + 1)
        .skip(1)
        .position(|(_, text)| is_closing(text))
        .map(|at| at + 1);
    let signed = match closing {
        Some(at) => own.iter().take(at).all(|(_, text)| is_name(text)).then_some(at),
        None => own
            .first()
            .is_some_and(|(at, text)| is_dashed_name(text) && is_blank_at(lines, at.wrapping_sub(1)))
            .then_some(0),
    };
    // Something must be said above it.
    let Some(start) = signed
        .filter(|at| own.len() > at + 1)
        .and_then(|at| own.get(at))
        .map(|(at, _)| *at)
    else {
        return;
    };
    for line in lines.get_mut(start..=last).unwrap_or_default() {
        if !line.is_blank() {
            line.role = Role::Signature;
        }
    }
}

/// Lines below a closing; with more it may be an address that was asked for.
const MOST_SIGNED: usize = 1;

fn is_blank_at(lines: &[Line<'_>], at: usize) -> bool {
    lines.get(at).is_some_and(Line::is_blank)
}

/// Whether the line could be somebody's name.
pub(crate) fn is_name(text: &str) -> bool {
    let text = text
        .trim_start_matches(['-', '–', '—', '~', '/', ' '])
        .trim_end_matches([',', '.']);
    (1..=4).contains(&text.split_whitespace().count())
        && text.len() <= 60
        && text.starts_with(char::is_uppercase)
        && text.chars().all(|c| c.is_alphabetic() || " .'’-".contains(c))
}

fn is_dashed_name(text: &str) -> bool {
    let name = text.trim_start_matches('-');
    name.len() < text.len()
        && name.starts_with(char::is_uppercase)
        && name.split_whitespace().count() <= 3
        && is_name(name)
}
