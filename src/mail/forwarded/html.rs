//! Where the forwarded body starts in HTML.

use super::block::{self, Standing};
use super::{sender, subject};
use crate::mail::Mailbox;
use crate::mail::html::shown_ids;
use crate::mail::inbound::Attachment;
use crate::mail::reply_text::markup::markup_length;
use mail_parser::decoders::html::html_to_text;

/// Divides HTML at the end of the header of the mail with this sender and subject; `None` when it isn't found.
pub(super) fn split<'a>(html: &'a str, from: &Mailbox, wanted: &str) -> Option<(&'a str, &'a str)> {
    let lines = lines(html);
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let wanted = subject::base(wanted);
    let behind = (0..texts.len()).find_map(|at| {
        let block = block::read(texts.get(at..)?, Standing::Announced)?;
        let is_it = sender::sole(&block.from).is_some_and(|found| found.address == from.address)
            && subject::base(block.subject.as_deref().unwrap_or_default()) == wanted;
        is_it.then(|| lines.get(at + block.lines - 1)).flatten()
    })?;
    let (above, body) = html.split_at_checked(behind.behind)?;
    Some((above, without_closing_tags(body)))
}

/// Which attachments belong to the body: all but the images that only what stands above it shows.
pub(super) fn attachments(all: &[Attachment], above: &str, body: &str) -> Vec<usize> {
    let (above, body) = (shown_ids(above), shown_ids(body));
    let is_of_above = |attachment: &Attachment| {
        let id = attachment.content_id.as_deref();
        id.is_some_and(|id| above.contains(id) && !body.contains(id))
    };
    let kept = all
        .iter()
        .enumerate()
        .filter(|(_, attachment)| !is_of_above(attachment));
    kept.map(|(index, _)| index).collect()
}

/// A line as it shows, and where in the HTML what follows it starts.
struct Line {
    text: String,
    behind: usize,
}

/// Divides HTML at the elements that start a line; of empty lines in a row one is kept.
fn lines(html: &str) -> Vec<Line> {
    let mut out = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(next) = memchr::memchr(b'<', html.as_bytes().get(at..).unwrap_or_default()) {
        let tag = html.get(at + next..).unwrap_or_default();
        let Some(length) = markup_length(tag) else { break };
        let (opens, closes) = (at + next, at + next + length);
        at = closes;
        if starts_line(tag) {
            push(line(html, start, opens, closes), &mut out);
            start = closes;
        }
    }
    push(line(html, start, html.len(), html.len()), &mut out);
    out
}

fn push(line: Line, out: &mut Vec<Line>) {
    match out
        .last_mut()
        .filter(|last| last.text.is_empty() && line.text.is_empty())
    {
        Some(last) => last.behind = line.behind,
        None => out.push(line),
    }
}

fn line(html: &str, start: usize, end: usize, behind: usize) -> Line {
    let text = html_to_text(html.get(start..end).unwrap_or_default());
    Line {
        text: text.split_whitespace().collect::<Vec<_>>().join(" "),
        behind,
    }
}

fn starts_line(tag: &str) -> bool {
    const NAMES: [&str; 13] = [
        "br",
        "p",
        "div",
        "tr",
        "table",
        "hr",
        "li",
        "ul",
        "ol",
        "blockquote",
        "pre",
        "body",
        "dl",
    ];
    let name = tag.trim_start_matches(['<', '/']);
    let name = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default();
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Ends of elements that started above, and empty lines.
fn without_closing_tags(html: &str) -> &str {
    let mut rest = html.trim_start();
    while rest.starts_with("</") || rest.get(..3).is_some_and(|tag| tag.eq_ignore_ascii_case("<br")) {
        let Some(length) = markup_length(rest) else { break };
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    rest
}
