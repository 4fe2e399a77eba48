//! Bounces, delays and complaints: noted on the mail of ours that they prove to be about.

use super::View;
use crate::desk::decision::{Decision, IntakeState, ThreadMatch, TicketChange};
use crate::desk::event::{EventKind, TicketEvent};
use crate::desk::known::Candidate;
use crate::desk::report::{Consequence, Reported, ReportedMail};
use crate::desk::token::{AddressToken, Purpose};
use crate::mail::delivery_report::{Action, RecipientReport};
use crate::mail::{EmailAddress, MailClass, MessageId};

/// How many recipients of one mail a report is noted for.
const MOST_RECIPIENTS: usize = 50;

/// Recorded on the ticket whose token it carries; without one it changes nothing.
pub(super) fn report(view: &View<'_>) -> Decision {
    let Some((candidate, proof)) = proof(view) else {
        return view.decision(IntakeState::Bounce, ThreadMatch::None, TicketChange::None);
    };
    let reported = reported(view, candidate, &proof);
    let change = TicketChange::Record {
        ticket: candidate.ticket.number,
        events: events(view, &reported),
    };
    Decision {
        reported,
        ..view.decision(IntakeState::Bounce, ThreadMatch::None, change)
    }
}

/// What shows that the report is about a mail of ours.
enum Proof<'a> {
    /// It came to the return address of one mail.
    ReturnAddress(AddressToken),
    /// It returns a mail whose Message-ID we signed.
    MessageId(&'a MessageId),
}

fn proof<'a>(view: &View<'a>) -> Option<(&'a Candidate, Proof<'a>)> {
    let mut tokens = view.clues.tokens.iter();
    let token = tokens.find(|token| token.purpose == Purpose::Bounce);
    let signed = || {
        let reference = view.clues.reported.as_ref()?;
        Some((reference.signed?.key, Proof::MessageId(&reference.id)))
    };
    let (key, proof) = token
        .map(|token| (token.key, Proof::ReturnAddress(*token)))
        .or_else(signed)?;
    let candidate = view
        .known
        .candidates
        .iter()
        .find(|candidate| candidate.keys.contains(&key))?;
    Some((candidate, proof))
}

fn reported(view: &View<'_>, candidate: &Candidate, proof: &Proof<'_>) -> Vec<Reported> {
    let recipients = view
        .mail
        .delivery_report
        .as_ref()
        .map(|report| report.recipients.as_slice());
    let recipients = recipients.unwrap_or_default();
    let about = |mail, recipient: Option<&RecipientReport>| Reported {
        mail,
        text: text(view, recipient),
        is_failure: is_failure(view, recipient),
        consequence: consequence(view, recipient),
    };
    match proof {
        // A return address belongs to one recipient; the report may know them by the address they forward to.
        Proof::ReturnAddress(token) => {
            let worst = recipients
                .iter()
                .find(|r| r.action == Action::Failed)
                .or(recipients.first());
            let mail = ReportedMail::Serial {
                ticket: candidate.ticket.number,
                serial: u32::from_be_bytes(token.reference.0),
            };
            vec![about(mail, worst)]
        }
        Proof::MessageId(id) => {
            let mail = |recipient| ReportedMail::Id {
                message_id: (*id).clone(),
                recipient,
            };
            match recipients {
                [] => vec![about(mail(None), None)],
                several => several
                    .iter()
                    .take(MOST_RECIPIENTS)
                    .map(|r| about(mail(EmailAddress::parse(&r.address)), Some(r)))
                    .collect(),
            }
        }
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

fn events(view: &View<'_>, reported: &[Reported]) -> Vec<TicketEvent> {
    let event = |reported: &Reported| view.event(EventKind::DeliveryReported, reported.text.clone());
    reported.iter().map(event).collect()
}
