//! The header: its fields in order, and where the body starts (RFC 5322 §2.2).

use super::charset;
use super::parameters;
use std::borrow::Cow;

/// A header as it was read.
#[derive(Debug, Default)]
pub(crate) struct Header {
    /// The fields in order, unfolded.
    pub fields: Vec<HeaderField>,
    /// Where the body starts, counted from the start of the input.
    pub body_start: usize,
    /// What of it was read.
    pub extent: Extent,
}

/// One header field: its name as written and its unfolded value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderField {
    /// The field name without colon.
    pub name: String,
    /// The value, unfolded and trimmed.
    pub value: String,
}

/// How much of a header was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Nothing in it could be read as a header.
    #[default]
    None,
    /// All of it.
    Whole,
    /// Only what stands within the limit.
    Cut,
}

/// Field names that are enough to take the start of a text for a header.
const WELL_KNOWN: [&str; 14] = [
    "from",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "received",
    "return-path",
    "mime-version",
    "content-type",
    "reply-to",
    "delivered-to",
    "in-reply-to",
    "sender",
];

impl Header {
    /// Reads the header at the start of a mail. Of more than `limit` octets only the first are understood.
    pub fn read(octets: &[u8], limit: usize) -> Self {
        let block = Block::find(octets);
        let within = block.lines_end.min(block.start + limit);
        let raw = raw_fields(octets.get(block.start..within).unwrap_or_default());
        let known = raw
            .iter()
            .any(|f| WELL_KNOWN.iter().any(|name| f.name.eq_ignore_ascii_case(name)));
        let first_line_is_field = raw.first().is_some_and(|f| f.at == 0);
        if raw.is_empty() || !(known || first_line_is_field) {
            return Self::default();
        }
        let extent = if within < block.lines_end {
            Extent::Cut
        } else {
            Extent::Whole
        };
        // Lines behind the last field that are none: the empty line before the body is missing.
        let last_end = raw.last().map_or(0, |f| block.start + f.end);
        let body_start = if extent == Extent::Whole && last_end < block.lines_end {
            last_end
        } else {
            block.body_start
        };
        Self {
            fields: decode_fields(&raw),
            body_start,
            extent,
        }
    }

    /// Reads the header of a MIME part, which may be empty.
    pub fn read_part(octets: &[u8], limit: usize) -> Vec<HeaderField> {
        let within = octets.get(..octets.len().min(limit)).unwrap_or_default();
        decode_fields(&raw_fields(within))
    }

    /// The first field of that name.
    pub fn first(&self, name: &str) -> Option<&str> {
        first(&self.fields, name)
    }
}

/// The value of the first field of that name.
pub(crate) fn first<'a>(fields: &'a [HeaderField], name: &str) -> Option<&'a str> {
    fields
        .iter()
        .find(|f| f.name.eq_ignore_ascii_case(name))
        .map(|f| f.value.as_str())
}

/// Where the header's lines and the body lie.
struct Block {
    start: usize,
    lines_end: usize,
    body_start: usize,
}

impl Block {
    fn find(octets: &[u8]) -> Self {
        let mut start = 0;
        let mut at = 0;
        for line in octets.split_inclusive(|&b| b == b'\n') {
            let text = line.trim_ascii_end();
            if text.is_empty() && at == start {
                start = at + line.len();
            } else if at == 0 && (text.starts_with(b"From ") || text.starts_with(b">From ")) {
                // An mbox separator that was left in place.
                start = line.len();
            } else if text.is_empty() && line.iter().all(|b| matches!(b, b'\r' | b'\n')) {
                return Self {
                    start,
                    lines_end: at,
                    body_start: at + line.len(),
                };
            }
            at += line.len();
        }
        Self {
            start,
            lines_end: octets.len(),
            body_start: octets.len(),
        }
    }
}

struct RawField<'a> {
    name: &'a str,
    value: Cow<'a, [u8]>,
    at: usize,
    end: usize,
}

fn raw_fields(block: &[u8]) -> Vec<RawField<'_>> {
    let mut fields: Vec<RawField<'_>> = Vec::with_capacity(32);
    let mut at = 0;
    let mut open = false;
    for line in block.split_inclusive(|&b| b == b'\n') {
        let end = at + line.len();
        let content = line.trim_ascii_end();
        if matches!(line.first(), Some(b' ' | b'\t')) {
            if let Some(field) = fields.last_mut().filter(|_| open) {
                let value = field.value.to_mut();
                value.push(b' ');
                value.extend_from_slice(content.trim_ascii_start());
                field.end = end;
            }
        } else if let Some(field) = fields
            .last_mut()
            .filter(|last| open && is_lost_parameter(&last.value, content))
        {
            let value = field.value.to_mut();
            value.push(b' ');
            value.extend_from_slice(content);
            field.end = end;
        } else if let Some((name, value)) = split_field(content) {
            fields.push(RawField {
                name,
                value: Cow::Borrowed(value),
                at,
                end,
            });
            open = true;
        } else {
            open = false;
        }
        at = end;
    }
    fields
}

