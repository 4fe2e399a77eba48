//! An agent's HTML, cut down to what her text says.

use super::align::{self, Aligned, Alternatives};
use super::fragment::{Piece, Said, Writer, content_id, pieces};
use super::text::Written;
use crate::mail::reply_text::markup::{self, MarkKind, Shown};
use crate::mail::{EmailAddress, InboundMail, html};
use std::collections::HashSet;

/// Sanitised HTML, with the signs of what her client marked.
#[derive(Debug, Default)]
pub(super) struct Rich {
    html: String,
}

/// What of it belongs to the answer.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Says what the text says.
    pub html: Option<String>,
    /// The images in it, by Content-ID.
    pub shown: HashSet<String>,
    /// Images that she put into what she wrote, where no HTML is kept.
    pub beside: HashSet<String>,
}

impl Rich {
    pub(super) fn read(html: &str) -> Self {
        Self {
            html: html::sanitise(&markup::mark_shown(html, Shown::Images)),
        }
    }

    pub(super) fn kept(&self, written: &Written, mail: &InboundMail, own_addresses: &[EmailAddress]) -> Kept {
        if self.html.is_empty() {
            return Kept::default();
        }
        let pieces = pieces(&self.html);
        let own = own(&pieces);
        let find = |alternatives| align::find(&pieces, &own, [&written.commands, &written.text], alternatives);
        let aligned = find(Alternatives::Missing).or_else(|| find(Alternatives::Written));
        match aligned {
            Some(aligned) if !written.text.is_empty() => {
                let ids = mail
                    .attachments
                    .iter()
                    .filter_map(|attachment| attachment.content_id.as_deref());
                let said = Said::new(&written.text, own_addresses);
                let (html, shown) = Writer::new(said).write(&pieces, &own, &aligned.range, &ids.collect());
                let html = Some(html).filter(|html| !html.is_empty());
                Kept {
                    html,
                    shown,
                    beside: HashSet::new(),
                }
            }
            aligned => Kept {
                beside: beside(&pieces, &own, aligned.as_ref(), written),
                ..Kept::default()
            },
        }
    }
}

/// Which pieces stand outside of quotes and signatures that the client marked.
fn own(pieces: &[Piece<'_>]) -> Vec<bool> {
    let mut is_marked = false;
    let mut is_rest = false;
    let mut quotes = 0_usize;
    let is_own = |piece: &Piece<'_>| {
        match *piece {
            Piece::Sign(MarkKind::Quote | MarkKind::Signature) => is_marked = true,
            Piece::Sign(MarkKind::End) => is_marked = false,
            Piece::Sign(MarkKind::Rest) => is_rest = true,
            Piece::Open { name: "blockquote", .. } => quotes += 1,
            Piece::Close { name: "blockquote" } => {
                quotes = quotes.saturating_sub(1);
                return false;
            }
            _ => {}
        }
        !is_marked && !is_rest && quotes == 0
    };
    pieces.iter().map(is_own).collect()
}

/// The images in what is newly written, where that can be told from a signature and from what is quoted.
fn beside(pieces: &[Piece<'_>], own: &[bool], aligned: Option<&Aligned>, written: &Written) -> HashSet<String> {
    let ends_known = own.contains(&false);
    let can_be_told = match aligned {
        // Nothing but images is new.
        Some(aligned) if written.text.is_empty() => aligned.is_last,
        _ => !written.text.is_empty() && ends_known,
    };
    let images = pieces.iter().zip(own).filter_map(|(piece, own)| match *piece {
        Piece::Open { name: "img", tag } if *own => content_id(tag),
        _ => None,
    });
    images.filter(|_| can_be_told).collect()
}
