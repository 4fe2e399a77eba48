//! What the admin decided, as `decide` needs it: built from the config, which the desk never imports.

use crate::desk::ticket::Ticket;
use crate::desk::token::TokenKeys;
use crate::mail::authentication::Trust;
use crate::mail::{EmailAddress, InboundMail, Mailbox};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde::Deserialize;

/// Everything that is settled before a mail comes in.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The name that customers see.
    pub desk_name: String,
    /// Every configured inbox.
    pub inboxes: Vec<InboxPolicy>,
    /// Every agent: people of the desk, not customers.
    pub agents: Vec<AgentPolicy>,
    /// How agents' answers go out.
    pub answers: AnswerPolicy,
    /// Every queue; at least one.
    pub queues: Vec<QueuePolicy>,
    /// Who hears of trouble; may be nobody.
    pub admin: Vec<EmailAddress>,
    /// The language of mails to whom no language is known; two letters of ISO 639, as all are.
    pub default_language: String,
    /// The languages that the desk speaks; at least one.
    pub languages: Vec<String>,
    /// Whose clock dates follow.
    pub time_zone: TimeZone,
    /// The keys that sign and verify tokens.
    pub keys: TokenKeys,
    /// Whether new tickets are confirmed.
    pub confirmation: Confirmation,
    /// Whether contacts are told how to keep our mails out of their spam folder.
    pub guidance: Guidance,
    /// How many automatic mails may go to customers.
    pub limits: Limits,
    /// How long after it was solved a reply still reopens a ticket.
    pub reopen_within: SignedDuration,
}

/// Whether new tickets are confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    /// Each human's new ticket is.
    Send,
    /// None is.
    Off,
}

/// Whether contacts are told, once, how to keep our mails out of their spam folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guidance {
    /// Once a contact, naming these domains.
    Once {
        /// The domains to allow.
        domains: Vec<String>,
    },
    /// Never.
    Off,
}

/// What one inbox decides for itself.
#[derive(Debug, Clone)]
pub struct InboxPolicy {
    /// Unique among inboxes; the store knows the inbox by it.
    pub name: String,
    /// What customers write to, and what they see us write from.
    pub address: EmailAddress,
    /// Other addresses whose mail ends here.
    pub aliases: Vec<EmailAddress>,
    /// The queue of its tickets.
    pub queue: String,
    /// Where customers' replies go.
    pub reply_address: ReplyAddress,
    /// Whose address the envelope of our mails names.
    pub envelope: EnvelopeStyle,
    /// Older mail is never answered automatically.
    pub stale_after: SignedDuration,
    /// Of larger mails only the start is kept, and no larger one is written; octets.
    pub max_message: u64,
    /// Whose authentication results are believed.
    pub trust: Trust,
    /// Senders whose Reply-To is the customer: web forms.
    pub forms: Vec<EmailAddress>,
    /// List-Ids of our own groups, in lower case and without angle brackets: their mail is people's mail.
    pub lists: Vec<String>,
}

/// Where customers' replies go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplyAddress {
    /// The token stands behind a `+` in the inbox's own address: `support+token@…`.
    Plus,
    /// The token is all that stands before the `@`: `token@reply_domain`.
    CatchAll {
        /// All of whose mail ends in the inbox; in lower case.
        domain: String,
    },
    /// The inbox's own address; the signed Message-ID is the token.
    None,
}

/// Whose address the envelope of our mails names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EnvelopeStyle {
    /// Each outbox row its own signed return address.
    Verp,
    /// The inbox's address.
    Plain,
}

/// One agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentPolicy {
    /// What customers see; unique among agents.
    pub name: String,
    /// Where she is written to, and who she is on tickets; customers never see it.
    pub address: EmailAddress,
    /// Other addresses that she writes from.
    pub aliases: Vec<EmailAddress>,
    /// The queues whose tickets she hears of.
    pub queues: Vec<String>,
    /// What proves that a mail is hers.
    pub trust: AgentTrust,
}

/// What proves that a mail is an agent's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum AgentTrust {
    /// Her own token, and an aligned From.
    #[serde(rename = "token+aligned")]
    TokenAndAligned,
    /// An aligned From.
    #[serde(rename = "aligned")]
    Aligned,
    /// Her own token.
    #[serde(rename = "token")]
    Token,
}

/// How agents' answers go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerPolicy {
    /// They wait so long, and can be withdrawn meanwhile.
    pub send_delay: SignedDuration,
    /// Who hears of them.
    pub notices: AnswerNotices,
    /// The template of what stands beneath them; it knows `agent.name` and `desk.name`.
    pub signature: String,
}

/// Who hears of an answer to a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerNotices {
    /// The agents who hear of the customer's mails, but for who wrote it.
    Colleagues,
    /// Nobody.
    Off,
}

/// One queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuePolicy {
    /// Unique among queues; tickets know their queue by it.
    pub name: String,
    /// Who hears of its tickets.
    pub notify: Notify,
    /// Who gets a new ticket.
    pub assign: Assign,
}

/// Who of a queue's agents hears of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notify {
    /// Each of them.
    All,
    /// Whom it is assigned to; while that is nobody, each of them.
    Assignee,
    /// Nobody.
    None,
}

/// Who gets a new ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assign {
    /// Nobody, until somebody takes it.
    None,
    /// The queue's agents in turn.
    RoundRobin,
    /// Whoever has the fewest unsolved tickets.
    LeastOpen,
}

/// How many automatic mails may go to customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// To one address in 24 hours; 0: none.
    pub per_address_per_day: u32,
    /// About one ticket in 24 hours; 0: none.
    pub per_ticket_per_day: u32,
    /// In all, in an hour; 0: none.
    pub per_hour: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            per_address_per_day: 5,
            per_ticket_per_day: 5,
            per_hour: 500,
        }
    }
}

