//! Finds a text in HTML that says the same: character by character, but for what clients change between the two.

use super::fragment::{Piece, is_empty_element, value};
use crate::mail::reply_text::marker::is_invisible;
use std::ops::Range;

/// What of HTML says what a text says.
#[derive(Debug)]
pub(super) struct Aligned {
    /// Its pieces.
    pub range: Range<usize>,
    /// Whether nothing of the agent's own is shown behind it.
    pub is_last: bool,
}

/// How an image without a place in plain text stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alternatives {
    /// Not at all.
    Missing,
    /// As its alternative text.
    Written,
}

/// Finds the text where it is the first of what is the agent's `own`, or next behind her commands.
pub(super) fn find(
    pieces: &[Piece<'_>],
    own: &[bool],
    [commands, text]: [&str; 2],
    alternatives: Alternatives,
) -> Option<Aligned> {
    let mut walk = Walk {
        pieces,
        own,
        alternatives,
        at: 0,
        ordered: Vec::new(),
    };
    walk.take(&said(commands))?;
    let start = walk.at;
    walk.take(&said(text))?;
    let end = walk.end();
    Some(Aligned {
        range: start..end,
        is_last: walk.is_last(end),
    })
}

/// What plain text has no more than a sign for, or another one: bullets, rules, emphasis, brackets around images.
fn is_ignored(c: char) -> bool {
    c.is_whitespace()
        || is_invisible(c)
        || matches!(
            c,
            '*' | '_' | '/' | '-' | '–' | '—' | '─' | '|' | '[' | ']' | '\u{fffc}' | '\u{f0b7}' | '\u{f0a7}'
        )
        || matches!(c, '•' | '·' | '◦' | '▪' | '■' | '§' | '○' | '●')
}

/// The characters that must be found. Gmail puts `[image: name]` for an image.
fn said(text: &str) -> Vec<char> {
    let mut said = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("[image: ") {
        said.extend(before.chars().filter(|c| !is_ignored(*c)));
        rest = behind.split_once(']').map_or(behind, |(_, after)| after);
    }
    said.extend(rest.chars().filter(|c| !is_ignored(*c)));
    said
}

struct Walk<'a> {
    pieces: &'a [Piece<'a>],
    own: &'a [bool],
    alternatives: Alternatives,
    at: usize,
    /// The lists that are open, and whether they are numbered.
    ordered: Vec<bool>,
}

impl Walk<'_> {
    /// Goes behind the last character of what is said.
    fn take(&mut self, said: &[char]) -> Option<()> {
        let mut rest = said;
        while !rest.is_empty() {
            let Some(piece) = self.pieces.get(self.at) else {
                rest = behind_target(rest)?;
                continue;
            };
            let is_own = self.own.get(self.at) == Some(&true);
            match *piece {
                Piece::Char { c, .. } if is_own && !is_ignored(c) => {
                    while rest.first() != Some(&c) {
                        rest = behind_target(rest)?;
                        if rest.is_empty() {
                            return Some(());
                        }
                    }
                    rest = rest.get(1..)?;
                }
                Piece::Open { name, tag } => {
                    self.open(name);
                    rest = self.behind_opened(name, tag, is_own, rest);
                }
                Piece::Close { name: "ol" | "ul" } => {
                    self.ordered.pop();
                }
                _ => {}
            }
            self.at += 1;
        }
        Some(())
    }

    fn open(&mut self, name: &str) {
        match name {
            "ol" => self.ordered.push(true),
            "ul" => self.ordered.push(false),
            _ => {}
        }
    }

    /// What text has for an image or the number of an item, and HTML has not.
    fn behind_opened<'s>(&self, name: &str, tag: &str, is_own: bool, rest: &'s [char]) -> &'s [char] {
        let length = match name {
            _ if !is_own => 0,
            "li" if self.ordered.last() == Some(&true) => number_length(rest),
            "img" if self.alternatives == Alternatives::Written => {
                let alternative = said(&value(tag, "alt").unwrap_or_default().replace("&amp;", "&"));
                if rest.starts_with(&alternative) {
                    alternative.len()
                } else {
                    0
                }
            }
            _ => 0,
        };
        rest.get(length..).unwrap_or_default()
    }

    /// Behind the text, and behind the images that follow before anything else does.
    fn end(&self) -> usize {
        let mut end = self.at;
        let mut is_joined = true;
        for (at, piece) in self.pieces.iter().enumerate().skip(self.at) {
            match *piece {
                // A mark that is ignored belongs to the word in front of it.
                Piece::Char { c, .. } if is_joined && is_ignored(c) && !c.is_whitespace() => end = at + 1,
                Piece::Char { c, .. } if !is_ignored(c) => break,
                Piece::Sign(_) => break,
                Piece::Open { name: "img", .. } if self.own.get(at) == Some(&true) => end = at + 1,
                _ => is_joined = false,
            }
        }
        end
    }

    fn is_last(&self, end: usize) -> bool {
        let shows = |piece: &Piece<'_>| match *piece {
            Piece::Char { c, .. } => !is_ignored(c),
            Piece::Open { name, .. } => name != "br" && is_empty_element(name),
            _ => false,
        };
        !self
            .pieces
            .iter()
            .zip(self.own)
            .skip(end)
            .any(|(piece, own)| *own && shows(piece))
    }
}

/// Behind the address of a link, which plain text has in brackets.
fn behind_target(said: &[char]) -> Option<&[char]> {
    let inside = said.strip_prefix(&['<'])?;
    let end = inside.iter().take(LONGEST_TARGET).position(|c| *c == '>')?;
    let scheme: String = inside.iter().take_while(|c| **c != ':').take(LONGEST_SCHEME).collect();
    let is_target = ["http", "https", "mailto", "tel"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    is_target.then(|| inside.get(end + 1..)).flatten()
}

/// Characters of a link's address.
const LONGEST_TARGET: usize = 4_000;
const LONGEST_SCHEME: usize = 8;

/// `12.` or `12)`; 0 when there is none.
fn number_length(said: &[char]) -> usize {
    let digits = said
        .iter()
        .take(LONGEST_NUMBER)
        .take_while(|c| c.is_ascii_digit())
        .count();
    match said.get(digits) {
        Some('.' | ')') if digits > 0 => digits + 1,
        _ => 0,
    }
}

const LONGEST_NUMBER: usize = 4;
