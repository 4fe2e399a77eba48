//! Signed and encrypted mail (RFC 1847, RFC 3156, RFC 8551): told apart and kept as it is, never opened or verified.

use super::attachment;
use super::body::{Body, Source};
use super::structure::{Part, Structure};
use crate::mail::InboundMail;
use crate::mail::syntax::transfer::Encoding;

/// How a mail is protected.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Protection {
    /// There is a signature.
    pub signed: bool,
    /// What cannot be read without a key.
    pub encrypted: Option<Hidden>,
    /// What is signed so that it can only be read by taking the signature apart.
    wrapped: Option<Hidden>,
}

/// Where it is that cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Hidden {
    /// In the attachment of that number.
    Attachment(usize),
    /// In the text.
    Text,
}

/// How much of a CMS part is looked at for what it is, in characters of base64.
const CMS_HEAD: usize = 400;

/// Looks at all parts, and at the text for a PGP message.
pub(crate) fn find(octets: &[u8], structure: &Structure, body: &Body) -> Protection {
    let mut protection = Protection::default();
    let attached = |part: usize| {
        let is_it = |attached: &super::body::Attached| attached.source == Source::Part(part);
        body.attached.iter().position(is_it).map(Hidden::Attachment)
    };
    for (index, part) in structure.parts.iter().enumerate() {
        match part.media_type() {
            "multipart/signed" => protection.signed = true,
            // RFC 3156 §4: the part behind this one is the message. Relays turn the multipart around it into another.
            "application/pgp-encrypted" => {
                let message = attached(index + 1).or_else(|| attached(index));
                protection.encrypted = protection.encrypted.or(message);
            }
            _ if is_cms(part) => match content_of(octets, part) {
                Cms::Enveloped => protection.encrypted = protection.encrypted.or_else(|| attached(index)),
                Cms::Signed => {
                    protection.signed = true;
                    protection.wrapped = protection.wrapped.or_else(|| attached(index));
                }
                Cms::Other => {}
            },
            _ => {}
        }
    }
    if has_block(&body.text, "MESSAGE") {
        protection.encrypted = protection.encrypted.or(Some(Hidden::Text));
    }
    protection.signed |=
        has_line(&body.text, "-----BEGIN PGP SIGNED MESSAGE-----") && has_block(&body.text, "SIGNATURE");
    protection
}

impl Protection {
    /// Says in the text what cannot be read, and where it is.
    pub fn tell(&self, mail: &mut InboundMail) {
        let note = match (&self.encrypted, &self.wrapped) {
            (Some(Hidden::Text), _) => "[This mail is encrypted with PGP; the text below is as it came.]".to_owned(),
            (Some(hidden), _) => format!(
                "[This mail is encrypted; what cannot be read here is the attachment {}.]",
                named(mail, hidden)
            ),
            (None, Some(hidden)) => format!(
                "[This mail is signed in a form that is not opened here; all of it is in the attachment {}.]",
                named(mail, hidden)
            ),
            (None, None) => return,
        };
        mail.anatomy.note = put_above(&note, &mut mail.text);
        put_above(&note, &mut mail.reply);
    }
}

/// Gives back how many octets stand above the text now.
fn put_above(note: &str, text: &mut String) -> usize {
    let mut gap = "\n\n";
    if text.trim().is_empty() {
        text.clear();
        gap = "\n";
    }
    text.insert_str(0, &format!("{note}{gap}"));
    note.len() + gap.len()
}

/// The attachment's name; an encrypted part without one gets one that says what it is.
fn named(mail: &mut InboundMail, hidden: &Hidden) -> String {
    let Hidden::Attachment(index) = hidden else {
        return String::new();
    };
    let Some(attachment) = mail.attachments.get_mut(*index) else {
        return String::new();
    };
    if attachment.name == "attachment.bin" {
        attachment.name = "encrypted.asc".to_owned();
    }
    attachment.name.clone()
}

enum Cms {
    Enveloped,
    Signed,
    Other,
}

fn is_cms(part: &Part) -> bool {
    let name = || {
        let given = part.disposition.parameter("filename");
        given.or_else(|| part.content_type.parameter("name"))
    };
    matches!(part.media_type(), "application/pkcs7-mime" | "application/x-pkcs7-mime")
        || name().is_some_and(|name| name.trim().eq_ignore_ascii_case("smime.p7m"))
}

/// What a CMS part holds, by its `smime-type` (RFC 8551 §3.2.2) or the object identifier it begins with (RFC 5652).
fn content_of(octets: &[u8], part: &Part) -> Cms {
    const ENVELOPED: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 3];
    const AUTH_ENVELOPED: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 16, 1, 23];
    const SIGNED: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 2];
    let kind = part
        .content_type
        .parameter("smime-type")
        .map(|kind| kind.trim().to_ascii_lowercase());
    match kind.as_deref() {
        Some("enveloped-data" | "authenveloped-data") => return Cms::Enveloped,
        Some("signed-data") => return Cms::Signed,
        Some(_) => return Cms::Other,
        None => {}
    }
    let raw = attachment::raw(octets, part);
    let head: Vec<u8> = match part.encoding {
        Encoding::Base64 => raw
            .iter()
            .copied()
            .filter(|b| !b.is_ascii_whitespace())
            .take(CMS_HEAD)
            .collect(),
        _ => raw.iter().copied().take(CMS_HEAD).collect(),
    };
    let head = part.encoding.decode(&head).into_octets();
    let has = |oid| memchr::memmem::find(&head, oid).is_some();
    if has(ENVELOPED) || has(AUTH_ENVELOPED) {
        Cms::Enveloped
    } else if has(SIGNED) {
        Cms::Signed
    } else {
        Cms::Other
    }
}

fn has_block(text: &str, what: &str) -> bool {
    text.contains("-----BEGIN PGP ")
        && has_line(text, &format!("-----BEGIN PGP {what}-----"))
        && has_line(text, &format!("-----END PGP {what}-----"))
}

fn has_line(text: &str, line: &str) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), line).any(|at| {
        let before = text.get(..at).unwrap_or_default();
        before.is_empty() || before.ends_with('\n')
    })
}
