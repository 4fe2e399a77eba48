//! Sanitised HTML in its pieces, and the pieces that are kept as HTML again.

use super::guard::{Leak, guard};
use crate::mail::EmailAddress;
use crate::mail::reply_text::markup::MarkKind;
use std::collections::HashSet;
use std::ops::Range;

/// A piece of HTML as the sanitiser writes it: well-formed, values in double quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// An opening tag, all of it.
    Open { name: &'a str, tag: &'a str },
    /// A closing tag.
    Close { name: &'a str },
    /// A character, and how it is written.
    Char { c: char, raw: &'a str },
    /// What the agent's client marked starts or ends here.
    Sign(MarkKind),
}

/// Takes HTML apart.
pub(super) fn pieces(html: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::with_capacity(html.len());
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '<' => tag_length(rest),
            '&' => entity_length(rest),
            _ => c.len_utf8(),
        };
        let (raw, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
        out.push(match (c, MarkKind::of(c)) {
            ('<', _) => tag(raw),
            ('&', _) => Piece::Char { c: entity(raw), raw },
            (_, Some(kind)) => Piece::Sign(kind),
            (c, None) => Piece::Char { c, raw },
        });
        rest = behind;
    }
    out
}

fn tag(tag: &str) -> Piece<'_> {
    let inside = tag.trim_start_matches('<').trim_end_matches('>');
    let name = |text: &'_ str| text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    match inside.strip_prefix('/') {
        Some(closed) => Piece::Close {
            name: closed.get(..name(closed)).unwrap_or_default(),
        },
        None => Piece::Open {
            name: inside.get(..name(inside)).unwrap_or_default(),
            tag,
        },
    }
}

/// Up to the `>` that stands in no value.
fn tag_length(text: &str) -> usize {
    let mut is_value = false;
    let end = text.bytes().position(|octet| {
        is_value ^= octet == b'"';
        octet == b'>' && !is_value
    });
    end.map_or(text.len(), |at| at + 1)
}

/// Octets of the longest entity that the sanitiser writes.
const LONGEST_ENTITY: usize = 6;

fn entity_length(text: &str) -> usize {
    let end = text.bytes().take(LONGEST_ENTITY).position(|octet| octet == b';');
    end.map_or(1, |at| at + 1)
}

fn entity(raw: &str) -> char {
    match raw {
        "&lt;" => '<',
        "&gt;" => '>',
        "&quot;" => '"',
        "&nbsp;" => '\u{a0}',
        _ => '&',
    }
}

/// The value of an attribute, as it is written.
pub(super) fn value<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    attributes(tag).find(|(key, _)| *key == name).map(|(_, value)| value)
}

fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = tag.split_once(' ').map(|(_, rest)| rest).unwrap_or_default();
    std::iter::from_fn(move || {
        let (key, after) = rest.split_once("=\"")?;
        let (value, next) = after.split_once('"')?;
        rest = next;
        Some((key.trim(), value))
    })
}

/// The Content-ID of the image that a tag shows.
pub(super) fn content_id(tag: &str) -> Option<String> {
    let source = value(tag, "src")?.trim();
    let id = source
        .get(..4)
        .filter(|scheme| scheme.eq_ignore_ascii_case("cid:"))
        .and(source.get(4..))?;
    Some(id.replace("%40", "@").replace("&amp;", "&"))
}

/// Elements that show something by being there.
const CELLS: [&str; 2] = ["td", "th"];
const EMPTY: [&str; 5] = ["br", "hr", "img", "col", "wbr"];

pub(super) fn is_empty_element(name: &str) -> bool {
    EMPTY.contains(&name)
}

/// Writes pieces as HTML: elements in which nothing is shown are left out.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    said: Said<'a>,
    html: String,
    open: Vec<OpenElement<'a>>,
    /// Elements at the bottom of `open` that are written.
    written: usize,
    /// The images in it, by Content-ID.
    shown: HashSet<String>,
}

#[derive(Debug)]
struct OpenElement<'a> {
    name: &'a str,
    tag: &'a str,
}

