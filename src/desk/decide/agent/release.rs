//! The answer to a request for consent: the code in its address proves her mailbox.

use super::{View, commands, only_receipt};
use crate::desk::command::{Answer, CommandBlock, CommandError, Place, is_release};
use crate::desk::decision::{Decision, IntakeState, Receipt, ThreadMatch, TicketChange};
use crate::desk::event::EventKind;
use crate::desk::held::{CODE_VALID, HeldMail, ReleaseRefusal, Used};
use crate::desk::policy::AgentPolicy;
use crate::desk::token::Purpose;

/// The held mail whose code this mail carries, when the code was made for this agent.
pub(super) fn named<'a>(view: &View<'a>, agent: &AgentPolicy) -> Option<&'a HeldMail> {
    let mark = view.policy.keys.person(&agent.address);
    let in_address = view
        .clues
        .tokens
        .iter()
        .filter(|token| token.purpose == Purpose::AgentAction && token.reference == mark)
        .map(|token| token.key);
    let in_references = super::proof::her_ids(view, agent).map(|id| id.key);
    let keys: Vec<_> = in_address.chain(in_references).collect();
    let mut held = view.known.agent.held.iter();
    held.find(|held| held.agent == agent.address && keys.contains(&held.key))
}

pub(super) fn decide(view: &View<'_>, agent: &AgentPolicy, held: &HeldMail) -> Decision {
    if let Err(error) = asked(view, agent) {
        let recorded = (EventKind::CommandRefused, error.line.text.clone());
        return only_receipt(view, agent, held.ticket, Some(recorded), Receipt::Refused(error));
    }
    match refusal(view, held) {
        Some(refusal) => only_receipt(view, agent, held.ticket, None, Receipt::NotReleased(refusal)),
        None => {
            let change = TicketChange::Release { intake: held.intake };
            view.decision(IntakeState::Command, ThreadMatch::Append, change)
        }
    }
}

/// Whether its commands, if it has any, can stand in such an answer: what she asks for besides must not be lost in silence.
fn asked(view: &View<'_>, agent: &AgentPolicy) -> Result<(), CommandError> {
    let block = CommandBlock::read(&view.mail.reply)?;
    commands::read(view, agent, Place::Held, (&block, Answer::None)).map(drop)
}

fn refusal(view: &View<'_>, held: &HeldMail) -> Option<ReleaseRefusal> {
    if view.mail.sole_sender().is_none() || !is_release(&view.mail.reply) {
        return Some(ReleaseRefusal::NoConsent);
    }
    if held.used == Used::Yes {
        return Some(ReleaseRefusal::Used);
    }
    (view.arrival.now.duration_since(held.at) > CODE_VALID).then_some(ReleaseRefusal::Expired)
}
