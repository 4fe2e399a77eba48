//! Which parts are the body, and what is attached to it.

mod other;

use super::flowed::{self, SoftSpaces};
use super::structure::{Part, Structure};
use super::tnef::TnefFile;
use crate::mail::html::HtmlReader;
use crate::mail::inbound::{BodyForm, Defect};
use crate::mail::reply_text::markup::{self, Mark};
use crate::mail::syntax::charset::{self, Fit};
use crate::mail::syntax::transfer::Decoded;
use std::borrow::Cow;

/// The body as it was understood.
#[derive(Debug, Default)]
pub(crate) struct Body {
    /// All of it as text, with `\n` line ends.
    pub text: String,
    /// What mail clients marked in HTML, by its place in `text`.
    pub marks: Vec<Mark>,
    /// What `text` was made of.
    pub form: BodyForm,
    /// The HTML parts as they were sent.
    pub html: Option<String>,
    /// What of the text a person wrote, where the text is made up from fields with names of our own.
    pub written: Option<String>,
    /// The parts that are no body, in order.
    pub attached: Vec<Attached>,
    /// Parts that files were taken out of.
    pub packages: Vec<Package>,
    /// What was wrong with it.
    pub defects: Vec<Defect>,
}

/// What is attached, and how it stands to the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Attached {
    /// Its octets.
    pub source: Source,
    /// Where it was found.
    pub place: Place,
}

/// Where the octets of an attachment are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// They are the content of a part: an index into `Structure::parts`.
    Part(usize),
    /// They lie in a part that holds several.
    Packed {
        /// An index into `Body::packages`.
        package: usize,
        /// An index into `Package::files`.
        file: usize,
    },
}

/// A winmail.dat, decoded.
#[derive(Debug, Default)]
pub(crate) struct Package {
    /// An index into `Structure::parts`.
    pub part: usize,
    /// All of it.
    pub octets: Vec<u8>,
    /// The files in it.
    pub files: Vec<TnefFile>,
}

/// Where an attached part stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Beside the body.
    Beside,
    /// In multipart/related with it, to be shown inside.
    Related,
}

/// Takes the structure apart.
pub(crate) fn read(octets: &[u8], structure: &Structure) -> Body {
    let mut reader = Reader {
        octets,
        structure,
        packages: Vec::new(),
        defects: Vec::new(),
    };
    let mut found = Found::default();
    reader.part(0, Rank::Root, &mut found);
    let (mut text, mut marks) = whole_text(&found);
    let mut written = None;
    if text.trim().is_empty() && reader.fill(&mut found, &mut written) {
        (text, marks) = whole_text(&found);
    }
    Reader::drop_understood(&mut found);
    let form = match (found.pieces.as_slice(), found.html.len()) {
        ([Piece::Html(_)], 1) => BodyForm::Html,
        _ => BodyForm::Other,
    };
    let html = (!found.html.is_empty()).then(|| found.html.join("\n"));
    Body {
        text,
        marks,
        form,
        html,
        written,
        attached: found.attached,
        packages: reader.packages,
        defects: reader.defects,
    }
}

/// One stretch of body.
enum Piece {
    Plain(String),
    /// An index into `Found::html`.
    Html(usize),
}

#[derive(Default)]
struct Found {
    pieces: Vec<Piece>,
    html: Vec<String>,
    attached: Vec<Attached>,
    /// Parts that may say something where the mail has no text of its own.
    others: Vec<other::Other>,
}

impl Found {
    fn attach(&mut self, part: usize, place: Place) {
        let source = Source::Part(part);
        self.attached.push(Attached { source, place });
    }

    fn is_plain(&self) -> bool {
        self.html.is_empty()
            && self
                .pieces
                .iter()
                .any(|p| matches!(p, Piece::Plain(text) if !text.trim().is_empty()))
    }

    fn has_body(&self) -> bool {
        !self.pieces.is_empty()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rank {
    /// The mail itself, whose text is the body even when it has a file name.
    Root,
    Inside,
}

struct Reader<'a> {
    octets: &'a [u8],
    structure: &'a Structure,
    packages: Vec<Package>,
    defects: Vec<Defect>,
}

impl<'a> Reader<'a> {
    /// Recursion is bounded by the depth to which `structure` opens multiparts.
    fn part(&mut self, index: usize, rank: Rank, found: &mut Found) {
        let structure = self.structure;
        let Some(part) = structure.parts.get(index) else { return };
        match part.media_type() {
            _ if !part.is_multipart() => self.leaf(index, part, rank, found),
            "multipart/alternative" => self.alternative(part, found),
            "multipart/related" => self.related(part, found),
            _ => part
                .children
                .iter()
                .for_each(|&child| self.part(child, Rank::Inside, found)),
        }
    }

