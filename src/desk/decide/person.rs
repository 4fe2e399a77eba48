//! Mail that a person wrote: a new ticket, a message on one, or a follow-up.

use super::{View, confirmation, notification};
use crate::desk::arrival::Fresh;
use crate::desk::audience::Standpoint;
use crate::desk::contact::Role;
use crate::desk::decision::{
    Append, Cause, ContactChange, Decision, EvidenceKind, IntakeState, Mark, NewTicket, Opening, PlannedMail,
    ThreadMatch, TicketChange,
};
use crate::desk::event::{EventKind, TicketEvent};
use crate::desk::subject;
use crate::desk::thread::{Found, Standing};
use crate::desk::ticket::{Priority, Ticket, TicketNumber, TicketStatus};
use crate::desk::trouble::Trouble;
use crate::mail::inbound::Attachment;
use crate::mail::{Alignment, EmailAddress, InboundMail, courtesy};

/// How many people customers can have on a ticket.
const MAX_PARTICIPANTS: usize = 50;

pub(super) fn decide(view: &View<'_>) -> Decision {
    match view.thread.found {
        Some(found) => match placement(view, found) {
            Placement::Here { status } => append(view, found, status),
            Placement::FollowUp => open(view, ThreadMatch::FollowUp, Some(found.candidate.ticket.number)),
        },
        None => open(
            view,
            ThreadMatch::New,
            view.thread.claimed.map(|candidate| candidate.ticket.number),
        ),
    }
}

/// Where a mail goes that belongs to a ticket.
enum Placement {
    /// Onto the ticket, with its new status when that changes.
    Here { status: Option<TicketStatus> },
    /// Into a new ticket that is linked to it.
    FollowUp,
}

fn placement(view: &View<'_>, found: Found<'_>) -> Placement {
    let ticket = &found.candidate.ticket;
    let unchanged = Placement::Here { status: None };
    if is_bare_thanks(view.mail) {
        return unchanged;
    }
    let believed = matches!(found.standing, Standing::TakesPart(_));
    match ticket.status {
        TicketStatus::New | TicketStatus::Open => unchanged,
        TicketStatus::Pending | TicketStatus::OnHold if believed => Placement::Here {
            status: Some(TicketStatus::Open),
        },
        TicketStatus::Pending | TicketStatus::OnHold => unchanged,
        TicketStatus::Closed => Placement::FollowUp,
        TicketStatus::Solved if !reopens(view, ticket) || is_remembered_address(view, found) => Placement::FollowUp,
        TicketStatus::Solved if believed => Placement::Here {
            status: Some(TicketStatus::Open),
        },
        TicketStatus::Solved => unchanged,
    }
}

/// Whether a mail says thank you and brings nothing: a signature's logo or seal is nothing, a document is something.
fn is_bare_thanks(mail: &InboundMail) -> bool {
    let seals = |part: &Attachment| part.media_type.ends_with("-signature") || part.media_type == "text/vcard";
    let brings_nothing = mail.attachments.iter().all(|part| part.inline || seals(part));
    brings_nothing && courtesy::is_bare_thanks(&mail.reply, &mail.text)
}

pub(super) fn reopens(view: &View<'_>, ticket: &Ticket) -> bool {
    let since = ticket.solved_at.map(|at| view.arrival.now.duration_since(at));
    since.is_none_or(|since| since <= view.policy.reopen_within)
}

/// A token without references and under another subject: an address that the client remembered, and another matter.
fn is_remembered_address(view: &View<'_>, found: Found<'_>) -> bool {
    found.kind == EvidenceKind::SignedAddress
        && view.clues.references.is_empty()
        && subject::base(&view.mail.subject) != subject::base(&found.candidate.ticket.subject)
}

fn append(view: &View<'_>, found: Found<'_>, status: Option<TicketStatus>) -> Decision {
    let mut events = vec![];
    let mut marks = view.marks();
    match found.standing {
        Standing::TakesPart(_) => events.push(view.event(EventKind::Appended, how(found.kind))),
        Standing::Unverified => {
            marks.push(Mark::Unverified);
            events.push(view.event(EventKind::UnverifiedSender, view.alignment_reason.clone()));
        }
        Standing::ThirdParty => {
            marks.push(Mark::ThirdParty);
            events.push(view.event(EventKind::ThirdPartyWrote, how(found.kind)));
        }
    }
    let participants = match found.standing {
        Standing::TakesPart(Role::Requester) => people_in_copy(view, found.candidate.participants.len()),
        _ => vec![],
    };
    events.extend(status.map(|_| view.event(EventKind::Reopened, "the customer wrote")));
    events.extend(joined(view, &participants));
    let ticket = found.candidate.ticket.number;
    let change = TicketChange::Append(Box::new(Append {
        ticket,
        status,
        sender: stranger(view, found),
        participants,
        message: view.message(ticket, marks),
        events,
    }));
    let mut decision = view.decision(IntakeState::Appended, ThreadMatch::Append, change);
    if found.standing != Standing::Unverified {
        decision.effects.contact = contact(view, answered_us(found));
    }
    let at = notification::standpoint(&found.candidate.ticket);
    decision.sending(notification::to_audience(view, at, &cause(found.standing)))
}

