//! The mail that notifications show.

use super::Application;
use super::letters::enclosures;
use crate::desk::decision::{AgentWork, MessageForm, Opening, TicketChange};
use crate::desk::{Decision, Ticket};
use crate::mail::Mailbox;
use crate::mail::forwarded::Original;
use crate::mail::outbound::Enclosure;

/// So many attachments, and octets of them, travel with a notification; the others are named, and can be had from the ticket.
const NOTIFICATION_FILE_COUNT: usize = 50;
const NOTIFICATION_FILES: u64 = 10 << 20;

/// What a notification shows.
#[derive(Default)]
pub(super) struct About {
    pub writer: Option<Mailbox>,
    pub text: String,
    pub html: Option<String>,
    pub inline: Vec<Enclosure>,
    pub attached: Vec<Enclosure>,
    pub left_out: Vec<(String, u64)>,
    /// It is the mail that was decided upon, so that its alignment is the writer's.
    pub is_this_mail: bool,
}

impl Application<'_> {
    /// The mail that notifications show: a customer's as it is; of an agent's work what the customer wrote last.
    pub(super) fn about(&self, decision: &Decision, ticket: &Ticket) -> anyhow::Result<About> {
        match &decision.change {
            TicketChange::Work(work) => self.about_work(work, ticket),
            TicketChange::Open(new) => match &new.opening {
                Opening::OnBehalf { original, note, .. } => {
                    let text = original.as_ref().map_or(note, |original| &original.text);
                    self.about_passed_on(original.as_deref(), text)
                }
                Opening::Mail => self.about_this_mail(),
            },
            _ => self.about_this_mail(),
        }
    }

    fn about_work(&self, work: &AgentWork, ticket: &Ticket) -> anyhow::Result<About> {
        if let Some(answer) = work
            .message
            .as_ref()
            .filter(|message| matches!(message.form, MessageForm::Answer { .. }))
        {
            return Ok(About {
                text: answer.text.clone(),
                ..About::default()
            });
        }
        if let Some(original) = &work.passed_on {
            return self.about_passed_on(Some(original), &original.text);
        }
        let last = self.tx.last_received(ticket.number)?;
        Ok(last.map_or_else(About::default, |last| About {
            writer: Some(last.from),
            text: last.text,
            ..About::default()
        }))
    }

    /// What an agent forwards, or writes down of a call: with the files of her mail, and no proof of whose it is.
    fn about_passed_on(&self, original: Option<&Original>, text: &str) -> anyhow::Result<About> {
        Ok(About {
            writer: original.map(|original| original.from.clone()),
            text: text.to_owned(),
            html: None,
            is_this_mail: false,
            ..self.about_this_mail()?
        })
    }

    fn about_this_mail(&self) -> anyhow::Result<About> {
        let mail = &self.prepared.mail;
        let mut about = About {
            writer: mail.from.first().cloned(),
            text: mail.reply.clone(),
            html: self.prepared.shown_html.clone(),
            is_this_mail: true,
            ..About::default()
        };
        if mail.attachments.is_empty() {
            return Ok(about);
        }
        let mut octets = 0;
        let fitting: Vec<usize> = mail
            .attachments
            .iter()
            .take(NOTIFICATION_FILE_COUNT)
            .map(|attachment| {
                octets += attachment.size;
                octets
            })
            .take_while(|octets| *octets <= NOTIFICATION_FILES)
            .enumerate()
            .map(|(index, _)| index)
            .collect();
        for (index, enclosure) in enclosures(mail, &self.raw()?, &fitting) {
            let is_inline = mail.attachments.get(index).is_some_and(|attachment| attachment.inline);
            match is_inline && about.html.is_some() {
                true => about.inline.push(enclosure),
                false => about.attached.push(enclosure),
            }
        }
        let left_out = mail.attachments.iter().skip(fitting.len());
        about.left_out = left_out
            .map(|attachment| (attachment.name.clone(), attachment.size))
            .collect();
        Ok(about)
    }
}
