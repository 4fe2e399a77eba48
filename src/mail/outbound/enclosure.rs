//! Files and mails that an outgoing mail brings along: base64 of any octets, names that every client shows.

use super::header::LONGEST_LINE;
use crate::mail::syntax::file_name;
use data_encoding::BASE64;
use lettre::message::header::{ContentId, ContentTransferEncoding, Header, HeaderName, HeaderValue};
use lettre::message::{Body, SinglePart};
use std::error::Error;
use std::fmt::Write;

/// One file. Whatever stands in its fields, a sound part comes out: they often come from a stranger's mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Enclosure {
    /// What it is called. Only a visible last path component is kept of it; without one it is named by its media type.
    pub name: String,
    /// Its media type, lower or upper case, with or without parameters. One that can't be written, or that would have
    /// a reader look for parts inside, becomes `application/octet-stream`. A `message/rfc822` stays one when it is
    /// 7-bit, since base64 is forbidden there (RFC 2046 §5.2.1).
    pub media_type: String,
    /// Its Content-ID without brackets, when HTML shows it.
    pub content_id: Option<String>,
    /// What is in it.
    pub octets: Vec<u8>,
}

/// Where readers show a part.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// Inside of the HTML.
    Inline,
    /// Beneath the mail.
    Attached,
}

/// Writes the part of one enclosure. `marker` stands in the boundaries of the mail, and in no content that isn't encoded.
pub(super) fn write(out: &mut Vec<u8>, enclosure: &Enclosure, shown: Shown, marker: &str) {
    let seven_bit = match enclosure.essence().as_deref() {
        Some("message/rfc822") => seven_bit(&enclosure.octets, marker),
        _ => None,
    };
    let (media_type, encoding) = match (enclosure.essence().as_deref(), &seven_bit) {
        (Some("message/rfc822"), Some(_)) => ("message/rfc822".to_owned(), ContentTransferEncoding::SevenBit),
        (Some("message/rfc822") | None, _) => (UNKNOWN.to_owned(), ContentTransferEncoding::Base64),
        (Some(essence), _) => (enclosure.with_parameters(essence), ContentTransferEncoding::Base64),
    };
    out.extend_from_slice(enclosure.header(&media_type, shown, encoding).as_bytes());
    out.extend_from_slice(b"\r\n");
    match seven_bit {
        Some(mail) => out.extend(mail),
        None => write_base64(out, &enclosure.octets),
    }
    out.extend_from_slice(b"\r\n");
}

/// Octets of a line of base64, of 76 letters (RFC 2045 §6.8).
const BASE64_LINE: usize = 57;
/// What nothing is known of.
const UNKNOWN: &str = "application/octet-stream";
/// The most octets of a Content-ID; no client writes longer ones.
const LONGEST_CONTENT_ID: usize = 200;
/// RFC 6838 §4.2, for the type and the subtype each.
const LONGEST_TYPE: usize = 127;
/// Parameters that say how to read a part; all others are left out.
const KEPT_PARAMETERS: [&str; 3] = ["charset", "method", "format"];

impl Enclosure {
    /// The Content-ID, when it can stand in a header as it is.
    pub(super) fn usable_content_id(&self) -> Option<&str> {
        let id = self.content_id.as_deref()?;
        let sound = (1..=LONGEST_CONTENT_ID).contains(&id.len())
            && id
                .bytes()
                .all(|octet| octet.is_ascii_graphic() && !b"<>\"\\".contains(&octet));
        sound.then_some(id)
    }

    fn header(&self, media_type: &str, shown: Shown, encoding: ContentTransferEncoding) -> String {
        let name = self.shown_name();
        let mut part = SinglePart::builder()
            .header(Kind(kind(media_type, &name)))
            .header(Disposition(disposition(shown, &name)));
        if let Some(id) = self.usable_content_id() {
            part = part.header(ContentId::from(format!("<{id}>")));
        }
        let nothing = Body::dangerous_pre_encoded(vec![], encoding);
        part.body(nothing).headers().to_string()
    }

    /// Type and subtype in lower case; `None` for what can't be sent as that.
    fn essence(&self) -> Option<String> {
        let essence = self.media_type.split(';').next()?.trim().to_ascii_lowercase();
        let (kind, subtype) = essence.split_once('/')?;
        let holds_parts = kind == "multipart" || (kind == "message" && subtype != "rfc822");
        let sound = [kind, subtype]
            .iter()
            .all(|word| word.len() <= LONGEST_TYPE && is_token(word));
        (sound && !holds_parts).then_some(essence)
    }

