//! Whether a new ticket is confirmed, and if not, why.

use super::View;
use crate::desk::arrival::Replies;
use crate::desk::decision::{MailKind, PlannedMail};
use crate::desk::event::{EventKind, TicketEvent};
use crate::desk::policy::{Confirmation, Guidance};
use crate::mail::{Alignment, InboundMail};

/// What came of the question.
#[derive(Default)]
pub(super) struct Plan {
    /// The confirmation, sent or held back; `None` when there is nobody to send it to.
    pub mail: Option<PlannedMail>,
    /// What the ticket records of a confirmation that was held back.
    pub event: Option<TicketEvent>,
    /// The limit that held it back.
    pub limit: Option<&'static str>,
}

enum Obstacle {
    /// It must not be sent.
    Refused(String),
    /// A limit is reached.
    Limited(&'static str),
}

pub(super) fn plan(view: &View<'_>) -> Plan {
    let Some(requester) = view.requester else {
        let event = view.event(EventKind::NotSent, "not confirmed: the mail names no sender");
        return Plan {
            event: Some(event),
            ..Plan::default()
        };
    };
    let planned = |sent, why: &str, guidance| PlannedMail {
        kind: MailKind::Confirmation,
        to: requester.address.clone(),
        sent,
        why: why.to_owned(),
        guidance,
    };
    match obstacle(view) {
        None => {
            let mail = planned(true, "a person opened a ticket", wants_guidance(view));
            Plan {
                mail: Some(mail),
                ..Plan::default()
            }
        }
        Some(Obstacle::Refused(why)) => {
            let event = view.event(EventKind::NotSent, format!("not confirmed: {why}"));
            Plan {
                mail: Some(planned(false, &why, false)),
                event: Some(event),
                limit: None,
            }
        }
        Some(Obstacle::Limited(key)) => {
            let event = view.event(EventKind::Limited, format!("not confirmed: limits.{key} is reached"));
            let mail = planned(false, &format!("limits.{key} is reached"), false);
            Plan {
                mail: Some(mail),
                event: Some(event),
                limit: Some(key),
            }
        }
    }
}

fn obstacle(view: &View<'_>) -> Option<Obstacle> {
    let refused = |why: &str| Some(Obstacle::Refused(why.to_owned()));
    let limits = view.policy.limits;
    if view.policy.confirmation == Confirmation::Off {
        return refused("confirmation.enabled is false");
    }
    if view.arrival.replies == Replies::Suppressed {
        return refused("the mail was imported with --no-replies");
    }
    if !view.classification.may_auto_respond {
        return Some(Obstacle::Refused(wish(view.mail)));
    }
    if view
        .requester
        .is_some_and(|requester| !requester.address.as_str().is_ascii())
    {
        return refused("the address is not in ASCII, and our mails are 7-bit only");
    }
    if view.alignment == Alignment::No {
        return Some(Obstacle::Refused(view.alignment_reason.clone()));
    }
    let contact = view.known.contact.as_ref();
    if let Some(status) = contact.and_then(|contact| contact.suppressed.as_deref()) {
        return Some(Obstacle::Refused(format!("its address does not take mail: {status}")));
    }
    if view.is_stale() {
        return refused("the mail is older than stale_after");
    }
    if view.known.auto_mails_to_address >= limits.per_address_per_day {
        return Some(Obstacle::Limited("auto_mails_per_address_per_day"));
    }
    // A new ticket has had no automatic mail, so only a limit of 0 stops its confirmation.
    if limits.per_ticket_per_day == 0 {
        return Some(Obstacle::Limited("auto_mails_per_ticket_per_day"));
    }
    if view.known.auto_mails_in_hour >= limits.per_hour {
        return Some(Obstacle::Limited("auto_mails_per_hour"));
    }
    None
}

/// Why a person's mail asks not to be answered automatically.
fn wish(mail: &InboundMail) -> String {
    match mail.header("X-Auto-Response-Suppress").next() {
        Some(value) => format!("X-Auto-Response-Suppress: {value}"),
        None => "its return path is empty".to_owned(),
    }
}

fn wants_guidance(view: &View<'_>) -> bool {
    let contact = view.known.contact.as_ref();
    let needless = contact.is_some_and(|contact| contact.guided || contact.has_answered);
    matches!(view.policy.guidance, Guidance::Once { .. }) && !needless
}
