//! Octets to text: charsets, and what is cleaned out of every decoded value.

use mail_parser::decoders::charsets::map::charset_decoder;
use std::borrow::Cow;

/// Decodes octets of a named charset; the flag tells that they did not fit it, or that it is unknown.
///
/// UTF-8 that is valid is taken as UTF-8 where nothing, ASCII or UTF-8 is named; else Windows-1252, which is what such
/// mail means in practice.
pub(crate) fn decode(octets: &[u8], label: Option<&str>) -> (String, Fit) {
    let label = label.map(str::trim).filter(|l| !l.is_empty());
    let is_utf8 = label.is_none_or(|l| {
        ["utf-8", "utf8", "us-ascii", "ascii"]
            .iter()
            .any(|u| l.eq_ignore_ascii_case(u))
    });
    if is_utf8 {
        return decode_utf8(octets, label.is_some());
    }
    match label.and_then(|l| charset_decoder(l.as_bytes())) {
        Some(decoder) => {
            let text = decoder(octets);
            let fit = if text.contains('\u{FFFD}') { Fit::Bad } else { Fit::Good };
            (text, fit)
        }
        None if octets.is_ascii() => (String::from_utf8_lossy(octets).into_owned(), Fit::Good),
        None => (decode_utf8(octets, true).0, Fit::Bad),
    }
}

/// Whether octets belonged to the charset that was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// Each of them did.
    Good,
    /// Some did not.
    Bad,
}

fn decode_utf8(octets: &[u8], named: bool) -> (String, Fit) {
    if let Ok(text) = std::str::from_utf8(octets) {
        return (text.to_owned(), Fit::Good);
    }
    let fit = if named { Fit::Bad } else { Fit::Good };
    let lossy = String::from_utf8_lossy(octets);
    let broken = lossy.matches('\u{FFFD}').count();
    let whole = lossy.chars().filter(|c| !c.is_ascii()).count() - broken;
    if whole > broken {
        return (lossy.into_owned(), Fit::Bad);
    }
    match charset_decoder(b"windows-1252") {
        Some(decoder) => (decoder(octets), fit),
        None => (lossy.into_owned(), Fit::Bad),
    }
}

/// One line: control characters and runs of white space become one space; bidirectional overrides go.
pub(crate) fn clean_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut pending_space = false;
    for c in text.chars().filter(|&c| !is_direction_override(c)) {
        if c.is_control() || c == ' ' {
            pending_space = !out.is_empty();
        } else {
            if pending_space {
                out.push(' ');
                pending_space = false;
            }
            out.push(c);
        }
    }
    out
}

/// Many lines: line ends become `\n`, other control characters but the tab become spaces.
pub(crate) fn clean_text(text: &str) -> Cow<'_, str> {
    let dirty = |c: char| c.is_control() && c != '\n' && c != '\t';
    let Some(first) = text.find(dirty) else {
        return Cow::Borrowed(text);
    };
    let (sound, rest) = text.split_at_checked(first).unwrap_or((text, ""));
    let mut out = String::with_capacity(text.len());
    out.push_str(sound);
    let mut chars = rest.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' => out.push('\n'),
            c if dirty(c) => out.push(' '),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Marks that turn the reading direction around, with which a name can be made to look like another.
pub(crate) fn is_direction_override(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character takes no room, or only turns the reading direction.
pub(crate) fn is_invisible(c: char) -> bool {
    is_direction_override(c)
        || matches!(c, '\u{AD}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
            | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2064}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unnamed_octets_are_utf8_if_they_can_be_and_western_if_not() {
        assert_eq!(decode("año".as_bytes(), None).0, "año");
        assert_eq!(decode(b"a\xF1o", None).0, "año");
        assert_eq!(decode(b"a\xF1o", Some("utf-8")), ("año".to_owned(), Fit::Bad));
        assert_eq!(decode(b"\xCF\xF0\xE8", Some("windows-1251")).0, "При");
        assert_eq!(decode(b"abc", Some("no-such-charset")).0, "abc");
    }

    #[test]
    fn controls_become_spaces() {
        assert_eq!(clean_line(" a\r\n\tb\0c  d "), "a b c d");
        assert_eq!(clean_text("a\r\nb\rc\0d\te\n"), "a\nb\nc d\te\n");
    }
}
