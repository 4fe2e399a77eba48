//! Structured fields with parameters (RFC 2045 §5.1, RFC 2183), their continuations and charsets (RFC 2231).

use super::charset;
use super::encoded_word::{self, hex};

/// A value such as `text/plain; charset=utf-8`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Structured {
    /// What stands before the first semicolon, in lower case.
    pub value: String,
    parameters: Vec<(String, String)>,
}

impl Structured {
    /// Takes apart an unfolded value.
    pub fn parse(text: &str) -> Self {
        let mut pieces = split_outside_quotes(text);
        let value = pieces.next().unwrap_or_default();
        let value = value.split('(').next().unwrap_or_default().trim().to_ascii_lowercase();
        let mut plain: Vec<(String, String)> = Vec::new();
        let mut sections: Vec<Section> = Vec::new();
        for piece in pieces {
            let Some((name, raw)) = piece.split_once('=') else {
                continue;
            };
            let name = name.trim().to_ascii_lowercase();
            match name.split_once('*') {
                Some((base, section)) => sections.extend(Section::parse(base, section, &unquote(raw))),
                None => plain.push((name, encoded_word::decode(&unquote(raw)))),
            }
        }
        // RFC 2231 wins over a plain parameter beside it: the plain one is there for old readers.
        let mut parameters = join_sections(sections);
        for (name, value) in plain {
            if !parameters.iter().any(|(known, _)| *known == name) {
                parameters.push((name, value));
            }
        }
        Self { value, parameters }
    }

    /// The decoded value of a parameter, named in lower case.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.parameters
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
    }
}

/// At most this many parameters are read; nobody needs more, and lookups are linear.
const MOST_PARAMETERS: usize = 64;

/// Splits at semicolons that are in no quoted string.
fn split_outside_quotes(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let mut escaped = false;
    text.split(move |c: char| {
        if escaped {
            escaped = false;
            return false;
        }
        match c {
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ';' => return !quoted,
            _ => {}
        }
        false
    })
}

fn unquote(raw: &str) -> String {
    let raw = raw.trim();
    let Some(inner) = raw.strip_prefix('"') else {
        return raw.to_owned();
    };
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            // Only a quote or a backslash is taken as escaped: `C:\new` is a path somebody forgot to escape.
            '\\' => match chars.clone().next() {
                Some(next @ ('"' | '\\')) => {
                    out.push(next);
                    chars.next();
                }
                _ => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    out
}

struct Section {
    name: String,
    index: u32,
    octets: Vec<u8>,
    charset: Option<String>,
}

impl Section {
    /// `name*`, `name*0`, `name*0*`: what follows the first asterisk tells which.
    fn parse(name: &str, section: &str, value: &str) -> Option<Self> {
        let (number, coded) = match section.strip_suffix('*') {
            Some(number) => (number, true),
            None => (section, section.is_empty()),
        };
        let index = if number.is_empty() { 0 } else { number.parse().ok()? };
        let mut charset = None;
        let mut value = value;
        if coded && index == 0 {
            let mut fields = value.splitn(3, '\'');
            if let (Some(label), Some(_), Some(rest)) = (fields.next(), fields.next(), fields.next()) {
                charset = Some(label.to_owned());
                value = rest;
            }
        }
        let octets = if coded {
            percent_decode(value)
        } else {
            value.as_bytes().to_vec()
        };
        Some(Self {
            name: name.to_owned(),
            index,
            octets,
            charset,
        })
    }
}

fn join_sections(mut sections: Vec<Section>) -> Vec<(String, String)> {
    sections.sort_by(|a, b| a.name.cmp(&b.name).then(a.index.cmp(&b.index)));
    sections
        .chunk_by(|a, b| a.name == b.name)
        .take(MOST_PARAMETERS)
        .filter_map(|pieces| {
            let first = pieces.first()?;
            let octets: Vec<u8> = pieces.iter().flat_map(|p| p.octets.iter().copied()).collect();
            let text = charset::decode(&octets, first.charset.as_deref()).0;
            Some((first.name.clone(), encoded_word::decode(&text)))
        })
        .collect()
}

fn percent_decode(value: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    let mut octets = value.bytes();
    while let Some(b) = octets.next() {
        let mut ahead = octets.clone();
        match (b, ahead.next().and_then(hex), ahead.next().and_then(hex)) {
            (b'%', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                octets = ahead;
            }
            _ => out.push(b),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Structured;

    fn name(text: &str) -> Option<String> {
        Structured::parse(text).parameter("filename")
    }

    #[test]
    fn quoted_values_may_hold_semicolons_and_escapes() {
        assert_eq!(
            name(r#"attachment; filename="a;\"b\".txt"; x=1"#).unwrap(),
            r#"a;"b".txt"#
        );
        assert_eq!(name("attachment; filename=two words.pdf").unwrap(), "two words.pdf");
        assert_eq!(name(r#"attachment; filename="=?utf-8?q?a=C3=B1o?="#).unwrap(), "año");
    }

    #[test]
    fn rfc2231_wins_over_the_plain_name_beside_it() {
        let both = "attachment; filename=\"plain.txt\"; filename*=utf-8''a%C3%B1o.txt";
        assert_eq!(name(both).unwrap(), "año.txt");
    }

    #[test]
    fn pieces_are_joined_by_number_before_they_are_decoded() {
        let text = "attachment; filename*1*=%B1o; filename*0*=utf-8''a%C3; filename*2=\".txt\"";
        assert_eq!(name(text).unwrap(), "año.txt");
    }

    #[test]
    fn the_value_is_lower_case_and_without_comment() {
        assert_eq!(Structured::parse("Text/HTML (odd); charset=x").value, "text/html");
        assert_eq!(Structured::parse("").value, "");
    }
}
