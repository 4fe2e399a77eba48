//! What an agent wrote, as it stands on the ticket.

use super::View;
use crate::desk::arrival::Replies;
use crate::desk::decision::{AgentWork, Enclosed, MessageForm};
use crate::desk::message::{Direction, NewMessage};
use crate::desk::policy::AgentPolicy;
use crate::desk::ticket::TicketNumber;
use crate::mail::forwarded::Original;
use crate::mail::{EmailAddress, Mailbox};

/// Her work on a ticket, which changes nothing yet.
pub(super) fn work(view: &View<'_>, agent: &AgentPolicy, ticket: TicketNumber) -> AgentWork {
    AgentWork {
        ticket,
        agent: agent.address.clone(),
        edits: vec![],
        passed_on: None,
        message: None,
        message_id: view.mail.message_id.clone(),
        // History is not taken back, and collides with nothing.
        at: match view.arrival.replies {
            Replies::Allowed => view.arrival.now,
            Replies::Suppressed => view.arrival.received_at,
        },
        events: vec![],
    }
}

/// Her text as a message of that form, with those of her attachments that belong to it.
pub(super) fn message(
    view: &View<'_>,
    agent: &AgentPolicy,
    form: &MessageForm,
    (ticket, text): (TicketNumber, String),
    enclosed: &[Enclosed],
) -> NewMessage {
    let (direction, kind, to) = match form {
        MessageForm::Answer { to } => (Direction::Out, "answer", bare(to)),
        MessageForm::Forward { to } => (Direction::Out, "forward", bare(std::slice::from_ref(to))),
        MessageForm::Note => (Direction::Note, "note", vec![]),
        MessageForm::SentAround => (Direction::Out, "answer", view.mail.to.clone()),
    };
    let is_hers = matches!(form, MessageForm::Note | MessageForm::SentAround);
    let received = view.message(ticket, vec![]);
    let attachments = &view.mail.attachments;
    NewMessage {
        direction,
        kind,
        from: Some(by(agent)),
        to,
        text,
        reply: None,
        attachments: enclosed
            .iter()
            .filter_map(|it| attachments.get(it.index).cloned())
            .collect(),
        // What goes out has an id and octets of its own.
        message_id: received.message_id.clone().filter(|_| is_hers),
        references: vec![],
        intake: received.intake.filter(|_| is_hers),
        author: Some(agent.address.clone()),
        ..received
    }
}

/// The note on a ticket that she opens for a customer.
pub(super) fn note(view: &View<'_>, agent: &AgentPolicy, ticket: TicketNumber, text: &str) -> NewMessage {
    NewMessage {
        direction: Direction::Note,
        kind: "note",
        from: Some(by(agent)),
        to: vec![],
        references: vec![],
        text: text.to_owned(),
        reply: None,
        author: Some(agent.address.clone()),
        ..view.message(ticket, vec![])
    }
}

/// The customer's mail that she forwards, as if it had come by itself. Its files are the outer mail's.
pub(super) fn passed_on(view: &View<'_>, agent: &AgentPolicy, ticket: TicketNumber, original: &Original) -> NewMessage {
    NewMessage {
        kind: "forwarded",
        from: Some(original.from.clone()),
        to: original.to.clone(),
        message_id: original.message_id.clone(),
        references: vec![],
        subject: original.subject.clone(),
        text: original.text.clone(),
        // What it quotes may be an agent's, with her own address, and would come back in the next answer.
        reply: Some(original.reply()).filter(|reply| *reply != original.text),
        author: Some(agent.address.clone()),
        ..view.message(ticket, vec![])
    }
}

fn by(agent: &AgentPolicy) -> Mailbox {
    Mailbox {
        name: agent.name.clone(),
        address: agent.address.clone(),
    }
}

fn bare(to: &[EmailAddress]) -> Vec<Mailbox> {
    let mailbox = |address: &EmailAddress| Mailbox {
        name: String::new(),
        address: address.clone(),
    };
    to.iter().map(mailbox).collect()
}
