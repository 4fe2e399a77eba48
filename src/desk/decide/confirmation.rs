//! Whether a new ticket is confirmed, and if not, why.

use super::View;
use crate::desk::arrival::Replies;
use crate::desk::decision::{MailContent, MailKind, PlannedMail};
use crate::desk::event::{EventKind, TicketEvent};
use crate::desk::known::{Allowance, Candidate};
use crate::desk::policy::{Confirmation, Guidance};
use crate::mail::{Alignment, InboundMail, Mailbox};

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

/// The confirmation that an agent asks for, of a ticket that has none.
pub(super) fn plan_asked(view: &View<'_>, candidate: &Candidate) -> Plan {
    let requester = candidate.ticket.requester.as_ref();
    let Some(to) = requester.filter(|requester| requester.as_str().is_ascii()) else {
        return Plan::default();
    };
    // What went to the address by other tickets is not asked for: an agent has seen to it that this one is wanted.
    let limit = limit_reached(view, Allowance::Left, candidate.automatic);
    let why = match (candidate.is_confirmed, limit) {
        (true, _) => "it went out before".to_owned(),
        (false, Some(key)) => format!("limits.{key} is reached"),
        (false, None) => "an agent asked for it".to_owned(),
    };
    let limit = limit.filter(|_| !candidate.is_confirmed);
    let event = match (candidate.is_confirmed, limit) {
        (true, _) => None,
        (false, Some(_)) => Some(view.event(EventKind::Limited, format!("not confirmed: {why}"))),
        (false, None) => Some(view.event(EventKind::Confirmed, "")),
    };
    let mail = PlannedMail {
        kind: MailKind::Confirmation,
        to: to.clone(),
        sent: !candidate.is_confirmed && limit.is_none(),
        why,
        guidance: false,
        content: MailContent::OfItsKind,
    };
    Plan {
        mail: Some(mail),
        event,
        limit,
    }
}

enum Obstacle {
    /// It must not be sent.
    Refused(String),
    /// A limit is reached.
    Limited(&'static str),
}

impl Plan {
    /// Why it is not sent; `None` when it is.
    pub(super) fn why_not(&self) -> Option<String> {
        let held_back = self.mail.as_ref().filter(|mail| !mail.sent);
        held_back.map(|mail| mail.why.clone())
    }
}

/// Who says that the requester's address is right.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Vouched {
    /// The mail itself, as far as it is aligned.
    ByItself,
    /// The agent who opens the ticket for them.
    ByAgent,
}

/// The confirmation of a ticket that an agent opens for somebody.
pub(super) fn plan_for(view: &View<'_>, requester: &Mailbox) -> Plan {
    plan_to(view, requester, Vouched::ByAgent)
}

pub(super) fn plan(view: &View<'_>) -> Plan {
    let Some(requester) = view.requester else {
        let event = view.event(EventKind::NotSent, "not confirmed: the mail names no sender");
        return Plan {
            event: Some(event),
            ..Plan::default()
        };
    };
    plan_to(view, requester, Vouched::ByItself)
}

fn plan_to(view: &View<'_>, requester: &Mailbox, vouched: Vouched) -> Plan {
    let planned = |sent, why: &str, guidance| PlannedMail {
        kind: MailKind::Confirmation,
        to: requester.address.clone(),
        sent,
        why: why.to_owned(),
        guidance,
        content: MailContent::OfItsKind,
    };
    match obstacle(view, requester, vouched) {
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

fn obstacle(view: &View<'_>, requester: &Mailbox, vouched: Vouched) -> Option<Obstacle> {
    let refused = |why: &str| Some(Obstacle::Refused(why.to_owned()));
    if view.policy.confirmation == Confirmation::Off {
        return refused("confirmation.enabled is false");
    }
    if view.arrival.replies == Replies::Suppressed {
        return refused("the mail was imported with --no-replies");
    }
    if !view.classification.may_auto_respond {
        return Some(Obstacle::Refused(wish(view.mail)));
    }
    if !requester.address.as_str().is_ascii() {
        return refused("the address is not in ASCII, and our mails are 7-bit only");
    }
    if view.alignment == Alignment::No && vouched == Vouched::ByItself {
        return Some(Obstacle::Refused(view.alignment_reason.clone()));
    }
    let contact = view.known.contact.as_ref();
    if let Some(status) = contact.and_then(|contact| contact.suppressed.as_deref()) {
        return Some(Obstacle::Refused(format!("its address does not take mail: {status}")));
    }
    if view.is_stale() {
        return refused("the mail is older than stale_after");
    }
    // A new ticket has had no automatic mail.
    let on_ticket = Allowance::of(0, view.policy.limits.per_ticket_per_day);
    limit_reached(view, view.known.to_address, on_ticket).map(Obstacle::Limited)
}

/// The key in `[limits]` that holds back an automatic mail, where that much is left to its address and on its ticket.
fn limit_reached(view: &View<'_>, to_address: Allowance, on_ticket: Allowance) -> Option<&'static str> {
    let limits = [
        (to_address, "auto_mails_per_address_per_day"),
        (on_ticket, "auto_mails_per_ticket_per_day"),
        (view.known.in_hour, "auto_mails_per_hour"),
    ];
    let mut spent = limits.into_iter().filter(|(left, _)| *left == Allowance::Spent);
    spent.next().map(|(_, key)| key)
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