impl<'a> Writer<'a> {
    pub(super) fn new(said: Said<'a>) -> Self {
        Self {
            said,
            html: String::new(),
            open: Vec::new(),
            written: 0,
            shown: HashSet::new(),
        }
    }

    /// Those of the pieces that are in the range and the agent's own; of images only those with one of these ids.
    pub(super) fn write(
        mut self,
        pieces: &[Piece<'a>],
        own: &[bool],
        range: &Range<usize>,
        ids: &HashSet<&str>,
    ) -> (String, HashSet<String>) {
        for (at, piece) in pieces.iter().enumerate() {
            let is_kept = range.contains(&at) && own.get(at) == Some(&true);
            match *piece {
                Piece::Open { name: "img", tag } if is_kept => self.image(tag, ids),
                Piece::Open { name, tag } if is_empty_element(name) && is_kept && !self.html.is_empty() => {
                    self.content(&self.said.of_tag(tag));
                }
                Piece::Open { name, .. } if is_empty_element(name) => {}
                Piece::Open { name, tag } => {
                    self.open.push(OpenElement { name, tag });
                    if is_kept && CELLS.contains(&name) {
                        self.content("");
                    }
                }
                Piece::Close { name } => self.close(name),
                Piece::Char { c, raw } if is_kept => self.character(c, raw),
                _ => {}
            }
        }
        while let Some(element) = self.open.last() {
            self.close(element.name);
        }
        (self.html, self.shown)
    }

    fn character(&mut self, c: char, raw: &str) {
        match c {
            c if c.is_whitespace() && self.html.is_empty() => {}
            // Between elements it must not open one.
            '\n' | '\t' | ' ' => self.html.push_str(raw),
            _ => self.content(raw),
        }
    }

    fn image(&mut self, tag: &str, ids: &HashSet<&str>) {
        if let Some(id) = content_id(tag).filter(|id| ids.contains(id.as_str())) {
            self.content(&self.said.of_tag(tag));
            self.shown.insert(id);
        }
    }

    fn content(&mut self, html: &str) {
        for element in self.open.iter().skip(self.written) {
            self.html.push_str(&self.said.of_tag(element.tag));
        }
        self.written = self.open.len();
        self.html.push_str(html);
    }

    fn close(&mut self, name: &str) {
        // The sanitiser closes in order.
        if self.open.pop_if(|element| element.name == name).is_some() && self.written > self.open.len() {
            self.written = self.open.len();
            self.html.push_str("</");
            self.html.push_str(name);
            self.html.push('>');
        }
    }
}

/// What her text says, by which attributes are judged: they show to those who look for them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said<'a> {
    text: &'a str,
    own_addresses: &'a [EmailAddress],
    /// Whether the text shows one of her addresses.
    names_her: bool,
}

impl<'a> Said<'a> {
    /// The agent's text, and the addresses that she writes from.
    pub(super) fn new(text: &'a str, own_addresses: &'a [EmailAddress]) -> Self {
        Self {
            text,
            own_addresses,
            names_her: names(text, own_addresses),
        }
    }

    /// The tag without what the text doesn't say: titles, an image's other alternative, a link to the agent herself.
    fn of_tag(&self, tag: &str) -> String {
        let is_to_her = !self.names_her && names(tag, self.own_addresses);
        let is_said = |key: &str, value: &str| match key {
            "title" => false,
            "alt" => self.text.contains(&value.replace("&quot;", "\"").replace("&amp;", "&")),
            "href" | "rel" => !is_to_her,
            _ => true,
        };
        if attributes(tag).all(|(key, value)| is_said(key, value)) {
            return tag.to_owned();
        }
        let mut out = tag.split(' ').next().unwrap_or_default().to_owned();
        for (key, value) in attributes(tag).filter(|(key, value)| is_said(key, value)) {
            out.push_str(&format!(" {key}=\"{value}\""));
        }
        out.push('>');
        out
    }
}

/// Whether one of the addresses stands in it, in any writing.
fn names(text: &str, addresses: &[EmailAddress]) -> bool {
    text.contains(['@', '%', '&']) && guard(text, Some(text), &|_| false, addresses) == Some(Leak::AgentAddress)
}
