//! A ticket is opened: by a mail, or by an agent for a customer.

use super::{Application, Applied};
use crate::desk::decision::{Edit, Mark, NewTicket, Opening};
use crate::desk::{TicketKey, TicketNumber};
use crate::mail::forwarded::Original;
use crate::mail::{EmailAddress, Mailbox};
use crate::store::{Direction, NewMessage};

impl Application<'_> {
    pub(super) fn open(&self, new: &NewTicket) -> anyhow::Result<Applied> {
        let number = self.tx.open_ticket(new, TicketKey((self.draw)()), self.now)?;
        match &new.opening {
            Opening::Mail => drop(self.tx.add_message(&self.received(number, &new.marks))?),
            Opening::OnBehalf {
                agent,
                original,
                note,
                edits,
            } => {
                if let Some(original) = original {
                    self.tx
                        .add_message(&self.passed_on(number, (agent, original), &new.marks))?;
                }
                if !note.is_empty() || original.is_none() {
                    self.tx.add_message(&self.agents_note(number, agent, note))?;
                }
                self.apply_edits(number, agent, edits)?;
            }
        }
        Ok(Applied {
            opened: Some(number),
            ..Applied::on(number)
        })
    }

    fn apply_edits(&self, number: TicketNumber, agent: &EmailAddress, edits: &[Edit]) -> anyhow::Result<()> {
        let mut changes = vec![];
        for edit in edits {
            changes.extend(self.tx.edit(number, edit, self.now)?);
        }
        self.tx.journal((number, agent), &changes, None, self.now)
    }

    /// The customer's mail that an agent forwards, as if it had come by itself. Its files are the outer mail's.
    pub(super) fn passed_on(
        &self,
        number: TicketNumber,
        (agent, original): (&EmailAddress, &Original),
        marks: &[Mark],
    ) -> NewMessage {
        NewMessage {
            kind: "forwarded".to_owned(),
            from: Some(original.from.clone()),
            to: original.to.clone(),
            message_id: original.message_id.clone(),
            references: vec![],
            subject: original.subject.clone(),
            text: original.text.clone(),
            // What it quotes may be an agent's, with her own address, and would come back in the next answer.
            reply: Some(original.reply()).filter(|reply| *reply != original.text),
            author: Some(agent.clone()),
            ..self.received(number, marks)
        }
    }

    fn agents_note(&self, number: TicketNumber, agent: &EmailAddress, note: &str) -> NewMessage {
        let from = self.prepared.mail.from.first();
        NewMessage {
            direction: Direction::Note,
            kind: "note".to_owned(),
            from: Some(Mailbox {
                name: from.map(|from| from.name.clone()).unwrap_or_default(),
                address: agent.clone(),
            }),
            to: vec![],
            references: vec![],
            text: note.to_owned(),
            reply: None,
            author: Some(agent.clone()),
            ..self.received(number, &[])
        }
    }
}