    /// Plain text is preferred for `text`, the last HTML for `html`; whatever is attached anywhere stays attached.
    fn alternative(&mut self, part: &'a Part, found: &mut Found) {
        let mut branches: Vec<Found> = Vec::with_capacity(part.children.len());
        for &child in &part.children {
            let mut branch = Found::default();
            self.part(child, Rank::Inside, &mut branch);
            branches.push(branch);
        }
        let plain = branches.iter().position(Found::is_plain);
        let html = branches.iter().rposition(|b| !b.html.is_empty());
        let chosen = plain.or(html).or_else(|| branches.iter().rposition(Found::has_body));
        let offset = found.html.len();
        for (at, branch) in branches.into_iter().enumerate() {
            found.attached.extend(branch.attached);
            found.others.extend(branch.others);
            if Some(at) == html {
                found.html.extend(branch.html);
            }
            if Some(at) == chosen {
                found.pieces.extend(branch.pieces.into_iter().map(|piece| match piece {
                    Piece::Html(index) => Piece::Html(index + offset),
                    plain @ Piece::Plain(_) => plain,
                }));
            }
        }
    }

    /// RFC 2387: the root is the body; the others are shown inside of it.
    fn related(&mut self, part: &'a Part, found: &mut Found) {
        let start = part.content_type.parameter("start");
        let start = start
            .as_deref()
            .map(|id| id.trim_start_matches('<').trim_end_matches('>'));
        let named = part.children.iter().copied().find(|&child| {
            let child = self.structure.parts.get(child);
            start.is_some() && child.and_then(|c| c.content_id.as_deref()) == start
        });
        let Some(root) = named.or_else(|| part.children.first().copied()) else {
            return;
        };
        self.part(root, Rank::Inside, found);
        for &child in part.children.iter().filter(|&&child| child != root) {
            let is_multipart = self.structure.parts.get(child).is_some_and(Part::is_multipart);
            match is_multipart {
                true => self.part(child, Rank::Inside, found),
                false if self.open(child, Place::Related, found) => {}
                false => found.attach(child, Place::Related),
            }
        }
    }

    fn leaf(&mut self, index: usize, part: &Part, rank: Rank, found: &mut Found) {
        let has_name =
            part.disposition.parameter("filename").is_some() || part.content_type.parameter("name").is_some();
        let is_set_apart = part.disposition.value == "attachment" || (has_name && rank == Rank::Inside);
        match part.media_type() {
            _ if self.open(index, Place::Beside, found) => {}
            _ if is_set_apart => found.attach(index, Place::Beside),
            "text/html" => {
                let html = self.decode(part);
                found.pieces.push(Piece::Html(found.html.len()));
                found.html.push(charset::clean_text(&html).into_owned());
            }
            "text/plain" | "text/enriched" | "text/markdown" => found.pieces.push(Piece::Plain(self.plain(part))),
            // A multipart in which no part could be found: its text is all there is.
            other if other.starts_with("multipart/") => {
                self.defects.push(Defect::Unterminated);
                found.pieces.push(Piece::Plain(self.plain(part)));
            }
            _ => found.attach(index, Place::Beside),
        }
    }

    fn plain(&mut self, part: &Part) -> String {
        let text = self.decode(part);
        let parameter_is = |name, wanted: &str| {
            part.content_type
                .parameter(name)
                .is_some_and(|value| value.eq_ignore_ascii_case(wanted))
        };
        let text = charset::clean_text(&text);
        if parameter_is("format", "flowed") {
            let spaces = if parameter_is("delsp", "yes") {
                SoftSpaces::Delete
            } else {
                SoftSpaces::Keep
            };
            return flowed::join(&text, spaces);
        }
        text.into_owned()
    }

    fn content(&mut self, part: &Part) -> Cow<'a, [u8]> {
        let content = self.octets.get(part.content.clone()).unwrap_or_default();
        match part.encoding.decode(content) {
            Decoded::Good(octets) => octets,
            Decoded::Bad(octets) => {
                self.defects.push(Defect::BadEncoding);
                octets
            }
        }
    }

    fn decode(&mut self, part: &Part) -> String {
        let octets = self.content(part);
        let (text, fit) = charset::decode(&octets, part.content_type.parameter("charset").as_deref());
        if fit == Fit::Bad {
            self.defects.push(Defect::BadCharset);
        }
        text
    }
}

fn whole_text(found: &Found) -> (String, Vec<Mark>) {
    let mut text = String::new();
    let mut marks = Vec::new();
    let mut html = HtmlReader::default();
    for piece in &found.pieces {
        let (piece, places) = match piece {
            Piece::Plain(plain) => (Cow::Borrowed(plain.as_str()), Vec::new()),
            Piece::Html(index) => {
                let part = found.html.get(*index).map(String::as_str).unwrap_or_default();
                let (text, places) = markup::take(html.read(&markup::mark(part)));
                (Cow::Owned(text), places)
            }
        };
        if piece.trim().is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push_str(if text.ends_with('\n') { "\n" } else { "\n\n" });
        }
        if !places.is_empty() {
            let above = memchr::memchr_iter(b'\n', text.as_bytes()).count();
            marks.extend(places.into_iter().map(|mark| Mark {
                line: mark.line + above,
                ..mark
            }));
        }
        text.push_str(&piece);
    }
    (text, marks)
}
