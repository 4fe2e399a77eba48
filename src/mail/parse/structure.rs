//! The MIME structure (RFC 2046), found in one pass over the lines.
//!
//! mail-parser's own walk is not used: a boundary that never comes makes it read the rest of the mail once for each
//! part, and nested mails nest its result. Here each line is looked at once, and nested mails are left closed.

use crate::mail::inbound::{Defect, HeaderField, ParseLimits};
use crate::mail::syntax::header::{self, Header};
use crate::mail::syntax::parameters::Structured;
use crate::mail::syntax::transfer::Encoding;
use std::ops::Range;

/// All parts of a mail; the first is the mail itself.
#[derive(Debug)]
pub(crate) struct Structure {
    /// Parts in the order of their first octet.
    pub parts: Vec<Part>,
    /// What was wrong, or left out.
    pub defects: Vec<Defect>,
}

/// One part: what its header says of it, and where its content lies.
#[derive(Debug, Default)]
pub(crate) struct Part {
    /// Content-Type; never empty.
    pub content_type: Structured,
    /// Content-Disposition; empty when there is none.
    pub disposition: Structured,
    /// Content-Transfer-Encoding.
    pub encoding: Encoding,
    /// Content-ID without brackets.
    pub content_id: Option<String>,
    /// The undecoded content.
    pub content: Range<usize>,
    /// Parts directly inside, when this is a multipart that was opened.
    pub children: Vec<usize>,
}

impl Part {
    fn from_fields(fields: &[HeaderField], default_type: &str) -> Self {
        let structured = |name| header::first(fields, name).map(Structured::parse).unwrap_or_default();
        let mut content_type: Structured = structured("content-type");
        if !content_type.value.contains('/') {
            // RFC 2045 §5.2: a type that cannot be read is plain text.
            content_type.value = match content_type.value.as_str() {
                "text" | "" => default_type.to_owned(),
                _ => "text/plain".to_owned(),
            };
        }
        let content_id = header::first(fields, "content-id")
            .map(|id| {
                id.trim()
                    .trim_start_matches('<')
                    .trim_end_matches('>')
                    .trim()
                    .to_owned()
            })
            .filter(|id| !id.is_empty());
        Self {
            disposition: structured("content-disposition"),
            encoding: Encoding::parse(header::first(fields, "content-transfer-encoding").unwrap_or_default()),
            content_type,
            content_id,
            ..Self::default()
        }
    }

    /// `type/subtype` in lower case.
    pub fn media_type(&self) -> &str {
        &self.content_type.value
    }

    /// Whether parts lie inside.
    pub fn is_multipart(&self) -> bool {
        !self.children.is_empty()
    }
}

/// Finds the parts of a mail whose header was read.
pub(crate) fn find(octets: &[u8], header: &Header, limits: &ParseLimits) -> Structure {
    let mut root = Part::from_fields(&header.fields, "text/plain");
    root.content = header.body_start..octets.len();
    let mut walk = Walk {
        octets,
        limits,
        parts: Vec::new(),
        open: Vec::new(),
        leaf: None,
        defects: Vec::new(),
    };
    walk.add(root);
    walk.run(header.body_start);
    walk.finish()
}

struct Open {
    part: usize,
    boundary: Vec<u8>,
    child_type: &'static str,
}

struct Walk<'a> {
    octets: &'a [u8],
    limits: &'a ParseLimits,
    parts: Vec<Part>,
    /// Multiparts whose closing boundary has not come yet, outermost first.
    open: Vec<Open>,
    /// The part whose content is being read.
    leaf: Option<usize>,
    defects: Vec<Defect>,
}

