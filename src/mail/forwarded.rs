//! A mail that passes on somebody else's: whose it was, and what it said.
//!
//! Clients attach the other mail, or write its header into the text and its body below. Of several mails inside of one
//! another the outermost counts: its sender is the person from whom the one who forwards got it. Where two readings
//! would name two persons, none is named.

mod attached;
mod block;
mod html;
mod inline;
mod sender;
mod subject;

use super::reply_text::reply_text;
use super::{InboundMail, Mailbox, MessageId, ParseLimits, RawMail};
use inline::Inline;
use jiff::Timestamp;

/// A forwarded mail, and what was written around it.
#[derive(Debug, Clone, PartialEq)]
pub struct Forwarded {
    /// What the one who forwards wrote above it, lines of commands among them, without a signature.
    pub above: String,
    /// What stands below the end of it where a client shows where that is, without a signature. Nothing in it proves
    /// that it isn't the original's text, so it is no place for commands.
    pub below: String,
    /// The mail that was forwarded.
    pub original: Original,
    /// How.
    pub form: Form,
}

/// What is known of a forwarded mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// Its sender. Said by whoever forwards it, and proven by nothing.
    pub from: Mailbox,
    /// Its subject; empty when there is none.
    pub subject: String,
    /// When it was sent.
    pub date: Option<OriginalDate>,
    /// To whom; those whose address isn't written are left out.
    pub to: Vec<Mailbox>,
    /// Cc, and Bcc where a client writes it.
    pub cc: Vec<Mailbox>,
    /// The text below its header, without the quote marks that forwarding added.
    pub text: String,
    /// The HTML below its header, unsanitised; `None` when there is none or its start can't be told.
    pub html: Option<String>,
    /// Its Message-ID; only an attached mail has one.
    pub message_id: Option<MessageId>,
    /// Its attachments, counted as in [`Forwarded::holder`]'s. Files that the one who forwards added to an inline
    /// forward can't be told from them, but for images that only the HTML above shows.
    pub attachments: Vec<usize>,
}

/// When a forwarded mail was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OriginalDate {
    /// At this time.
    At(Timestamp),
    /// As the client wrote it, without a time zone.
    Written(String),
}

/// How a mail was forwarded.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// As an attached mail; of several the first.
    Attached(Box<AttachedMail>),
    /// Written into the text.
    Inline,
}

/// A mail attached to another.
#[derive(Debug, Clone, PartialEq)]
pub struct AttachedMail {
    /// Which of the outer mail's attachments it is.
    pub index: usize,
    /// Its octets.
    pub raw: RawMail,
    /// What they mean.
    pub mail: InboundMail,
}

/// Why nobody is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotFound {
    /// Nothing looks like a forwarded mail.
    NoForward,
    /// It is an answer, and what stands below is its history; or nothing tells it from one.
    Answer,
    /// It looks forwarded, but the header of the other mail isn't there or can't be read.
    NoHeader,
    /// The other mail's From has no address (Outlook writes the bare names of contacts), or more than one.
    NoAddress,
    /// There are several headers, and which is the forwarded mail's can't be told.
    Unsure,
}

/// Finds the mail that this one forwards; `raw` are the octets it was parsed from.
///
/// # Errors
/// Says why none is found, rather than name a person who might be the wrong one.
pub fn forwarded(mail: &InboundMail, raw: &RawMail, limits: &ParseLimits) -> Result<Forwarded, NotFound> {
    let inline = inline::find(mail, limits);
    if mail.delivery_report.is_some() {
        return Err(NotFound::NoForward);
    }
    let Some(attached) = attached::first(mail, raw, limits) else {
        return inline
            .map(|inline| from_inline(mail, inline))
            .map_err(|reason| match reason {
                NotFound::NoForward if subject::kind(&mail.subject) == subject::Kind::Forward => NotFound::NoHeader,
                other => other,
            });
    };
    let from = attached.mail.sole_sender().ok_or(NotFound::NoAddress)?.clone();
    match inline {
        Err(NotFound::NoForward) => {}
        Ok(inline) if inline.original.from.address == from.address => {}
        Err(NotFound::Answer) => return Err(NotFound::Answer),
        // The attached mail may be what the customer attached to the one written into the text.
        _ => return Err(NotFound::Unsure),
    }
    Ok(from_attached(mail, from, attached))
}

impl Original {
    /// What its sender newly wrote.
    pub fn reply(&self) -> String {
        reply_text(&self.text, &[])
    }
}

impl Forwarded {
    /// The mail, and its octets, that `original.attachments` counts in; give it what [`forwarded`] was given.
    pub fn holder<'a>(&'a self, mail: &'a InboundMail, raw: &'a RawMail) -> (&'a InboundMail, &'a RawMail) {
        match &self.form {
            Form::Attached(attached) => (&attached.mail, &attached.raw),
            Form::Inline => (mail, raw),
        }
    }
}

fn from_attached(mail: &InboundMail, from: Mailbox, attached: AttachedMail) -> Forwarded {
    let inner = &attached.mail;
    Forwarded {
        above: mail.reply.clone(),
        below: String::new(),
        original: Original {
            from: sender::clean(from),
            subject: inner.subject.clone(),
            date: inner.date.map(OriginalDate::At),
            to: inner.to.clone(),
            cc: inner.cc.clone(),
            text: inner.text.clone(),
            html: inner.html.clone(),
            message_id: inner.message_id.clone(),
            attachments: (0..inner.attachments.len()).collect(),
        },
        form: Form::Attached(Box::new(attached)),
    }
}

fn from_inline(mail: &InboundMail, inline: Inline) -> Forwarded {
    let mut original = inline.original;
    let cut = mail
        .html
        .as_deref()
        .and_then(|html| html::split(html, &original.from, &original.subject));
    original.attachments = match cut {
        Some((above, body)) => html::attachments(&mail.attachments, above, body),
        None => (0..mail.attachments.len()).collect(),
    };
    original.html = cut.map(|(_, body)| body.to_owned());
    Forwarded {
        above: inline.above,
        below: inline.below,
        original,
        form: Form::Inline,
    }
}

#[cfg(test)]
mod tests;
