//! Bounces, delays and complaints: noted on the mail of ours that they prove to be about.

use super::{View, notification};
use crate::desk::decision::{Cause, Decision, DeliveryNote, IntakeState, PlannedMail, ThreadMatch, TicketChange};
use crate::desk::event::EventKind;
use crate::desk::known::{Candidate, ReportedRow};
use crate::desk::report::Consequence;
use crate::desk::token::Purpose;
use crate::desk::trouble::{Trouble, TroubleCause};
use crate::mail::MailClass;
use crate::mail::delivery_report::{Action, RecipientReport};

/// Recorded on the ticket whose token it carries; without one it changes nothing.
pub(super) fn report(view: &View<'_>) -> Decision {
    let Some(candidate) = proven(view) else {
        return view.decision(IntakeState::Bounce, ThreadMatch::None, TicketChange::None);
    };
    let reports = view.clues.reported(view.mail);
    let told = reports.iter().map(|(_, recipient)| text(view, *recipient));
    let change = TicketChange::Record {
        ticket: candidate.ticket.number,
        events: told.map(|text| view.event(EventKind::DeliveryReported, text)).collect(),
    };
    let mut decision = view.decision(IntakeState::Bounce, ThreadMatch::None, change);
    for ((_, recipient), row) in reports.iter().zip(&view.known.reported) {
        if let Some(row) = row {
            let consequence = consequence(view, *recipient);
            decision.effects.troubles.extend(trouble(row, &consequence));
            decision.effects.consequences.push((row.recipient.clone(), consequence));
            decision.effects.delivered.push(DeliveryNote {
                outbox: row.outbox,
                text: text(view, *recipient),
            });
            decision = decision.sending(told_agents(view, candidate, row, *recipient));
        }
    }
    decision
}

/// The ticket of the mail of ours that it proves to be about: it came to that mail's return address, or returns a mail
/// whose Message-ID we signed.
fn proven<'a>(view: &View<'a>) -> Option<&'a Candidate> {
    let token = view.clues.tokens.iter().find(|token| token.purpose == Purpose::Bounce);
    let signed = || view.clues.reported.as_ref()?.signed.map(|signed| signed.key);
    let key = token.map(|token| token.key).or_else(signed)?;
    let mut candidates = view.known.candidates.iter();
    candidates.find(|candidate| candidate.keys.contains(&key))
}

/// The agents hear of a mail to somebody outside of the desk that did not arrive.
fn told_agents(
    view: &View<'_>,
    candidate: &Candidate,
    row: &ReportedRow,
    recipient: Option<&RecipientReport>,
) -> Vec<PlannedMail> {
    if !is_failure(view, recipient) || !row.kind.leaves_the_desk() {
        return vec![];
    }
    let cause = Cause::NotDelivered {
        recipient: row.recipient.clone(),
        report: text(view, recipient),
    };
    notification::to_audience(view, notification::standpoint(&candidate.ticket), &cause)
}

/// A policy that refused it is about us, so the admin is told.
fn trouble(row: &ReportedRow, consequence: &Consequence) -> Option<Trouble> {
    match consequence {
        Consequence::TellAdmin(status) => Some(Trouble {
            cause: TroubleCause::MailRefused,
            inbox: Some(row.inbox.clone()),
            detail: status.clone(),
        }),
        Consequence::None | Consequence::Suppress(_) | Consequence::Passing(_) => None,
    }
}

/// What the mail shows as its delivery.
fn text(view: &View<'_>, recipient: Option<&RecipientReport>) -> String {
    let complaint = view
        .mail
        .feedback
        .as_ref()
        .map(|feedback| feedback.feedback_type.clone());
    let said = recipient.map(|recipient| {
        let words = [recipient.status.as_deref(), recipient.diagnostic.as_deref()];
        words.into_iter().flatten().collect::<Vec<_>>().join(" ")
    });
    let said = complaint
        .filter(|_| view.classification.class == MailClass::FeedbackReport)
        .or(said)
        .filter(|said| !said.is_empty())
        .unwrap_or_else(|| view.classification.reason.clone());
    let outcome = match (view.classification.class, recipient.map(|recipient| recipient.action)) {
        (MailClass::FeedbackReport, _) => "complained about",
        (MailClass::DeliveryDelay, _) | (_, Some(Action::Delayed)) => "delayed",
        (_, Some(Action::Delivered | Action::Relayed | Action::Expanded)) => "delivered",
        (_, Some(Action::Failed) | None) => "not delivered",
    };
    format!("{outcome}: {said}")
}

fn is_failure(view: &View<'_>, recipient: Option<&RecipientReport>) -> bool {
    let failed = recipient.is_none_or(|recipient| recipient.action == Action::Failed);
    view.classification.class == MailClass::Bounce && failed
}

fn consequence(view: &View<'_>, recipient: Option<&RecipientReport>) -> Consequence {
    let failed = recipient.filter(|recipient| recipient.action == Action::Failed);
    match view.classification.class {
        MailClass::Bounce => failed.map_or(Consequence::None, |r| Consequence::of_failure(r.status.as_deref())),
        _ => Consequence::None,
    }
}
