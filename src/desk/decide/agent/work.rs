//! An agent's mail about a ticket, believed: her commands, her answer, her note.

mod body;

use super::super::notification;
use super::commands::{self, Asked};
use super::{View, hold, only_receipt, receipt};
use crate::desk::audience::Standpoint;
use crate::desk::command::{CommandBlock, CommandError, Place};
use crate::desk::contact::Role;
use crate::desk::decision::{
    AgentMessage, AgentWork, Cause, Decision, Edit, IntakeState, MailContent, MailKind, MessageForm, PlannedMail,
    Receipt, ThreadMatch, TicketChange,
};
use crate::desk::event::EventKind;
use crate::desk::held::HeldReason;
use crate::desk::known::{Candidate, ForeignTexts};
use crate::desk::policy::{AgentPolicy, AnswerNotices};
use crate::desk::ticket::TicketStatus;
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
        Ok(form) => form.map(|form| body.message(form)),
        Err(receipt) => return told(receipt),
    };
    if message
        .as_ref()
        .is_some_and(|message| body.is_too_large(message.form.copies()))
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
    let recent = candidate
        .last_action
        .filter(|action| view.arrival.now.duration_since(action.at) <= UNDO_WITHIN);
    let Some(action) = recent else {
        return only_receipt(view, agent, Some(ticket), None, Receipt::NothingToUndo);
    };
    let change = TicketChange::Undo {
        ticket,
        action: action.id,
        events: vec![view.event(EventKind::Undone, "")],
    };
    Decision {
        mails: vec![receipt(view, agent, "an agent asked", Receipt::Undone)],
        ..view.decision(IntakeState::Command, ThreadMatch::Append, change)
    }
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
    let is_again = hers.any(|answer| answer.text.trim() == message.text.trim() && is_recent(answer.at));
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
    let mut mails = sent(candidate, &asked, form);
    mails.extend(told_colleagues(view, agent, candidate, &asked, form));
    mails.extend(
        asked
            .receipts
            .iter()
            .map(|asked| receipt(view, agent, "an agent asked", asked.clone())),
    );
    let (state, mut events) = match form {
        Some(MessageForm::Answer { .. }) => (IntakeState::Appended, vec![view.event(EventKind::Answered, "")]),
        Some(MessageForm::Forward { to }) => (
            IntakeState::Appended,
            vec![view.event(EventKind::Forwarded, to.to_string())],
        ),
        Some(MessageForm::Note | MessageForm::SentAround) => {
            (IntakeState::Note, vec![view.event(EventKind::Noted, "")])
        }
        None => (IntakeState::Command, vec![]),
    };
    let mut edits = asked.edits.clone();
    if matches!(form, Some(MessageForm::Answer { .. })) && !asked.sets_status() {
        edits.push(Edit::Status(TicketStatus::Pending));
    }
    // A ticket that went into another is not changed any more.
    edits.sort_by_key(|edit| matches!(edit, Edit::Merge(_)));
    events.extend(asked.events);
    let confirms = asked.confirm && !candidate.is_confirmed;
    events.extend(confirms.then(|| view.event(EventKind::Confirmed, "")));
    let work = AgentWork {
        ticket: candidate.ticket.number,
        agent: agent.address.clone(),
        edits,
        passed_on: None,
        message,
        events,
    };
    let matched = ThreadMatch::Append;
    Decision {
        mails,
        ..view.decision(state, matched, TicketChange::Work(work))
    }
}

/// The mails that leave the desk.
fn sent(candidate: &Candidate, asked: &Asked, form: Option<&MessageForm>) -> Vec<PlannedMail> {
    let plan = |kind, to: &EmailAddress, why: &str| PlannedMail {
        kind,
        to: to.clone(),
        sent: true,
        why: why.to_owned(),
        guidance: false,
        content: MailContent::OfItsKind,
    };
    let requester = candidate.ticket.requester.as_ref();
    let confirmed = requester.filter(|requester| asked.confirm && requester.as_str().is_ascii());
    let confirmation = |to| match candidate.is_confirmed {
        false => plan(MailKind::Confirmation, to, "an agent asked for it"),
        true => PlannedMail {
            sent: false,
            ..plan(MailKind::Confirmation, to, "it went out before")
        },
    };
    let mut mails: Vec<PlannedMail> = confirmed.map(confirmation).into_iter().collect();
    match form {
        Some(MessageForm::Answer { to }) => {
            mails.extend(to.iter().map(|to| plan(MailKind::Answer, to, "an agent answered")));
        }
        Some(MessageForm::Forward { to }) => mails.push(plan(MailKind::Forward, to, "an agent passed it on")),
        Some(MessageForm::Note | MessageForm::SentAround) | None => {}
    }
    mails
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
