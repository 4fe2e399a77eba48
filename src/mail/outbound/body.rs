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

/// `mixed(alternative(text, related(html, inline…)), attached…)`, with the levels that are needed and no others.
pub(super) fn tree(nonce: u64, bodies: &Bodies) -> Result<MultiPart, ComposeError> {
    let (inline, adrift): (Vec<_>, Vec<_>) = bodies.inline.iter().partition(|it| it.usable_content_id().is_some());
    let attached: Vec<_> = adrift.into_iter().chain(&bodies.attached).collect();
    let words = alternatives(nonce, bodies, &inline)?;
    if attached.is_empty() {
        return Ok(words);
    }
    let mixed = level(Level::Mixed, nonce)?.multipart(words);
    Ok(attached.into_iter().fold(mixed, |mixed, enclosure| {
        mixed.singlepart(enclosure::part(enclosure, Shown::Attached, &marker(nonce)))
    }))
}

/// The multiparts of a mail, from the outside inwards.
#[derive(Clone, Copy)]
enum Level {
    Mixed,
    Alternative,
    Related,
}

fn alternatives(nonce: u64, bodies: &Bodies, inline: &[&Enclosure]) -> Result<MultiPart, ComposeError> {
    let text = part(mime::ContentType::TEXT_PLAIN, &bodies.text)?;
    let html = part(mime::ContentType::TEXT_HTML, &bodies.html)?;
    let alternative = level(Level::Alternative, nonce)?.singlepart(text);
    if inline.is_empty() {
        return Ok(alternative.singlepart(html));
    }
    let related = level(Level::Related, nonce)?.singlepart(html);
    Ok(alternative.multipart(inline.iter().fold(related, |related, enclosure| {
        related.singlepart(enclosure::part(enclosure, Shown::Inline, &marker(nonce)))
    })))
}

fn level(level: Level, nonce: u64) -> Result<MultiPart, ComposeError> {
    // No boundary is the beginning of another: readers compare beginnings (RFC 2046 §5.1.1).
    let (kind, letter, parameters) = match level {
        Level::Mixed => ("mixed", 'm', ""),
        Level::Alternative => ("alternative", 'z', ""),
        Level::Related => ("related", 'r', "; type=\"text/html\""),
    };
    // `=_` can stand in neither quoted-printable nor base64, so no content ever looks like the boundary.
    let kind = format!(
        "multipart/{kind}; boundary=\"=_b{letter}{}\"{parameters}",
        marker(nonce)
    );
    let kind = mime::ContentType::parse(&kind).map_err(|_| ComposeError::Boundary)?;
    Ok(MultiPart::builder().header(kind).build())
}

/// What stands in each boundary of the mail.
fn marker(nonce: u64) -> String {
    format!("{nonce:016x}")
}

fn part(kind: mime::ContentType, text: &str) -> Result<SinglePart, ComposeError> {
    let foreign = text.bytes().filter(|octet| !octet.is_ascii()).count();
    // An octet takes three in quoted-printable, four thirds in base64.
    let encoding = if foreign * 4 > text.len() {
        mime::ContentTransferEncoding::Base64
    } else {
        mime::ContentTransferEncoding::QuotedPrintable
    };
    let body = Body::new_with_encoding(clean(text), encoding).map_err(|_| ComposeError::Body)?;
    Ok(SinglePart::builder().header(kind).body(body))
}

/// Only line feeds as line ends (lettre turns them into CRLF), no other controls, none at the end.
fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len() + text.len() / 16);
    let mut chars = text.trim_end().chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                clean.push('\n');
            }
            '\n' | '\t' => clean.push(c),
            c if c.is_control() => {}
            c => clean.push(c),
        }
    }
    clean
}
