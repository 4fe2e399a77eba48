//! What a reader sees of a line, and which of its characters carry nothing.

/// A line as a reader sees it: nothing invisible, one space for white space of any kind and for controls.
pub(super) fn visible(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in raw.chars().filter(|c| !is_invisible(*c)) {
        if !(c.is_whitespace() || c.is_control()) {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    let seen = out.trim_matches(|c: char| c == ' ' || is_joiner(c));
    seen.to_owned()
}

/// What ends a sentence and no name: a client's "two spaces make a full stop" among them.
pub(super) const PUNCTUATION: [char; 7] = ['.', ',', ';', ':', '!', '?', '…'];

/// Zero-width spaces, byte order marks, soft hyphens and direction marks.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

/// Zero-width joiners: they mean something inside of a name or an emoji, and nothing at its ends.
pub(super) fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}
