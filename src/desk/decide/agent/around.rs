//! Mail that an agent sent to the customer herself, with the inbox in Cc or Bcc: recorded, not sent again.

use super::super::doubt::is_proven;
use super::super::notification;
use super::{View, proof, written};
use crate::desk::arrival::Replies;
use crate::desk::decision::{
    AgentMessage, AgentWork, Append, Cause, Decision, Edit, Enclosed, IntakeState, Mark, MessageForm, Shown,
    ThreadMatch, TicketChange,
};
use crate::desk::event::EventKind;
use crate::desk::known::Candidate;
use crate::desk::policy::{AgentPolicy, AgentTrust};
use crate::desk::ticket::TicketStatus;
use crate::mail::{Alignment, EmailAddress};

/// Records it; `None` when the customer is not among those it went to.
pub(super) fn decide(view: &View<'_>, agent: &AgentPolicy, candidate: &Candidate) -> Option<Decision> {
    let went_out = went_to_customer(view, candidate);
    // What is imported with --no-replies is history: it is kept, and asks nobody anything.
    if !went_out && view.arrival.replies == Replies::Allowed {
        return None;
    }
    if !is_believed(view, agent, candidate) {
        return Some(unverified(view, candidate));
    }
    let (form, edits, kind) = match went_out {
        true => (
            MessageForm::SentAround,
            vec![Edit::Status(TicketStatus::Pending)],
            EventKind::AnsweredAround,
        ),
        false => (MessageForm::Note, vec![], EventKind::Noted),
    };
    let enclosed = everything(view);
    let work = AgentWork {
        edits,
        message: Some(AgentMessage {
            message: written::message(
                view,
                agent,
                &form,
                (candidate.ticket.number, view.mail.reply.clone()),
                &enclosed,
            ),
            form,
            html: None,
            is_interleaved: false,
            enclosed,
        }),
        events: vec![view.event(kind, "")],
        ..written::work(view, agent, candidate.ticket.number)
    };
    let change = TicketChange::Work(Box::new(work));
    Some(view.decision(IntakeState::Appended, ThreadMatch::Append, change))
}

/// What went around the gateway carries no token, so `trust = "token"` asks for one only of what nothing else proves. Of
/// history it is enough that nothing disproves it: nothing comes of it.
fn is_believed(view: &View<'_>, agent: &AgentPolicy, candidate: &Candidate) -> bool {
    let is_history = view.arrival.replies == Replies::Suppressed && view.alignment == Alignment::Unknown;
    let by_token = agent.trust == AgentTrust::Token && proof::holds_token(view, agent, candidate);
    is_proven(view) || is_history || by_token
}

/// Kept as a message that changes nothing; every agent is warned, also the one whose address it bears.
fn unverified(view: &View<'_>, candidate: &Candidate) -> Decision {
    let ticket = candidate.ticket.number;
    let marks = view.marks().into_iter().chain([Mark::Unverified]).collect();
    let change = TicketChange::Append(Box::new(Append {
        ticket,
        status: None,
        sender: None,
        participants: vec![],
        message: view.message(ticket, marks),
        events: vec![view.event(EventKind::UnverifiedSender, view.alignment_reason.clone())],
    }));
    let at = notification::standpoint(&candidate.ticket);
    view.decision(IntakeState::Appended, ThreadMatch::Append, change)
        .sending(notification::to_whole_audience(view, at, &Cause::UnverifiedWrote))
}

fn went_to_customer(view: &View<'_>, candidate: &Candidate) -> bool {
    let on_ticket = |address: &EmailAddress| {
        candidate
            .participants
            .iter()
            .any(|person| person.role.takes_part() && person.address == *address)
    };
    let recipients = view.mail.to.iter().chain(&view.mail.cc);
    recipients
        .map(|mailbox| &mailbox.address)
        .any(|address| on_ticket(address) && view.policy.agent(address).is_none())
}

fn everything(view: &View<'_>) -> Vec<Enclosed> {
    let enclosed = |(index, _)| Enclosed {
        index,
        shown: Shown::Beside,
    };
    view.mail.attachments.iter().enumerate().map(enclosed).collect()
}
