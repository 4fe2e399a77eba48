//! A new mail of an agent: a ticket for a customer whose mail she forwards or names, or a question to the desk.

use super::super::doubt::is_doubted;
use super::super::{confirmation, notification, person};
use super::commands::{self, Asked};
use super::{View, hold, only_receipt, proof, receipt, work, written};
use crate::desk::audience::Standpoint;
use crate::desk::command::{AgentCommand, Answer, CommandBlock, Place};
use crate::desk::decision::{
    AgentMessage, AgentWork, Cause, ContactChange, Decision, Edit, IntakeState, MessageForm, NewTicket, Opening,
    PassedOn, PlannedMail, Receipt, ThreadMatch, TicketChange,
};
use crate::desk::event::{EventKind, TicketEvent};
use crate::desk::known::Candidate;
use crate::desk::message::NewMessage;
use crate::desk::policy::AgentPolicy;
use crate::desk::ticket::{Priority, TicketStatus};
use crate::desk::trouble::Trouble;
use crate::mail::forwarded::{Forwarded, NotFound, Original};
use crate::mail::{EmailAddress, InboundMail, Mailbox, language};

/// Whether it forwards a mail, and is no answer to a mail to her: then the ticket that its subject or its references
/// name is where the forwarded mail belongs, not what she answers.
pub(super) fn forwards(view: &View<'_>, agent: &AgentPolicy) -> bool {
    passed_on(view).is_some() && !proof::holds_any_token(view, agent)
}

fn passed_on<'a>(view: &View<'a>) -> Option<&'a Forwarded> {
    view.arrival.forwarded.and_then(|found| found.as_ref().ok())
}

/// `None` when it is a mail like anybody's. `related` is the ticket that a forwarded mail refers to.
pub(super) fn decide(view: &View<'_>, agent: &AgentPolicy, related: Option<&Candidate>) -> Option<Decision> {
    let forwarded = passed_on(view);
    let above = forwarded.map_or(view.mail.reply.as_str(), |forwarded| forwarded.above.as_str());
    let read = CommandBlock::read(above);
    let has_commands = read.as_ref().map_or(true, |block| !block.commands.is_empty());
    if forwarded.is_none() && !has_commands {
        return untold(view, agent);
    }
    let lacks = proof::lacks_in_new_mail(view);
    if !lacks.is_empty() {
        return Some(hold::decide(view, agent, None, lacks));
    }
    let place = if forwarded.is_some() {
        Place::Opening
    } else {
        Place::NewMail
    };
    let asked = read.and_then(|block| {
        let asked = commands::read(view, agent, place, (&block, Answer::Written))?;
        Ok((block.rest, asked))
    });
    Some(match asked {
        Err(error) => work::refused(view, agent, None, error),
        Ok((rest, asked)) => match customer(view, &asked, forwarded) {
            Some(Customer { mailbox, original }) => match (original, related) {
                (Some(original), Some(related)) if joins(view, related, &mailbox.address) => {
                    add(view, agent, (related, original), (rest, asked))
                }
                _ => open(view, agent, (Customer { mailbox, original }, related), (rest, asked)),
            },
            None if forwarded.is_some() || asked.requester.is_some() => {
                only_receipt(view, agent, None, None, Receipt::CustomerIsOurs)
            }
            None => answer_questions(view, agent, &asked)?,
        },
    })
}

/// A mail that looks forwarded and does not say by whom the original was: it is hers, and she hears why.
fn untold(view: &View<'_>, agent: &AgentPolicy) -> Option<Decision> {
    let reason = match view.arrival.forwarded? {
        Err(reason) if *reason != NotFound::NoForward && *reason != NotFound::Answer => *reason,
        _ => return None,
    };
    // A forger would have her mailed.
    if is_doubted(view) {
        return None;
    }
    let mut decision = person::decide(view);
    decision.effects.mails.push(receipt(
        view,
        agent,
        "it looks forwarded, and the customer can't be told",
        Receipt::NotForwarded(reason),
    ));
    Some(decision)
}

