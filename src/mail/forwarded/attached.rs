//! The mail that is attached to another.

use super::AttachedMail;
use crate::mail::inbound::Attachment;
use crate::mail::{InboundMail, ParseLimits, RawMail};

/// The first attached mail, parsed once; mails attached to it are left closed.
///
/// A file with a mail's name but another type counts when one sender can be read in it.
pub(super) fn first(mail: &InboundMail, raw: &RawMail, limits: &ParseLimits) -> Option<AttachedMail> {
    let candidates = mail
        .attachments
        .iter()
        .enumerate()
        .filter(|(_, attachment)| may_be_mail(attachment));
    candidates.take(MOST_TRIED).find_map(|(index, attachment)| {
        let raw = inner(raw, mail.attachment_octets(raw, index)?);
        let mail = InboundMail::parse(&raw, limits);
        let counts = is_mail(attachment) || mail.sole_sender().is_some();
        counts.then_some(AttachedMail { index, raw, mail })
    })
}

/// Whether it says that it is a mail, by its type or by its name.
fn may_be_mail(attachment: &Attachment) -> bool {
    let is_file = attachment.media_type == "application/octet-stream";
    is_mail(attachment) || (is_file && attachment.name.to_ascii_lowercase().ends_with(".eml"))
}

/// Files that are parsed until one is a mail.
const MOST_TRIED: usize = 4;

fn is_mail(attachment: &Attachment) -> bool {
    matches!(attachment.media_type.as_str(), "message/rfc822" | "message/global")
}

fn inner(outer: &RawMail, octets: Vec<u8>) -> RawMail {
    // Where the outer mail was cut, what it lacks may have been the inner one's.
    let missing = outer.full_size.saturating_sub(outer.octets.len() as u64);
    RawMail {
        full_size: octets.len() as u64 + missing,
        octets,
        received_at: outer.received_at,
    }
}
