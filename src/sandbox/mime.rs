//! Just enough MIME (RFC 2045, 2046) to serve parts of a mail as they stand, without decoding anything.

use mail_parser::{Message, MessageParser, MimeHeaders};

/// Deeper parts than this are served as leaves.
const MAX_DEPTH: usize = 16;

/// A part: its octets, and what is in it.
pub(super) struct MimePart<'m> {
    /// The header with the empty line that ends it.
    pub(super) header: &'m [u8],
    /// All that follows.
    pub(super) body: &'m [u8],
    /// The parsed header; `None` when there is no field in it.
    pub(super) fields: Option<Message<'m>>,
    /// What the body is made of.
    pub(super) content: Content<'m>,
}

/// What the body of a part is made of.
pub(super) enum Content<'m> {
    /// Octets.
    Leaf,
    /// Parts between boundaries.
    Multipart(Vec<MimePart<'m>>),
    /// A mail in a mail.
    Message(Box<MimePart<'m>>),
}

impl<'m> MimePart<'m> {
    /// Takes a mail apart.
    pub(super) fn parse(octets: &'m [u8]) -> Self {
        Self::parse_at(octets, MAX_DEPTH)
    }

    fn parse_at(octets: &'m [u8], depth: usize) -> Self {
        let (header, body) = split_header(octets);
        let fields = MessageParser::default().parse_headers(header);
        let content_type = fields.as_ref().and_then(|fields| fields.content_type());
        let content = match content_type {
            Some(kind) if depth > 0 && kind.c_type.eq_ignore_ascii_case("multipart") => {
                let parts = split_parts(body, kind.attribute("boundary").unwrap_or_default());
                Content::Multipart(parts.into_iter().map(|part| Self::parse_at(part, depth - 1)).collect())
            }
            Some(kind) if depth > 0 && is_message(kind) => Content::Message(Box::new(Self::parse_at(body, depth - 1))),
            _ => Content::Leaf,
        };
        let content = match content {
            Content::Multipart(parts) if parts.is_empty() => Content::Leaf,
            content => content,
        };
        Self {
            header,
            body,
            fields,
            content,
        }
    }

    /// The part that a part specifier such as 2.1 names (RFC 3501 §6.4.5).
    pub(super) fn descend(&self, path: &[u32]) -> Option<&Self> {
        let Some((number, rest)) = path.split_first() else {
            return Some(self);
        };
        let at = usize::try_from(number.checked_sub(1)?).ok()?;
        match &self.content {
            Content::Multipart(parts) => parts.get(at)?.descend(rest),
            Content::Message(mail) if matches!(mail.content, Content::Multipart(_)) => mail.descend(path),
            Content::Message(mail) if at == 0 && rest.is_empty() => Some(mail),
            // A mail that is not multipart has its body as part 1.
            _ if at == 0 && rest.is_empty() => Some(self),
            _ => None,
        }
    }
}

fn is_message(kind: &mail_parser::ContentType) -> bool {
    let subtype = kind.c_subtype.as_deref().unwrap_or_default();
    kind.c_type.eq_ignore_ascii_case("message") && subtype.eq_ignore_ascii_case("rfc822")
}

/// Splits a mail behind the empty line that ends its header.
pub(super) fn split_header(octets: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    for line in octets.split_inclusive(|octet| *octet == b'\n') {
        at += line.len();
        if matches!(line, b"\r\n" | b"\n") {
            break;
        }
    }
    octets.split_at_checked(at).unwrap_or((octets, &[]))
}

/// The fields of a header, each with its folded lines and line ends; the empty line at the end is one too.
pub(super) fn header_fields(header: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = header;
    std::iter::from_fn(move || {
        let mut end = 0;
        for line in rest.split_inclusive(|octet| *octet == b'\n') {
            if end > 0 && !matches!(line.first(), Some(b' ' | b'\t')) {
                break;
            }
            end += line.len();
        }
        let (field, after) = rest.split_at_checked(end)?;
        rest = after;
        (!field.is_empty()).then_some(field)
    })
}

/// The octets between the boundary lines of a multipart body, each without the line end before its boundary.
fn split_parts<'m>(body: &'m [u8], boundary: &str) -> Vec<&'m [u8]> {
    let mut parts = vec![];
    if boundary.is_empty() {
        return parts;
    }
    let delimiter = [b"--", boundary.as_bytes()].concat();
    let (mut at, mut start) = (0, None);
    for line in body.split_inclusive(|octet| *octet == b'\n') {
        let end = at;
        at += line.len();
        let Some(tail) = line.strip_prefix(delimiter.as_slice()) else {
            continue;
        };
        let last = tail.starts_with(b"--");
        if !last && !tail.trim_ascii().is_empty() {
            continue;
        }
        if let Some(part) = start.and_then(|start| body.get(start..end)) {
            let part = part.strip_suffix(b"\n").unwrap_or(part);
            parts.push(part.strip_suffix(b"\r").unwrap_or(part));
        }
        start = (!last).then_some(at);
        if last {
            return parts;
        }
    }
    parts.extend(start.and_then(|start| body.get(start..)));
    parts
}

/// The values of all fields of this name, unfolded, not decoded.
pub(super) fn field_values(header: &[u8], name: &str) -> Vec<String> {
    header_fields(header)
        .filter_map(|field| {
            let colon = field.iter().position(|octet| *octet == b':')?;
            let (found, value) = field.split_at_checked(colon)?;
            let value = value.strip_prefix(b":")?;
            let value = String::from_utf8_lossy(value.trim_ascii()).replace(['\r', '\n'], "");
            found
                .trim_ascii()
                .eq_ignore_ascii_case(name.as_bytes())
                .then_some(value)
        })
        .collect()
}
