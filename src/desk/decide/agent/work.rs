//! An agent's mail about a ticket, believed: her commands, her answer, her note.

mod body;

use super::super::{confirmation, notification};
use super::commands::{self, Asked};
use super::{View, hold, only_receipt, receipt, written};
use crate::desk::audience::Standpoint;
use crate::desk::command::{CommandBlock, CommandError, Place};
use crate::desk::contact::Role;
use crate::desk::decision::{
    AgentMessage, AgentWork, Cause, Decision, Edit, IntakeState, MailContent, MailKind, MessageForm, PlannedMail,
    Receipt, ThreadMatch, TicketChange,
};
use crate::desk::event::EventKind;
use crate::desk::held::HeldReason;
use crate::desk::journal::LastAction;
use crate::desk::known::{Candidate, ForeignTexts};
use crate::desk::policy::{AgentPolicy, AnswerNotices};
use crate::desk::ticket::TicketStatus;
use crate::desk::trouble::Trouble;
use crate::mail::EmailAddress;
use crate::mail::outbound::MOST_RECIPIENTS;
use body::Body;
use jiff::SignedDuration;

/// An answer is taken for a repetition of the same one so long.
const REPEATED_WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// How many people get one answer; whoever joined later than so many others gets none.
const MOST_ANSWERED: usize = MOST_RECIPIENTS;
/// For how long what an agent's mail changed can be taken back.
const UNDO_WITHIN: SignedDuration = SignedDuration::from_mins(10);

pub(super) fn decide(view: &View<'_>, agent: &AgentPolicy, candidate: &Candidate) -> Decision {
    let place = Place::Ticket(candidate.ticket.number);
    let read = CommandBlock::read(&view.mail.reply).and_then(|block| {
        let body = Body::of(view, agent, &block);
        let asked = commands::read(view, agent, place, (&block, body.says()))?;
        Ok((body, asked))
    });
    let (body, asked) = match read {
        Ok(read) => read,
        Err(error) => return refused(view, agent, Some(candidate), error),
    };
    if asked.undo {
        return undo(view, agent, candidate);
    }
    let told = |receipt| only_receipt(view, agent, Some(candidate.ticket.number), None, receipt);
    let message = match form(view, agent, candidate, &asked, &body) {
        Ok(form) => form.map(|form| body.message(agent, candidate.ticket.number, form)),
        Err(receipt) => return told(receipt),
    };
    if message
        .as_ref()
        .is_some_and(|message| body.is_too_large(message.form.recipients().len()))
    {
        return told(Receipt::TooLarge);
    }
    let doubts = message.as_ref().map(|message| doubts(view, agent, candidate, message));
    match doubts.filter(|doubts| !doubts.is_empty()) {
        Some(doubts) => hold::decide(view, agent, Some(candidate), doubts),
        None => done(view, agent, candidate, asked, message),
    }
}

/// The mail is stopped as a whole: nothing is changed and nothing sent.
pub(super) fn refused(
    view: &View<'_>,
    agent: &AgentPolicy,
    candidate: Option<&Candidate>,
    error: CommandError,
) -> Decision {
    let ticket = candidate.map(|candidate| candidate.ticket.number);
    let recorded = (EventKind::CommandRefused, error.line.text.clone());
    only_receipt(view, agent, ticket, Some(recorded), Receipt::Refused(error))
}

fn undo(view: &View<'_>, agent: &AgentPolicy, candidate: &Candidate) -> Decision {
    let ticket = candidate.ticket.number;
    let action = candidate.last_action.clone();
    let is_recent = |action: &LastAction| view.arrival.now.duration_since(action.at) <= UNDO_WITHIN;
    let Some(action) = action.filter(is_recent) else {
        return only_receipt(view, agent, Some(ticket), None, Receipt::NothingToUndo);
    };
    let change = TicketChange::Undo {
        ticket,
        action,
        events: vec![view.event(EventKind::Undone, "")],
    };
    view.decision(IntakeState::Command, ThreadMatch::Append, change)
        .sending([receipt(view, agent, "an agent asked", Receipt::Undone)])
}

