//! From a planned mail to finished octets and the envelope they travel in.

use super::{ConfirmationContext, GuidanceContext, Rendered, TemplateError, Templates};
use crate::desk::Ticket;
use crate::desk::decision::PlannedMail;
use crate::desk::policy::{EnvelopeStyle, Guidance, InboxPolicy, Policy, ReplyAddress};
use crate::desk::provider::Provider;
use crate::desk::token::{Purpose, Reference, TokenKeys};
use crate::mail::outbound::{AutoSubmitted, Bodies, ComposeError, OutboundHeaders, compose};
use crate::mail::{EmailAddress, Envelope, InboundMail, Mailbox, MessageId, ReversePath};
use jiff::Timestamp;
use thiserror::Error;

/// A mail to be written: whom and what it answers, and the values that make it unique.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// The ticket it is about.
    pub ticket: &'a Ticket,
    /// The inbox it goes out from.
    pub inbox: &'a InboxPolicy,
    /// The mail it answers.
    pub answered: &'a InboundMail,
    /// What was decided.
    pub planned: &'a PlannedMail,
    /// A fresh random number: no two mails share one.
    pub nonce: u64,
    /// When it is written.
    pub now: Timestamp,
}

/// A finished mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// How it travels.
    pub envelope: Envelope,
    /// Its signed id.
    pub message_id: MessageId,
    /// What marks its outbox row in a VERP address.
    pub serial: Reference,
    /// The octets as they go to the server.
    pub octets: Vec<u8>,
    /// Who it is from.
    pub from: Mailbox,
    /// Its subject, tag included.
    pub subject: String,
    /// Its text, for the ticket.
    pub text: String,
}

/// A mail could not be written.
#[derive(Debug, Error)]
pub enum OutgoingError {
    /// The wording failed.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A value cannot stand in a header.
    #[error(transparent)]
    Compose(#[from] ComposeError),
    /// The inbox's domain cannot end a Message-ID.
    #[error("`{0}` cannot be the domain of a Message-ID")]
    Domain(String),
}

/// The confirmation of a new ticket.
///
/// # Errors
/// When a template fails, or a value cannot stand in a header.
pub fn confirmation(letter: &Letter<'_>, policy: &Policy, templates: &Templates) -> Result<Outgoing, OutgoingError> {
    let ticket = letter.ticket;
    let guidance = match &policy.guidance {
        Guidance::Once { domains } if letter.planned.guidance => Some(GuidanceContext {
            from_address: &letter.inbox.address,
            domains,
            provider: Provider::of(&letter.planned.to),
        }),
        _ => None,
    };
    let rendered = templates.confirmation(&ConfirmationContext {
        desk_name: &policy.desk_name,
        number: ticket.number,
        subject_tag: &policy.keys.subject_tag(ticket.number, ticket.key),
        subject: &ticket.subject,
        requester_name: name_of(letter),
        language: &ticket.language,
        desk_language: &policy.default_language,
        answer_by: None,
        guidance,
    })?;
    finish(letter, policy, rendered)
}

fn name_of<'a>(letter: &Letter<'a>) -> &'a str {
    let people = letter.answered.from.iter().chain(&letter.answered.reply_to);
    people
        .into_iter()
        .find(|person| person.address == letter.planned.to)
        .map_or("", |person| person.name.as_str())
}

fn finish(letter: &Letter<'_>, policy: &Policy, rendered: Rendered) -> Result<Outgoing, OutgoingError> {
    let keys = &policy.keys;
    let address = &letter.inbox.address;
    let key = letter.ticket.key;
    let message_id = keys
        .message_id(key, letter.nonce, address.domain())
        .ok_or_else(|| OutgoingError::Domain(address.domain().to_owned()))?;
    let from = Mailbox {
        name: policy.desk_name.clone(),
        address: address.clone(),
    };
    let answered = letter.answered;
    let references = answered
        .references
        .iter()
        .chain(&answered.message_id)
        .cloned()
        .collect();
    let octets = compose(
        &OutboundHeaders {
            from: from.clone(),
            to: Mailbox {
                name: String::new(),
                address: letter.planned.to.clone(),
            },
            reply_to: reply_to(letter, keys),
            subject: rendered.subject.clone(),
            date: letter.now,
            message_id: message_id.clone(),
            in_reply_to: answered.message_id.clone(),
            references,
            auto_submitted: AutoSubmitted::AutoReplied,
            desk_mark: keys.loop_mark(letter.nonce),
            nonce: letter.nonce,
        },
        &Bodies {
            text: rendered.text.clone(),
            html: rendered.html,
        },
    )?;
    let serial = serial(letter.nonce);
    let envelope = Envelope {
        reverse_path: reverse_path(letter, keys, serial),
        recipient: letter.planned.to.clone(),
    };
    Ok(Outgoing {
        envelope,
        message_id,
        serial,
        octets,
        from,
        subject: rendered.subject,
        text: rendered.text,
    })
}

fn reply_to(letter: &Letter<'_>, keys: &TokenKeys) -> Option<EmailAddress> {
    let token = keys.address_token(
        Purpose::CustomerReply,
        letter.ticket.key,
        keys.person(&letter.planned.to),
    );
    tokened(letter.inbox, &token)
}

/// Where delivery reports go. Without an address that can carry a token it is the inbox's own, as with `plain`.
fn reverse_path(letter: &Letter<'_>, keys: &TokenKeys, serial: Reference) -> ReversePath {
    let own = letter.inbox.address.clone();
    match letter.inbox.envelope {
        EnvelopeStyle::Plain => ReversePath::Address(own),
        EnvelopeStyle::Verp => {
            let token = keys.address_token(Purpose::Bounce, letter.ticket.key, serial);
            ReversePath::Address(tokened(letter.inbox, &token).unwrap_or(own))
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

fn serial(nonce: u64) -> Reference {
    let [a, b, c, d, ..] = nonce.to_be_bytes();
    Reference([a, b, c, d])
}
