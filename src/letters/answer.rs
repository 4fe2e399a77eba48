//! An agent's answer to everybody who gets it, and a customer's message that she passes on.

use super::sheet::{Reader, ReplyTo, Sheet, Thread, unnamed};
use super::{Letter, Record, Writing};
use crate::desk::Ticket;
use crate::desk::decision::{AgentMessage, MailKind, MessageForm, TicketChange};
use crate::desk::policy::InboxPolicy;
use crate::desk::token::Purpose;
use crate::mail::outbound::{AutoSubmitted, Own};
use crate::mail::{EmailAddress, MessageId};
use crate::store::CustomerMessage;
use crate::template::{AnswerContext, QuotedMessage, Rendered, signature};
use anyhow::Context;
use jiff::Timestamp;

impl Writing<'_> {
    /// What the effects send of an agent's text: one mail to all of its readers.
    pub(super) fn outgoing(&self) -> anyhow::Result<Option<Letter>> {
        let TicketChange::Work(work) = &self.effects.change else {
            return Ok(None);
        };
        let Some(message) = &work.message else { return Ok(None) };
        let kind = match &message.form {
            MessageForm::Answer { .. } => MailKind::Answer,
            MessageForm::Forward { .. } => MailKind::Forward,
            MessageForm::Note | MessageForm::SentAround => return Ok(None),
        };
        let (outlook, inbox) = self.ticket_and_inbox()?;
        let ticket = &outlook.ticket;
        let last = self.last_shown(ticket, &message.form)?;
        let (thread, enclosures) = match kind {
            MailKind::Answer => {
                let thread = answering(last.as_ref(), self.thread_ids(ticket.number)?);
                (thread, self.enclosures_of(message)?)
            }
            _ => {
                let mut enclosures = self.enclosures_of(message)?;
                enclosures.attached.extend(self.files_of(last.as_ref())?);
                (Thread::default(), enclosures)
            }
        };
        let agent = self.policy.agent(&work.agent);
        let agent = agent.context("the agent is not in the config any more")?;
        let rendered = self.answer_words(ticket, (&agent.name, message), last.as_ref())?;
        let to = message.form.recipients();
        let nonce = (self.draw)();
        let from = format!("{} ({})", agent.name, self.policy.desk_name);
        let copies = to.iter().map(|recipient| {
            let numbers = (nonce, (self.draw)() as u32);
            let mut people = to.iter().map(unnamed);
            let sheet = Sheet {
                from: from.clone(),
                to: people.by_ref().take(1).collect(),
                cc: people.collect(),
                ..to_customer((ticket, inbox), recipient, &thread, numbers, self.now)
            };
            (sheet, rendered.clone())
        });
        let composed = self.compose((kind, Some(ticket.number)), copies, Own::Header, enclosures)?;
        Ok(composed.map(|composed| composed.letter(Record::Outgoing)))
    }

    fn answer_words(
        &self,
        ticket: &Ticket,
        (agent, message): (&str, &AgentMessage),
        last: Option<&CustomerMessage>,
    ) -> anyhow::Result<Rendered> {
        let policy = self.policy;
        Ok(self.templates.answer(&AnswerContext {
            language: &ticket.language,
            desk_language: &policy.default_language,
            time_zone: &policy.time_zone,
            subject: &ticket.subject,
            subject_tag: &policy.keys.subject_tag(ticket.number, ticket.key),
            text: message.text(),
            html: message.html.as_deref(),
            signature: &signature(&policy.answers.signature, agent, &policy.desk_name)?,
            quoted: last.filter(|_| !message.is_interleaved).map(quoted),
        })?)
    }

    /// The message that goes out beneath hers. Somebody on the ticket is shown no stranger's words, nor a forger's.
    fn last_shown(&self, ticket: &Ticket, form: &MessageForm) -> anyhow::Result<Option<CustomerMessage>> {
        match form {
            MessageForm::Forward { to } if !self.takes_part(ticket, to)? => self.view.last_received(ticket.number),
            _ => self.view.last_of_requester(ticket),
        }
    }
}

/// A mail to somebody outside of the desk, with a nonce and a serial.
pub(super) fn to_customer<'a>(
    (ticket, inbox): (&Ticket, &'a InboxPolicy),
    recipient: &'a EmailAddress,
    thread: &'a Thread,
    (nonce, serial): (u64, u32),
    now: Timestamp,
) -> Sheet<'a> {
    Sheet {
        inbox,
        from: String::new(),
        to: vec![unnamed(recipient)],
        cc: vec![],
        recipient,
        key: ticket.key,
        reader: Reader::Outside,
        reply_to: ReplyTo::Token(Purpose::CustomerReply),
        thread,
        auto_submitted: AutoSubmitted::None,
        nonce,
        serial,
        now,
    }
}

/// The thread of an answer to the customer's last mail, whatever went out since.
fn answering(last: Option<&CustomerMessage>, references: Vec<MessageId>) -> Thread {
    let answered = last.and_then(|last| last.message_id.clone());
    Thread {
        in_reply_to: answered.or_else(|| references.last().cloned()),
        references,
    }
}

fn quoted(message: &CustomerMessage) -> QuotedMessage<'_> {
    QuotedMessage {
        at: message.at,
        from: &message.from,
        text: &message.text,
    }
}
