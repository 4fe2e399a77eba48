//! What an agent's mail says beside its commands.

use super::super::written;
use super::View;
use crate::desk::command::{Answer as Says, CommandBlock};
use crate::desk::decision::{AgentMessage, Enclosed, MessageForm, Shown};
use crate::desk::held::HeldReason;
use crate::desk::policy::AgentPolicy;
use crate::desk::ticket::TicketNumber;
use crate::mail::answer::{Answer, Leak, guard, is_no_answer};
use std::collections::BTreeSet;

/// Octets that one answer may take in all of its copies.
const MOST_OCTETS: u64 = 512 << 20;

/// Her text, and what of her attachments belongs to it.
pub(super) struct Body<'a> {
    view: &'a View<'a>,
    answer: Answer,
}

impl<'a> Body<'a> {
    pub(super) fn of(view: &'a View<'a>, agent: &AgentPolicy, block: &CommandBlock) -> Self {
        let lines: BTreeSet<usize> = block.commands.iter().map(|command| command.line.number).collect();
        Self {
            view,
            answer: Answer::of(view.mail, lines.len(), &agent.addresses()),
        }
    }

    /// Whether there is nothing to be sent: a greeting, a signature, what a phone adds.
    pub(super) fn is_empty(&self) -> bool {
        is_no_answer(&self.answer.text) && self.answer.enclosed.is_empty()
    }

    pub(super) fn says(&self) -> Says {
        if self.is_empty() { Says::None } else { Says::Written }
    }

    /// Whether it can't go out as a mail that the inbox itself would take whole, or is too much in so many copies.
    pub(super) fn is_too_large(&self, copies: usize) -> bool {
        let enclosed = self
            .answer
            .enclosed
            .iter()
            .filter_map(|enclosed| self.view.mail.attachments.get(enclosed.index));
        let octets: u64 = enclosed.map(|attachment| attachment.size).sum();
        // Base64 makes four octets of three, and a line end of every 76.
        let octets = octets / 3 * 4 / 76 * 78;
        copies > 0 && (octets > self.view.arrival.inbox.max_message || octets * copies as u64 > MOST_OCTETS)
    }

    pub(super) fn message(&self, agent: &AgentPolicy, ticket: TicketNumber, form: MessageForm) -> AgentMessage {
        let enclosed = self.answer.enclosed.iter().map(|enclosed| Enclosed {
            index: enclosed.index,
            shown: if enclosed.is_shown {
                Shown::Inline
            } else {
                Shown::Beside
            },
        });
        let enclosed: Vec<Enclosed> = enclosed.collect();
        let text = (ticket, self.answer.text.clone());
        AgentMessage {
            message: written::message(self.view, agent, &form, text, &enclosed),
            form,
            html: self.answer.html.clone(),
            is_interleaved: self.answer.is_interleaved,
            enclosed,
        }
    }
}

/// What in a message the customer must not see.
pub(super) fn leak(view: &View<'_>, agent: &AgentPolicy, message: &AgentMessage) -> Option<HeldReason> {
    let keys = &view.policy.keys;
    if encloses_our_mail(view, message) {
        return Some(HeldReason::AgentToken);
    }
    let is_token = |word: &str| keys.is_agent_token(word);
    let leak = guard(message.text(), message.html.as_deref(), &is_token, &agent.addresses())?;
    Some(match leak {
        Leak::WriteAboveLine => HeldReason::WriteAboveLine,
        Leak::AgentToken => HeldReason::AgentToken,
        Leak::InternalLine => HeldReason::InternalLine,
        Leak::AgentAddress => HeldReason::AgentAddress,
    })
}

/// Whether a mail of ours to an agent is attached, with her token in it.
fn encloses_our_mail(view: &View<'_>, message: &AgentMessage) -> bool {
    let enclosed = message
        .enclosed
        .iter()
        .filter_map(|enclosed| view.mail.attachments.get(enclosed.index));
    let attached = view.mail.returned_id.as_ref();
    let signed = attached.and_then(|id| view.policy.keys.verify_message_id(id));
    let is_mail = |media_type: &str| matches!(media_type, "message/rfc822" | "message/global");
    signed.is_some_and(|id| id.agent.is_some()) && enclosed.into_iter().any(|it| is_mail(&it.media_type))
}