fn answer_questions(view: &View<'_>, agent: &AgentPolicy, asked: &Asked) -> Option<Decision> {
    let (first, others) = asked.receipts.split_first()?;
    let told = others
        .iter()
        .map(|asked| receipt(view, agent, "an agent asked", asked.clone()));
    Some(only_receipt(view, agent, None, None, first.clone()).sending(told))
}

/// For whom a ticket is opened, and their mail.
struct Customer<'a> {
    mailbox: Mailbox,
    original: Option<&'a Original>,
}

fn customer<'a>(view: &View<'_>, asked: &Asked, forwarded: Option<&'a Forwarded>) -> Option<Customer<'a>> {
    let original = forwarded.map(|forwarded| &forwarded.original);
    let named = asked.requester.clone();
    let mailbox = named.or_else(|| original.map(|original| original.from.clone()))?;
    // Our own addresses and colleagues are no customers.
    let is_ours = view.policy.is_own_address(&mailbox.address) || view.policy.agent(&mailbox.address).is_some();
    (!is_ours).then_some(Customer { mailbox, original })
}

/// Whether a mail of theirs belongs on that ticket, rather than into a new one that follows it up.
fn joins(view: &View<'_>, candidate: &Candidate, address: &EmailAddress) -> bool {
    let ticket = &candidate.ticket;
    let stands = match ticket.status {
        TicketStatus::Closed => false,
        TicketStatus::Solved => person::reopens(view, ticket),
        TicketStatus::New | TicketStatus::Open | TicketStatus::Pending | TicketStatus::OnHold => true,
    };
    let mut people = candidate.participants.iter();
    stands && people.any(|person| person.role.takes_part() && person.address == *address)
}

/// The customer wrote to her instead of to the desk: the mail joins the ticket it belongs to.
fn add(
    view: &View<'_>,
    agent: &AgentPolicy,
    (candidate, original): (&Candidate, &Original),
    (rest, asked): (String, Asked),
) -> Decision {
    let ticket = &candidate.ticket;
    let note = rest.trim().to_owned();
    let reopened = matches!(
        ticket.status,
        TicketStatus::Pending | TicketStatus::OnHold | TicketStatus::Solved
    );
    let status = (reopened && !asked.sets_status()).then_some(Edit::Status(TicketStatus::Open));
    let at = notification::standpoint(ticket);
    let mut mails = notification::to_audience(view, at, &Cause::CustomerReplied);
    mails.extend(
        asked
            .receipts
            .iter()
            .map(|asked| receipt(view, agent, "an agent asked", asked.clone())),
    );
    let appended = view.event(EventKind::Appended, "forwarded by an agent");
    let work = AgentWork {
        edits: asked.edits.into_iter().chain(status).collect(),
        passed_on: Some(PassedOn {
            original: original.clone(),
            message: written::passed_on(view, agent, ticket.number, original),
        }),
        message: (!note.is_empty()).then(|| AgentMessage {
            message: written::message(view, agent, &MessageForm::Note, (ticket.number, note), &[]),
            form: MessageForm::Note,
            html: None,
            is_interleaved: false,
            enclosed: vec![],
        }),
        events: std::iter::once(appended).chain(asked.events).collect(),
        ..written::work(view, agent, ticket.number)
    };
    let change = TicketChange::Work(Box::new(work));
    view.decision(IntakeState::Appended, ThreadMatch::Append, change)
        .sending(mails)
}