impl Walk<'_> {
    fn run(&mut self, start: usize) {
        let mut at = start;
        while at < self.octets.len() && !self.open.is_empty() {
            let rest = self.octets.get(at..).unwrap_or_default();
            let line_end = at + line_length(rest);
            match rest
                .starts_with(b"--")
                .then(|| self.match_boundary(at..line_end))
                .flatten()
            {
                Some((level, Delimiter::Next)) => {
                    self.close_to(level + 1, at);
                    if self.parts.len() >= self.limits.parts {
                        self.defects.push(Defect::TooManyParts);
                        self.open.clear();
                        return;
                    }
                    at = self.begin_part(line_end);
                }
                Some((level, Delimiter::Close)) => {
                    self.close_to(level + 1, at);
                    self.open.truncate(level);
                    at = line_end;
                }
                None => at = line_end,
            }
        }
    }

    /// Which open multipart's delimiter line this is, the innermost first.
    fn match_boundary(&self, line: Range<usize>) -> Option<(usize, Delimiter)> {
        let text = self.octets.get(line)?.trim_ascii_end().strip_prefix(b"--")?;
        self.open.iter().enumerate().rev().find_map(|(level, open)| {
            match text.strip_prefix(open.boundary.as_slice())? {
                b"" => Some((level, Delimiter::Next)),
                b"--" => Some((level, Delimiter::Close)),
                _ => None,
            }
        })
    }

    /// Ends the leaf, and every multipart inside of the first `level` ones, at the delimiter line at `at`.
    fn close_to(&mut self, level: usize, at: usize) {
        if let Some(part) = self.leaf.take().and_then(|leaf| self.parts.get_mut(leaf)) {
            part.content.end = before_line_end(self.octets, at).max(part.content.start);
        }
        if self.open.len() > level {
            self.defects.push(Defect::Unterminated);
        }
        for open in self.open.drain(level.min(self.open.len())..) {
            if let Some(part) = self.parts.get_mut(open.part) {
                part.content.end = at.max(part.content.start);
            }
        }
    }

    /// Reads a part's header, which starts at `at`; gives back where its content starts.
    fn begin_part(&mut self, at: usize) -> usize {
        let header_end = self.part_header_end(at);
        let fields = Header::read_part(
            self.octets.get(at..header_end.lines).unwrap_or_default(),
            self.limits.header_octets,
        );
        let default_type = self.open.last().map_or("text/plain", |open| open.child_type);
        let mut part = Part::from_fields(&fields, default_type);
        part.content = header_end.content..self.octets.len();
        self.add(part);
        header_end.content
    }

    fn part_header_end(&self, start: usize) -> PartHeaderEnd {
        let mut at = start;
        while at < self.octets.len() {
            let line = self.octets.get(at..).unwrap_or_default();
            let end = at + line_length(line);
            let text = self.octets.get(at..end).unwrap_or_default();
            if text.iter().all(|b| matches!(b, b'\r' | b'\n')) {
                return PartHeaderEnd {
                    lines: at,
                    content: end,
                };
            }
            if text.starts_with(b"--") && self.match_boundary(at..end).is_some() {
                break;
            }
            at = end;
        }
        PartHeaderEnd { lines: at, content: at }
    }

    /// Adds a part to the innermost open multipart; a multipart is opened, anything else becomes the leaf.
    fn add(&mut self, part: Part) {
        let index = self.parts.len();
        if let Some(parent) = self.open.last().and_then(|open| self.parts.get_mut(open.part)) {
            parent.children.push(index);
        }
        let boundary = part
            .media_type()
            .starts_with("multipart/")
            .then(|| part.content_type.parameter("boundary"));
        let boundary = boundary
            .flatten()
            .map(|b| b.trim_end().as_bytes().to_vec())
            .filter(|b| !b.is_empty());
        let child_type = match part.media_type() {
            "multipart/digest" => "message/rfc822",
            _ => "text/plain",
        };
        self.parts.push(part);
        match boundary {
            Some(boundary) if self.open.len() < self.limits.depth => {
                self.open.push(Open {
                    part: index,
                    boundary,
                    child_type,
                });
            }
            Some(_) => {
                self.defects.push(Defect::TooDeep);
                self.leaf = Some(index);
            }
            None => self.leaf = Some(index),
        }
    }

    fn finish(mut self) -> Structure {
        if !self.open.is_empty() {
            self.defects.push(Defect::Unterminated);
        }
        self.defects.dedup();
        Structure {
            parts: self.parts,
            defects: self.defects,
        }
    }
}

struct PartHeaderEnd {
    lines: usize,
    content: usize,
}

enum Delimiter {
    Next,
    Close,
}

fn line_length(rest: &[u8]) -> usize {
    memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1)
}

/// RFC 2046 §5.1.1: the line end before a delimiter belongs to the delimiter.
fn before_line_end(octets: &[u8], at: usize) -> usize {
    let before = octets.get(..at).unwrap_or_default();
    before
        .strip_suffix(b"\r\n")
        .or_else(|| before.strip_suffix(b"\n"))
        .map_or(at, <[u8]>::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn structure(text: &str) -> (Vec<(String, String)>, Vec<Defect>) {
        let header = Header::read(text.as_bytes(), 1 << 18);
        let found = find(text.as_bytes(), &header, &ParseLimits::default());
        let parts = found
            .parts
            .iter()
            .map(|p| {
                (
                    p.media_type().to_owned(),
                    text.get(p.content.clone()).unwrap().to_owned(),
                )
            })
            .collect();
        (parts, found.defects)
    }

    #[test]
    fn leaves_end_before_the_line_end_of_their_boundary() {
        let (parts, defects) = structure(
            "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\npreamble\r\n--b\r\n\r\none\r\n--b  \r\n\
             Content-Type: image/png\r\n\r\ntwo\r\n\r\n--b--\r\nepilogue",
        );
        assert_eq!(
            parts[1..],
            [
                ("text/plain".into(), "one".into()),
                ("image/png".into(), "two\r\n".into())
            ]
        );
        assert_eq!(defects, []);
    }

    #[test]
    fn an_outer_boundary_ends_what_is_open_inside() {
        let (parts, defects) = structure(
            "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/alternative; boundary=i\n\n\
             --i\n\nA\n--o\n\nB\n--o--\n",
        );
        let texts: Vec<_> = parts.iter().skip(2).map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["A", "B"]);
        assert_eq!(defects, [Defect::Unterminated]);
    }

    #[test]
    fn a_part_without_a_body_is_a_part() {
        let (parts, _) = structure("Content-Type: multipart/mixed; boundary=o\n\n--o\nX-A: b\n--o\n\nB\n--o--\n");
        assert_eq!(
            parts.iter().skip(1).map(|p| p.1.as_str()).collect::<Vec<_>>(),
            ["", "B"]
        );
    }
}
