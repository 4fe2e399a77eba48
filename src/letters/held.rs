//! A request for consent: an agent is asked whether a mail is hers.

use super::{Letter, Record, Writing};
use crate::desk::decision::{MailContent, MailKind, PlannedMail};
use crate::desk::held::HeldReason;
use crate::desk::token::Purpose;
use crate::mail::outbound::Own;
use crate::template::{Colleague, HeldContext};
use anyhow::Context;

impl Writing<'_> {
    /// The key of her letter is that of the held mail, and her answer carries it.
    pub(super) fn held(&self, planned: &PlannedMail) -> anyhow::Result<Letter> {
        let MailContent::Held(reasons) = &planned.content else {
            anyhow::bail!("a request for consent says nothing");
        };
        let request = self.effects.held.as_ref();
        let letter = self.to_writer(&planned.to, request.map(|request| request.key))?;
        let occasion = self.occasion.context("there is no mail that could be held")?;
        let mail = occasion.mail;
        let outlook = self.outlook()?;
        let ticket = outlook.as_ref().map(|outlook| &outlook.ticket);
        let policy = self.policy;
        let claimed = mail.from.iter().chain(&mail.further_from);
        let from: Vec<String> = claimed
            .map(|mailbox| match mailbox.name.as_str() {
                "" => mailbox.address.to_string(),
                name => format!("{name} <{}>", mailbox.address),
            })
            .collect();
        let rendered = self.templates.held(&HeldContext {
            language: &policy.default_language,
            ticket: ticket.map(|ticket| ticket.number),
            subject: ticket.map_or(&mail.subject, |ticket| &ticket.subject),
            subject_tag: &self.tag(ticket),
            from: &from.join(", "),
            reasons,
            text: &mail.text,
            colleague: reasons.iter().find_map(|reason| match reason {
                HeldReason::Collision { by, text, .. } => Some(Colleague {
                    name: policy.agent(by).map_or(by.as_str(), |agent| agent.name.as_str()),
                    text,
                }),
                _ => None,
            }),
        })?;
        let sheet = letter.sheet(self, policy.desk_name.clone(), Purpose::AgentAction);
        let kind = (MailKind::Held, ticket.map(|ticket| ticket.number));
        let composed = self.compose(kind, [(sheet, rendered)], Own::Words, Default::default())?;
        Ok(composed.context("a request goes to one agent")?.letter(Record::Nothing))
    }
}
