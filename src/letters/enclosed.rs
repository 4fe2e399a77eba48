//! What letters enclose: files of the mail that led to them, or of one that is on the ticket.

use super::Writing;
use super::sheet::Enclosures;
use crate::desk::decision::{AgentMessage, Shown};
use crate::mail::forwarded::forwarded;
use crate::mail::outbound::Enclosure;
use crate::mail::{InboundMail, ParseLimits, RawMail};
use crate::store::CustomerMessage;
use anyhow::Context;

impl Writing<'_> {
    /// What of an agent's attachments goes out with her message.
    pub(super) fn enclosures_of(&self, message: &AgentMessage) -> anyhow::Result<Enclosures> {
        let mut enclosures = Enclosures::default();
        if message.enclosed.is_empty() {
            return Ok(enclosures);
        }
        let occasion = self.occasion.context("there is no mail whose files could go out")?;
        let indexes: Vec<usize> = message.enclosed.iter().map(|enclosed| enclosed.index).collect();
        for (index, enclosure) in read(occasion.mail, &(occasion.raw)()?, &indexes) {
            let mut shown = message.enclosed.iter().filter(|enclosed| enclosed.index == index);
            match shown.next().map(|enclosed| enclosed.shown) {
                Some(Shown::Inline) => enclosures.inline.push(enclosure),
                _ => enclosures.attached.push(enclosure),
            }
        }
        Ok(enclosures)
    }

    /// What a customer attached to the message that is passed on.
    /// An agent's forward of it shows her, and so only what is inside goes out.
    pub(super) fn files_of(&self, message: Option<&CustomerMessage>) -> anyhow::Result<Vec<Enclosure>> {
        let Some(message) = message else { return Ok(vec![]) };
        let row = message.intake.map(|row| self.view.intake(row)).transpose()?.flatten();
        let Some(row) = row else { return Ok(vec![]) };
        let (raw, limits) = (row.raw_mail()?, ParseLimits::default());
        let mail = InboundMail::parse(&raw, &limits);
        let is_theirs = mail
            .sole_sender()
            .is_some_and(|from| from.address == message.from.address);
        match forwarded(&mail, &raw, &limits) {
            Ok(forwarded) if !is_theirs => {
                let (mail, raw) = forwarded.holder(&mail, &raw);
                Ok(beside(mail, raw, &forwarded.original.attachments))
            }
            _ => Ok(beside(&mail, &raw, &(0..mail.attachments.len()).collect::<Vec<_>>())),
        }
    }
}

/// Those of these attachments that no text shows.
fn beside(mail: &InboundMail, raw: &RawMail, indices: &[usize]) -> Vec<Enclosure> {
    let is_beside = |index: usize| mail.attachments.get(index).is_some_and(|it| !it.inline);
    let beside = indices.iter().copied().filter(|&index| is_beside(index));
    let beside: Vec<usize> = beside.collect();
    read(mail, raw, &beside)
        .into_iter()
        .map(|(_, enclosure)| enclosure)
        .collect()
}

/// These attachments of a mail, which is read once for all of them; one that can't be read is left out.
pub(super) fn read(mail: &InboundMail, raw: &RawMail, indexes: &[usize]) -> Vec<(usize, Enclosure)> {
    let octets = mail.attachments_octets(raw, indexes);
    let found = indexes.iter().zip(octets).filter_map(|(&index, octets)| {
        let attachment = mail.attachments.get(index)?;
        let enclosure = Enclosure {
            name: attachment.name.clone(),
            media_type: attachment.media_type.clone(),
            content_id: attachment.content_id.clone(),
            octets: octets?,
        };
        Some((index, enclosure))
    });
    found.collect()
}
