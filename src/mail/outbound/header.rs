//! Header fields: folded, 7-bit, and never with a control character in a value.

use super::MOST_RECIPIENTS;
use crate::mail::{EmailAddress, Mailbox, MessageId};
use data_encoding::BASE64;
use thiserror::Error;

/// Writes header fields one after the other. Every value goes through it, so this is where controls are refused.
pub(super) struct HeaderWriter {
    out: String,
    column: usize,
    pieces: usize,
}

/// The most octets a line may have without its CRLF (RFC 5322 §2.1.1).
pub const LONGEST_LINE: usize = 998;

/// Why a mail can't be written. Names the field and never its value, so that it may be logged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ComposeError {
    /// CR, LF, NUL or another control character: somebody tries to add a header.
    #[error("the value of {0} holds a control character")]
    Control(&'static str),
    /// An address that can't be written in 7 bits.
    #[error("the address in {0} is not ASCII")]
    NotAscii(&'static str),
    /// A value that can't be folded and is too long for a line.
    #[error("the value of {0} is too long for a line")]
    TooLong(&'static str),
    /// More people than a field may name.
    #[error("{0} names too many people")]
    TooMany(&'static str),
    /// The boundary is no MIME parameter.
    #[error("the boundary is not a MIME parameter")]
    Boundary,
    /// A body that its encoding can't carry.
    #[error("a body can't be encoded")]
    Body,
}

/// RFC 5322 §2.1.1: lines should have no more octets than this.
const PREFERRED_LINE: usize = 78;
/// Octets of UTF-8 in one encoded word: with its frame it then has 68 of the 75 that RFC 2047 §2 allows.
const ENCODED_OCTETS: usize = 42;
/// Longer ASCII words are encoded, since only encoded words can be split over lines.
const LONGEST_WORD: usize = 60;

impl HeaderWriter {
    pub(super) fn with_capacity(octets: usize) -> Self {
        Self {
            out: String::with_capacity(octets),
            column: 0,
            pieces: 0,
        }
    }

    pub(super) fn into_octets(self) -> Vec<u8> {
        self.out.into_bytes()
    }

    /// Unstructured text: words that need it become encoded words (RFC 2047), the others stay readable.
    pub(super) fn text(&mut self, name: &'static str, value: &str) -> Result<(), ComposeError> {
        refuse_controls(name, value)?;
        self.start(name);
        let mut run = String::new();
        for word in value.split(' ').filter(|word| !word.is_empty()) {
            if needs_encoding(word) {
                if !run.is_empty() {
                    run.push(' ');
                }
                run.push_str(word);
            } else {
                self.encoded(&std::mem::take(&mut run));
                self.piece(word);
            }
        }
        self.encoded(&run);
        self.end();
        Ok(())
    }

    /// A display name, when there is one, and an address (RFC 5322 §3.4).
    pub(super) fn mailbox(&mut self, name: &'static str, mailbox: &Mailbox) -> Result<(), ComposeError> {
        self.start(name);
        self.one_of(name, mailbox, "")?;
        self.end();
        Ok(())
    }

    /// Some of them; the field is left out when there is none.
    pub(super) fn mailboxes(&mut self, name: &'static str, mailboxes: &[Mailbox]) -> Result<(), ComposeError> {
        if mailboxes.len() > MOST_RECIPIENTS {
            return Err(ComposeError::TooMany(name));
        }
        let Some((last, others)) = mailboxes.split_last() else {
            return Ok(());
        };
        self.start(name);
        for mailbox in others {
            self.one_of(name, mailbox, ",")?;
        }
        self.one_of(name, last, "")?;
        self.end();
        Ok(())
    }

    /// An address without a display name.
    pub(super) fn address(&mut self, name: &'static str, address: &EmailAddress) -> Result<(), ComposeError> {
        let address = angle(name, address)?;
        self.start(name);
        self.piece(&address);
        self.end();
        Ok(())
    }

    /// Message-IDs; the field is left out when there is none. One that isn't ASCII can't be written, and names no
    /// mail of ours: it is left out.
    pub(super) fn ids<'a>(
        &mut self,
        name: &'static str,
        ids: impl IntoIterator<Item = &'a MessageId>,
    ) -> Result<(), ComposeError> {
        let mut ids = ids
            .into_iter()
            .filter(|id| id.as_str().is_ascii() && name.len() + id.as_str().len() + 4 <= LONGEST_LINE)
            .peekable();
        if ids.peek().is_none() {
            return Ok(());
        }
        self.start(name);
        for id in ids {
            refuse_controls(name, id.as_str())?;
            self.piece(&id.to_string());
        }
        self.end();
        Ok(())
    }

    /// A value that is already as it goes out.
    pub(super) fn plain(&mut self, name: &'static str, value: &str) -> Result<(), ComposeError> {
        refuse_controls(name, value)?;
        if !value.is_ascii() {
            return Err(ComposeError::NotAscii(name));
        }
        if name.len() + value.len() + 2 > LONGEST_LINE {
            return Err(ComposeError::TooLong(name));
        }
        self.start(name);
        self.piece(value);
        self.end();
        Ok(())
    }

    fn one_of(&mut self, name: &'static str, mailbox: &Mailbox, separator: &str) -> Result<(), ComposeError> {
        refuse_controls(name, &mailbox.name)?;
        let address = angle(name, &mailbox.address)?;
        self.phrase(mailbox.name.trim());
        self.piece(&format!("{address}{separator}"));
        Ok(())
    }

    fn start(&mut self, name: &str) {
        self.out.push_str(name);
        self.out.push(':');
        self.column = name.len() + 1;
        self.pieces = 0;
    }

    fn end(&mut self) {
        self.out.push_str("\r\n");
    }

    /// One thing that can't be folded, with a space or a fold before it.
    fn piece(&mut self, piece: &str) {
        // Never before the first: such a field is legal, and more than one client shows it as empty. No piece is
        // longer than a line may be.
        if self.pieces > 0 && self.column + 1 + piece.len() > PREFERRED_LINE {
            self.out.push_str("\r\n");
            self.column = 0;
        }
        self.pieces += 1;
        self.out.push(' ');
        self.out.push_str(piece);
        self.column += 1 + piece.len();
    }

    fn encoded(&mut self, text: &str) {
        let mut chunk = String::new();
        for c in text.chars() {
            if chunk.len() + c.len_utf8() > ENCODED_OCTETS {
                self.encoded_word(&std::mem::take(&mut chunk));
            }
            chunk.push(c);
        }
        if !chunk.is_empty() {
            self.encoded_word(&chunk);
        }
    }

    fn encoded_word(&mut self, text: &str) {
        self.piece(&format!("=?UTF-8?B?{}?=", BASE64.encode(text.as_bytes())));
    }

    fn phrase(&mut self, name: &str) {
        if name.is_empty() {
            return;
        }
        let words = || name.split(' ').filter(|word| !word.is_empty());
        if words().any(needs_encoding) || name.len() > LONGEST_WORD {
            self.encoded(name);
        } else if words().all(|word| word.bytes().all(is_atext)) {
            words().for_each(|word| self.piece(word));
        } else {
            self.piece(&quoted(name));
        }
    }
}

fn refuse_controls(name: &'static str, value: &str) -> Result<(), ComposeError> {
    if value.chars().any(char::is_control) {
        return Err(ComposeError::Control(name));
    }
    Ok(())
}

/// Text that looks like an encoded word is encoded itself, else the reader would decode what its writer didn't encode.
fn needs_encoding(word: &str) -> bool {
    !word.is_ascii() || word.len() > LONGEST_WORD || word.contains("=?")
}

fn angle(name: &'static str, address: &EmailAddress) -> Result<String, ComposeError> {
    refuse_controls(name, address.as_str())?;
    if !address.as_str().is_ascii() {
        return Err(ComposeError::NotAscii(name));
    }
    let local = address.local();
    let plain = local.bytes().all(|octet| is_atext(octet) || octet == b'.');
    // Dots side by side are no dot-atom, but a provider that gives such addresses out expects them bare.
    if plain || (local.len() > 2 && local.starts_with('"') && local.ends_with('"')) {
        return Ok(format!("<{address}>"));
    }
    Ok(format!("<{}@{}>", quoted(local), address.domain()))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// RFC 5322 §3.2.3.
fn is_atext(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&octet)
}
