//! Which of an agent's attachments belong to her answer.

use super::Enclosed;
use super::rich::Kept;
use crate::mail::InboundMail;
use crate::mail::inbound::Attachment;

/// In the order of the mail.
pub(super) fn of(mail: &InboundMail, kept: &Kept) -> Vec<Enclosed> {
    let html = mail.html.as_deref().unwrap_or_default();
    let enclosed = mail.attachments.iter().enumerate().filter_map(|(index, attachment)| {
        let has_id = |known: &dyn Fn(&str) -> bool| attachment.content_id.as_deref().is_some_and(known);
        let is_shown = has_id(&|id| kept.shown.contains(id));
        // What the HTML shows elsewhere came back with the quote, or stands in a signature.
        let is_elsewhere = attachment.inline && has_id(&|id| refers_to(html, id));
        let belongs = is_shown || !is_elsewhere || has_id(&|id| kept.beside.contains(id));
        (belongs && !is_clients(attachment)).then_some(Enclosed { index, is_shown })
    });
    enclosed.collect()
}

fn refers_to(html: &str, id: &str) -> bool {
    html.contains(&format!("cid:{id}")) || html.contains(&format!("cid:{}", id.replace('@', "%40")))
}

/// What her client adds of its own: it would tell who she is.
fn is_clients(attachment: &Attachment) -> bool {
    let name = attachment.name.to_lowercase();
    TYPES.contains(&attachment.media_type.as_str())
        || NAMES.contains(&name.as_str())
        || name.ends_with(".vcf")
        || (name.starts_with("openpgp_") && name.ends_with(".asc"))
}

/// Signatures, keys, business cards, and Exchange's own format.
const TYPES: [&str; 10] = [
    "application/ms-tnef",
    "application/vnd.ms-tnef",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "application/pgp-keys",
    "text/vcard",
    "text/x-vcard",
    "text/directory",
    "application/vcard",
];

const NAMES: [&str; 3] = ["winmail.dat", "smime.p7s", "signature.asc"];
