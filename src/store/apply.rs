//! Effects are written down, in the caller's transaction.

use super::Tx;
use crate::desk::TicketNumber;
use crate::desk::decision::{AgentWork, Effects, MailContent, NewTicket, Opening, TicketChange};
use crate::desk::known::IdRole;
use jiff::Timestamp;

/// What came of effects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Applied {
    /// The ticket that they were about: what a mail of that decision is on now.
    pub ticket: Option<TicketNumber>,
    /// The message they added that goes out.
    pub outgoing: Option<i64>,
}

impl Tx<'_> {
    /// Writes effects down; their letters are queued apart.
    ///
    /// # Errors
    /// When what they rest on does not stand any more, or the store cannot be written.
    pub fn apply(&self, effects: &Effects, now: Timestamp) -> anyhow::Result<Applied> {
        let outgoing = self.change(&effects.change, now)?;
        if let Some(contact) = &effects.contact {
            self.apply_contact(contact, now)?;
        }
        if let Some(address) = &effects.freed {
            self.free(address)?;
        }
        for note in &effects.delivered {
            self.note_delivery(note)?;
        }
        for (recipient, consequence) in &effects.consequences {
            self.note_consequence(recipient, consequence, now)?;
        }
        if let Some(request) = &effects.held {
            self.hold(request, now)?;
        }
        for mail in effects.mails.iter().filter(|mail| mail.sent) {
            if let MailContent::Receipt(told) = &mail.content
                && told.most_an_hour().is_some()
            {
                self.count_receipt(&mail.to, now)?;
            }
        }
        Ok(Applied {
            ticket: effects.change.ticket(),
            outgoing,
        })
    }

    fn change(&self, change: &TicketChange, now: Timestamp) -> anyhow::Result<Option<i64>> {
        match change {
            TicketChange::None => {}
            TicketChange::Record { ticket, events } => self.record_events(*ticket, events, now)?,
            TicketChange::Merge { ticket, into, events } => {
                self.merge(*ticket, *into, now)?;
                self.record_events(*into, events, now)?;
            }
            TicketChange::Append(append) => {
                self.append(append, now)?;
                self.add_message(&append.message)?;
            }
            TicketChange::Open(new) => self.open(new, now)?,
            TicketChange::Work(work) => return self.work(work, now),
            TicketChange::Undo { ticket, action, events } => {
                self.undo(action, now)?;
                self.record_events(*ticket, events, now)?;
            }
            TicketChange::Release { intake } => self.release(*intake, now)?,
        }
        Ok(None)
    }

    fn open(&self, new: &NewTicket, now: Timestamp) -> anyhow::Result<()> {
        self.open_ticket(new, now)?;
        for message in &new.messages {
            self.add_message(message)?;
        }
        if let Opening::OnBehalf { agent, edits, .. } = &new.opening {
            let mut changes = vec![];
            for edit in edits {
                changes.extend(self.edit(new.number, edit, now)?);
            }
            self.journal((new.number, agent), &changes, None, now)?;
        }
        Ok(())
    }

    fn work(&self, work: &AgentWork, now: Timestamp) -> anyhow::Result<Option<i64>> {
        let mut changes = vec![];
        for edit in &work.edits {
            changes.extend(self.edit(work.ticket, edit, now)?);
        }
        if let Some(passed_on) = &work.passed_on {
            let known = self.thread_ids(work.ticket)?;
            let id = passed_on.message.message_id.as_ref();
            if !id.is_some_and(|id| known.contains(id)) {
                self.add_message(&passed_on.message)?;
            }
        }
        let message = work.message.as_ref().map(|message| self.add_message(&message.message));
        let message = message.transpose()?;
        if let Some(id) = &work.message_id {
            self.know_id(id, work.ticket, IdRole::Seen)?;
        }
        self.journal((work.ticket, &work.agent), &changes, message, work.at)?;
        self.record_events(work.ticket, &work.events, now)?;
        Ok(message)
    }
}
