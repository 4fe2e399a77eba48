//! Mails to customers and other people outside of the desk.

use super::{Letter, Outgoing, OutgoingError, Reader, ReplyTo, Sheet, finish, unnamed};
use crate::desk::decision::PlannedMail;
use crate::desk::policy::{AgentPolicy, Guidance, Policy};
use crate::desk::provider::Provider;
use crate::desk::token::Purpose;
use crate::mail::EmailAddress;
use crate::mail::outbound::{AutoSubmitted, Enclosure};
use crate::template::{AnswerContext, ConfirmationContext, GuidanceContext, QuotedMessage, Templates, signature};

/// The confirmation of a new ticket; `name` is the customer's display name.
///
/// # Errors
/// When a template fails, or a value cannot stand in a header.
pub fn confirmation(
    letter: &Letter<'_>,
    (planned, name): (&PlannedMail, &str),
    policy: &Policy,
    templates: &Templates,
) -> Result<Outgoing, OutgoingError> {
    let ticket = letter.ticket;
    let guidance = match &policy.guidance {
        Guidance::Once { domains } if planned.guidance => Some(GuidanceContext {
            from_address: &letter.inbox.address,
            domains,
            provider: Provider::of(&planned.to),
        }),
        _ => None,
    };
    let rendered = templates.confirmation(&ConfirmationContext {
        desk_name: &policy.desk_name,
        number: ticket.number,
        subject_tag: &policy.keys.subject_tag(ticket.number, ticket.key),
        subject: &ticket.subject,
        requester_name: name,
        language: &ticket.language,
        desk_language: &policy.default_language,
        answer_by: None,
        guidance,
    })?;
    let sheet = Sheet {
        auto_submitted: AutoSubmitted::AutoReplied,
        ..outside(letter, &policy.desk_name, &planned.to)
    };
    finish(sheet, policy, rendered)
}

/// An agent's answer, as one of its readers gets it.
#[derive(Debug, Clone, Copy)]
pub struct AnswerLetter<'a> {
    /// Who answers.
    pub agent: &'a AgentPolicy,
    /// What she wrote.
    pub text: &'a str,
    /// The same as HTML, sanitised.
    pub html: Option<&'a str>,
    /// The customer's own last message.
    pub quoted: Option<QuotedMessage<'a>>,
    /// Everybody who gets it; the first is the addressee.
    pub to: &'a [EmailAddress],
    /// What her HTML shows.
    pub inline: &'a [Enclosure],
    /// What she attached.
    pub attached: &'a [Enclosure],
}

/// The copy for `recipient`: all copies have one Message-ID and the same visible To and Cc.
///
/// # Errors
/// When a template fails, or a value cannot stand in a header.
pub fn answer(
    letter: &Letter<'_>,
    (answer, recipient): (&AnswerLetter<'_>, &EmailAddress),
    policy: &Policy,
    templates: &Templates,
) -> Result<Outgoing, OutgoingError> {
    let ticket = letter.ticket;
    let rendered = templates.answer(&AnswerContext {
        language: &ticket.language,
        desk_language: &policy.default_language,
        time_zone: &policy.time_zone,
        subject: &ticket.subject,
        subject_tag: &policy.keys.subject_tag(ticket.number, ticket.key),
        text: answer.text,
        html: answer.html,
        signature: &signature(&policy.answers.signature, &answer.agent.name, &policy.desk_name)?,
        quoted: answer.quoted,
    })?;
    let from = format!("{} ({})", answer.agent.name, policy.desk_name);
    let mut people = answer.to.iter().map(unnamed);
    let sheet = Sheet {
        to: people.by_ref().take(1).collect(),
        cc: people.collect(),
        inline: answer.inline.to_vec(),
        attached: answer.attached.to_vec(),
        ..outside(letter, &from, recipient)
    };
    finish(sheet, policy, rendered)
}

/// A customer's message that an agent passes on.
#[derive(Debug, Clone, Copy)]
pub struct ForwardLetter<'a> {
    /// Who passes it on, what she adds, and the message.
    pub answer: AnswerLetter<'a>,
    /// To whom.
    pub to: &'a EmailAddress,
}

/// Somebody who takes no part gets a customer's message; what they answer is marked as a third party's.
///
/// # Errors
/// When a template fails, or a value cannot stand in a header.
pub fn forward(
    letter: &Letter<'_>,
    forwarded: &ForwardLetter<'_>,
    policy: &Policy,
    templates: &Templates,
) -> Result<Outgoing, OutgoingError> {
    let to = std::slice::from_ref(forwarded.to);
    let answer_letter = AnswerLetter { to, ..forwarded.answer };
    answer(letter, (&answer_letter, forwarded.to), policy, templates)
}

fn outside<'a>(letter: &Letter<'a>, from: &'a str, recipient: &'a EmailAddress) -> Sheet<'a> {
    Sheet {
        inbox: letter.inbox,
        from,
        to: vec![unnamed(recipient)],
        cc: vec![],
        recipient,
        key: letter.ticket.key,
        reader: Reader::Outside,
        reply_to: ReplyTo::Token(Purpose::CustomerReply),
        thread: letter.thread,
        auto_submitted: AutoSubmitted::None,
        inline: vec![],
        attached: vec![],
        nonce: letter.nonce,
        serial: letter.serial,
        now: letter.now,
    }
}
