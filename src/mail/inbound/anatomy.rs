//! Where things lie in a mail, so that its octets are taken apart once.

use crate::mail::reply_text::markup::Mark;
use crate::mail::syntax::transfer::Encoding;
use std::borrow::Cow;
use std::ops::Range;

/// What parsing found besides what the mail says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::mail) struct Anatomy {
    /// Where the octets of each attachment lie, counted as [`super::InboundMail::attachments`].
    pub contents: Vec<Content>,
    /// What mail clients marked in HTML, by its place in the body.
    pub marks: Vec<Mark>,
    /// What the body is.
    pub body: BodyForm,
    /// Octets of a note of ours that stands above the body in the text.
    pub note: usize,
}

/// What the text of a mail was made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::mail) enum BodyForm {
    /// Plain text, or several parts.
    #[default]
    Other,
    /// The mail's HTML, laid out.
    Html,
}

/// Octets inside of the mail's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mail) struct Content {
    /// Where they were sent.
    pub sent: Range<usize>,
    /// How they were encoded.
    pub encoding: Encoding,
    /// Which of the decoded ones they are; all of them unless they lie in a winmail.dat.
    pub inside: Option<Range<usize>>,
}

impl Anatomy {
    /// The decoded octets of these attachments. Of those that lie in one winmail.dat, it is decoded once when they follow
    /// each other.
    pub fn decode(&self, octets: &[u8], indexes: &[usize]) -> Vec<Option<Vec<u8>>> {
        let mut package: Option<(usize, Cow<'_, [u8]>)> = None;
        let decode = |index: &usize| {
            let content = self.contents.get(*index)?;
            let Some(inside) = &content.inside else {
                return Some(content.decoded(octets)?.into_owned());
            };
            if package.as_ref().is_none_or(|(start, _)| *start != content.sent.start) {
                package = Some((content.sent.start, content.decoded(octets)?));
            }
            package.as_ref()?.1.get(inside.clone()).map(<[u8]>::to_vec)
        };
        indexes.iter().map(decode).collect()
    }
}

impl Content {
    fn decoded<'a>(&self, octets: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        Some(self.encoding.decode(octets.get(self.sent.clone())?).into_octets())
    }
}
