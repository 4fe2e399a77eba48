//! A mail that every parser reads alike: else the header and body that were signed need not be those that the desk
//! understands, and one signed mail could be dressed up as another.

use crate::mail::ParseLimits;
use crate::mail::authentication::DkimShortfall;
use std::borrow::Cow;

/// A mail with CRLF throughout and a header of nothing but sound fields.
#[derive(Debug)]
pub struct Clear<'m> {
    /// The mail.
    pub octets: Cow<'m, [u8]>,
    /// Where its body starts.
    pub body_start: usize,
}

/// Fields that a header has at most once (RFC 5322 §3.6, RFC 2045 §3): of two, signer and reader may each take another
/// (RFC 6376 §8.15).
const ONCE: [&str; 13] = [
    "From",
    "Sender",
    "Reply-To",
    "To",
    "Cc",
    "Date",
    "Subject",
    "Message-ID",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
];

impl<'m> Clear<'m> {
    /// # Errors
    /// What is in the way of reading it in one way only.
    pub fn read(octets: &'m [u8]) -> Result<Self, DkimShortfall> {
        let octets = with_crlf(octets).ok_or(DkimShortfall::Ambiguous)?;
        let body_start = body_start(&octets)?;
        Ok(Self { octets, body_start })
    }
}

/// A mail that came by a pipe has bare LF. A bare CR is a line end to some, and is skipped when a body is hashed.
fn with_crlf(octets: &[u8]) -> Option<Cow<'_, [u8]>> {
    let mut has_bare_lf = false;
    for at in memchr::memchr2_iter(b'\r', b'\n', octets) {
        let before = at.checked_sub(1).and_then(|at| octets.get(at));
        match (before, octets.get(at), octets.get(at + 1)) {
            (_, Some(b'\r'), Some(b'\n')) => {}
            (_, Some(b'\r'), _) => return None,
            (before, _, _) => has_bare_lf |= before != Some(&b'\r'),
        }
    }
    if !has_bare_lf {
        return Some(Cow::Borrowed(octets));
    }
    let mut mended = Vec::with_capacity(octets.len() + octets.len() / 32);
    for line in octets.split_inclusive(|&b| b == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(text) => {
                mended.extend_from_slice(text.strip_suffix(b"\r").unwrap_or(text));
                mended.extend_from_slice(b"\r\n");
            }
            None => mended.extend_from_slice(line),
        }
    }
    Some(Cow::Owned(mended))
}

fn body_start(octets: &[u8]) -> Result<usize, DkimShortfall> {
    let limit = ParseLimits::default().header_octets;
    let (mut seen, mut is_signed) = ([false; ONCE.len()], false);
    let mut at = 0;
    for line in octets.split_inclusive(|&b| b == b'\n') {
        let is_first = at == 0;
        at += line.len();
        if at > limit {
            return Err(DkimShortfall::TooLarge);
        }
        let text = line.strip_suffix(b"\r\n").ok_or(DkimShortfall::Ambiguous)?;
        if text.is_empty() {
            let start = is_signed.then_some(at);
            return start.ok_or(DkimShortfall::NoSignature);
        }
        if text.iter().any(|&b| b.is_ascii_control() && b != b'\t') {
            return Err(DkimShortfall::Ambiguous);
        }
        let is_folded = matches!(text.first(), Some(b' ' | b'\t'));
        if is_folded && !is_first {
            continue;
        }
        let name = field_name(text).ok_or(DkimShortfall::Ambiguous)?;
        is_signed |= name.eq_ignore_ascii_case("DKIM-Signature");
        refuse_repeated(name, &mut seen)?;
    }
    // Without an empty line some parsers find a body, and some none.
    Err(DkimShortfall::Ambiguous)
}

fn refuse_repeated(name: &str, seen: &mut [bool; ONCE.len()]) -> Result<(), DkimShortfall> {
    let mut once = ONCE.iter().zip(seen);
    let known = once.find(|(once, _)| name.eq_ignore_ascii_case(once));
    match known.map(|(once, seen)| (*once, std::mem::replace(seen, true))) {
        Some(("From", true)) => Err(DkimShortfall::SeveralSenders),
        Some((_, true)) => Err(DkimShortfall::Ambiguous),
        _ => Ok(()),
    }
}

fn field_name(line: &[u8]) -> Option<&str> {
    let name = line
        .split(|&b| b == b':')
        .next()
        .filter(|name| name.len() < line.len())?;
    let is_sound = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    std::str::from_utf8(name).ok().filter(|_| is_sound)
}

#[cfg(test)]
mod tests {
    use super::{Clear, DkimShortfall};

    const HEADER: &str = "DKIM-Signature: x\r\nFrom: a@b.example\r\nSubject: long\r\n line\r\n";

    #[track_caller]
    fn refused(mail: &str, expected: DkimShortfall) {
        assert_eq!(Clear::read(mail.as_bytes()).unwrap_err(), expected, "{mail:?}");
    }

    #[test]
    fn a_sound_mail_stays_as_it_is_and_bare_lf_becomes_crlf() {
        let mail = format!("{HEADER}\r\nbody\r\nlast");
        for written in [mail.clone(), mail.replace("\r\n", "\n")] {
            let clear = Clear::read(written.as_bytes()).unwrap();
            assert_eq!(clear.octets, mail.as_bytes());
            assert_eq!(clear.body_start, HEADER.len() + 2);
        }
    }

    #[test]
    fn what_parsers_read_differently_is_refused() {
        for odd in [
            "garbage\r\n",
            "two words: x\r\n",
            ": x\r\n",
            "X: a\0b\r\n",
            "X: a\rb\r\n",
        ] {
            refused(&format!("{HEADER}{odd}\r\nbody\r\n"), DkimShortfall::Ambiguous);
        }
        refused(&format!("{HEADER}\r\nbo\rdy\r\n"), DkimShortfall::Ambiguous);
        refused(HEADER, DkimShortfall::Ambiguous);
        refused(&format!(" folded: x\r\n{HEADER}\r\nbody\r\n"), DkimShortfall::Ambiguous);
        refused(
            &format!("{HEADER}content-type: a/b\r\nContent-Type: c/d\r\n\r\nbody\r\n"),
            DkimShortfall::Ambiguous,
        );
    }

    #[test]
    fn two_from_fields_a_long_header_and_a_mail_without_a_signature_are_told_apart() {
        refused(
            &format!("From: x@y.example\r\n{HEADER}\r\n"),
            DkimShortfall::SeveralSenders,
        );
        refused(
            &format!("{}{HEADER}\r\n", "X: y\r\n".repeat(50_000)),
            DkimShortfall::TooLarge,
        );
        refused("From: x@y.example\r\n\r\nbody\r\n", DkimShortfall::NoSignature);
    }
}
