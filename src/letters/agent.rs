//! Mails to one agent, at her address in the config.

use super::Writing;
use super::sheet::{Reader, ReplyTo, Sheet, Thread, tokened};
use crate::desk::TicketKey;
use crate::desk::policy::{AgentPolicy, InboxPolicy, Policy};
use crate::desk::token::{Purpose, timed_nonce};
use crate::mail::outbound::AutoSubmitted;
use crate::mail::{EmailAddress, Mailbox, MessageId};
use anyhow::Context;

/// A mail to an agent, before it has words.
pub(super) struct AgentLetter<'a> {
    pub(super) agent: &'a AgentPolicy,
    /// The inbox it goes out from.
    pub(super) inbox: &'a InboxPolicy,
    /// What its tokens name: a ticket's key, or that of a held mail; `None`: it is about neither.
    pub(super) key: Option<TicketKey>,
    pub(super) thread: Thread,
}

impl<'a> AgentLetter<'a> {
    /// Where her answers go; `None` where addresses carry no token.
    pub(super) fn reply_address(&self, policy: &Policy) -> Option<EmailAddress> {
        let keys = &policy.keys;
        let token = keys.address_token(Purpose::AgentReply, self.key?, keys.person(&self.agent.address));
        tokened(self.inbox, &token)
    }

    /// The mail's copy, written now; an answer to it carries a token for `purpose`.
    pub(super) fn sheet(&'a self, writing: &Writing<'_>, from: String, purpose: Purpose) -> Sheet<'a> {
        // Its id tells when it was written: by it an answer shows what its writer had seen.
        let nonce = timed_nonce(writing.now, (writing.draw)());
        Sheet {
            inbox: self.inbox,
            from,
            to: vec![Mailbox {
                name: self.agent.name.clone(),
                address: self.agent.address.clone(),
            }],
            cc: vec![],
            recipient: &self.agent.address,
            key: self.key.unwrap_or(TicketKey(nonce)),
            reader: Reader::Agent,
            reply_to: self.key.map_or(ReplyTo::Inbox, |_| ReplyTo::Token(purpose)),
            thread: &self.thread,
            auto_submitted: AutoSubmitted::AutoReplied,
            nonce,
            serial: (writing.draw)() as u32,
            now: writing.now,
        }
    }
}

impl<'a> Writing<'a> {
    /// The agent at that address in the config.
    pub(super) fn agent(&self, address: &EmailAddress) -> anyhow::Result<&'a AgentPolicy> {
        let agent = self.policy.agent(address);
        agent.context("the agent is not in the config any more")
    }

    /// A mail to the agent who wrote the mail that led to the effects, in answer to it.
    pub(super) fn to_writer(&self, address: &EmailAddress, key: Option<TicketKey>) -> anyhow::Result<AgentLetter<'a>> {
        let occasion = self.occasion.context("there is no mail that could be answered")?;
        let inbox = self.policy.inbox(occasion.inbox);
        Ok(AgentLetter {
            agent: self.agent(address)?,
            inbox: inbox.context("the inbox is not in the config any more")?,
            key,
            thread: Thread::answering(occasion.mail),
        })
    }
}

/// An id that all of an agent's mails on a ticket refer to, so that her client shows them as one conversation.
pub(super) fn root(policy: &Policy, agent: &AgentPolicy, inbox: &InboxPolicy, key: TicketKey) -> Option<MessageId> {
    let mark = policy.keys.person(&agent.address);
    policy.keys.agent_message_id(key, 0, mark, inbox.address.domain())
}