fn open(
    view: &View<'_>,
    agent: &AgentPolicy,
    (customer, related): (Customer<'_>, Option<&Candidate>),
    (rest, asked): (String, Asked),
) -> Decision {
    let queue = asked.queue().unwrap_or(&view.arrival.inbox.queue).clone();
    let assignee = asked.assignee().cloned();
    let assignee = assignee.unwrap_or_else(|| person::assignee(view, &queue));
    let confirmation = confirmation::plan_for(view, &customer.mailbox);
    let at = Standpoint {
        queue: &queue,
        assignee: assignee.as_ref(),
    };
    let not_confirmed = confirmation.why_not();
    let mut mails: Vec<PlannedMail> = notification::to_audience(
        view,
        at,
        &Cause::NewTicket {
            not_confirmed: not_confirmed.clone(),
        },
    );
    let opened = Receipt::Opened {
        customer: customer.mailbox.address.clone(),
        not_confirmed,
    };
    mails.push(receipt(view, agent, "she opened a ticket", opened));
    mails.extend(
        asked
            .receipts
            .iter()
            .map(|asked| receipt(view, agent, "an agent asked", asked.clone())),
    );
    let events: Vec<TicketEvent> = asked.events.into_iter().chain(confirmation.event).collect();
    let language = language(view, &customer);
    let note = rest.trim();
    let new = NewTicket {
        number: view.arrival.fresh.number,
        key: view.arrival.fresh.key,
        subject: subject(view, customer.original),
        requester: Some(customer.mailbox.address.clone()),
        requester_name: customer.mailbox.name.clone(),
        queue,
        inbox: view.arrival.inbox.name.clone(),
        priority: Priority::Normal,
        tags: vec![],
        language: language.clone().unwrap_or_else(|| view.language_of(None)),
        linked_to: related.map(|candidate| candidate.ticket.number),
        participants: vec![],
        assignee,
        opening: Opening::OnBehalf {
            agent: agent.address.clone(),
            original: customer.original.cloned().map(Box::new),
            note: note.to_owned(),
            edits: asked.edits,
        },
        messages: opening_messages(view, agent, customer.original, note),
        events,
    };
    let guided = confirmation.mail.as_ref().is_some_and(|mail| mail.guidance);
    let change = TicketChange::Open(Box::new(new));
    let mut decision = view.decision(IntakeState::Ticket, ThreadMatch::New, change);
    decision.effects.contact = Some(remembered(&customer.mailbox, language, guided));
    decision.effects.troubles.extend(confirmation.limit.map(Trouble::limit));
    decision.sending(confirmation.mail.into_iter().chain(mails))
}

/// The customer's mail, and what the agent adds; of a phone call there is a note at least.
fn opening_messages(view: &View<'_>, agent: &AgentPolicy, original: Option<&Original>, note: &str) -> Vec<NewMessage> {
    let number = view.arrival.fresh.number;
    let original = original.map(|original| NewMessage {
        marks: view.marks(),
        ..written::passed_on(view, agent, number, original)
    });
    let is_noted = !note.is_empty() || original.is_none();
    let note = is_noted.then(|| written::note(view, agent, number, note));
    original.into_iter().chain(note).collect()
}

fn remembered(customer: &Mailbox, language: Option<String>, guided: bool) -> ContactChange {
    ContactChange {
        address: customer.address.clone(),
        name: Some(customer.name.clone()).filter(|name| !name.is_empty()),
        language,
        has_answered: false,
        guided,
    }
}

fn subject(view: &View<'_>, original: Option<&Original>) -> String {
    let given = original
        .map(|original| original.subject.as_str())
        .filter(|subject| !subject.is_empty());
    view.subject_of(given.unwrap_or(&view.mail.subject))
}

/// What the customer writes in; an agent's words about a phone call say nothing of it.
fn language(view: &View<'_>, customer: &Customer<'_>) -> Option<String> {
    let written = customer.original.and_then(|original| language::detect(&original.text));
    written.map(|written| view.language_of(Some(&written)))
}

/// The customer whose contact the store is asked for, before the decision: whom the agent names or whose mail she
/// forwards.
pub fn named_customer(mail: &InboundMail, forwarded: Option<&Forwarded>) -> Option<EmailAddress> {
    let above = forwarded.map_or(mail.reply.as_str(), |forwarded| forwarded.above.as_str());
    let block = CommandBlock::read(above).unwrap_or_default();
    let named = block.commands.into_iter().find_map(|written| match written.command {
        AgentCommand::Requester(mailbox) => Some(mailbox.address),
        _ => None,
    });
    named.or_else(|| forwarded.map(|forwarded| forwarded.original.from.address.clone()))
}
