//! What a mail lacks to be believed to be an agent's.

use super::super::doubt::{not_aligned, several_from};
use super::View;
use crate::desk::held::HeldReason;
use crate::desk::known::{Candidate, IdHistory};
use crate::desk::policy::{AgentPolicy, AgentTrust, ReplyAddress};
use crate::desk::token::{Purpose, SignedId};

/// What is missing of the proof that `trust` asks for, in a mail about a ticket. Empty when nothing is, or when she has
/// released it.
pub(super) fn lacks_on_ticket(view: &View<'_>, agent: &AgentPolicy, candidate: &Candidate) -> Vec<HeldReason> {
    let trust = agent.trust;
    let wants_token = matches!(trust, AgentTrust::TokenAndAligned | AgentTrust::Token);
    let wants_alignment = matches!(trust, AgentTrust::TokenAndAligned | AgentTrust::Aligned);
    let token = token(view, agent, candidate).filter(|_| wants_token);
    let unreferenced = !is_referenced(view, candidate);
    lacks(
        view,
        [
            several_from(view),
            not_aligned(view).filter(|_| wants_alignment),
            foreign_code(view).or(token),
            unreferenced.then_some(HeldReason::NoReference),
            replay(view),
        ],
    )
}

/// The same for a new mail, which has no token: a forward, or one with `#requester`.
pub(super) fn lacks_in_new_mail(view: &View<'_>) -> Vec<HeldReason> {
    lacks(view, [several_from(view), not_aligned(view), replay(view)])
}

fn lacks<const N: usize>(view: &View<'_>, reasons: [Option<HeldReason>; N]) -> Vec<HeldReason> {
    view.arrival.consent.unheard(reasons.into_iter().flatten())
}

/// Whether the mail holds anything that only she was ever sent: a forger would hardly.
pub(super) fn holds_any_token(view: &View<'_>, agent: &AgentPolicy) -> bool {
    let mark = view.policy.keys.person(&agent.address);
    let in_address = || {
        view.clues
            .tokens
            .iter()
            .any(|token| token.purpose.is_agents() && token.reference == mark)
    };
    in_address() || her_ids(view, agent).next().is_some()
}

/// Whether it holds one for this ticket.
pub(super) fn holds_token(view: &View<'_>, agent: &AgentPolicy, candidate: &Candidate) -> bool {
    token(view, agent, candidate).is_none() || her_ids(view, agent).any(|id| candidate.keys.contains(&id.key))
}

/// The ids of mails to her alone that the mail refers to, newest first.
pub(super) fn her_ids(view: &View<'_>, agent: &AgentPolicy) -> impl Iterator<Item = SignedId> {
    let mark = view.policy.keys.person(&agent.address);
    let references = view.clues.references.iter();
    references
        .filter_map(|reference| reference.signed)
        .filter(move |signed| signed.agent == Some(mark))
}

/// Addresses that carry tokens are the proof where there are such; else the id of a mail to her is.
fn token(view: &View<'_>, agent: &AgentPolicy, candidate: &Candidate) -> Option<HeldReason> {
    let mark = view.policy.keys.person(&agent.address);
    let inbox = view.policy.inbox(&candidate.ticket.inbox).unwrap_or(view.arrival.inbox);
    let mut tokens = view
        .clues
        .tokens
        .iter()
        .filter(|token| token.purpose == Purpose::AgentReply && candidate.keys.contains(&token.key))
        .peekable();
    let has_others = tokens.peek().is_some();
    let is_hers = tokens.any(|token| token.reference == mark);
    let by_id =
        inbox.reply_address == ReplyAddress::None && her_ids(view, agent).any(|id| candidate.keys.contains(&id.key));
    match (is_hers || by_id, has_others) {
        (true, _) => None,
        (false, true) => Some(HeldReason::WrongToken),
        (false, false) => Some(HeldReason::NoToken),
    }
}

/// A code that was made for her was looked for before: this one is a colleague's, and her mail is no answer to a customer.
fn foreign_code(view: &View<'_>) -> Option<HeldReason> {
    let mut tokens = view.clues.tokens.iter();
    let found = tokens.any(|token| token.purpose == Purpose::AgentAction);
    found.then_some(HeldReason::WrongToken)
}

/// Whether it refers to a mail of the ticket, or bears its tag: an address that a client remembered does neither.
fn is_referenced(view: &View<'_>, candidate: &Candidate) -> bool {
    let by_id = view.clues.references.iter().any(|reference| {
        let signed = reference
            .signed
            .is_some_and(|signed| candidate.keys.contains(&signed.key));
        signed || candidate.ids.contains_key(&reference.id)
    });
    let by_tag = || {
        view.clues.claims.iter().any(|claim| {
            let check = claim.check.as_deref().unwrap_or_default();
            let mut tagged = candidate.numbers.iter().filter(|(number, _)| *number == claim.number);
            tagged.any(|(number, key)| view.policy.keys.verify_tag(*number, *key, check))
        })
    };
    by_id || by_tag()
}

fn replay(view: &View<'_>) -> Option<HeldReason> {
    let seen = view.known.agent.message_id == IdHistory::Seen;
    (seen || view.mail.message_id.is_none()).then_some(HeldReason::Replay)
}
