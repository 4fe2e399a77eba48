//! What follows when a mail of ours is given up.

use crate::desk::audience::Standpoint;
use crate::desk::decision::{Cause, Effects, MailContent, MailKind, PlannedMail, TicketChange};
use crate::desk::event::{EventKind, TicketEvent};
use crate::desk::policy::Policy;
use crate::desk::report::Consequence;
use crate::desk::ticket::Ticket;
use crate::desk::trouble::{Trouble, TroubleCause};
use crate::mail::EmailAddress;

/// Who records what became of a mail.
const BY: &str = "buzon";

/// A mail that is given up.
#[derive(Debug, Clone, Copy)]
pub struct GivenUp<'a> {
    /// The ticket it is about.
    pub ticket: &'a Ticket,
    /// Whom it was for.
    pub recipient: &'a EmailAddress,
    /// What kind of mail it was.
    pub kind: MailKind,
    /// The inbox it went out from.
    pub inbox: &'a str,
    /// What the server said last.
    pub error: &'a str,
}

/// It is recorded; an address that does not exist gets no automatic mail; the agents hear of a mail to a customer, and the
/// admin of one to an agent.
pub fn given_up(mail: &GivenUp<'_>, policy: &Policy) -> Effects {
    let event = TicketEvent {
        kind: EventKind::Delivery,
        by: BY.to_owned(),
        detail: format!("{}: failed: {}", mail.recipient, mail.error),
    };
    let mut effects = Effects {
        change: TicketChange::Record {
            ticket: mail.ticket.number,
            events: vec![event],
        },
        ..Effects::default()
    };
    // The server that takes our mail knows at once that some addresses take none.
    let consequence = Consequence::of_failure(mail.error.split_whitespace().nth(1));
    if let Consequence::Suppress(_) = consequence {
        effects.consequences.push((mail.recipient.clone(), consequence));
    }
    match mail.kind {
        MailKind::Confirmation | MailKind::Answer | MailKind::Forward => effects.mails = told_agents(mail, policy),
        MailKind::Notification | MailKind::Receipt | MailKind::Held => effects.troubles.push(Trouble {
            cause: TroubleCause::AgentUnreached,
            inbox: Some(mail.inbox.to_owned()),
            detail: status_of(mail.error),
        }),
        MailKind::AdminNotice => {}
    }
    effects
}

fn told_agents(mail: &GivenUp<'_>, policy: &Policy) -> Vec<PlannedMail> {
    let at = Standpoint {
        queue: &mail.ticket.queue,
        assignee: mail.ticket.assignee.as_ref(),
    };
    let cause = Cause::NotDelivered {
        recipient: mail.recipient.clone(),
        report: mail.error.to_owned(),
    };
    let audience = policy
        .audience(at)
        .into_iter()
        .filter(|_| policy.outlet(mail.ticket).is_some());
    audience
        .map(|agent| PlannedMail {
            kind: MailKind::Notification,
            to: agent.address.clone(),
            sent: true,
            why: cause.as_str().to_owned(),
            guidance: false,
            content: MailContent::Notification(cause.clone()),
        })
        .collect()
}

/// The codes that a server's reply begins with, such as `550 5.7.1`; empty when no server said anything. The rest of a
/// reply may hold addresses.
pub fn status_of(reply: &str) -> String {
    let is_status = |word: &&str| word.bytes().all(|octet| octet.is_ascii_digit() || octet == b'.');
    let codes: Vec<&str> = reply.split(' ').take(2).take_while(is_status).collect();
    match codes.first() {
        Some(code) if code.len() == 3 => codes.join(" "),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests;
