//! Mail that no person wrote: our own, auto-replies, machines and lists. None of it is ever answered.

use super::{View, agent, notification, person};
use crate::desk::arrival::Fresh;
use crate::desk::decision::{
    Append, Decision, EvidenceKind, IntakeState, Mark, NewTicket, Opening, ThreadMatch, TicketChange,
};
use crate::desk::event::EventKind;
use crate::desk::thread::{Found, Standing};
use crate::desk::ticket::Priority;
use crate::mail::class;

/// The tag of tickets that machines opened.
const AUTOMATIC_TAG: &str = "automatic";

/// A mail of ours that came back: nothing to do.
pub(super) fn own(view: &View<'_>) -> Decision {
    view.decision(IntakeState::Own, ThreadMatch::None, TicketChange::None)
}

/// A machine answers for a person: recorded on its ticket, reopens nothing; without a ticket, none is made.
pub(super) fn auto_reply(view: &View<'_>) -> Decision {
    match view.thread.found {
        Some(found) if view.agent.is_some() => of_agent(view, found),
        Some(found) => append(view, found, EventKind::AutoReplied),
        None => view.decision(IntakeState::AutoReply, ThreadMatch::None, TicketChange::None),
    }
}

/// A machine or a list: added to a ticket on strong evidence, else a ticket that answers nobody.
pub(super) fn automatic(view: &View<'_>) -> Decision {
    match view.thread.found {
        Some(found) if view.agent.is_some() => agent::through_a_list(view).unwrap_or_else(|| of_agent(view, found)),
        Some(found) if found.kind <= EvidenceKind::KnownReference => {
            // That a mail was read is recorded, and no news.
            if class::is_acknowledgement(view.mail) {
                return append(view, found, EventKind::Appended);
            }
            let told = notification::to_audience(
                view,
                notification::standpoint(&found.candidate.ticket),
                &person::cause(found.standing),
            );
            append(view, found, EventKind::Appended).sending(told)
        }
        _ => open(view),
    }
}

/// An agent's out-of-office notice or read receipt is no message of the ticket, and no answer to anybody.
fn of_agent(view: &View<'_>, found: Found<'_>) -> Decision {
    let change = TicketChange::Record {
        ticket: found.candidate.ticket.number,
        events: vec![view.event(EventKind::AutoReplied, view.classification.reason.clone())],
    };
    view.decision(IntakeState::AutoReply, ThreadMatch::None, change)
}

fn append(view: &View<'_>, found: Found<'_>, kind: EventKind) -> Decision {
    let standing_mark = match found.standing {
        Standing::TakesPart(_) => None,
        Standing::Unverified => Some(Mark::Unverified),
        Standing::ThirdParty => Some(Mark::ThirdParty),
    };
    let marks = view
        .marks()
        .into_iter()
        .chain([Mark::Automatic])
        .chain(standing_mark)
        .collect();
    let ticket = found.candidate.ticket.number;
    let change = TicketChange::Append(Box::new(Append {
        ticket,
        status: None,
        sender: person::stranger(view, found),
        participants: vec![],
        message: view.message(ticket, marks),
        events: vec![view.event(kind, view.classification.reason.clone())],
    }));
    view.decision(IntakeState::Appended, ThreadMatch::Append, change)
}

fn open(view: &View<'_>) -> Decision {
    let requester = view.requester;
    let related = view.thread.found.map(|found| found.candidate).or(view.thread.claimed);
    let linked_to = related.map(|candidate| candidate.ticket.number);
    let linked = linked_to.map(|number| view.event(EventKind::Linked, number.to_string()));
    let unanswered = view.event(
        EventKind::NotSent,
        format!("not confirmed: {}", view.classification.reason),
    );
    let queue = view.arrival.inbox.queue.clone();
    let assignee = person::assignee(view, &queue);
    let told = person::told_of_new(view, (&queue, assignee.as_ref()), None);
    let marks = view.marks().into_iter().chain([Mark::Automatic]).collect();
    let Fresh { number, key } = view.arrival.fresh;
    let change = TicketChange::Open(Box::new(NewTicket {
        number,
        key,
        subject: view.subject(),
        requester: requester.map(|mailbox| mailbox.address.clone()),
        requester_name: requester.map(|mailbox| mailbox.name.clone()).unwrap_or_default(),
        queue,
        inbox: view.arrival.inbox.name.clone(),
        priority: Priority::Normal,
        tags: vec![AUTOMATIC_TAG.to_owned()],
        language: view.language(),
        linked_to,
        participants: vec![],
        assignee,
        opening: Opening::Mail,
        messages: vec![view.message(number, marks)],
        events: linked.into_iter().chain([unanswered]).collect(),
    }));
    view.decision(IntakeState::Ticket, ThreadMatch::New, change)
        .sending(told)
}