/// What is done with the text; `None` when there is nothing to do with it.
fn form(
    view: &View<'_>,
    agent: &AgentPolicy,
    candidate: &Candidate,
    asked: &Asked,
    body: &Body<'_>,
) -> Result<Option<MessageForm>, Receipt> {
    if let Some(to) = &asked.forward {
        let is_reachable = to.as_str().is_ascii() && !view.policy.is_own_address(to);
        if !is_reachable {
            return Err(Receipt::NobodyToAnswer);
        }
        return Ok(Some(MessageForm::Forward { to: to.clone() }));
    }
    if body.is_empty() {
        // She believes that she has answered.
        return if asked.is_empty() {
            Err(Receipt::NothingToSend)
        } else {
            Ok(None)
        };
    }
    if asked.note {
        return Ok(Some(MessageForm::Note));
    }
    let to = recipients(view, agent, candidate, asked);
    if to.is_empty() {
        return Err(Receipt::NobodyToAnswer);
    }
    Ok(Some(MessageForm::Answer { to }))
}

/// The requester first, then those who take part, or do from now on.
fn recipients(view: &View<'_>, agent: &AgentPolicy, candidate: &Candidate, asked: &Asked) -> Vec<EmailAddress> {
    let of = |role: Role| {
        let people = candidate.participants.iter().filter(move |person| person.role == role);
        people.map(|person| &person.address)
    };
    let mut to: Vec<EmailAddress> = vec![];
    for address in of(Role::Requester).chain(of(Role::Participant)).chain(asked.added()) {
        // A colleague may be a customer of the desk, too.
        let is_ours = view.policy.is_own_address(address) || agent.writes_from(address);
        let fits = to.len() < MOST_ANSWERED && address.as_str().is_ascii();
        if !is_ours && fits && !to.contains(address) {
            to.push(address.clone());
        }
    }
    to
}

/// What speaks against sending an answer without asking her once more.
fn doubts(view: &View<'_>, agent: &AgentPolicy, candidate: &Candidate, message: &AgentMessage) -> Vec<HeldReason> {
    let reasons: Vec<HeldReason> = match message.form {
        MessageForm::Answer { .. } => body::leak(view, agent, message)
            .into_iter()
            .chain(foreign(candidate, message))
            .chain(repeated(view, agent, candidate, message))
            .chain(collision(view, agent, candidate))
            .collect(),
        MessageForm::Forward { .. } => body::leak(view, agent, message).into_iter().collect(),
        MessageForm::Note | MessageForm::SentAround => vec![],
    };
    view.arrival.consent.unheard(reasons)
}

/// What she quotes may be a stranger's or a forger's text, which must not reach whoever opened the ticket.
fn foreign(candidate: &Candidate, message: &AgentMessage) -> Option<HeldReason> {
    let is_doubtful = message.is_interleaved && candidate.foreign_texts == ForeignTexts::Some;
    is_doubtful.then_some(HeldReason::ForeignText)
}

/// The very answer she gave last: a program that answers for her and doesn't say so would do that again and again.
fn repeated(view: &View<'_>, agent: &AgentPolicy, candidate: &Candidate, message: &AgentMessage) -> Option<HeldReason> {
    let mut hers = candidate.answers.iter().filter(|answer| answer.by == agent.address);
    let is_recent = |at: jiff::Timestamp| view.arrival.now.duration_since(at) <= REPEATED_WITHIN;
    let is_again = hers.any(|answer| answer.text.trim() == message.text().trim() && is_recent(answer.at));
    is_again.then_some(HeldReason::Replay)
}

/// A colleague's answer that came after the mail she answers.
fn collision(view: &View<'_>, agent: &AgentPolicy, candidate: &Candidate) -> Option<HeldReason> {
    let of_ticket = super::proof::her_ids(view, agent).filter(|id| candidate.keys.contains(&id.key));
    let seen = of_ticket.filter_map(|id| id.written_at()).next()?;
    // The id tells milliseconds, so an answer at the very moment of the mail that tells of it is none that came later.
    let later = |at: jiff::Timestamp| at.as_millisecond() > seen.as_millisecond();
    let newest = candidate
        .answers
        .iter()
        .filter(|answer| answer.by != agent.address && later(answer.at))
        .max_by_key(|answer| answer.at)?;
    Some(HeldReason::Collision {
        by: newest.by.clone(),
        at: newest.at,
        text: newest.text.clone(),
    })
}

