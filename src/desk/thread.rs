//! Which ticket a mail belongs to: the evidence, strongest first, and what the sender is to the ticket it leads to.

use crate::desk::clues::{Clues, Reference};
use crate::desk::contact::Role;
use crate::desk::decision::{EvidenceKind, ThreadEvidence};
use crate::desk::known::{Candidate, IdRole, Known};
use crate::desk::subject::SubjectClaim;
use crate::desk::ticket::{TicketKey, TicketNumber};
use crate::desk::token::{AddressToken, Purpose, TokenKeys};
use crate::mail::{Alignment, EmailAddress};

/// What the evidence comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Thread<'a> {
    /// The ticket that the strongest sound evidence leads to, and what the sender is to it.
    pub found: Option<Found<'a>>,
    /// The ticket that somebody without a right to it claimed.
    pub claimed: Option<&'a Candidate>,
    /// Everything that was looked at, strongest first.
    pub evidence: Vec<ThreadEvidence>,
}

/// A ticket that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found<'a> {
    /// The ticket.
    pub candidate: &'a Candidate,
    /// The strongest kind of evidence for it.
    pub kind: EvidenceKind,
    /// What the sender is to it.
    pub standing: Standing,
}

impl Found<'_> {
    /// The ticket's number.
    pub fn number(&self) -> TicketNumber {
        self.candidate.ticket.number
    }
}

/// What the sender of a mail is to the ticket it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Takes part in it in this role, and is believed.
    TakesPart(Role),
    /// Uses the address of somebody who takes part, and fails the proof.
    Unverified,
    /// Holds a proof of the ticket, and takes no part in it.
    ThirdParty,
}

/// Who sent the mail, as far as it says.
#[derive(Debug, Clone, Copy)]
pub struct Claimant<'a> {
    /// The address in From.
    pub address: Option<&'a EmailAddress>,
    /// Whether it is proven.
    pub alignment: Alignment,
    /// On which side of the desk they sit.
    pub side: Side,
}

/// On which side of the desk somebody sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// A customer, or anybody.
    Customer,
    /// An agent: every ticket is hers to refer to; whether she is believed is judged apart.
    Agent,
}

struct Weighed<'a> {
    evidence: ThreadEvidence,
    candidate: Option<&'a Candidate>,
}

/// Weighs the clues of a mail against what the store knows.
pub fn find<'a>(clues: &Clues, known: &'a Known, who: Claimant<'_>, keys: &TokenKeys) -> Thread<'a> {
    let mut weighed: Vec<Weighed<'a>> = Vec::new();
    weighed.extend(clues.tokens.iter().map(|token| weigh_token(token, known, who, keys)));
    for reference in &clues.references {
        let id = reference.id.as_str();
        match reference.signed {
            Some(signed) => weighed.push(weigh_key(
                EvidenceKind::SignedReference,
                id.to_owned(),
                signed.key,
                known,
            )),
            None => weighed.extend(known.candidates.iter().filter_map(|c| weigh_id(c, reference, who))),
        }
    }
    for claim in &clues.claims {
        let candidate = known
            .candidates
            .iter()
            .find(|c| c.numbers.iter().any(|(number, _)| *number == claim.number));
        weighed.extend(candidate.map(|candidate| weigh_claim(claim, candidate, who, keys)));
    }
    // A stable sort: within a kind the newest stays first.
    weighed.sort_by_key(|item| item.evidence.kind);
    settle(weighed, who)
}

fn settle<'a>(mut weighed: Vec<Weighed<'a>>, who: Claimant<'_>) -> Thread<'a> {
    let winner = weighed.iter().find(|item| item.evidence.counts);
    let found = winner.and_then(|item| {
        let candidate = item.candidate?;
        Some(Found {
            candidate,
            kind: item.evidence.kind,
            standing: standing(candidate, who),
        })
    });
    let claimed = weighed
        .iter()
        .find_map(|item| item.candidate.filter(|_| !item.evidence.counts));
    if let Some(found) = found {
        let number = found.candidate.ticket.number;
        for item in &mut weighed {
            if item.evidence.counts && item.evidence.ticket != Some(number) {
                item.evidence.counts = false;
                item.evidence.why = format!("stronger evidence leads to #{number}");
            }
        }
    }
    Thread {
        found,
        claimed: if found.is_none() { claimed } else { None },
        evidence: weighed.into_iter().map(|item| item.evidence).collect(),
    }
}

