//! The words of a bounce that carries no status fields, and how they are taken apart.

use crate::mail::InboundMail;
use crate::mail::delivery_report::LONGEST_DIAGNOSTIC;

/// How much of a bounce is read, the returned mail with it: so many lines, and so many octets.
const MOST_LINES: usize = 2_000;
const MOST_OCTETS: usize = 128 * 1024;

/// A recipient, and why it did not get the mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    /// The bare address.
    pub address: String,
    /// The words, as far as they were found.
    pub reason: String,
}

/// A bounce, cut where the returned mail begins.
pub(super) struct Notice<'a> {
    /// The lines above the returned mail.
    pub lines: Vec<&'a str>,
    /// The lines of the returned mail.
    pub returned: Vec<&'a str>,
    /// The addresses in X-Failed-Recipients, as Exim and Gmail write it.
    pub failed: Vec<String>,
    /// The addresses that wrote the bounce or got it, in lower case.
    parties: Vec<String>,
    subject: &'a str,
}

impl<'a> Notice<'a> {
    pub fn of(mail: &'a InboundMail) -> Self {
        let read = mail.text.floor_char_boundary(MOST_OCTETS);
        let mut lines: Vec<&str> = mail
            .text
            .get(..read)
            .unwrap_or_default()
            .lines()
            .take(MOST_LINES)
            .collect();
        // What stands in front of the first words cannot be a copy.
        let first = lines.iter().position(|line| !line.trim().is_empty()).unwrap_or(0);
        let cut = lines.iter().skip(first + 1).position(|line| begins_copy(line));
        let returned = cut.map(|at| lines.split_off(first + 1 + at)).unwrap_or_default();
        let parties = mail
            .from
            .iter()
            .chain(&mail.to)
            .map(|party| party.address.key())
            .collect();
        let failed = mail
            .header("X-Failed-Recipients")
            .flat_map(addresses)
            .map(str::to_owned)
            .collect();
        Self {
            lines,
            returned,
            failed,
            parties,
            subject: &mail.subject,
        }
    }

    /// Whether the address wrote the bounce, or got it.
    pub fn is_party(&self, address: &str) -> bool {
        let address = address.to_lowercase();
        self.parties.contains(&address)
    }

    /// Whether it says that the server goes on trying.
    pub fn is_warning(&self) -> bool {
        let subject = self.subject.to_lowercase();
        let warns = |line: &str| {
            let line = line.to_lowercase();
            WARNINGS.iter().any(|words| line.contains(words))
        };
        subject.contains("(delay)") || self.lines.iter().any(|line| warns(line))
    }
}

const WARNINGS: [&str; 11] = [
    "warning message only",
    "this is a warning only",
    "only a temporary failure report",
    "not need to resend",
    "not need to re-send",
    "message will be retried",
    "will be retried until",
    "has been delayed",
    "delivery attempts will continue",
    "will continue to try",
    "will keep trying",
];

/// Whether the returned mail begins with this line.
fn begins_copy(line: &str) -> bool {
    let bare = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '=' | '*' | '|' | '_'));
    let head: String = bare.chars().take(48).collect::<String>().to_lowercase();
    COPIES.iter().any(|words| head.starts_with(words)) || BEGINS_HEADER.iter().any(|name| line_starts(line, name))
}

fn line_starts(line: &str, name: &str) -> bool {
    line.get(..name.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(name))
}

/// The fields that a returned header starts with.
const BEGINS_HEADER: [&str; 4] = ["Received:", "Return-Path:", "X-Originating-IP:", "DKIM-Signature:"];

const COPIES: [&str; 20] = [
    "below this line is a copy",
    "enclosed is a copy",
    "this is a copy of",
    "this is the first",
    "below is a copy of",
    "included is a copy",
    "original message follows",
    "original message header",
    "original message -",
    "original message\u{2014}",
    "original mail as follows",
    "the header of the original",
    "the headers of the original",
    "header of the original message",
    "unsent message",
    "returned message",
    "message headers follow",
    "message header follows",
    "message text follows",
    "message follows -",
];

/// The address at the start of a line, and what follows it.
pub(super) fn leading_address(line: &str) -> Option<(&str, &str)> {
    let start = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '-' | '>' | '"' | '\'' | '['));
    let address = addresses(start).next()?;
    let at = start.find(address)?;
    let before = start.get(..at)?;
    let rest = start.get(at + address.len()..)?;
    matches!(before, "" | "<" | "mailto:" | "<mailto:").then(|| (address, rest.trim_start_matches('>')))
}

/// The mail addresses in a line, in angle brackets or bare.
pub(super) fn addresses(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        loop {
            let at = rest.find('@')?;
            let (before, after) = (rest.get(..at)?, rest.get(at + 1..)?);
            let local = before.len() - before.bytes().rev().take_while(|b| is_local(*b)).count();
            let domain = after.bytes().take_while(|b| is_domain(*b)).count();
            let found = rest.get(local..at + 1 + domain)?;
            rest = rest.get(at + 1 + domain..)?;
            let found = found
                .trim_start_matches(['\'', '.', '=', '/'])
                .trim_end_matches(['.', '-']);
            let (local, domain) = found.split_once('@')?;
            let bracketed = before.ends_with('<') || rest.starts_with('>');
            if !local.is_empty() && !domain.is_empty() && (domain.contains('.') || bracketed) {
                return Some(found);
            }
        }
    })
}

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte)
}

fn is_domain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')
}

/// Lines as one, without the space around them.
pub(super) fn join<'l>(lines: impl Iterator<Item = &'l str>) -> String {
    let mut joined = String::new();
    for line in lines.map(str::trim).filter(|line| !line.is_empty()) {
        if joined.len() > 4 * LONGEST_DIAGNOSTIC {
            break;
        }
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(line);
    }
    joined
}
