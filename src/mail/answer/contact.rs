//! An agent's private signature where nothing sets it apart: her name, her firm and how to reach her.

use crate::mail::EmailAddress;
use crate::mail::reply_text::sign_off::is_closing;

/// Lines of a signature at most, blank ones not counted.
const MOST_LINES: usize = 12;
/// Characters of a line of one at most, unless it is a single word.
const LONGEST_LINE: usize = 70;
/// Digits of a telephone number at least.
const LEAST_DIGITS: usize = 7;

/// How many of the lines stand above the signature; all of them when there is none.
pub(super) fn length(lines: &[&str], own_addresses: &[EmailAddress]) -> usize {
    let shown: Vec<(usize, &str)> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| (at, line.trim()))
        .rev()
        .take(MOST_LINES + 1)
        .take_while(|(_, line)| is_closing(line) || may_be_signature(line))
        .collect();
    let closing = shown.iter().position(|(_, line)| is_closing(line)).filter(|at| *at > 0);
    if let Some(at) = closing
        && shown.iter().take(at).any(|(_, line)| is_contact(line))
    {
        return shown.get(at).map_or(lines.len(), |(line, _)| *line);
    }
    last_block(lines, &shown, own_addresses).unwrap_or(lines.len())
}

/// The last lines that stand together, when one of them is an address of the agent's.
fn last_block(lines: &[&str], shown: &[(usize, &str)], own_addresses: &[EmailAddress]) -> Option<usize> {
    let (last, _) = shown.first()?;
    let block = lines
        .iter()
        .take(last + 1)
        .rev()
        .take_while(|line| !line.trim().is_empty())
        .count();
    let start = last + 1 - block;
    let names_her = |line: &&str| {
        let line = line.to_lowercase();
        own_addresses.iter().any(|address| line.contains(&address.key()))
    };
    let is_signature = block > 1
        && shown.iter().filter(|(at, _)| *at >= start).count() == block
        && lines.get(start..).unwrap_or_default().iter().any(names_her);
    is_signature.then_some(start)
}

/// Not what a sentence looks like.
fn may_be_signature(line: &str) -> bool {
    let is_short = line.chars().count() <= LONGEST_LINE || !line.contains(' ');
    let is_sentence = line.ends_with(['?', '!', '.', ',', ':', ';']) && !ends_abbreviated(line);
    is_short && !line.starts_with('>') && !is_sentence
}

/// "Acme Ltd." or "Acme S.L."
fn ends_abbreviated(line: &str) -> bool {
    let last = line.split_whitespace().skip(1).last().unwrap_or_default();
    last.ends_with('.') && last.len() <= LONGEST_ABBREVIATION && last.starts_with(char::is_uppercase)
}

const LONGEST_ABBREVIATION: usize = 6;

fn is_contact(line: &str) -> bool {
    line.contains('@')
        || line.contains("://")
        || line.contains("www.")
        || line.chars().filter(char::is_ascii_digit).count() >= LEAST_DIGITS
}
