//! Which agents hear of what a mail did.

use super::View;
use super::doubt::is_doubted;
use crate::desk::arrival::Replies;
use crate::desk::audience::Standpoint;
use crate::desk::decision::{Cause, MailContent, MailKind, PlannedMail};
use crate::desk::policy::AgentPolicy;
use crate::desk::ticket::Ticket;

/// One mail to each agent who hears of the ticket; nobody hears of her own action.
pub(super) fn to_audience(view: &View<'_>, ticket: Standpoint<'_>, cause: &Cause) -> Vec<PlannedMail> {
    let audience = view.policy.audience(ticket).into_iter();
    audience
        .filter_map(|agent| to_agent(view, agent, cause.clone()))
        .collect()
}

/// The same, and also to the agent whose address the mail bears: nothing proves that it is hers.
pub(super) fn to_whole_audience(view: &View<'_>, ticket: Standpoint<'_>, cause: &Cause) -> Vec<PlannedMail> {
    let audience = view.policy.audience(ticket).into_iter();
    audience
        .filter_map(|agent| planned(view, agent, cause.clone()))
        .collect()
}

/// One mail to an agent; `None` when the mail is her own, or nothing is sent because of it.
pub(super) fn to_agent(view: &View<'_>, agent: &AgentPolicy, cause: Cause) -> Option<PlannedMail> {
    // Of what only bears her address she must hear.
    let is_hers = view.agent.is_some_and(|writer| writer.address == agent.address) && !is_doubted(view);
    planned(view, agent, cause).filter(|_| !is_hers)
}

fn planned(view: &View<'_>, agent: &AgentPolicy, cause: Cause) -> Option<PlannedMail> {
    let allowed = view.arrival.replies == Replies::Allowed;
    allowed.then(|| PlannedMail {
        kind: MailKind::Notification,
        to: agent.address.clone(),
        sent: true,
        why: cause.as_str().to_owned(),
        guidance: false,
        content: MailContent::Notification(cause),
    })
}

/// Where a ticket stands among the agents.
pub(super) fn standpoint(ticket: &Ticket) -> Standpoint<'_> {
    Standpoint {
        queue: &ticket.queue,
        assignee: ticket.assignee.as_ref(),
    }
}