/// What the sender is to a ticket.
pub fn standing(candidate: &Candidate, who: Claimant<'_>) -> Standing {
    match (role(candidate, who.address), who.alignment) {
        (Some(_), Alignment::No) => Standing::Unverified,
        (Some(role), Alignment::Yes | Alignment::Unknown) => Standing::TakesPart(role),
        (None, _) => Standing::ThirdParty,
    }
}

fn role(candidate: &Candidate, address: Option<&EmailAddress>) -> Option<Role> {
    let address = address?;
    let on_ticket = candidate
        .participants
        .iter()
        .filter(|person| person.address == *address);
    on_ticket.map(|person| person.role).find(|role| role.takes_part())
}

/// Whether a weaker claim of the sender counts, and why.
fn participation(candidate: &Candidate, who: Claimant<'_>) -> (bool, &'static str) {
    match (who.side, role(candidate, who.address)) {
        (Side::Agent, _) => (true, "its sender is an agent"),
        (Side::Customer, Some(_)) => (true, "its sender takes part in the ticket"),
        (Side::Customer, None) => (false, "its sender takes no part in the ticket"),
    }
}

fn weigh_token<'a>(token: &AddressToken, known: &'a Known, who: Claimant<'_>, keys: &TokenKeys) -> Weighed<'a> {
    let person = || {
        who.address
            .is_some_and(|address| keys.person(address) == token.reference)
    };
    // The token itself is never written down: whoever reads the decision could use it.
    let value = match token.purpose {
        Purpose::Bounce => "a return address of ours",
        Purpose::AgentAction => "a code for a held mail",
        Purpose::CustomerReply | Purpose::AgentReply if person() => "made for this sender",
        Purpose::CustomerReply | Purpose::AgentReply => "made for somebody else",
    };
    weigh_key(EvidenceKind::SignedAddress, value.to_owned(), token.key, known)
}

fn weigh_key<'a>(kind: EvidenceKind, value: String, key: TicketKey, known: &'a Known) -> Weighed<'a> {
    let candidate = known.candidates.iter().find(|candidate| candidate.keys.contains(&key));
    let why = match candidate {
        Some(_) => "signed by this desk",
        None => "signed by this desk, but the store has no such ticket (was an older backup restored?)",
    };
    Weighed {
        evidence: ThreadEvidence {
            kind,
            value,
            ticket: candidate.map(|candidate| candidate.ticket.number),
            counts: candidate.is_some(),
            why: why.to_owned(),
        },
        candidate,
    }
}

fn weigh_id<'a>(candidate: &'a Candidate, reference: &Reference, who: Claimant<'_>) -> Option<Weighed<'a>> {
    let kind = match candidate.ids.get(&reference.id)? {
        IdRole::Seen => EvidenceKind::KnownReference,
        IdRole::Named => EvidenceKind::NamedReference,
    };
    let (counts, why) = participation(candidate, who);
    Some(weighed(kind, reference.id.as_str(), candidate, counts, why))
}

fn weigh_claim<'a>(claim: &SubjectClaim, candidate: &'a Candidate, who: Claimant<'_>, keys: &TokenKeys) -> Weighed<'a> {
    let number = claim.number;
    let Some(check) = &claim.check else {
        return weighed(
            EvidenceKind::Number,
            &format!("#{number}"),
            candidate,
            false,
            "a number alone proves nothing",
        );
    };
    let mut tagged = candidate.numbers.iter().filter(|(named, _)| *named == number);
    let sound = tagged.any(|(_, key)| keys.verify_tag(number, *key, check));
    let (counts, why) = match sound {
        true => participation(candidate, who),
        false => (false, "its check is wrong"),
    };
    weighed(EvidenceKind::SubjectTag, &format!("#{number}"), candidate, counts, why)
}

fn weighed<'a>(kind: EvidenceKind, value: &str, candidate: &'a Candidate, counts: bool, why: &str) -> Weighed<'a> {
    Weighed {
        evidence: ThreadEvidence {
            kind,
            value: value.to_owned(),
            ticket: Some(candidate.ticket.number),
            counts,
            why: why.to_owned(),
        },
        candidate: Some(candidate),
    }
}
