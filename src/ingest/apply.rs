//! Writes a decision down: the ticket, its message and events, and the mails that go out, all in one transaction.

use super::handle::{Desk, Prepared};
use crate::desk::decision::{MailKind, Mark, PlannedMail, TicketChange};
use crate::desk::trouble::{Trouble, TroubleCause};
use crate::desk::{Decision, Ticket, TicketKey, TicketNumber};
use crate::mail::{EmailAddress, InboundMail, Mailbox};
use crate::notice::tell_admin;
use crate::store::{Allowance, Direction, NewMessage, NewOutboxRow, Tx, compress};
use crate::template::outgoing::{self, Letter, Outgoing};
use anyhow::Context;
use jiff::Timestamp;

/// Random numbers, drawn where a mail is handled and used nowhere else.
pub(super) struct Fresh {
    draw: fn() -> u64,
}

impl Fresh {
    pub(super) fn from_system() -> Self {
        Self {
            draw: rand::random::<u64>,
        }
    }

    fn key(&mut self) -> TicketKey {
        TicketKey((self.draw)())
    }

    fn nonce(&mut self) -> u64 {
        (self.draw)()
    }
}

/// Which ticket a mail went to.
pub(super) struct Applied {
    /// The ticket it is on now.
    pub ticket: Option<TicketNumber>,
    /// The same, when this mail opened it.
    pub opened: Option<TicketNumber>,
}

pub(super) fn apply(
    tx: &Tx<'_>,
    intake: i64,
    prepared: &Prepared,
    decision: &Decision,
    desk: &Desk,
    now: Timestamp,
    fresh: &mut Fresh,
) -> anyhow::Result<Applied> {
    let mail = &prepared.mail;
    let applied = match &decision.change {
        TicketChange::None => Applied {
            ticket: None,
            opened: None,
        },
        TicketChange::Record { ticket, events } => {
            tx.record_events(*ticket, events, now)?;
            Applied {
                ticket: Some(*ticket),
                opened: None,
            }
        }
        TicketChange::Merge { ticket, into, events } => {
            tx.merge(*ticket, *into, now)?;
            tx.record_events(*into, events, now)?;
            Applied {
                ticket: Some(*into),
                opened: None,
            }
        }
        TicketChange::Append(append) => {
            tx.append(append, requester(prepared, desk), now)?;
            tx.add_message(&inbound_message(
                append.ticket,
                intake,
                mail,
                &append.marks,
                prepared.origin.received_at,
            ))?;
            Applied {
                ticket: Some(append.ticket),
                opened: None,
            }
        }
        TicketChange::Open(new) => {
            let number = tx.open_ticket(new, fresh.key(), now)?;
            tx.add_message(&inbound_message(
                number,
                intake,
                mail,
                &new.marks,
                prepared.origin.received_at,
            ))?;
            Applied {
                ticket: Some(number),
                opened: Some(number),
            }
        }
    };
    if let Some(contact) = &decision.contact {
        tx.apply_contact(contact, now)?;
    }
    if let Some(key) = decision.limit {
        let trouble = Trouble {
            cause: TroubleCause::LimitReached,
            inbox: None,
            detail: key.to_owned(),
        };
        tell_admin(tx, &trouble, &desk.policy, &desk.templates, now)?;
    }
    if let Some(number) = applied.ticket {
        for planned in decision.mails.iter().filter(|planned| planned.sent) {
            send(tx, number, planned, prepared, desk, now, fresh)?;
        }
    }
    Ok(applied)
}

fn requester<'a>(prepared: &'a Prepared, desk: &Desk) -> Option<&'a EmailAddress> {
    let inbox = desk.policy.inbox(&prepared.origin.inbox)?;
    inbox.requester(&prepared.mail).map(|mailbox| &mailbox.address)
}

fn inbound_message(ticket: TicketNumber, intake: i64, mail: &InboundMail, marks: &[Mark], at: Timestamp) -> NewMessage {
    NewMessage {
        ticket,
        at,
        direction: Direction::In,
        kind: "mail".to_owned(),
        from: mail.from.first().cloned(),
        to: mail.to.clone(),
        message_id: mail.message_id.clone(),
        references: mail.in_reply_to.iter().chain(&mail.references).cloned().collect(),
        subject: mail.subject.clone(),
        text: mail.text.clone(),
        reply: None,
        attachments: mail.attachments.clone(),
        marks: marks.to_vec(),
        intake: Some(intake),
    }
}

fn send(
    tx: &Tx<'_>,
    number: TicketNumber,
    planned: &PlannedMail,
    prepared: &Prepared,
    desk: &Desk,
    now: Timestamp,
    fresh: &mut Fresh,
) -> anyhow::Result<()> {
    let ticket: Ticket = tx.ticket(number)?.context("the ticket of this mail is gone")?;
    let inbox = desk
        .policy
        .inbox(&ticket.inbox)
        .context("the ticket's inbox is not in the config any more")?;
    let letter = Letter {
        ticket: &ticket,
        inbox,
        answered: &prepared.mail,
        planned,
        nonce: fresh.nonce(),
        now,
    };
    let outgoing = match planned.kind {
        MailKind::Confirmation => outgoing::confirmation(&letter, &desk.policy, &desk.templates)?,
        MailKind::AdminNotice => anyhow::bail!("a mail cannot plan a notice to the admin"),
    };
    let message = tx.add_message(&outbound_message(number, planned, &outgoing, now))?;
    tx.enqueue(
        &NewOutboxRow {
            ticket: Some(number),
            message: Some(message),
            kind: planned.kind,
            inbox: inbox.name.clone(),
            envelope: outgoing.envelope,
            message_id: outgoing.message_id,
            octets: compress(&outgoing.octets)?,
            serial: u32::from_be_bytes(outgoing.serial.0),
            not_before: now,
            allowance: Allowance::Counted,
        },
        now,
    )?;
    Ok(())
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