/// Who wrote to a ticket that they take no part in.
pub(super) fn stranger(view: &View<'_>, found: Found<'_>) -> Option<(EmailAddress, Role)> {
    let requester = view.requester.filter(|_| found.standing == Standing::ThirdParty)?;
    Some((requester.address.clone(), Role::ThirdParty))
}

/// Whether the mail proves that a mail of ours arrived: it carries a signature only our mails have.
fn answered_us(found: Found<'_>) -> bool {
    matches!(found.standing, Standing::TakesPart(_)) && found.kind <= EvidenceKind::SignedReference
}

fn open(view: &View<'_>, matched: ThreadMatch, linked_to: Option<TicketNumber>) -> Decision {
    let confirmation = confirmation::plan(view);
    let participants = match view.alignment {
        Alignment::No => vec![],
        Alignment::Yes | Alignment::Unknown => people_in_copy(view, 0),
    };
    let mut events: Vec<TicketEvent> = linked_to
        .map(|number| view.event(EventKind::Linked, number.to_string()))
        .into_iter()
        .collect();
    events.extend(joined(view, &participants));
    let not_confirmed = confirmation.why_not();
    events.extend(confirmation.event);
    let queue = view.arrival.inbox.queue.clone();
    let assignee = assignee(view, &queue);
    let told = told_of_new(view, (&queue, assignee.as_ref()), not_confirmed);
    let marks = view
        .marks()
        .into_iter()
        .chain(confirmation.limit.map(|_| Mark::Limited));
    let Fresh { number, key } = view.arrival.fresh;
    let change = TicketChange::Open(Box::new(NewTicket {
        number,
        key,
        subject: view.subject(),
        requester: view.requester.map(|mailbox| mailbox.address.clone()),
        requester_name: view.requester.map(|mailbox| mailbox.name.clone()).unwrap_or_default(),
        queue,
        inbox: view.arrival.inbox.name.clone(),
        priority: Priority::Normal,
        tags: vec![],
        language: view.language(),
        linked_to,
        participants,
        assignee,
        opening: Opening::Mail,
        messages: vec![view.message(number, marks.collect())],
        events,
    }));
    let mut decision = view.decision(IntakeState::Ticket, matched, change);
    let guided = confirmation.mail.as_ref().is_some_and(|mail| mail.guidance);
    decision.effects.contact = contact(view, false).map(|contact| ContactChange { guided, ..contact });
    decision.effects.troubles.extend(confirmation.limit.map(Trouble::limit));
    decision.sending(confirmation.mail.into_iter().chain(told))
}

/// Who gets a new ticket of a queue.
pub(super) fn assignee(view: &View<'_>, queue: &str) -> Option<EmailAddress> {
    let agent = view.policy.assignee(queue, &view.known.loads);
    agent.map(|agent| agent.address.clone())
}

/// The agents hear of a new ticket.
pub(super) fn told_of_new(
    view: &View<'_>,
    (queue, assignee): (&str, Option<&EmailAddress>),
    not_confirmed: Option<String>,
) -> Vec<PlannedMail> {
    notification::to_audience(
        view,
        Standpoint { queue, assignee },
        &Cause::NewTicket { not_confirmed },
    )
}

pub(super) fn cause(standing: Standing) -> Cause {
    match standing {
        Standing::TakesPart(_) => Cause::CustomerReplied,
        Standing::Unverified => Cause::UnverifiedWrote,
        Standing::ThirdParty => Cause::ThirdPartyWrote,
    }
}

fn contact(view: &View<'_>, has_answered: bool) -> Option<ContactChange> {
    let requester = view.requester?;
    let believed = view.alignment != Alignment::No;
    Some(ContactChange {
        address: requester.address.clone(),
        name: Some(requester.name.clone()).filter(|name| believed && !name.is_empty()),
        language: view.mail.language.clone().filter(|_| believed),
        has_answered,
        guided: false,
    })
}

/// The people in Cc who are neither we ourselves, nor agents, nor the sender; `on_ticket` are there already.
fn people_in_copy(view: &View<'_>, on_ticket: usize) -> Vec<EmailAddress> {
    let mut people: Vec<EmailAddress> = Vec::new();
    for address in view.mail.cc.iter().map(|mailbox| &mailbox.address) {
        let agent = view.policy.agent(address).is_some();
        let token = view.policy.keys.verify_address(address).is_some();
        let sender = view.requester.is_some_and(|requester| requester.address == *address);
        let known = agent || token || sender || view.policy.is_own_address(address) || people.contains(address);
        if !known && on_ticket + people.len() < MAX_PARTICIPANTS {
            people.push(address.clone());
        }
    }
    people
}

fn joined(view: &View<'_>, people: &[EmailAddress]) -> Vec<TicketEvent> {
    people
        .iter()
        .map(|address| view.event(EventKind::ParticipantAdded, address.to_string()))
        .collect()
}

fn how(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::SignedAddress => "by its signed address",
        EvidenceKind::SignedReference => "by a reference to a mail of ours",
        EvidenceKind::KnownReference => "by a reference to a mail of this ticket",
        EvidenceKind::NamedReference => "by a reference that this ticket's mails share",
        EvidenceKind::SubjectTag => "by the tag in its subject",
        EvidenceKind::Number => "by a number",
    }
}
