//! The per-recipient fields (RFC 3464 §2.3), in a part of their own or written into the text: so do Amazon WorkMail, and
//! reports whose parts got lost on the way.

use super::status::{of_diagnostic, status_code};
use super::{Action, LONGEST_DIAGNOSTIC, MOST_RECIPIENTS, RecipientReport};
use crate::mail::syntax::charset;
use crate::mail::syntax::header::{self, Header, HeaderField};

/// How many paragraphs are looked at.
const MOST_GROUPS: usize = 10_000;
/// How much of a paragraph can be fields, in octets.
const LONGEST_GROUP: usize = 16 * 1024;

/// The recipient that one group of fields names.
pub(in crate::mail) fn recipient(fields: &[HeaderField]) -> Option<RecipientReport> {
    let named = |name| header::first(fields, name).and_then(typed_address);
    let address = named("final-recipient").or_else(|| named("original-recipient"))?;
    let diagnostic = header::first(fields, "diagnostic-code")
        .map(without_type)
        .filter(|text| !text.is_empty());
    let status = header::first(fields, "status").and_then(status_code);
    let action = match header::first(fields, "action").map(|value| first_word(value).to_ascii_lowercase()) {
        Some(word) => action_named(&word),
        None => None,
    };
    let action = action.unwrap_or(match status.as_deref().and_then(|s| s.chars().next()) {
        Some('2') => Action::Delivered,
        Some('4') => Action::Delayed,
        _ => Action::Failed,
    });
    Some(RecipientReport {
        address,
        action,
        status: status.or_else(|| of_diagnostic(diagnostic.as_deref()?)),
        diagnostic,
    })
}

/// The recipients of the paragraphs in which there is a Final-Recipient or an Original-Recipient.
pub(in crate::mail) fn in_text(text: &str) -> Vec<RecipientReport> {
    text.split("\n\n")
        .take(MOST_GROUPS)
        .filter(|group| group.len() < LONGEST_GROUP)
        .filter_map(|group| {
            let start = group.lines().position(is_field)?;
            let fields: Vec<&str> = group.lines().skip(start).map(str::trim_end).collect();
            let names_recipient = fields.iter().any(|line| {
                let name = line.split_once(':').map_or("", |(name, _)| name.trim());
                name.eq_ignore_ascii_case("final-recipient") || name.eq_ignore_ascii_case("original-recipient")
            });
            if !names_recipient {
                return None;
            }
            let group = fields.join("\r\n");
            recipient(&Header::read_part(group.as_bytes(), group.len()))
        })
        .take(MOST_RECIPIENTS)
        .collect()
}

fn is_field(line: &str) -> bool {
    const NAMES: [&str; 6] = [
        "final-recipient",
        "original-recipient",
        "action",
        "status",
        "diagnostic-code",
        "remote-mta",
    ];
    let name = line.split_once(':').map_or("", |(name, _)| name);
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn action_named(word: &str) -> Option<Action> {
    Some(match word {
        "failed" | "failure" => Action::Failed,
        "delayed" => Action::Delayed,
        "delivered" => Action::Delivered,
        "relayed" => Action::Relayed,
        "expanded" => Action::Expanded,
        _ => return None,
    })
}

/// `rfc822; user@host`, or in RFC 6533 `utf-8; …`: the bare address.
pub(in crate::mail) fn typed_address(value: &str) -> Option<String> {
    let address = value.split_once(';').map_or(value, |(_, address)| address);
    let address = address
        .trim()
        .trim_start_matches('<')
        .trim_end_matches('>')
        .trim()
        .trim_matches('"');
    let address = charset::clean_line(&unescaped(address));
    (!address.is_empty()).then_some(address)
}

/// `\x{e9}` for a character that the report's server could not write (RFC 6533 §3).
fn unescaped(address: &str) -> String {
    let mut pieces = address.split("\\x{");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let decoded = piece.split_once('}').and_then(|(hex, rest)| {
            let character = u32::from_str_radix(hex, 16).ok().and_then(char::from_u32)?;
            Some((character, rest))
        });
        match decoded {
            Some((character, rest)) => {
                out.push(character);
                out.push_str(rest);
            }
            None => {
                out.push_str("\\x{");
                out.push_str(piece);
            }
        }
    }
    out
}

fn first_word(value: &str) -> &str {
    value
        .split(|c: char| !c.is_ascii_alphanumeric())
        .find(|word| !word.is_empty())
        .unwrap_or_default()
}

fn without_type(value: &str) -> String {
    let text = match value.split_once(';') {
        Some((kind, text)) if !kind.trim().contains(char::is_whitespace) => text,
        _ => value,
    };
    charset::clean_line(text).chars().take(LONGEST_DIAGNOSTIC).collect()
}