fn done(
    view: &View<'_>,
    agent: &AgentPolicy,
    candidate: &Candidate,
    asked: Asked,
    message: Option<AgentMessage>,
) -> Decision {
    let form = message.as_ref().map(|message| &message.form);
    let confirmation = asked.confirm.then(|| confirmation::plan_asked(view, candidate));
    let confirmation = confirmation.unwrap_or_default();
    let told = asked
        .receipts
        .iter()
        .map(|asked| receipt(view, agent, "an agent asked", asked.clone()));
    let mails: Vec<PlannedMail> = confirmation
        .mail
        .into_iter()
        .chain(sent(form))
        .chain(told_colleagues(view, agent, candidate, &asked, form))
        .chain(told)
        .collect();
    let (state, done) = match form {
        Some(MessageForm::Answer { .. }) => (IntakeState::Appended, Some(view.event(EventKind::Answered, ""))),
        Some(MessageForm::Forward { to }) => (
            IntakeState::Appended,
            Some(view.event(EventKind::Forwarded, to.to_string())),
        ),
        Some(MessageForm::Note | MessageForm::SentAround) => {
            (IntakeState::Note, Some(view.event(EventKind::Noted, "")))
        }
        None => (IntakeState::Command, None),
    };
    let answered = matches!(form, Some(MessageForm::Answer { .. })) && !asked.sets_status();
    let pending = answered.then_some(Edit::Status(TicketStatus::Pending));
    let mut edits: Vec<Edit> = asked.edits.into_iter().chain(pending).collect();
    // A ticket that went into another is not changed any more.
    edits.sort_by_key(|edit| matches!(edit, Edit::Merge(_)));
    let events = done.into_iter().chain(asked.events).chain(confirmation.event);
    let work = AgentWork {
        edits,
        events: events.collect(),
        message,
        ..written::work(view, agent, candidate.ticket.number)
    };
    let change = TicketChange::Work(Box::new(work));
    let mut decision = view.decision(state, ThreadMatch::Append, change).sending(mails);
    decision.effects.troubles.extend(confirmation.limit.map(Trouble::limit));
    decision
}

/// The mails that leave the desk with her text.
fn sent(form: Option<&MessageForm>) -> Vec<PlannedMail> {
    let (kind, why) = match form {
        Some(MessageForm::Answer { .. }) => (MailKind::Answer, "an agent answered"),
        Some(MessageForm::Forward { .. }) => (MailKind::Forward, "an agent passed it on"),
        Some(MessageForm::Note | MessageForm::SentAround) | None => return vec![],
    };
    let plan = |to: &EmailAddress| PlannedMail {
        kind,
        to: to.clone(),
        sent: true,
        why: why.to_owned(),
        guidance: false,
        content: MailContent::OfItsKind,
    };
    form.map(MessageForm::recipients)
        .unwrap_or_default()
        .iter()
        .map(plan)
        .collect()
}

/// Colleagues hear of what is given to them, and of an answer when `notify_answers` says so.
fn told_colleagues(
    view: &View<'_>,
    agent: &AgentPolicy,
    candidate: &Candidate,
    asked: &Asked,
    form: Option<&MessageForm>,
) -> Vec<PlannedMail> {
    let ticket = &candidate.ticket;
    let mut told: Vec<PlannedMail> = vec![];
    for edit in &asked.edits {
        match edit {
            Edit::Assignee(Some(assignee)) if ticket.assignee.as_ref() != Some(assignee) => {
                let cause = Cause::Assigned {
                    by: Some(agent.address.clone()),
                };
                let assignee = view.policy.agent(assignee);
                told.extend(assignee.and_then(|assignee| notification::to_agent(view, assignee, cause)));
            }
            Edit::Queue(queue) if *queue != ticket.queue => {
                let at = Standpoint {
                    queue,
                    assignee: ticket.assignee.as_ref(),
                };
                let by = agent.address.clone();
                told.extend(notification::to_audience(view, at, &Cause::Moved { by }));
            }
            _ => {}
        }
    }
    let answered = matches!(form, Some(MessageForm::Answer { .. }));
    if answered && view.policy.answers.notices == AnswerNotices::Colleagues {
        let name = agent.name.clone();
        let at = notification::standpoint(ticket);
        told.extend(notification::to_audience(view, at, &Cause::ColleagueAnswered { name }));
    }
    // One mail an agent is enough: the first says the most.
    let mut once: Vec<PlannedMail> = vec![];
    for mail in told {
        if once.iter().all(|known| known.to != mail.to) {
            once.push(mail);
        }
    }
    once
}
