//! Attached parts: what is shown of them, and their octets.

use super::body::{Attached, Body, Place, Source};
use super::structure::{Part, Structure};
use super::tnef::TnefFile;
use crate::mail::digest::sha256;
use crate::mail::inbound::{Attachment, Content, Defect};
use crate::mail::syntax::header::Header;
use crate::mail::syntax::transfer::Decoded;
use crate::mail::syntax::{charset, encoded_word, file_name};
use data_encoding::HEXLOWER;
use std::collections::HashSet;

/// How much of a nested mail's header is read to name it, in octets.
const NESTED_HEADER: usize = 16 * 1024;

/// What is shown of an attached part, where it lies, and what is wrong with it.
pub(crate) struct Described {
    /// What is shown.
    pub attachment: Attachment,
    /// Where its octets lie.
    pub content: Content,
    /// That it could not be decoded.
    pub defect: Option<Defect>,
}

/// Describes what is attached; `shown` are the ids that the body's HTML shows inside of it.
pub(crate) fn describe(
    octets: &[u8],
    structure: &Structure,
    body: &Body,
    attached: &Attached,
    shown: &HashSet<&str>,
) -> Option<Described> {
    match attached.source {
        Source::Part(part) => Some(of_part(octets, structure.parts.get(part)?, attached.place, shown)),
        Source::Packed { package, file } => {
            let package = body.packages.get(package)?;
            let file = package.files.get(file)?;
            let part = structure.parts.get(package.part)?;
            Some(Described {
                attachment: of_file(file, package.octets.get(file.content.clone())?, shown),
                content: Content {
                    inside: Some(file.content.clone()),
                    ..content(part)
                },
                defect: None,
            })
        }
    }
}

fn of_part(octets: &[u8], part: &Part, place: Place, shown: &HashSet<&str>) -> Described {
    let (decoded, defect) = match part.encoding.decode(raw(octets, part)) {
        Decoded::Good(decoded) => (decoded, None),
        Decoded::Bad(decoded) => (decoded, Some(Defect::BadEncoding)),
    };
    let inline = part.disposition.value == "inline"
        || (place == Place::Related && part.disposition.value != "attachment")
        || part.content_id.as_deref().is_some_and(|id| shown.contains(id));
    let attachment = Attachment {
        name: name(part, &decoded),
        media_type: part.media_type().to_owned(),
        size: decoded.len() as u64,
        inline,
        content_id: part.content_id.clone(),
        sha256: HEXLOWER.encode(&sha256(&decoded)),
    };
    let content = content(part);
    Described {
        attachment,
        content,
        defect,
    }
}

fn content(part: &Part) -> Content {
    Content {
        sent: part.content.clone(),
        encoding: part.encoding,
        inside: None,
    }
}

fn of_file(file: &TnefFile, content: &[u8], shown: &HashSet<&str>) -> Attachment {
    let media_type = file
        .media_type
        .as_deref()
        .map(str::trim)
        .filter(|text| is_media_type(text));
    let media_type = media_type.unwrap_or("application/octet-stream").to_ascii_lowercase();
    let content_id = file
        .content_id
        .as_deref()
        .map(charset::clean_line)
        .filter(|id| !id.is_empty());
    Attachment {
        name: file
            .name
            .as_deref()
            .and_then(file_name::safe)
            .unwrap_or_else(|| file_name::from_media_type(&media_type)),
        media_type,
        size: content.len() as u64,
        inline: content_id.as_deref().is_some_and(|id| shown.contains(id)),
        content_id,
        sha256: HEXLOWER.encode(&sha256(content)),
    }
}

fn is_media_type(text: &str) -> bool {
    let is_token = |text: &str| {
        let is_fit = |b: u8| b.is_ascii_alphanumeric() || b"-+._".contains(&b);
        (1..=100).contains(&text.len()) && text.bytes().all(is_fit)
    };
    text.split_once('/')
        .is_some_and(|(kind, sub)| is_token(kind) && is_token(sub))
}

/// The content as it was sent.
pub(crate) fn raw<'a>(octets: &'a [u8], part: &Part) -> &'a [u8] {
    octets.get(part.content.clone()).unwrap_or_default()
}

fn name(part: &Part, content: &[u8]) -> String {
    let given = part
        .disposition
        .parameter("filename")
        .or_else(|| part.content_type.parameter("name"));
    given
        .and_then(|name| file_name::safe(&name))
        .or_else(|| nested_subject(part.media_type(), content))
        .unwrap_or_else(|| file_name::from_media_type(part.media_type()))
}

/// An attached mail without a name is called by its subject.
fn nested_subject(media_type: &str, content: &[u8]) -> Option<String> {
    if !matches!(media_type, "message/rfc822" | "message/global") {
        return None;
    }
    let header = Header::read(content.get(..content.len().min(NESTED_HEADER))?, NESTED_HEADER);
    let subject = encoded_word::decode(header.first("subject")?).replace(['/', '\\'], "_");
    file_name::safe(&format!("{}.eml", file_name::safe(&subject)?))
}
