//! Reads a delivery status notification (RFC 3464, RFC 6533) out of its parts.

use super::addresses::message_ids;
use super::attachment;
use super::charset;
use super::header::{self, Header};
use super::structure::{Part, Structure};
use crate::mail::delivery_report::status::of_diagnostic;
use crate::mail::delivery_report::{Action, DeliveryReport, RecipientReport, ReportForm};
use crate::mail::inbound::HeaderField;
use crate::mail::{FeedbackReport, MessageId};

/// The longest diagnostic that is kept, in characters.
const LONGEST_DIAGNOSTIC: usize = 1_000;
/// How much of a returned mail is read for its Message-ID, in octets.
const RETURNED_HEADER: usize = 64 * 1024;
/// How much of a feedback part is read, in octets.
const LARGEST_FEEDBACK: usize = 64 * 1024;
/// The longest Feedback-Type, in characters.
const LONGEST_KEYWORD: usize = 40;
/// How many recipients are kept.
const MOST_RECIPIENTS: usize = 500;

/// The report of the first status part; `None` when there is no such part.
pub(crate) fn read(octets: &[u8], structure: &Structure) -> Option<DeliveryReport> {
    let is_status = |part: &&Part| {
        matches!(
            part.media_type(),
            "message/delivery-status" | "message/global-delivery-status"
        ) && !part.is_multipart()
    };
    let status = structure.parts.iter().find(is_status)?;
    let content = status.encoding.decode(attachment::raw(octets, status)).into_octets();
    let groups = field_groups(&content);
    let recipients = groups
        .iter()
        .filter_map(|fields| recipient(fields))
        .take(MOST_RECIPIENTS)
        .collect();
    let returned = attached_id(octets, structure);
    let named = || {
        groups
            .iter()
            .flatten()
            .find(|f| names_original(&f.name))
            .and_then(|f| first_id(&f.value))
    };
    Some(DeliveryReport {
        recipients,
        original_message_id: returned.or_else(named),
        form: ReportForm::Fields,
    })
}

/// The complaint of the first feedback part (RFC 5965 §3); `None` when there is no such part, or it names no type.
pub(crate) fn feedback(octets: &[u8], structure: &Structure) -> Option<FeedbackReport> {
    let is_feedback = |part: &&Part| part.media_type() == "message/feedback-report";
    let part = structure.parts.iter().find(is_feedback)?;
    let content = part.encoding.decode(attachment::raw(octets, part)).into_octets();
    let content = content.get(..content.len().min(LARGEST_FEEDBACK))?;
    let fields = Header::read_part(content.trim_ascii_start(), LARGEST_FEEDBACK);
    let named = |name| header::first(&fields, name);
    Some(FeedbackReport {
        feedback_type: named("feedback-type").map(keyword).filter(|kind| !kind.is_empty())?,
        original_recipient: named("original-rcpt-to").and_then(typed_address),
        original_sender: named("original-mail-from").and_then(typed_address),
    })
}

/// The first word of a value, in lower case and of bearable length.
fn keyword(value: &str) -> String {
    let is_fit = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let word = value.trim().chars().take_while(is_fit).take(LONGEST_KEYWORD);
    word.collect::<String>().to_ascii_lowercase()
}

/// The recipient of one group of fields that stands in a text.
pub(crate) fn recipient_in_text(group: &str) -> Option<RecipientReport> {
    recipient(&Header::read_part(group.as_bytes(), group.len()))
}

/// The Message-ID of the first mail, or header of one, among the parts.
pub(crate) fn attached_id(octets: &[u8], structure: &Structure) -> Option<MessageId> {
    structure.parts.iter().find_map(|part| returned_id(octets, part))
}

/// The Message-ID of a mail that is copied below the text, as qmail and Exim return it.
pub(crate) fn quoted_id(text: &str) -> Option<MessageId> {
    let mut lines = text.lines();
    let named = |line: &str| {
        let (name, value) = line.split_once(':')?;
        name.trim_start_matches(['>', ' '])
            .eq_ignore_ascii_case("message-id")
            .then(|| value.to_owned())
    };
    let value = lines.by_ref().find_map(named)?;
    // A long id stands alone on the line below (RFC 5322 §2.2.3).
    first_id(&value).or_else(|| first_id(lines.next().filter(|line| line.starts_with([' ', '\t']))?))
}

/// Groups of fields between empty lines (RFC 3464 §2.1).
fn field_groups(content: &[u8]) -> Vec<Vec<HeaderField>> {
    let text = charset::decode(content, None).0.replace("\r\n", "\n");
    text.split("\n\n")
        .map(|group| Header::read_part(group.trim_matches('\n').as_bytes(), content.len()))
        .filter(|fields| !fields.is_empty())
        .collect()
}

fn recipient(fields: &[HeaderField]) -> Option<RecipientReport> {
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
fn typed_address(value: &str) -> Option<String> {
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

/// The first `digit.digits.digits` (RFC 3463 §2).
pub(crate) fn status_code(value: &str) -> Option<String> {
    value
        .split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .map(|word| word.trim_matches('.'))
        .find(|word| is_status_code(word))
        .map(str::to_owned)
}

fn is_status_code(word: &str) -> bool {
    let mut numbers = word.split('.');
    let class = numbers.next().is_some_and(|n| matches!(n, "2" | "4" | "5"));
    let short = |n: Option<&str>| n.is_some_and(|n| (1..=3).contains(&n.len()));
    class && short(numbers.next()) && short(numbers.next()) && numbers.next().is_none()
}

fn without_type(value: &str) -> String {
    let text = match value.split_once(';') {
        Some((kind, text)) if !kind.trim().contains(char::is_whitespace) => text,
        _ => value,
    };
    charset::clean_line(text).chars().take(LONGEST_DIAGNOSTIC).collect()
}

fn returned_id(octets: &[u8], part: &Part) -> Option<MessageId> {
    let is_returned = matches!(
        part.media_type(),
        "message/rfc822"
            | "message/global"
            | "text/rfc822-headers"
            | "message/rfc822-headers"
            | "message/global-headers"
    );
    if !is_returned {
        return None;
    }
    let raw = attachment::raw(octets, part);
    let content = part.encoding.decode(raw).into_octets();
    let header = Header::read(content.get(..content.len().min(RETURNED_HEADER))?, RETURNED_HEADER);
    first_id(header.first("message-id")?)
}

fn names_original(name: &str) -> bool {
    ["original-message-id", "x-original-message-id"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

fn first_id(value: &str) -> Option<MessageId> {
    message_ids(value).into_iter().next()
}
