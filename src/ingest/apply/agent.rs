//! An agent's work on a ticket: her changes, her message, and the journal by which both can be taken back.

use super::{Application, Applied};
use crate::desk::arrival::Replies;
use crate::desk::decision::{AgentMessage, AgentWork, MessageForm};
use crate::desk::known::IdRole;
use crate::mail::forwarded::Original;
use crate::mail::inbound::Attachment;
use crate::mail::{EmailAddress, Mailbox};
use crate::store::{Direction, NewMessage};

impl Application<'_> {
    pub(super) fn work(&self, work: &AgentWork) -> anyhow::Result<Applied> {
        let (tx, now) = (self.tx, self.now);
        let mut changes = vec![];
        for edit in &work.edits {
            changes.extend(tx.edit(work.ticket, edit, now)?);
        }
        if let Some(original) = &work.passed_on {
            self.add_passed_on(work, original)?;
        }
        let message = work
            .message
            .as_ref()
            .map(|message| tx.add_message(&self.written(work, message)));
        let message = message.transpose()?;
        // Whoever she had in copy may answer her own mail.
        if let Some(id) = &self.prepared.mail.message_id {
            tx.know_id(id, work.ticket, IdRole::Seen)?;
        }
        // History is not taken back, and collides with nothing.
        let at = match self.prepared.origin.replies {
            Replies::Allowed => now,
            Replies::Suppressed => self.prepared.origin.received_at,
        };
        tx.journal((work.ticket, &work.agent), &changes, message, at)?;
        tx.record_events(work.ticket, &work.events, now)?;
        Ok(Applied {
            outgoing: message,
            ..Applied::on(work.ticket)
        })
    }

    /// The customer's mail, unless it came to the desk by itself, too.
    fn add_passed_on(&self, work: &AgentWork, original: &Original) -> anyhow::Result<()> {
        let known = self.tx.thread_ids(work.ticket)?;
        let is_known = original.message_id.as_ref().is_some_and(|id| known.contains(id));
        if !is_known {
            self.tx
                .add_message(&self.passed_on(work.ticket, (&work.agent, original), &[]))?;
        }
        Ok(())
    }

    fn written(&self, work: &AgentWork, message: &AgentMessage) -> NewMessage {
        let (direction, kind, to) = match &message.form {
            MessageForm::Answer { to } => (Direction::Out, "answer", bare(to)),
            MessageForm::Forward { to } => (Direction::Out, "forward", bare(std::slice::from_ref(to))),
            MessageForm::Note => (Direction::Note, "note", vec![]),
            MessageForm::SentAround => (Direction::Out, "answer", self.prepared.mail.to.clone()),
        };
        let is_hers = matches!(message.form, MessageForm::Note | MessageForm::SentAround);
        let name = self.desk.policy.agent(&work.agent).map(|agent| agent.name.clone());
        let received = self.received(work.ticket, &[]);
        NewMessage {
            direction,
            kind: kind.to_owned(),
            from: Some(Mailbox {
                name: name.unwrap_or_default(),
                address: work.agent.clone(),
            }),
            to,
            text: message.text.clone(),
            reply: None,
            attachments: self.enclosed(message),
            // What goes out has an id and octets of its own.
            message_id: received.message_id.clone().filter(|_| is_hers),
            references: vec![],
            intake: received.intake.filter(|_| is_hers),
            author: Some(work.agent.clone()),
            ..received
        }
    }

    fn enclosed(&self, message: &AgentMessage) -> Vec<Attachment> {
        let attachments = &self.prepared.mail.attachments;
        let of = |index| attachments.get(index).cloned();
        message
            .enclosed
            .iter()
            .filter_map(|enclosed| of(enclosed.index))
            .collect()
    }
}

fn bare(to: &[EmailAddress]) -> Vec<Mailbox> {
    let mailbox = |address: &EmailAddress| Mailbox {
        name: String::new(),
        address: address.clone(),
    };
    to.iter().map(mailbox).collect()
}
