//! An outgoing mail as finished octets (RFC 5322, RFC 2045): the same values always give the same octets.
//!
//! lettre's builder makes the MIME body. The header is written here, because the builder refuses customers' addresses
//! that providers do give out (`a..b@…`), passes text that looks like an encoded word through for the reader to decode
//! once more, and cannot fold a long word.

mod body;
mod enclosure;
mod header;

pub use body::Bodies;
pub use enclosure::Enclosure;
pub use header::{ComposeError, LONGEST_LINE};

use super::{EmailAddress, Mailbox, MessageId};
use body::BodyWriter;
use header::HeaderWriter;
use jiff::{Timestamp, tz::TimeZone};

/// Writes one mail: 7-bit, CRLF at every line end, text and HTML as alternatives, and what it encloses.
///
/// # Errors
/// When a value holds a control character (so that none can start a header of its own), an address isn't ASCII, or a
/// list names more than [`MOST_RECIPIENTS`].
pub fn compose(headers: &OutboundHeaders, bodies: &Bodies) -> Result<Composed, ComposeError> {
    let body = BodyWriter::new(headers.nonce, bodies);
    let mut octets = header_octets(headers, words_capacity(bodies) + body.enclosed_capacity())?;
    let header = octets.len();
    body.words(&mut octets)?;
    let words = octets.len();
    body.enclosed(&mut octets);
    Ok(Composed { octets, header, words })
}

/// What of another copy of a mail is its own, up to where the copies are the same: only its header, or the header with the
/// words. Its boundaries are those of the first copy, so its nonce must be that copy's.
///
/// # Errors
/// As [`compose`].
pub fn compose_own(headers: &OutboundHeaders, bodies: &Bodies, own: Own) -> Result<Vec<u8>, ComposeError> {
    let mut octets = header_octets(headers, words_capacity(bodies))?;
    match own {
        Own::Header => {}
        Own::Words => BodyWriter::new(headers.nonce, bodies).words(&mut octets)?,
    }
    Ok(octets)
}

/// A finished mail, and up to where another copy of it may differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// The mail.
    pub octets: Vec<u8>,
    header: usize,
    words: usize,
}

/// How far the copies of a mail differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    /// In the header alone.
    Header,
    /// In the header and in the words.
    Words,
}

impl Composed {
    /// How many of its octets are its own.
    pub fn own(&self, own: Own) -> usize {
        match own {
            Own::Header => self.header,
            Own::Words => self.words,
        }
    }
}

/// Quoted-printable makes the words a good half longer.
fn words_capacity(bodies: &Bodies) -> usize {
    (bodies.text.len() + bodies.html.len()) * 3 / 2 + 1024
}

fn header_octets(headers: &OutboundHeaders, body: usize) -> Result<Vec<u8>, ComposeError> {
    let mut header = HeaderWriter::with_capacity(2048 + body);
    header.mailbox("From", &headers.from)?;
    header.mailboxes("To", &headers.to)?;
    header.mailboxes("Cc", &headers.cc)?;
    if let Some(address) = &headers.reply_to {
        header.address("Reply-To", address)?;
    }
    header.text("Subject", &headers.subject)?;
    header.plain("Date", &date(headers.date))?;
    header.ids("Message-ID", [&headers.message_id])?;
    header.ids("In-Reply-To", &headers.in_reply_to)?;
    header.ids("References", kept_references(&headers.references))?;
    if let Some(keyword) = headers.auto_submitted.keyword() {
        header.plain("Auto-Submitted", keyword)?;
        header.plain("X-Auto-Response-Suppress", SUPPRESSED)?;
    }
    header.plain("X-Buzon-Desk", &headers.desk_mark)?;
    header.plain("MIME-Version", "1.0")?;
    Ok(header.into_octets())
}

/// The header of one outgoing mail. Nothing in it is read from a clock or a random source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboundHeaders {
    /// The desk's or an agent's name, and the inbox's address.
    pub from: Mailbox,
    /// Whom it is for; at most [`MOST_RECIPIENTS`], and the field is left out when there is none.
    pub to: Vec<Mailbox>,
    /// Who gets a copy that everybody sees; as many, and left out when there is none.
    pub cc: Vec<Mailbox>,
    /// The address that carries the reply token; `None` where the Message-ID is the token.
    pub reply_to: Option<EmailAddress>,
    /// The whole subject, tag included, decoded.
    pub subject: String,
    /// When it was written.
    pub date: Timestamp,
    /// Our signed id.
    pub message_id: MessageId,
    /// The id it answers.
    pub in_reply_to: Option<MessageId>,
    /// The ids of its thread, oldest first; of many the first and the last 19 are written.
    pub references: Vec<MessageId>,
    /// Who or what wrote it.
    pub auto_submitted: AutoSubmitted,
    /// The signed value of `X-Buzon-Desk`, by which we know our own mail again.
    pub desk_mark: String,
    /// What the boundary between the parts is made from; fresh for each mail, and the same in its copies.
    pub nonce: u64,
}

/// The Auto-Submitted field (RFC 3834 §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AutoSubmitted {
    /// An automatic answer to one mail.
    AutoReplied,
    /// Automatic, and no answer.
    AutoGenerated,
    /// A person wrote it: the field is absent.
    None,
}

/// How many people a To or Cc field may name.
pub const MOST_RECIPIENTS: usize = 200;
/// What receivers are asked not to send back. Never `All`: Exchange would then keep its bounces, too.
const SUPPRESSED: &str = "DR, RN, NRN, OOF, AutoReply";
/// How many ids at the end of a long thread are kept beside the first.
const LAST_REFERENCES: usize = 19;

impl AutoSubmitted {
    fn keyword(self) -> Option<&'static str> {
        match self {
            Self::AutoReplied => Some("auto-replied"),
            Self::AutoGenerated => Some("auto-generated"),
            Self::None => None,
        }
    }
}

fn date(date: Timestamp) -> String {
    date.to_zoned(TimeZone::UTC)
        .strftime("%a, %d %b %Y %H:%M:%S %z")
        .to_string()
}

fn kept_references(ids: &[MessageId]) -> impl Iterator<Item = &MessageId> {
    let last = ids.len().saturating_sub(LAST_REFERENCES).max(1);
    ids.iter().take(1).chain(ids.iter().skip(last))
}

#[cfg(test)]
mod tests;
