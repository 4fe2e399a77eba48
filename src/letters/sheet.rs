//! From words to finished octets, and the envelopes that their copies travel in.

use super::{Letter, Record, Writing};
use crate::desk::decision::MailKind;
use crate::desk::policy::{EnvelopeStyle, InboxPolicy, Policy, ReplyAddress};
use crate::desk::token::{Purpose, Reference, TokenKeys};
use crate::desk::{TicketKey, TicketNumber};
use crate::mail::outbound::{
    AutoSubmitted, Bodies, ComposeError, Enclosure, OutboundHeaders, Own, compose, compose_own,
};
use crate::mail::{EmailAddress, Envelope, InboundMail, Mailbox, MessageId, ReversePath};
use crate::store::{Allowance, NewOutboxMail, OutboxCopy, compress};
use crate::template::{Rendered, SignatureError, TemplateError};
use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

/// A mail could not be written.
#[derive(Debug, Error)]
pub enum LetterError {
    /// The wording failed.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// `agents.signature` failed.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// A value cannot stand in a header.
    #[error(transparent)]
    Compose(#[from] ComposeError),
    /// The inbox's domain cannot end a Message-ID.
    #[error("`{0}` cannot be the domain of a Message-ID")]
    Domain(String),
}

/// Where a mail stands among those before it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Thread {
    /// The one it answers.
    pub(super) in_reply_to: Option<MessageId>,
    /// All of them, oldest first.
    pub(super) references: Vec<MessageId>,
}

impl Thread {
    /// That of an answer to the last of these mails.
    pub(super) fn behind(references: Vec<MessageId>) -> Self {
        Self {
            in_reply_to: references.last().cloned(),
            references,
        }
    }

    /// That of an answer to that mail.
    pub(super) fn answering(mail: &InboundMail) -> Self {
        Self {
            in_reply_to: mail.message_id.clone(),
            references: mail.references.iter().chain(&mail.message_id).cloned().collect(),
        }
    }
}

/// What one copy of a mail needs besides its words.
pub(super) struct Sheet<'a> {
    pub(super) inbox: &'a InboxPolicy,
    /// The display name beside the inbox's address.
    pub(super) from: String,
    pub(super) to: Vec<Mailbox>,
    pub(super) cc: Vec<Mailbox>,
    /// Whose copy it is.
    pub(super) recipient: &'a EmailAddress,
    /// What its tokens name.
    pub(super) key: TicketKey,
    pub(super) reader: Reader,
    pub(super) reply_to: ReplyTo,
    pub(super) thread: &'a Thread,
    pub(super) auto_submitted: AutoSubmitted,
    /// A fresh random number: what its Message-ID is made from. The copies of an answer have one.
    pub(super) nonce: u64,
    /// Another, for its return address.
    pub(super) serial: u32,
    pub(super) now: Timestamp,
}

/// For whose eyes a mail is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// A customer's, or anybody's: its Message-ID names the ticket alone.
    Outside,
    /// One agent's: it names her, too.
    Agent,
}

/// Where an answer to a mail of ours goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ReplyTo {
    /// To an address with a token for its recipient.
    Token(Purpose),
    /// To the inbox, as any mail.
    Inbox,
}

/// What a mail encloses.
#[derive(Default)]
pub(super) struct Enclosures {
    /// What its HTML shows.
    pub(super) inline: Vec<Enclosure>,
    /// What is attached.
    pub(super) attached: Vec<Enclosure>,
}

/// A composed mail with all its copies.
pub(super) struct Composition {
    pub(super) mail: NewOutboxMail,
    pub(super) from: Mailbox,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) message_id: MessageId,
}