    fn with_parameters(&self, essence: &str) -> String {
        let mut written = essence.to_owned();
        let given = self.media_type.split(';').skip(1).filter_map(|it| it.split_once('='));
        for (name, value) in given {
            let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"'));
            if KEPT_PARAMETERS.contains(&name.as_str())
                && value.len() <= LONGEST_TYPE
                && is_token(value)
                && !written.contains(&format!("; {name}="))
            {
                // Writing to a String never fails.
                let _ = write!(written, "; {name}={value}");
            }
        }
        let is_bare_text = essence.starts_with("text/") && !written.contains("; charset=");
        if is_bare_text && !self.octets.is_ascii() && std::str::from_utf8(&self.octets).is_ok() {
            written.push_str("; charset=utf-8");
        }
        written
    }

    /// The name that readers show; an enclosed mail's ends as clients know such files.
    fn shown_name(&self) -> String {
        let essence = self.media_type.split(';').next().unwrap_or_default();
        let essence = essence.trim().to_ascii_lowercase();
        let name = file_name::safe(&self.name).unwrap_or_else(|| file_name::from_media_type(&essence));
        if essence == "message/rfc822" && !name.to_lowercase().ends_with(".eml") {
            return format!("{name}.eml");
        }
        name
    }
}

fn write_base64(out: &mut Vec<u8>, octets: &[u8]) {
    let mut lines = octets.chunks(BASE64_LINE).peekable();
    while let Some(line) = lines.next() {
        BASE64.encode_write(line, &mut Ascii(out)).unwrap_or_default();
        if lines.peek().is_some() {
            out.extend_from_slice(b"\r\n");
        }
    }
}

/// Takes text that is ASCII; never fails.
struct Ascii<'a>(&'a mut Vec<u8>);

impl Write for Ascii<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

/// The mail with CRLF at its line ends; `None` when it needs more than 7 bits, or could end our own part.
fn seven_bit(octets: &[u8], marker: &str) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(octets).ok().filter(|text| text.is_ascii())?;
    if text.contains('\0') || text.contains(marker) {
        return None;
    }
    let mut mail = String::with_capacity(text.len() + text.len() / 32);
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.contains('\r') || line.len() > LONGEST_LINE {
            return None;
        }
        mail.push_str(line);
        mail.push_str("\r\n");
    }
    Some(mail.trim_end_matches("\r\n").into())
}

fn kind(media_type: &str, name: &str) -> String {
    // Older clients look for the name here. There is no way to write others that all of them read.
    if name.is_ascii() {
        format!("{media_type};\r\n name=\"{name}\"")
    } else {
        media_type.to_owned()
    }
}

/// RFC 2183 and, for names that aren't ASCII, RFC 2231 §4 beside a plain name for readers that don't know it. Without
/// continuations: a name is never too long for a line, and fewer clients read those.
fn disposition(shown: Shown, name: &str) -> String {
    let shown = match shown {
        Shown::Inline => "inline",
        Shown::Attached => "attachment",
    };
    let plain: String = name.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    let mut written = format!("{shown};\r\n filename=\"{plain}\"");
    if !name.is_ascii() {
        written.push_str(";\r\n filename*=UTF-8''");
        for octet in name.bytes() {
            // Writing to a String never fails.
            let _ = match octet {
                b'-' | b'.' | b'_' => write!(written, "{}", char::from(octet)),
                _ if octet.is_ascii_alphanumeric() => write!(written, "{}", char::from(octet)),
                _ => write!(written, "%{octet:02X}"),
            };
        }
    }
    written
}

/// RFC 2045 §5.1.
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|octet| octet.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(&octet))
}

/// Content-Type as it is written here: lettre's own encodes and folds its parameters as if they were text.
#[derive(Clone)]
struct Kind(String);

/// Content-Disposition, for the same reason.
#[derive(Clone)]
struct Disposition(String);

impl Header for Kind {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Type")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::dangerous_new_pre_encoded(Self::name(), self.0.clone(), self.0.clone())
    }
}

impl Header for Disposition {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Disposition")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::dangerous_new_pre_encoded(Self::name(), self.0.clone(), self.0.clone())
    }
}

#[cfg(test)]
mod tests;