/// Whether a line is the rest of the field above it that lost its indent: `boundary="x"` below a value that ends with `;`.
fn is_lost_parameter(above: &[u8], line: &[u8]) -> bool {
    let name = line.split(|b| *b == b'=').next().unwrap_or_default();
    above.ends_with(b";") && LOST_PARAMETERS.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// The parameters whose loss would change what a mail says.
const LOST_PARAMETERS: [&[u8]; 6] = [b"boundary", b"charset", b"name", b"filename", b"report-type", b"format"];

fn split_field(line: &[u8]) -> Option<(&str, &[u8])> {
    let colon = line.iter().position(|&b| b == b':')?;
    let (name, rest) = line.split_at_checked(colon)?;
    let name = name.trim_ascii_end();
    let sound = !name.is_empty() && name.iter().all(|b| b.is_ascii_graphic());
    let name = std::str::from_utf8(name).ok().filter(|_| sound)?;
    Some((name, rest.get(1..).unwrap_or_default().trim_ascii()))
}

fn decode_fields(raw: &[RawField<'_>]) -> Vec<HeaderField> {
    let body_charset = raw
        .iter()
        .find(|f| f.name.eq_ignore_ascii_case("content-type") && f.value.is_ascii())
        .and_then(|f| parameters::Structured::parse(std::str::from_utf8(&f.value).ok()?).parameter("charset"))
        .filter(|label| !label.eq_ignore_ascii_case("utf-8"));
    raw.iter()
        .map(|f| HeaderField {
            name: f.name.to_owned(),
            value: decode_value(&f.value, body_charset.as_deref()),
        })
        .collect()
}

/// Raw 8-bit octets in a header are UTF-8 (RFC 6532), or in the charset of the body.
fn decode_value(value: &[u8], body_charset: Option<&str>) -> String {
    let text = match std::str::from_utf8(value) {
        Ok(text) => text.to_owned(),
        Err(_) => charset::decode(value, body_charset).0,
    };
    if text.contains(char::is_control) {
        return text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect::<String>()
            .trim()
            .to_owned();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Header {
        Header::read(text, 1024)
    }

    #[test]
    fn fields_come_in_order_and_unfolded() {
        let header = read(b"Subject: a\r\n  b\r\nX-A : c\r\nsubject: d\r\n\r\nbody");
        let got: Vec<_> = header
            .fields
            .iter()
            .map(|f| (f.name.as_str(), f.value.as_str()))
            .collect();
        assert_eq!(got, [("Subject", "a b"), ("X-A", "c"), ("subject", "d")]);
        assert_eq!((header.body_start, header.extent), (40, Extent::Whole));
    }

    #[test]
    fn a_parameter_that_lost_its_indent_still_counts() {
        let header = read(b"Content-Type: multipart/mixed;\nboundary=\"=b\"\nSubject: x\n\nbody");
        assert_eq!(header.first("content-type"), Some("multipart/mixed; boundary=\"=b\""));
        assert_eq!(header.first("subject"), Some("x"));
        let text = read(b"Content-Type: text/plain\nboundary=\"=b\"\n\nbody");
        assert_eq!(text.first("content-type"), Some("text/plain"));
    }

    #[test]
    fn text_without_a_header_has_none() {
        for text in ["", "\n\n", "hello there\nbye", "Dear all,\nplease note: x\n\nend"] {
            assert_eq!(read(text.as_bytes()).extent, Extent::None, "{text:?}");
        }
    }

    #[test]
    fn a_missing_empty_line_loses_no_text() {
        let header = read(b"From: a@b.example\nSubject: x\nthis is text\nmore");
        assert_eq!(header.body_start, 29);
    }

    #[test]
    fn raw_latin1_is_read_in_the_charset_of_the_body() {
        assert_eq!(read(b"Subject: a\xF1o\n\n").first("subject"), Some("año"));
        let russian = read(b"Subject: \xCF\xF0\xE8\nContent-Type: text/plain; charset=windows-1251\n\n");
        assert_eq!(russian.first("subject"), Some("При"));
    }

    #[test]
    fn beyond_the_limit_the_body_is_still_found() {
        let text = format!(
            "From: a@b.example\r\nX: {}\r\nSubject: late\r\n\r\nbody",
            "y".repeat(2000)
        );
        let header = read(text.as_bytes());
        assert_eq!(header.extent, Extent::Cut);
        assert_eq!(text.get(header.body_start..), Some("body"));
        assert_eq!(header.first("subject"), None);
    }
}