impl Writing<'_> {
    /// Composes a mail whose copies differ up to `own`; what it encloses is worked out and kept once for all of them.
    pub(super) fn compose<'s>(
        &self,
        (kind, ticket): (MailKind, Option<TicketNumber>),
        copies: impl IntoIterator<Item = (Sheet<'s>, Rendered)>,
        own: Own,
        enclosures: Enclosures,
    ) -> anyhow::Result<Option<Composition>> {
        let mut bodies = Bodies {
            text: String::new(),
            html: String::new(),
            inline: enclosures.inline,
            attached: enclosures.attached,
        };
        let mut composition: Option<(Composition, u64, usize)> = None;
        for (sheet, rendered) in copies {
            (bodies.text, bodies.html) = (rendered.text, rendered.html);
            let boundary = composition.as_ref().map_or(sheet.nonce, |(_, boundary, _)| *boundary);
            let headers = sheet.headers(self.policy, rendered.subject, boundary)?;
            let mut copy = sheet.copy(&self.policy.keys, headers.message_id.clone());
            match &mut composition {
                Some((composition, _, shared_from)) => {
                    copy.own = Some(compress(&compose_own(&headers, &bodies, own)?)?);
                    copy.shared_from = *shared_from;
                    composition.mail.copies.push(copy);
                }
                None => {
                    let composed = compose(&headers, &bodies)?;
                    // The other copies need only know that there are enclosures.
                    let enclosed = bodies.inline.iter_mut().chain(&mut bodies.attached);
                    enclosed.for_each(|enclosure| enclosure.octets = vec![]);
                    let mail = self.outbox_mail((kind, ticket), &sheet, copy, &composed.octets, &bodies.text)?;
                    let first = Composition {
                        mail,
                        from: headers.from,
                        subject: headers.subject,
                        text: std::mem::take(&mut bodies.text),
                        message_id: headers.message_id,
                    };
                    composition = Some((first, boundary, composed.own(own)));
                }
            }
        }
        Ok(composition.map(|(composition, ..)| composition))
    }

    fn outbox_mail(
        &self,
        (kind, ticket): (MailKind, Option<TicketNumber>),
        sheet: &Sheet<'_>,
        copy: OutboxCopy,
        octets: &[u8],
        text: &str,
    ) -> anyhow::Result<NewOutboxMail> {
        let delay = match kind {
            MailKind::Answer | MailKind::Forward => self.policy.answers.send_delay,
            _ => SignedDuration::ZERO,
        };
        Ok(NewOutboxMail {
            ticket,
            kind,
            inbox: sheet.inbox.name.clone(),
            raw: compress(octets)?,
            // That of a confirmation stands on its ticket as it is.
            text: match kind {
                MailKind::Confirmation => None,
                _ => Some(compress(text.as_bytes())?),
            },
            copies: vec![copy],
            not_before: sheet.now + delay,
            allowance: match kind {
                MailKind::Confirmation => Allowance::Counted,
                _ => Allowance::Free,
            },
        })
    }
}

impl Composition {
    pub(super) fn letter(self, record: Record) -> Letter {
        Letter {
            mail: self.mail,
            record,
            notice: None,
        }
    }
}

impl Sheet<'_> {
    fn headers(&self, policy: &Policy, subject: String, boundary: u64) -> Result<OutboundHeaders, LetterError> {
        let keys = &policy.keys;
        let domain = self.inbox.address.domain();
        let message_id = match self.reader {
            Reader::Outside => keys.message_id(self.key, self.nonce, domain),
            Reader::Agent => keys.agent_message_id(self.key, self.nonce, keys.person(self.recipient), domain),
        };
        Ok(OutboundHeaders {
            from: Mailbox {
                name: self.from.clone(),
                address: self.inbox.address.clone(),
            },
            reply_to: self.reply_to(keys),
            to: self.to.clone(),
            cc: self.cc.clone(),
            subject,
            date: self.now,
            message_id: message_id.ok_or_else(|| LetterError::Domain(domain.to_owned()))?,
            references: self.thread.references.clone(),
            in_reply_to: self.thread.in_reply_to.clone(),
            auto_submitted: self.auto_submitted,
            desk_mark: keys.loop_mark(self.nonce),
            nonce: boundary,
        })
    }

    fn copy(&self, keys: &TokenKeys, message_id: MessageId) -> OutboxCopy {
        let envelope = Envelope {
            reverse_path: self.reverse_path(keys, Reference(self.serial.to_be_bytes())),
            recipient: self.recipient.clone(),
        };
        OutboxCopy {
            envelope,
            message_id,
            serial: self.serial,
            own: None,
            shared_from: 0,
        }
    }

    fn reply_to(&self, keys: &TokenKeys) -> Option<EmailAddress> {
        match self.reply_to {
            ReplyTo::Inbox => None,
            ReplyTo::Token(purpose) => {
                let token = keys.address_token(purpose, self.key, keys.person(self.recipient));
                tokened(self.inbox, &token)
            }
        }
    }

    /// Where delivery reports go. Without an address that can carry a token it is the inbox's own, as with `plain`.
    fn reverse_path(&self, keys: &TokenKeys, serial: Reference) -> ReversePath {
        let own = self.inbox.address.clone();
        match self.inbox.envelope {
            EnvelopeStyle::Plain => ReversePath::Address(own),
            EnvelopeStyle::Verp => {
                let token = keys.address_token(Purpose::Bounce, self.key, serial);
                ReversePath::Address(tokened(self.inbox, &token).unwrap_or(own))
            }
        }
    }
}

/// The inbox's address that carries a token; `None` where addresses carry none.
pub fn tokened(inbox: &InboxPolicy, token: &str) -> Option<EmailAddress> {
    let address = &inbox.address;
    match &inbox.reply_address {
        ReplyAddress::Plus => EmailAddress::parse(&format!("{}+{token}@{}", address.local(), address.domain())),
        ReplyAddress::CatchAll { domain } => EmailAddress::parse(&format!("{token}@{domain}")),
        ReplyAddress::None => None,
    }
}

pub(super) fn unnamed(address: &EmailAddress) -> Mailbox {
    Mailbox {
        name: String::new(),
        address: address.clone(),
    }
}
