//! The MIME body: text and HTML as alternatives, what the HTML shows beside it, and what is attached.

use super::enclosure::{self, Enclosure, Shown};
use super::header::ComposeError;
use lettre::message::{Body, MultiPart, SinglePart, header as mime};

/// What an outgoing mail says, twice, and what it brings along.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bodies {
    /// As plain text.
    pub text: String,
    /// As HTML.
    pub html: String,
    /// What the HTML shows by its Content-ID (`cid:`); what has no usable one is attached instead.
    pub inline: Vec<Enclosure>,
    /// What can be opened and saved.
    pub attached: Vec<Enclosure>,
}

/// Writes `mixed(alternative(text, related(html, inline…)), attached…)`, with the levels that are needed and no others.
///
/// What stands before the enclosures comes first, and does not depend on what is in them.
pub(super) struct BodyWriter<'a> {
    nonce: u64,
    bodies: &'a Bodies,
    inline: Vec<&'a Enclosure>,
    attached: Vec<&'a Enclosure>,
}

impl<'a> BodyWriter<'a> {
    pub(super) fn new(nonce: u64, bodies: &'a Bodies) -> Self {
        let (inline, adrift): (Vec<_>, Vec<_>) = bodies.inline.iter().partition(|it| it.usable_content_id().is_some());
        Self {
            nonce,
            bodies,
            inline,
            attached: adrift.into_iter().chain(&bodies.attached).collect(),
        }
    }

    /// The text and the HTML, and where enclosures follow, the levels that these stand in.
    pub(super) fn words(&self, out: &mut Vec<u8>) -> Result<(), ComposeError> {
        if !self.attached.is_empty() {
            self.open(out, Level::Mixed)?;
        }
        self.open(out, Level::Alternative)?;
        text_part(out, mime::ContentType::TEXT_PLAIN, &self.bodies.text)?;
        self.next(out, Level::Alternative);
        if !self.inline.is_empty() {
            self.open(out, Level::Related)?;
        }
        text_part(out, mime::ContentType::TEXT_HTML, &self.bodies.html)
    }

    /// What follows the words, to the end of the mail.
    pub(super) fn enclosed(&self, out: &mut Vec<u8>) {
        let marker = marker(self.nonce);
        for enclosure in &self.inline {
            self.next(out, Level::Related);
            enclosure::write(out, enclosure, Shown::Inline, &marker);
        }
        if !self.inline.is_empty() {
            self.close(out, Level::Related);
        }
        self.close(out, Level::Alternative);
        for enclosure in &self.attached {
            self.next(out, Level::Mixed);
            enclosure::write(out, enclosure, Shown::Attached, &marker);
        }
        if !self.attached.is_empty() {
            self.close(out, Level::Mixed);
        }
    }

    /// Octets that the enclosures take at most.
    pub(super) fn enclosed_capacity(&self) -> usize {
        let enclosures = self.inline.iter().chain(&self.attached);
        // Base64 takes 78 octets for each 57; the fields of a part stay under 2 KiB.
        enclosures.map(|it| it.octets.len() / 57 * 78 + 2048).sum()
    }

    fn open(&self, out: &mut Vec<u8>, level: Level) -> Result<(), ComposeError> {
        let multipart = MultiPart::builder().header(level.kind(self.nonce)?).build();
        out.extend_from_slice(multipart.headers().to_string().as_bytes());
        out.extend_from_slice(b"\r\n");
        self.next(out, level);
        Ok(())
    }

    fn next(&self, out: &mut Vec<u8>, level: Level) {
        out.extend_from_slice(format!("--{}\r\n", level.boundary(self.nonce)).as_bytes());
    }

    fn close(&self, out: &mut Vec<u8>, level: Level) {
        out.extend_from_slice(format!("--{}--\r\n", level.boundary(self.nonce)).as_bytes());
    }
}

/// The multiparts of a mail, from the outside inwards.
#[derive(Clone, Copy)]
enum Level {
    Mixed,
    Alternative,
    Related,
}

impl Level {
    fn kind(self, nonce: u64) -> Result<mime::ContentType, ComposeError> {
        let (kind, parameters) = match self {
            Self::Mixed => ("mixed", ""),
            Self::Alternative => ("alternative", ""),
            Self::Related => ("related", "; type=\"text/html\""),
        };
        let kind = format!("multipart/{kind}; boundary=\"{}\"{parameters}", self.boundary(nonce));
        mime::ContentType::parse(&kind).map_err(|_| ComposeError::Boundary)
    }

    fn boundary(self, nonce: u64) -> String {
        // No boundary is the beginning of another: readers compare beginnings (RFC 2046 §5.1.1).
        let letter = match self {
            Self::Mixed => 'm',
            Self::Alternative => 'z',
            Self::Related => 'r',
        };
        // `=_` can stand in neither quoted-printable nor base64, so no content ever looks like the boundary.
        format!("=_b{letter}{}", marker(nonce))
    }
}

/// What stands in each boundary of the mail.
fn marker(nonce: u64) -> String {
    format!("{nonce:016x}")
}

fn text_part(out: &mut Vec<u8>, kind: mime::ContentType, text: &str) -> Result<(), ComposeError> {
    let foreign = text.bytes().filter(|octet| !octet.is_ascii()).count();
    // An octet takes three in quoted-printable, four thirds in base64.
    let encoding = if foreign * 4 > text.len() {
        mime::ContentTransferEncoding::Base64
    } else {
        mime::ContentTransferEncoding::QuotedPrintable
    };
    let body = Body::new_with_encoding(clean(text), encoding).map_err(|_| ComposeError::Body)?;
    out.extend(SinglePart::builder().header(kind).body(body).formatted());
    Ok(())
}

/// Only CRLF as line ends, no other controls, none at the end. lettre would make CRLF of each line feed by itself, and
/// move the rest of the text for every one of them.
fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len() + text.len() / 8);
    let mut chars = text.trim_end().chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                clean.push_str("\r\n");
            }
            '\n' => clean.push_str("\r\n"),
            '\t' => clean.push(c),
            c if c.is_control() => {}
            c => clean.push(c),
        }
    }
    clean
}
