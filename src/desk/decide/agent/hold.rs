//! A mail that falls short of the proof: the agent is asked, and nothing else happens.

use super::super::doubt::is_doubted;
use super::{View, proof, to_agent};
use crate::desk::decision::{Decision, IntakeState, MailContent, MailKind, ThreadMatch, TicketChange};
use crate::desk::event::EventKind;
use crate::desk::held::{HeldReason, HeldRequest, MOST_REQUESTS_AN_HOUR};
use crate::desk::known::Candidate;
use crate::desk::policy::AgentPolicy;

pub(super) fn decide(
    view: &View<'_>,
    agent: &AgentPolicy,
    candidate: Option<&Candidate>,
    reasons: Vec<HeldReason>,
) -> Decision {
    let named = reasons.iter().map(HeldReason::as_str).collect::<Vec<_>>().join(", ");
    if let Some(why) = too_doubtful(view, agent) {
        let mut decision = view.decision(IntakeState::Quarantined, ThreadMatch::Quarantine, TicketChange::None);
        decision.evidence.set_aside = format!("an agent's mail without proof ({named}): {why}");
        return decision;
    }
    let change = candidate.map_or(TicketChange::None, |candidate| TicketChange::Record {
        ticket: candidate.ticket.number,
        events: vec![view.event(EventKind::Held, named.clone())],
    });
    let mail = to_agent(view, agent, MailKind::Held, &named, MailContent::Held(reasons.clone()));
    let mut decision = view.decision(IntakeState::Held, ThreadMatch::Held, change);
    decision.effects.held = Some(HeldRequest {
        intake: view.arrival.intake,
        key: view.arrival.fresh.key,
        ticket: candidate.map(|candidate| candidate.ticket.number),
        agent: agent.address.clone(),
        reasons,
    });
    decision.sending([mail])
}

/// Why she is not even asked: else a forger could fill her mailbox with requests.
fn too_doubtful(view: &View<'_>, agent: &AgentPolicy) -> Option<&'static str> {
    if is_doubted(view) && !proof::holds_any_token(view, agent) {
        return Some("nothing in it was ever sent to her");
    }
    (view.known.agent.held_in_hour >= MOST_REQUESTS_AN_HOUR).then_some("she was asked too often within the hour")
}
