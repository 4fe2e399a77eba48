//! A text and its HTML in each way that somebody may read them.

use crate::mail::reply_text::marker::is_invisible;
use mail_parser::decoders::html::html_to_text;
use std::borrow::Cow;

/// One way to read it, in lower case and without characters that take no room.
#[derive(Debug)]
pub(super) struct View {
    pub text: String,
}

/// All ways.
pub(super) fn views(text: &str, html: Option<&str>) -> Vec<View> {
    let mut read = vec![text.to_owned()];
    if let Some(html) = html {
        let decoded = without_entities(html);
        read.push(without_entities(&without_tags(html)));
        // What is written as text may be markup once it was decoded.
        if decoded.contains('&') {
            read.push(without_entities(&decoded));
        }
        read.push(decoded);
    }
    let mut views = Vec::with_capacity(read.len() * 4);
    for text in read {
        let seen: String = text
            .chars()
            .filter(|c| !is_invisible(*c))
            .collect::<String>()
            .to_lowercase();
        let mut decoded = without_percent(&seen).into_owned();
        for _ in 0..MOST_ENCODED {
            if decoded == seen || !decoded.contains('%') {
                break;
            }
            decoded = without_percent(&decoded).into_owned();
        }
        for text in [&seen, &decoded] {
            if let Some(joined) = unwrapped(text) {
                views.push(View { text: joined });
            }
        }
        if decoded != seen {
            views.push(View {
                text: decoded.to_lowercase(),
            });
        }
        views.push(View { text: seen });
    }
    views
}

/// How often an address in an address in a link may be encoded once more.
const MOST_ENCODED: usize = 2;

/// The text of HTML as if its tags took no room: `a<b>@</b>b.example` is an address.
fn without_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut is_tag = false;
    for (at, c) in html.char_indices() {
        let opens = || {
            html.get(at + 1..)
                .is_some_and(|next| next.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)))
        };
        match c {
            '<' if !is_tag && opens() => {
                is_tag = true;
                let name = html.get(at + 1..).unwrap_or_default().trim_start_matches('/');
                if parts_words(name) {
                    out.push('\n');
                }
            }
            '>' if is_tag => is_tag = false,
            c if !is_tag => out.push(c),
            _ => {}
        }
    }
    out
}

/// Whether an element starts a line, or ends one.
fn parts_words(tag: &str) -> bool {
    let name = tag
        .split(|c: char| !c.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default();
    const LINES: [&str; 18] = [
        "br",
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "tr",
        "td",
        "th",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "blockquote",
    ];
    LINES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// With lines put together that were wrapped within a word; `None` when there is but one line.
fn unwrapped(text: &str) -> Option<String> {
    let mut lines = text.lines();
    let mut out = lines.next()?.to_owned();
    let first = out.len();
    for line in lines {
        out.truncate(out.trim_end_matches([' ', '=']).len());
        out.push_str(line.trim_start_matches(|c: char| c == '>' || c.is_whitespace()));
    }
    (out.len() != first).then_some(out)
}

/// Octets of an entity at most.
const LONGEST_ENTITY: usize = 34;

fn without_entities(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut pieces = html.split('&');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        match numeric(piece).or_else(|| named(piece)) {
            Some((c, rest)) => {
                out.push_str(&c);
                out.push_str(rest);
            }
            None => {
                out.push('&');
                out.push_str(piece);
            }
        }
    }
    out
}

/// `#64;`, `#x40;`, or either without its semicolon.
fn numeric(piece: &str) -> Option<(String, &str)> {
    let digits = piece.strip_prefix('#')?;
    let (digits, radix) = digits.strip_prefix(['x', 'X']).map_or((digits, 10), |hex| (hex, 16));
    let length = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    let (digits, rest) = digits.split_at_checked(length)?;
    let c = char::from_u32(u32::from_str_radix(digits, radix).ok()?)?;
    Some((c.to_string(), rest.strip_prefix(';').unwrap_or(rest)))
}

fn named(piece: &str) -> Option<(String, &str)> {
    let (name, rest) = piece.split_once(';').filter(|(name, _)| name.len() <= LONGEST_ENTITY)?;
    let is_name = !name.is_empty() && name.bytes().all(|octet| octet.is_ascii_alphanumeric());
    let c = is_name.then(|| html_to_text(&format!("&{name};")))?;
    // What decodes it trims spaces.
    let c = if c.trim().is_empty() { " " } else { c.trim() };
    Some((c.to_owned(), rest))
}

/// RFC 3986 §2.1
fn without_percent(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let octets = text.as_bytes();
    let mut out = Vec::with_capacity(octets.len());
    let mut at = 0;
    while let Some(octet) = octets.get(at) {
        let digit = |offset: usize| {
            octets
                .get(at + offset)
                .and_then(|octet| char::from(*octet).to_digit(16))
        };
        match (octet, digit(1), digit(2)) {
            (b'%', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or_default());
                at += 3;
            }
            _ => {
                out.push(*octet);
                at += 1;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}
