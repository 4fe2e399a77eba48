//! Writes a decision down: the ticket, its message and events, and the mails that go out, all in one transaction.

use super::handle::{Desk, Prepared};
use crate::desk::decision::{MailKind, Mark, PlannedMail, TicketChange};
use crate::desk::report::{Consequence, Reported};
use crate::desk::trouble::{Trouble, TroubleCause};
use crate::desk::{Decision, TicketKey, TicketNumber};
use crate::mail::Mailbox;
use crate::notice::tell_admin;
use crate::store::{Allowance, Direction, NewMessage, NewOutboxRow, Tx, compress};
use crate::template::outgoing::{self, Letter, Outgoing};
use anyhow::Context;
use jiff::Timestamp;

/// A mail whose decision is being applied.
pub(super) struct Application<'a> {
    /// The transaction that everything is part of.
    pub tx: &'a Tx<'a>,
    /// The mail's intake row.
    pub intake: i64,
    /// The mail.
    pub prepared: &'a Prepared,
    /// Who we are.
    pub desk: &'a Desk,
    /// The time of the decision.
    pub now: Timestamp,
    /// Draws random numbers.
    pub draw: fn() -> u64,
}

/// Which ticket a mail went to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Applied {
    /// The ticket it is on now.
    pub ticket: Option<TicketNumber>,
    /// The same, when this mail opened it.
    pub opened: Option<TicketNumber>,
}

impl Applied {
    fn on(ticket: TicketNumber) -> Self {
        Self {
            ticket: Some(ticket),
            opened: None,
        }
    }
}

impl Application<'_> {
    /// Applies a decision.
    pub(super) fn apply(&self, decision: &Decision) -> anyhow::Result<Applied> {
        let applied = self.change(&decision.change)?;
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
        if let Some(number) = applied.ticket {
            for planned in decision.mails.iter().filter(|planned| planned.sent) {
                self.send(number, planned)?;
            }
        }
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
            TicketChange::Open(new) => {
                let number = tx.open_ticket(new, TicketKey((self.draw)()), now)?;
                tx.add_message(&self.received(number, &new.marks))?;
                Ok(Applied {
                    ticket: Some(number),
                    opened: Some(number),
                })
            }
        }
    }

    /// Notes what a delivery report says on the mail it is about, and on the address that mail went to.
    /// `count` is how many recipients the report is about.
    fn note(&self, reported: &Reported, count: usize) -> anyhow::Result<()> {
        let (tx, now) = (self.tx, self.now);
        let row = match tx.report_delivery(&reported.mail, &reported.text)? {
            None if count == 1 => tx.report_delivery(&reported.mail.to_anybody(), &reported.text)?,
            row => row,
        };
        let Some(row) = row else { return Ok(()) };
        match &reported.consequence {
            Consequence::None => Ok(()),
            Consequence::Suppress(status) => tx.suppress(&row.recipient, status, now),
            Consequence::Passing(status) => tx.note_passing_failure(&row.recipient, status, now),
            Consequence::TellAdmin(status) => {
                let trouble = Trouble {
                    cause: TroubleCause::MailRefused,
                    inbox: Some(row.inbox),
                    detail: status.clone(),
                };
                tell_admin(tx, &trouble, &self.desk.policy, &self.desk.templates, now)
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
            intake: Some(self.intake),
        }
    }

    fn tell_of_limit(&self, key: &str) -> anyhow::Result<()> {
        let trouble = Trouble {
            cause: TroubleCause::LimitReached,
            inbox: None,
            detail: key.to_owned(),
        };
        tell_admin(self.tx, &trouble, &self.desk.policy, &self.desk.templates, self.now)
    }

    fn send(&self, number: TicketNumber, planned: &PlannedMail) -> anyhow::Result<()> {
        let (tx, desk) = (self.tx, self.desk);
        let ticket = tx.ticket(number)?.context("the ticket of this mail is gone")?;
        let inbox = desk.policy.inbox(&ticket.inbox);
        let inbox = inbox.context("the ticket's inbox is not in the config any more")?;
        let letter = Letter {
            ticket: &ticket,
            inbox,
            answered: &self.prepared.mail,
            planned,
            nonce: (self.draw)(),
            now: self.now,
        };
        let outgoing = match planned.kind {
            MailKind::Confirmation => outgoing::confirmation(&letter, &desk.policy, &desk.templates)?,
            MailKind::AdminNotice => anyhow::bail!("a mail cannot plan a notice to the admin"),
        };
        let message = tx.add_message(&outbound_message(number, planned, &outgoing, self.now))?;
        let row = NewOutboxRow {
            ticket: Some(number),
            message: Some(message),
            kind: planned.kind,
            inbox: inbox.name.clone(),
            envelope: outgoing.envelope,
            message_id: outgoing.message_id,
            octets: compress(&outgoing.octets)?,
            serial: u32::from_be_bytes(outgoing.serial.0),
            not_before: self.now,
            allowance: Allowance::Counted,
        };
        tx.enqueue(&row, self.now)?;
        Ok(())
    }
}

fn outbound_message(ticket: TicketNumber, planned: &PlannedMail, outgoing: &Outgoing, at: Timestamp) -> NewMessage {
    NewMessage {
        ticket,
        at,
        direction: Direction::Out,
        kind: planned.kind.as_str().to_owned(),
        from: Some(outgoing.from.clone()),
        to: vec![Mailbox {
            name: String::new(),
            address: planned.to.clone(),
        }],
        message_id: Some(outgoing.message_id.clone()),
        references: vec![],
        subject: outgoing.subject.clone(),
        text: outgoing.text.clone(),
        reply: None,
        attachments: vec![],
        marks: vec![],
        intake: None,
    }
}
