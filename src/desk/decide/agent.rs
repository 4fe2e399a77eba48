//! Mail that an agent wrote, or that says so: her answer, her commands, or a ticket for a customer.

mod around;
mod commands;
mod fresh;
mod hold;
mod proof;
mod release;
mod work;
mod written;

pub use fresh::named_customer;

use super::View;
use crate::desk::arrival::Replies;
use crate::desk::decision::{
    Decision, IntakeState, MailContent, MailKind, PlannedMail, Receipt, ThreadMatch, TicketChange,
};
use crate::desk::event::EventKind;
use crate::desk::held::HeldReason;
use crate::desk::known::Candidate;
use crate::desk::policy::AgentPolicy;
use crate::desk::thread::{self, Claimant, Side, Standing};
use crate::desk::ticket::TicketNumber;
use crate::mail::MailClass;

/// Decides a human mail whose From names an agent; `None` when it is treated as anybody's.
pub(super) fn decide(view: &View<'_>) -> Option<Decision> {
    let agent = view.agent?;
    if let Some(held) = release::named(view, agent) {
        return Some(release::decide(view, agent, held));
    }
    match view.thread.found {
        Some(found) if fresh::forwards(view, agent) => fresh::decide(view, agent, Some(found.candidate)),
        Some(found) if is_customer(view, agent, found.candidate) => None,
        Some(found) => Some(on_ticket(view, agent, found.candidate)),
        None => fresh::decide(view, agent, None),
    }
}

/// Her answer that came through a list or a group: a person wrote it, and a machine passed it on, so she is asked.
/// `None` when it is no answer to a mail to her.
pub(super) fn through_a_list(view: &View<'_>) -> Option<Decision> {
    let agent = view.agent.filter(|_| view.classification.class == MailClass::Bulk)?;
    let candidate = view.thread.found?.candidate;
    if !proof::holds_token(view, agent, candidate) {
        return None;
    }
    let automatic = view.arrival.consent.unheard([HeldReason::Automatic]);
    let lacks: Vec<HeldReason> = automatic
        .into_iter()
        .chain(proof::lacks_on_ticket(view, agent, candidate))
        .collect();
    Some(match lacks.is_empty() {
        true => work::decide(view, agent, candidate),
        false => hold::decide(view, agent, Some(candidate), lacks),
    })
}

/// An agent may be a customer of her own desk: then she answers our mail to customers, not one to agents.
fn is_customer(view: &View<'_>, agent: &AgentPolicy, candidate: &Candidate) -> bool {
    let who = Claimant {
        address: view.requester.map(|mailbox| &mailbox.address),
        alignment: view.alignment,
        side: Side::Customer,
    };
    thread::standing(candidate, who) != Standing::ThirdParty && !proof::holds_token(view, agent, candidate)
}

fn on_ticket(view: &View<'_>, agent: &AgentPolicy, candidate: &Candidate) -> Decision {
    if let Some(decision) = around::decide(view, agent, candidate) {
        return decision;
    }
    let lacks = proof::lacks_on_ticket(view, agent, candidate);
    if !lacks.is_empty() {
        return hold::decide(view, agent, Some(candidate), lacks);
    }
    work::decide(view, agent, candidate)
}

/// A mail to the agent that wrote this one, at her address in the config and nowhere else.
fn to_agent(view: &View<'_>, agent: &AgentPolicy, kind: MailKind, why: &str, content: MailContent) -> PlannedMail {
    let allowed = view.arrival.replies == Replies::Allowed;
    PlannedMail {
        kind,
        to: agent.address.clone(),
        sent: allowed,
        why: if allowed {
            why
        } else {
            "the mail was imported with --no-replies"
        }
        .to_owned(),
        guidance: false,
        content,
    }
}

/// Programs that answer receipts and don't say so are not answered for ever.
fn receipt(view: &View<'_>, agent: &AgentPolicy, why: &str, receipt: Receipt) -> PlannedMail {
    let is_spent = receipt
        .most_an_hour()
        .is_some_and(|most| view.known.agent.receipts_in_hour >= most);
    let mail = to_agent(view, agent, MailKind::Receipt, why, MailContent::Receipt(receipt));
    match is_spent {
        true => PlannedMail {
            sent: false,
            why: "she got too many receipts within the hour".to_owned(),
            ..mail
        },
        false => mail,
    }
}

/// Nothing but a receipt comes of the mail; what there is to know is recorded on the ticket, if it is about one.
fn only_receipt(
    view: &View<'_>,
    agent: &AgentPolicy,
    ticket: Option<TicketNumber>,
    recorded: Option<(EventKind, String)>,
    told: Receipt,
) -> Decision {
    let events = recorded
        .map(|(kind, detail)| view.event(kind, detail))
        .into_iter()
        .collect();
    let change = ticket.map_or(TicketChange::None, |ticket| TicketChange::Record { ticket, events });
    let matched = if ticket.is_some() {
        ThreadMatch::Append
    } else {
        ThreadMatch::None
    };
    view.decision(IntakeState::Command, matched, change)
        .sending([receipt(view, agent, "an agent asked", told)])
}
