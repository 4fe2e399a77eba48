//! The confirmation of a ticket, to its requester.

use super::answer::to_customer;
use super::sheet::{Enclosures, Sheet, Thread, unnamed};
use super::{Letter, Record, Writing};
use crate::desk::decision::PlannedMail;
use crate::desk::message::{Direction, NewMessage};
use crate::desk::policy::Guidance;
use crate::desk::provider::Provider;
use crate::mail::MessageId;
use crate::mail::outbound::{AutoSubmitted, Own};
use crate::template::{ConfirmationContext, GuidanceContext};
use anyhow::Context;

impl Writing<'_> {
    pub(super) fn confirmation(&self, planned: &PlannedMail) -> anyhow::Result<Letter> {
        let (outlook, inbox) = self.ticket_and_inbox()?;
        let ticket = &outlook.ticket;
        let guidance = match &self.policy.guidance {
            Guidance::Once { domains } if planned.guidance => Some(GuidanceContext {
                from_address: &inbox.address,
                domains,
                provider: Provider::of(&planned.to),
            }),
            _ => None,
        };
        let (thread, name) = self.confirmed(planned, &ticket.requester_name, self.thread_ids(ticket.number)?);
        let rendered = self.templates.confirmation(&ConfirmationContext {
            desk_name: &self.policy.desk_name,
            number: ticket.number,
            subject_tag: &self.policy.keys.subject_tag(ticket.number, ticket.key),
            subject: &ticket.subject,
            requester_name: &name,
            language: &ticket.language,
            desk_language: &self.policy.default_language,
            answer_by: None,
            guidance,
        })?;
        let (nonce, serial) = ((self.draw)(), (self.draw)() as u32);
        let sheet = Sheet {
            auto_submitted: AutoSubmitted::AutoReplied,
            from: self.policy.desk_name.clone(),
            ..to_customer((ticket, inbox), &planned.to, &thread, (nonce, serial), self.now)
        };
        let kind = (planned.kind, Some(ticket.number));
        let composed = self.compose(kind, [(sheet, rendered)], Own::Header, Enclosures::default())?;
        let mut composed = composed.context("a confirmation goes to one person")?;
        let message = NewMessage {
            ticket: ticket.number,
            at: self.now,
            direction: Direction::Out,
            kind: planned.kind.as_str(),
            from: Some(composed.from.clone()),
            to: vec![unnamed(&planned.to)],
            message_id: Some(composed.message_id.clone()),
            references: vec![],
            subject: std::mem::take(&mut composed.subject),
            text: std::mem::take(&mut composed.text),
            reply: None,
            attachments: vec![],
            marks: vec![],
            intake: None,
            author: None,
        };
        Ok(composed.letter(Record::Message(Box::new(message))))
    }

    /// The mail that a confirmation answers, and the customer's name: this mail, or what is on the ticket already.
    fn confirmed(&self, planned: &PlannedMail, requester_name: &str, ids: Vec<MessageId>) -> (Thread, String) {
        let people = self.occasion.iter().flat_map(|occasion| {
            let mail = occasion.mail;
            mail.from.iter().chain(&mail.reply_to).map(move |person| (mail, person))
        });
        let mut writers = people.filter(|(_, person)| person.address == planned.to);
        match writers.next() {
            Some((mail, writer)) => (Thread::answering(mail), writer.name.clone()),
            None => (Thread::behind(ids), requester_name.to_owned()),
        }
    }
}
