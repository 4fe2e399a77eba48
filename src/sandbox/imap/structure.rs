//! ENVELOPE and BODYSTRUCTURE (RFC 3501 §7.4.2).

use crate::sandbox::mime::{Content, MimePart, field_values};
use data_encoding::BASE64;
use mail_parser::{Addr, Address, ContentType, Message, MimeHeaders};

/// How much of a structure is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// For BODY.
    Basic,
    /// For BODYSTRUCTURE.
    Extended,
}

/// Writes the ENVELOPE of a mail.
pub(super) fn envelope(out: &mut Vec<u8>, mail: &MimePart) {
    let field = |name| field_values(mail.header, name).into_iter().next();
    let fields = mail.fields.as_ref();
    let from = fields.and_then(Message::from);
    out.push(b'(');
    nstring(out, field("Date").as_deref());
    out.push(b' ');
    nstring(out, field("Subject").as_deref());
    for list in [
        from,
        fields.and_then(Message::sender).or(from),
        fields.and_then(Message::reply_to).or(from),
        fields.and_then(Message::to),
        fields.and_then(Message::cc),
        fields.and_then(Message::bcc),
    ] {
        out.push(b' ');
        addresses(out, list);
    }
    out.push(b' ');
    nstring(out, field("In-Reply-To").as_deref());
    out.push(b' ');
    nstring(out, field("Message-ID").as_deref());
    out.push(b')');
}

fn addresses(out: &mut Vec<u8>, list: Option<&Address>) {
    let found: Vec<&Addr> = list.map(|list| list.iter().collect()).unwrap_or_default();
    if found.is_empty() {
        out.extend_from_slice(b"NIL");
        return;
    }
    out.push(b'(');
    for addr in found {
        let address = addr.address.as_deref().unwrap_or_default();
        let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
        out.push(b'(');
        nstring(out, addr.name.as_deref().map(encoded_word).as_deref());
        out.extend_from_slice(b" NIL ");
        nstring(out, Some(local));
        out.push(b' ');
        nstring(out, Some(domain));
        out.push(b')');
    }
    out.push(b')');
}

/// A decoded name as it may stand in a header again (RFC 2047).
fn encoded_word(name: &str) -> String {
    match name.is_ascii() {
        true => name.to_owned(),
        false => format!("=?UTF-8?B?{}?=", BASE64.encode(name.as_bytes())),
    }
}

/// Writes the structure of a part.
pub(super) fn body_structure(out: &mut Vec<u8>, part: &MimePart, extent: Extent) {
    let kind = part.fields.as_ref().and_then(|fields| fields.content_type());
    out.push(b'(');
    match &part.content {
        Content::Multipart(parts) => {
            for inner in parts {
                body_structure(out, inner, extent);
            }
            out.push(b' ');
            nstring(
                out,
                Some(kind.and_then(|kind| kind.c_subtype.as_deref()).unwrap_or("mixed")),
            );
            if extent == Extent::Extended {
                out.push(b' ');
                parameters(out, kind);
            }
        }
        content => {
            single_part(out, part, kind);
            if let Content::Message(mail) = content {
                out.push(b' ');
                envelope(out, mail);
                out.push(b' ');
                body_structure(out, mail, extent);
                lines(out, part.body);
            } else if kind.is_none_or(|kind| kind.c_type.eq_ignore_ascii_case("text")) {
                lines(out, part.body);
            }
            if extent == Extent::Extended {
                out.extend_from_slice(b" NIL");
            }
        }
    }
    if extent == Extent::Extended {
        out.push(b' ');
        disposition(out, part);
        // Language and location.
        out.extend_from_slice(b" NIL NIL");
    }
    out.push(b')');
}

fn single_part(out: &mut Vec<u8>, part: &MimePart, kind: Option<&ContentType>) {
    let field = |name| field_values(part.header, name).into_iter().next();
    nstring(out, Some(kind.map_or("text", |kind| &kind.c_type)));
    out.push(b' ');
    nstring(
        out,
        Some(kind.and_then(|kind| kind.c_subtype.as_deref()).unwrap_or("plain")),
    );
    out.push(b' ');
    match kind {
        Some(_) => parameters(out, kind),
        None => out.extend_from_slice(b"(\"charset\" \"us-ascii\")"),
    }
    out.push(b' ');
    nstring(out, field("Content-ID").as_deref());
    out.push(b' ');
    nstring(out, field("Content-Description").as_deref());
    out.push(b' ');
    let encoding = field("Content-Transfer-Encoding").filter(|encoding| !encoding.is_empty());
    nstring(out, Some(encoding.as_deref().unwrap_or("7bit")));
    out.extend(format!(" {}", part.body.len()).into_bytes());
}

fn lines(out: &mut Vec<u8>, body: &[u8]) {
    let lines = body.iter().filter(|octet| **octet == b'\n').count();
    out.extend(format!(" {lines}").into_bytes());
}

fn parameters(out: &mut Vec<u8>, kind: Option<&ContentType>) {
    let attributes = kind.and_then(|kind| kind.attributes()).unwrap_or_default();
    if attributes.is_empty() {
        out.extend_from_slice(b"NIL");
        return;
    }
    for (at, attribute) in attributes.iter().enumerate() {
        out.push(if at == 0 { b'(' } else { b' ' });
        nstring(out, Some(&attribute.name));
        out.push(b' ');
        nstring(out, Some(&encoded_word(&attribute.value)));
    }
    out.push(b')');
}

fn disposition(out: &mut Vec<u8>, part: &MimePart) {
    match part.fields.as_ref().and_then(|fields| fields.content_disposition()) {
        Some(disposition) => {
            out.push(b'(');
            nstring(out, Some(&disposition.c_type));
            out.push(b' ');
            parameters(out, Some(disposition));
            out.push(b')');
        }
        None => out.extend_from_slice(b"NIL"),
    }
}

/// A quoted string, a literal where that is not enough, or NIL.
fn nstring(out: &mut Vec<u8>, value: Option<&str>) {
    let Some(value) = value else {
        out.extend_from_slice(b"NIL");
        return;
    };
    if value.bytes().all(|octet| matches!(octet, b' '..=b'~')) {
        let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
        out.extend(format!("\"{escaped}\"").into_bytes());
    } else {
        out.extend(format!("{{{}}}\r\n{value}", value.len()).into_bytes());
    }
}
