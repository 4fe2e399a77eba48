//! Images without a source become their alternative text.

use std::borrow::Cow;

/// `html` as our own serialiser writes it, so that values stand in double quotes and hold no `<`, `>` or `"`.
pub(super) fn without_sourceless(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut pieces = html.split("<img");
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        match piece.split_once('>') {
            Some((attributes, after)) if value(attributes, "src").is_none() => {
                match value(attributes, "alt").map(str::trim) {
                    None | Some("") => {}
                    Some(alternative) => {
                        out.push('[');
                        out.push_str(&escaped_again(alternative));
                        out.push(']');
                    }
                }
                out.push_str(after);
            }
            _ => {
                out.push_str("<img");
                out.push_str(piece);
            }
        }
    }
    out
}

/// Text as HTML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn value<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = attributes;
    loop {
        let (key, after) = rest.split_once("=\"")?;
        let (value, next) = after.split_once('"')?;
        if key.trim() == name {
            return Some(value);
        }
        rest = next;
    }
}

/// An attribute's value is written with fewer escapes than text where the serialiser is an older one.
fn escaped_again(value: &str) -> Cow<'_, str> {
    if value.contains(['<', '>']) {
        Cow::Owned(value.replace('<', "&lt;").replace('>', "&gt;"))
    } else {
        Cow::Borrowed(value)
    }
}
