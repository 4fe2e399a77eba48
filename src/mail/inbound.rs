//! A received mail, decoded as far as it can be.

mod anatomy;

pub use super::syntax::header::HeaderField;
pub(super) use anatomy::{Anatomy, BodyForm, Content};

use super::digest::ValuesDigest;
use super::reply_text::markup::Mark;
use super::{DeliveryReport, EmailAddress, FeedbackReport, Mailbox, MessageId, RawMail, html};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A received mail. Decoded values hold no control characters but line ends and tabs in `text` and `html`.
#[derive(Debug, Clone, PartialEq)]
pub struct InboundMail {
    /// Message-ID; `None` when missing or unusable.
    pub message_id: Option<MessageId>,
    /// In-Reply-To, in the order written.
    pub in_reply_to: Vec<MessageId>,
    /// References, oldest first.
    pub references: Vec<MessageId>,
    /// Every mailbox of the first From field.
    pub from: Vec<Mailbox>,
    /// How many From fields the header has; two are a forgery.
    pub from_fields: usize,
    /// Every mailbox of the other From fields: whom else a forgery claims to be from.
    pub further_from: Vec<Mailbox>,
    /// Reply-To.
    pub reply_to: Vec<Mailbox>,
    /// To.
    pub to: Vec<Mailbox>,
    /// Cc.
    pub cc: Vec<Mailbox>,
    /// Delivered-To, X-Original-To and Envelope-To, topmost first.
    pub delivered_to: Vec<EmailAddress>,
    /// Return-Path as the last server wrote it.
    pub return_path: ReturnPath,
    /// Subject; empty when there is none.
    pub subject: String,
    /// Date.
    pub date: Option<Timestamp>,
    /// Every header field in order, unfolded, undecoded but for bad octets.
    pub headers: Vec<HeaderField>,
    /// The whole body as text.
    pub text: String,
    /// What its sender newly wrote: `text` without quotes, signature and what a phone adds; `text` itself when there is
    /// none of them, or nothing else.
    pub reply: String,
    /// The HTML body as it was sent, charset decoded; never shown unsanitised.
    pub html: Option<String>,
    /// Attached and inline parts.
    pub attachments: Vec<Attachment>,
    /// The report a bounce carries.
    pub delivery_report: Option<DeliveryReport>,
    /// The Message-ID of a mail that this one returns or complains about: attached, or below the text of a bounce that
    /// is no report.
    pub returned_id: Option<MessageId>,
    /// The complaint a feedback report carries.
    pub feedback: Option<FeedbackReport>,
    /// Whether its sender signed it by S/MIME or PGP; nothing verifies that.
    pub signed: bool,
    /// ISO 639-1 code of the language of the reply, when it can be told.
    pub language: Option<String>,
    /// What was wrong with the mail, or left out of it.
    pub defects: Vec<Defect>,
    /// Where all this lies in the octets.
    pub(super) anatomy: Anatomy,
}

/// Up to where a mail is understood; what lies beyond becomes a [`Defect`], never an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseLimits {
    /// MIME parts, the mail itself among them.
    pub parts: usize,
    /// Multiparts inside of one another.
    pub depth: usize,
    /// The header, in octets.
    pub header_octets: usize,
    /// Addresses in all address fields together.
    pub addresses: usize,
}

impl Default for ParseLimits {
    fn default() -> Self {
        Self {
            parts: 1_000,
            depth: 64,
            header_octets: 256 * 1024,
            addresses: 500,
        }
    }
}

/// The Return-Path field (RFC 5321 §4.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReturnPath {
    /// There is no such field.
    Absent,
    /// `<>`: the mail must not be answered or bounced.
    Null,
    /// An address.
    Address(EmailAddress),
}

/// A part that is not the body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// A file name that is safe to show and to save; never empty.
    pub name: String,
    /// `type/subtype` in lower case.
    pub media_type: String,
    /// Decoded size in octets.
    pub size: u64,
    /// Shown inside the body.
    pub inline: bool,
    /// Content-ID without brackets.
    pub content_id: Option<String>,
    /// SHA-256 of the decoded octets, in hex.
    pub sha256: String,
}

/// Something wrong with a mail, or left out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Defect {
    /// Nothing in it could be read as a header.
    NoHeader,
    /// No From field, or none with an address.
    NoSender,
    /// More than one From field: a forgery.
    SeveralFromFields,
    /// More than one address in From.
    SeveralFromAddresses,
    /// More than one Subject field.
    SeveralSubjectFields,
    /// No usable Message-ID.
    NoMessageId,
    /// No Date, or one that cannot be read.
    NoDate,
    /// No text in any part.
    NoBody,
    /// The header is over 256 KiB; what stands beyond was not read.
    HeaderTooLarge,
    /// More than 1,000 parts; the rest was not read.
    TooManyParts,
    /// Parts nested deeper than 64; what lies deeper was not read.
    TooDeep,
    /// More than 500 addresses; the rest was not read.
    TooManyAddresses,
    /// Larger than `max_message`; only the head was fetched.
    Cut,
    /// Octets that do not belong to the charset named.
    BadCharset,
    /// A transfer encoding that could not be decoded; the part is kept as it was sent.
    BadEncoding,
    /// A multipart without its closing boundary.
    Unterminated,
    /// Encrypted, all of it or a part; that part is kept as it was sent.
    Encrypted,
}

impl InboundMail {
    /// The one address this mail comes from; `None` unless From is one field with one address.
    pub fn sole_sender(&self) -> Option<&Mailbox> {
        match self.from.as_slice() {
            [only] if self.from_fields == 1 => Some(only),
            _ => None,
        }
    }

    /// The HTML body as [`html::sanitise`] makes it safe to show; `None` when there is none. It is worked out anew by
    /// each call.
    pub fn safe_html(&self) -> Option<String> {
        self.html.as_deref().map(html::sanitise)
    }

    /// The decoded octets of one attachment, counted as in `attachments`; `raw` is what the mail was parsed from.
    pub fn attachment_octets(&self, raw: &RawMail, index: usize) -> Option<Vec<u8>> {
        self.attachments_octets(raw, &[index]).pop().flatten()
    }

    /// The same of several, in that order.
    pub fn attachments_octets(&self, raw: &RawMail, indexes: &[usize]) -> Vec<Option<Vec<u8>>> {
        self.anatomy.decode(&raw.octets, indexes)
    }

    /// The body without a note of ours above it, and what clients marked in it.
    pub(super) fn body(&self) -> (&str, &[Mark]) {
        let body = self.text.get(self.anatomy.note..).unwrap_or_default();
        (body, &self.anatomy.marks)
    }

    /// The values of the header fields of that name, topmost first, without regard to case.
    pub fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |field| field.name.eq_ignore_ascii_case(name))
            .map(|field| field.value.as_str())
    }

    /// What makes two mails the same mail: Message-ID, From, text and attachments. `None` without a Message-ID, which
    /// proves nothing about a copy.
    pub fn content_hash(&self) -> Option<[u8; 32]> {
        let id = self.message_id.as_ref()?;
        let mut digest = ValuesDigest::new();
        digest.add(id.as_str());
        digest.add(&self.from.first().map(|from| from.address.key()).unwrap_or_default());
        // Relays change trailing white space and the number of empty lines.
        for line in self.text.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
            digest.add(line);
        }
        for attachment in &self.attachments {
            digest.add(&attachment.sha256);
        }
        Some(digest.finish())
    }
}
