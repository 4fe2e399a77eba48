//! The mail that notifications show.

use super::Writing;
use super::enclosed::read;
use super::sheet::Enclosures;
use crate::desk::Ticket;
use crate::desk::decision::{AgentWork, MessageForm, Opening, TicketChange};
use crate::mail::Mailbox;
use crate::mail::forwarded::Original;

/// So many attachments, and octets of them, travel with a notification; the others are named, and can be had from the ticket.
const NOTIFICATION_FILE_COUNT: usize = 50;
const NOTIFICATION_FILES: u64 = 10 << 20;

/// What a notification shows.
#[derive(Default)]
pub(super) struct About {
    pub(super) writer: Option<Mailbox>,
    pub(super) text: String,
    pub(super) html: Option<String>,
    pub(super) enclosures: Enclosures,
    pub(super) left_out: Vec<(String, u64)>,
    /// It is the mail that was decided upon, so that its alignment is the writer's.
    pub(super) is_this_mail: bool,
}

impl Writing<'_> {
    /// The mail that notifications show: a customer's as it is; of an agent's work what the customer wrote last.
    pub(super) fn about(&self, ticket: &Ticket) -> anyhow::Result<About> {
        match &self.effects.change {
            TicketChange::Work(work) => self.about_work(work, ticket),
            TicketChange::Open(new) => match &new.opening {
                Opening::OnBehalf { original, note, .. } => {
                    let text = original.as_ref().map_or(note, |original| &original.text);
                    self.about_passed_on(original.as_deref(), text)
                }
                Opening::Mail => self.about_this_mail(),
            },
            TicketChange::Append(_) => self.about_this_mail(),
            TicketChange::None
            | TicketChange::Merge { .. }
            | TicketChange::Undo { .. }
            | TicketChange::Release { .. }
            | TicketChange::Record { .. } => Ok(About::default()),
        }
    }

    fn about_work(&self, work: &AgentWork, ticket: &Ticket) -> anyhow::Result<About> {
        let answer = work
            .message
            .as_ref()
            .filter(|message| matches!(message.form, MessageForm::Answer { .. }));
        if let Some(answer) = answer {
            return Ok(About {
                text: answer.text().to_owned(),
                ..About::default()
            });
        }
        if let Some(passed_on) = &work.passed_on {
            let original = &passed_on.original;
            return self.about_passed_on(Some(original), &original.text);
        }
        let last = self.view.last_received(ticket.number)?;
        Ok(last.map_or_else(About::default, |last| About {
            writer: Some(last.from),
            text: last.text,
            ..About::default()
        }))
    }

    /// What an agent forwards, or writes down of a call: with the files of her mail, and no proof of whose it is.
    fn about_passed_on(&self, original: Option<&Original>, text: &str) -> anyhow::Result<About> {
        let about = self.about_this_mail()?;
        // What the HTML would have shown is attached.
        let Enclosures { inline, attached } = about.enclosures;
        Ok(About {
            writer: original.map(|original| original.from.clone()),
            text: text.to_owned(),
            html: None,
            enclosures: Enclosures {
                inline: vec![],
                attached: inline.into_iter().chain(attached).collect(),
            },
            is_this_mail: false,
            ..about
        })
    }

    fn about_this_mail(&self) -> anyhow::Result<About> {
        let Some(occasion) = self.occasion else {
            return Ok(About::default());
        };
        let mail = occasion.mail;
        let mut about = About {
            writer: mail.from.first().cloned(),
            text: mail.reply.clone(),
            html: occasion.html.map(str::to_owned),
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
        for (index, enclosure) in read(mail, &(occasion.raw)()?, &fitting) {
            let is_inline = mail.attachments.get(index).is_some_and(|attachment| attachment.inline);
            match is_inline && about.html.is_some() {
                true => about.enclosures.inline.push(enclosure),
                false => about.enclosures.attached.push(enclosure),
            }
        }
        let left_out = mail.attachments.iter().skip(fitting.len());
        about.left_out = left_out
            .map(|attachment| (attachment.name.clone(), attachment.size))
            .collect();
        Ok(about)
    }
}