impl Policy {
    /// The inbox of that name.
    pub fn inbox(&self, name: &str) -> Option<&InboxPolicy> {
        self.inboxes.iter().find(|inbox| inbox.name == name)
    }

    /// The agent who writes from that address.
    pub fn agent(&self, address: &EmailAddress) -> Option<&AgentPolicy> {
        self.agents.iter().find(|agent| agent.writes_from(address))
    }

    /// The agent whose address stands in From, of one or of several, in one field or in several; nobody where From is a
    /// web form.
    pub fn claimed_agent(&self, mail: &InboundMail, inbox: &InboxPolicy) -> Option<&AgentPolicy> {
        let from = mail.from.iter().chain(&mail.further_from);
        let mut from = from.filter(|_| !inbox.is_form(mail));
        from.find_map(|mailbox| self.agent(&mailbox.address))
    }

    /// The queue of that name.
    pub fn queue(&self, name: &str) -> Option<&QueuePolicy> {
        self.queues.iter().find(|queue| queue.name == name)
    }

    /// The inbox that mails of a ticket go out from: the ticket's own, or the first when that has left the config.
    pub fn outlet(&self, ticket: &Ticket) -> Option<&InboxPolicy> {
        self.inbox(&ticket.inbox).or(self.inboxes.first())
    }

    /// Whether the address is an inbox of ours or an alias of one, alone or with a `+` part.
    pub fn is_own_address(&self, address: &EmailAddress) -> bool {
        self.inboxes.iter().any(|inbox| inbox.owns(address))
    }
}

impl AgentPolicy {
    /// Her address, then her aliases.
    pub fn addresses(&self) -> Vec<EmailAddress> {
        std::iter::once(&self.address).chain(&self.aliases).cloned().collect()
    }

    /// Whether it is her address or an alias of hers.
    pub fn writes_from(&self, address: &EmailAddress) -> bool {
        self.address == *address || self.aliases.contains(address)
    }

    /// Whether she serves that queue.
    pub fn serves(&self, queue: &str) -> bool {
        self.queues.iter().any(|served| served == queue)
    }
}

impl InboxPolicy {
    /// Whether mail for this address ends in this inbox: its own, an alias, either of them with a `+` part, or any at
    /// its `reply_domain`.
    pub fn receives(&self, address: &EmailAddress) -> bool {
        let caught = matches!(&self.reply_address, ReplyAddress::CatchAll { domain } if domain == address.domain());
        caught || self.owns(address)
    }

    /// Whether the address is this inbox's or an alias of it, alone or with a `+` part.
    pub fn owns(&self, address: &EmailAddress) -> bool {
        let same = |address: &EmailAddress| self.address == *address || self.aliases.contains(address);
        let plain = address
            .local()
            .split_once('+')
            .and_then(|(local, _)| EmailAddress::parse(&format!("{local}@{}", address.domain())));
        same(address) || plain.is_some_and(|plain| same(&plain))
    }

    /// Whose matter a mail is: From's, or that of Reply-To where From is a web form.
    pub fn requester<'m>(&self, mail: &'m InboundMail) -> Option<&'m Mailbox> {
        let from = mail.from.first();
        let reply_to = mail.reply_to.first().filter(|_| self.is_form(mail));
        reply_to.or(from)
    }

    /// Whether From is one of `forms`.
    pub fn is_form(&self, mail: &InboundMail) -> bool {
        mail.from.first().is_some_and(|from| self.forms.contains(&from.address))
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! A desk for tests.

    use super::*;

    /// An agent of that name at acme.example.
    pub(crate) fn agent(name: &str, queues: &[&str]) -> AgentPolicy {
        AgentPolicy {
            name: name.to_owned(),
            address: EmailAddress::parse(&format!("{name}@acme.example")).unwrap(),
            aliases: vec![],
            queues: queues.iter().map(|queue| (*queue).to_owned()).collect(),
            trust: AgentTrust::TokenAndAligned,
        }
    }

    /// An inbox of that name at acme.example, for the queue `general`.
    pub(crate) fn inbox(name: &str) -> InboxPolicy {
        InboxPolicy {
            name: name.to_owned(),
            address: EmailAddress::parse(&format!("{name}@acme.example")).unwrap(),
            aliases: vec![],
            queue: "general".into(),
            reply_address: ReplyAddress::Plus,
            envelope: EnvelopeStyle::Verp,
            stale_after: SignedDuration::from_hours(72),
            max_message: 25 << 20,
            trust: Trust::default(),
            forms: vec![],
            lists: vec![],
        }
    }

    /// A desk without inboxes and agents, with the queue `general`.
    pub(crate) fn policy() -> Policy {
        Policy {
            desk_name: "Acme Support".into(),
            inboxes: vec![],
            agents: vec![],
            answers: AnswerPolicy {
                send_delay: SignedDuration::ZERO,
                notices: AnswerNotices::Off,
                signature: String::new(),
            },
            queues: vec![QueuePolicy {
                name: "general".into(),
                notify: Notify::All,
                assign: Assign::None,
            }],
            admin: vec![],
            default_language: "en".into(),
            languages: vec!["en".into(), "es".into()],
            time_zone: TimeZone::UTC,
            keys: TokenKeys::new(b"a secret of thirty-two octets!!!".to_vec().into(), vec![]),
            confirmation: Confirmation::Send,
            guidance: Guidance::Once { domains: vec![] },
            limits: Limits::default(),
            reopen_within: SignedDuration::from_hours(14 * 24),
        }
    }
}
