//! The section of BODY[section] (RFC 3501 §6.4.5).

use crate::sandbox::mime::{Content, MimePart, header_fields, split_header};
use imap_codec::imap_types::core::{AString, Vec1};
use imap_codec::imap_types::fetch::{Part, Section};
use std::borrow::Cow;
use std::fmt;

/// The octets of a section; `None` when the mail has no such part.
pub(super) fn section_octets<'m>(mail: &'m [u8], section: Option<&Section>) -> Option<Cow<'m, [u8]>> {
    match section {
        None => Some(mail.into()),
        Some(Section::Header(None)) => Some(split_header(mail).0.into()),
        Some(Section::Text(None)) => Some(split_header(mail).1.into()),
        Some(Section::HeaderFields(None, names)) => Some(pick(split_header(mail).0, names, Pick::Named).into()),
        Some(Section::HeaderFieldsNot(None, names)) => Some(pick(split_header(mail).0, names, Pick::Others).into()),
        Some(Section::Part(part)) => in_part(mail, part, |part| Some(part.body.into())),
        Some(Section::Mime(part)) => in_part(mail, part, |part| Some(part.header.into())),
        Some(Section::Header(Some(part))) => in_mail(mail, part, |mail| mail.header.into()),
        Some(Section::Text(Some(part))) => in_mail(mail, part, |mail| mail.body.into()),
        Some(Section::HeaderFields(Some(part), names)) => {
            in_mail(mail, part, |mail| pick(mail.header, names, Pick::Named).into())
        }
        Some(Section::HeaderFieldsNot(Some(part), names)) => {
            in_mail(mail, part, |mail| pick(mail.header, names, Pick::Others).into())
        }
    }
}

type Octets<'m> = Cow<'m, [u8]>;

fn in_part<'m>(
    mail: &'m [u8],
    part: &Part,
    take: impl FnOnce(&MimePart<'m>) -> Option<Octets<'m>>,
) -> Option<Octets<'m>> {
    let path: Vec<u32> = part.0.as_ref().iter().map(|number| number.get()).collect();
    take(MimePart::parse(mail).descend(&path)?)
}

/// HEADER and TEXT of a part are those of the mail that the part holds.
fn in_mail<'m>(mail: &'m [u8], part: &Part, take: impl FnOnce(&MimePart<'m>) -> Octets<'m>) -> Option<Octets<'m>> {
    in_part(mail, part, |part| match &part.content {
        Content::Message(inner) => Some(take(inner)),
        _ => None,
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pick {
    Named,
    Others,
}

fn pick(header: &[u8], names: &Vec1<AString>, pick: Pick) -> Vec<u8> {
    let named = |field: &[u8]| {
        let name = field
            .split(|octet| *octet == b':')
            .next()
            .unwrap_or_default()
            .trim_ascii();
        names
            .as_ref()
            .iter()
            .any(|wanted| wanted.as_ref().eq_ignore_ascii_case(name))
    };
    let fields = header_fields(header).filter(|field| !field.trim_ascii().is_empty());
    let mut picked = fields
        .filter(|field| named(field) == (pick == Pick::Named))
        .collect::<Vec<_>>()
        .concat();
    picked.extend_from_slice(b"\r\n");
    picked
}

/// A section as it is written between the brackets.
pub(super) struct SectionName<'a>(pub(super) Option<&'a Section<'a>>);

impl fmt::Display for SectionName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Some(section) = self.0 else { return Ok(()) };
        let (part, kind, names) = match section {
            Section::Part(part) => (Some(part), "", None),
            Section::Mime(part) => (Some(part), "MIME", None),
            Section::Header(part) => (part.as_ref(), "HEADER", None),
            Section::Text(part) => (part.as_ref(), "TEXT", None),
            Section::HeaderFields(part, names) => (part.as_ref(), "HEADER.FIELDS", Some(names)),
            Section::HeaderFieldsNot(part, names) => (part.as_ref(), "HEADER.FIELDS.NOT", Some(names)),
        };
        if let Some(part) = part {
            let numbers: Vec<_> = part.0.as_ref().iter().map(ToString::to_string).collect();
            write!(f, "{}{}", numbers.join("."), if kind.is_empty() { "" } else { "." })?;
        }
        f.write_str(kind)?;
        if let Some(names) = names {
            let names: Vec<_> = names
                .as_ref()
                .iter()
                .map(|name| String::from_utf8_lossy(name.as_ref()))
                .collect();
            write!(f, " ({})", names.join(" "))?;
        }
        Ok(())
    }
}
