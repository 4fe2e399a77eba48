//! Reads a delivery status notification (RFC 3464, RFC 6533) out of its parts.

use super::attachment;
use super::structure::{Part, Structure};
use crate::mail::delivery_report::fields::{recipient, typed_address};
use crate::mail::delivery_report::{DeliveryReport, MOST_RECIPIENTS, ReportForm};
use crate::mail::inbound::HeaderField;
use crate::mail::syntax::addresses::first_id;
use crate::mail::syntax::charset;
use crate::mail::syntax::header::{self, Header};
use crate::mail::{FeedbackReport, MessageId};

/// How much of a returned mail is read for its Message-ID, in octets.
const RETURNED_HEADER: usize = 64 * 1024;
/// How much of a feedback part is read, in octets.
const LARGEST_FEEDBACK: usize = 64 * 1024;
/// The longest Feedback-Type, in characters.
const LONGEST_KEYWORD: usize = 40;

/// The report of the first status part; `None` when there is no such part. `returned` is the Message-ID of the mail
/// that is attached to it.
pub(crate) fn read(octets: &[u8], structure: &Structure, returned: Option<&MessageId>) -> Option<DeliveryReport> {
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
    let named = || {
        groups
            .iter()
            .flatten()
            .find(|f| names_original(&f.name))
            .and_then(|f| first_id(&f.value))
    };
    Some(DeliveryReport {
        recipients,
        original_message_id: returned.cloned().or_else(named),
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

/// The Message-ID of the first mail, or header of one, among the parts.
pub(crate) fn attached_id(octets: &[u8], structure: &Structure) -> Option<MessageId> {
    structure.parts.iter().find_map(|part| returned_id(octets, part))
}

/// Groups of fields between empty lines (RFC 3464 §2.1).
fn field_groups(content: &[u8]) -> Vec<Vec<HeaderField>> {
    let text = charset::decode(content, None).0.replace("\r\n", "\n");
    text.split("\n\n")
        .map(|group| Header::read_part(group.trim_matches('\n').as_bytes(), content.len()))
        .filter(|fields| !fields.is_empty())
        .collect()
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
