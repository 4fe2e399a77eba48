//! Writes a decision down: the ticket, its message and events, and the mails that go out, all in one transaction.

mod about;
mod agent;
mod letters;
mod open;
mod receipt;
mod report;

use super::handle::{Desk, Prepared};
use crate::desk::decision::{Mark, TicketChange};
use crate::desk::trouble::{Trouble, TroubleCause};
use crate::desk::{Decision, TicketKey, TicketNumber};
use crate::mail::RawMail;
use crate::notice::tell_admin;
use crate::store::{Change, Direction, NewMessage, PendingIntake, Tx, Withdrawn};
use jiff::Timestamp;

/// A mail whose decision is being applied.
pub(super) struct Application<'a> {
    /// The transaction that everything is part of.
    pub tx: &'a Tx<'a>,
    /// The mail's intake row.
    pub row: &'a PendingIntake,
    /// The mail.
    pub prepared: &'a Prepared,
    /// Who we are.
    pub desk: &'a Desk,
    /// The time of the decision.
    pub now: Timestamp,
    /// Draws random numbers.
    pub draw: fn() -> u64,
}

/// Which ticket a mail went to, and what there is to tell of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Applied {
    /// The ticket it is on now.
    pub ticket: Option<TicketNumber>,
    /// The same, when this mail opened it.
    pub opened: Option<TicketNumber>,
    /// The message it left, when that goes out.
    outgoing: Option<i64>,
    /// What was taken back.
    undone: Option<(Vec<Change>, Withdrawn)>,
    /// What the code of a held mail names.
    code: Option<TicketKey>,
}

impl Applied {
    fn on(ticket: TicketNumber) -> Self {
        Self {
            ticket: Some(ticket),
            ..Self::default()
        }
    }
}

impl Application<'_> {
    /// Applies a decision.
    pub(super) fn apply(&self, decision: &Decision) -> anyhow::Result<Applied> {
        let mut applied = self.change(&decision.change)?;
        if let Some(contact) = &decision.contact {
            self.tx.apply_contact(contact, self.now)?;
        }
        if let Some(address) = &decision.freed {
            self.tx.free(address)?;
        }
        for reported in &decision.reported {
            self.note(reported, decision.reported.len())?;
        }
        if let Some(key) = decision.limit {
            self.tell_of_limit(key)?;
        }
        if let Some(request) = &decision.held {
            let code = TicketKey((self.draw)());
            self.tx.hold(self.row.id, request, applied.ticket, code, self.now)?;
            applied.code = Some(code);
        }
        self.send(decision, &applied)?;
        Ok(applied)
    }

    fn change(&self, change: &TicketChange) -> anyhow::Result<Applied> {
        let (tx, now) = (self.tx, self.now);
        match change {
            TicketChange::None => Ok(Applied::default()),
            TicketChange::Record { ticket, events } => {
                tx.record_events(*ticket, events, now)?;
                Ok(Applied::on(*ticket))
            }
            TicketChange::Merge { ticket, into, events } => {
                tx.merge(*ticket, *into, now)?;
                tx.record_events(*into, events, now)?;
                Ok(Applied::on(*into))
            }
            TicketChange::Append(append) => {
                let inbox = self.desk.policy.inbox(&self.prepared.origin.inbox);
                let requester = inbox.and_then(|inbox| inbox.requester(&self.prepared.mail));
                tx.append(append, requester.map(|mailbox| &mailbox.address), now)?;
                tx.add_message(&self.received(append.ticket, &append.marks))?;
                Ok(Applied::on(append.ticket))
            }
            TicketChange::Open(new) => self.open(new),
            TicketChange::Work(work) => self.work(work),
            TicketChange::Undo { ticket, action, events } => {
                let undone = tx.undo(*action, now)?;
                tx.record_events(*ticket, events, now)?;
                Ok(Applied {
                    undone: Some(undone),
                    ..Applied::on(*ticket)
                })
            }
            TicketChange::Release { intake } => {
                let (mut row, heard) = tx.release(*intake, now)?;
                if self.desk.policy.inbox(&row.inbox).is_none() {
                    // Its inbox left the config meanwhile: it goes on by the one she answered by.
                    row.inbox.clone_from(&self.prepared.origin.inbox);
                }
                let applied = super::handle::handle_released(tx, (&row, &heard), self.desk, now)?;
                Ok(applied.ticket.map(Applied::on).unwrap_or_default())
            }
        }
    }

    /// The mail as a message of a ticket.
    fn received(&self, ticket: TicketNumber, marks: &[Mark]) -> NewMessage {
        let mail = &self.prepared.mail;
        NewMessage {
            ticket,
            at: self.prepared.origin.received_at,
            direction: Direction::In,
            kind: "mail".to_owned(),
            from: mail.from.first().cloned(),
            to: mail.to.clone(),
            message_id: mail.message_id.clone(),
            references: mail.in_reply_to.iter().chain(&mail.references).cloned().collect(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            reply: (mail.reply != mail.text).then(|| mail.reply.clone()),
            attachments: mail.attachments.clone(),
            marks: marks.to_vec(),
            intake: Some(self.row.id),
            author: None,
        }
    }

    /// Its octets.
    fn raw(&self) -> anyhow::Result<RawMail> {
        super::raw(self.row)
    }

    fn tell_of_limit(&self, key: &str) -> anyhow::Result<()> {
        let trouble = Trouble {
            cause: TroubleCause::LimitReached,
            inbox: None,
            detail: key.to_owned(),
        };
        tell_admin(self.tx, &trouble, &self.desk.policy, &self.desk.templates, self.now)
    }
}
