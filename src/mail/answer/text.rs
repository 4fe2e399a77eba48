//! What an agent newly wrote, as text, without a line of ours.

use super::laid_out::LaidOut;
use super::{contact, marked};
use crate::mail::reply_text;
use crate::mail::reply_text::marker::{self, BAR, MOST_WRAPPED_BELOW};
use crate::mail::{EmailAddress, InboundMail};

/// An agent's text in its parts.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// The lines of commands.
    pub commands: String,
    /// What stands below them and is the customer's to read, without white space at its ends.
    pub text: String,
    /// Whether it quotes what it answers.
    pub is_interleaved: bool,
}

impl Written {
    pub(super) fn of(mail: &InboundMail, command_lines: usize, own_addresses: &[EmailAddress]) -> Self {
        let html = LaidOut::of(mail);
        if !has_new(mail, html.as_ref()) {
            return Self::default();
        }
        let (commands, below) = split(&mail.reply, command_lines);
        let text = without_client_ids(below);
        let mut lines = ours_dropped(&text);
        lines.truncate(marked::length(&lines, html.as_ref()));
        lines.truncate(contact::length(&lines, own_addresses));
        let is_own = |line: &&str| !is_quoted(line) && !line.trim().is_empty();
        let text = if lines.iter().any(is_own) {
            joined(&lines)
        } else {
            String::new()
        };
        Self {
            commands: commands.to_owned(),
            is_interleaved: text.lines().any(is_quoted),
            text,
        }
    }
}

/// A mail in which nothing is new has all of its text for a reply.
fn has_new(mail: &InboundMail, html: Option<&LaidOut<'_>>) -> bool {
    if mail.reply.trim() != mail.text.trim() {
        return true;
    }
    if let Some((text, marks)) = html.map(LaidOut::text)
        && text.trim() == mail.text.trim()
    {
        return reply_text::has_new(text, marks);
    }
    reply_text::has_new(&mail.text, &[])
}

/// The text in two, behind so many lines that are not blank.
fn split(text: &str, lines: usize) -> (&str, &str) {
    let mut at = 0;
    let mut left = lines;
    for line in text.split_inclusive('\n') {
        if left == 0 {
            break;
        }
        left -= usize::from(!line.trim().is_empty());
        at += line.len();
    }
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// Without `[cid:…]`, by which Outlook names an image in plain text.
fn without_client_ids(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("[cid:") {
        out.push_str(before);
        match behind.split_once(']') {
            Some((id, after)) if !id.contains(char::is_whitespace) => rest = after,
            _ => {
                out.push_str("[cid:");
                rest = behind;
            }
        }
    }
    out.push_str(rest);
    out
}

fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

fn unquoted(line: &str) -> &str {
    line.trim_start_matches(|c: char| c == '>' || c.is_whitespace())
}

/// The lines without ours. Below one of a notification that stands unquoted nothing is the agent's.
fn ours_dropped(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let mut kept = Vec::with_capacity(lines.len());
    let mut at = 0;
    let mut may_go_on = 0;
    while let Some(line) = lines.get(at) {
        match ours(lines.get(at..).unwrap_or_default()) {
            Some(Ours::Notification(_)) if !is_quoted(line) => {
                kept.push(before_ours(line));
                break;
            }
            Some(Ours::Notification(length)) => {
                at += length;
                may_go_on = MOST_WRAPPED_BELOW;
                continue;
            }
            Some(Ours::Attribution(length)) => {
                at += length;
                may_go_on = 0;
                continue;
            }
            None => {}
        }
        let above = lines.get(at.wrapping_sub(1)).copied().unwrap_or_default();
        let is_rest = may_go_on > 0 && is_quoted(line) && marker::is_wrapped(above, line);
        may_go_on = if is_rest { may_go_on - 1 } else { 0 };
        if !is_rest {
            kept.push(line);
        }
        at += 1;
    }
    without_empty_quotes(kept)
}

/// So many lines that are not the agent's.
enum Ours {
    /// Of a notification.
    Notification(usize),
    /// What her client put above its quote.
    Attribution(usize),
}

/// What of ours starts with the first of the lines.
fn ours(lines: &[&str]) -> Option<Ours> {
    let line = lines.first()?;
    if line.contains(BAR) || (line.contains("##") && marker::says_write_above(line)) {
        return Some(Ours::Notification(1));
    }
    if let Some(length) = marker::write_above(lines) {
        return Some(Ours::Notification(length));
    }
    let lines: Vec<&str> = lines.iter().take(MOST_ATTRIBUTED).map(|line| unquoted(line)).collect();
    let length = (1..=lines.len()).find(|count| {
        let lines = lines.get(..*count).unwrap_or_default();
        lines.iter().any(|line| line.contains("(via ")) && reply_text::is_attribution(lines)
    })?;
    Some(Ours::Attribution(length))
}

/// Lines of an attribution.
const MOST_ATTRIBUTED: usize = 3;

/// What the agent wrote on the line on which ours begins.
fn before_ours(line: &str) -> &str {
    let at = line.find(BAR).or_else(|| line.find("##")).unwrap_or(0);
    line.get(..at).unwrap_or_default().trim_end()
}

/// Without the empty quoted lines at the ends of each quote.
fn without_empty_quotes(mut lines: Vec<&str>) -> Vec<&str> {
    let is_empty = |line: &str| is_quoted(line) && unquoted(line).is_empty();
    for run in lines.chunk_by_mut(|one, other| is_quoted(one) == is_quoted(other)) {
        let first = run.iter().position(|line| !is_empty(line)).unwrap_or(run.len());
        let last = run.iter().rposition(|line| !is_empty(line)).unwrap_or(0);
        for (at, line) in run.iter_mut().enumerate() {
            if is_empty(line) && (at < first || at > last) {
                *line = "";
            }
        }
    }
    lines
}

/// The lines, with never more than one empty one in a row.
fn joined(lines: &[&str]) -> String {
    let mut out = String::new();
    for line in lines {
        if line.is_empty() && (out.is_empty() || out.ends_with("\n\n")) {
            continue;
        }
        out.push_str(line);
        out.push('\n');
    }
    out.trim().to_owned()
}
