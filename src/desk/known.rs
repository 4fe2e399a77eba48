//! What the store knows that bears on one mail, loaded once before the decision.

use crate::desk::contact::{Contact, Participant};
use crate::desk::decision::MailKind;
use crate::desk::held::HeldMail;
use crate::desk::journal::LastAction;
use crate::desk::policy::Limits;
use crate::desk::report::ReportedMail;
use crate::desk::ticket::{Ticket, TicketKey, TicketNumber};
use crate::mail::{EmailAddress, MessageId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What to ask the store for, read out of a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// SHA-256 of the raw octets.
    pub sha256: [u8; 32],
    /// Hash over Message-ID, From, text and attachments; `None` without a Message-ID.
    pub content_hash: Option<[u8; 32]>,
    /// The keys that valid tokens in the mail name.
    pub keys: Vec<TicketKey>,
    /// The ticket numbers and tags in the subject are resolved by key too; these are the plain ids it refers to.
    pub message_ids: Vec<MessageId>,
    /// Who would be answered: From, or Reply-To of a web form's mail.
    pub requester: Option<EmailAddress>,
    /// Ticket numbers that the subject names in a tag.
    pub numbers: Vec<TicketNumber>,
    /// The queues a new ticket may start in that give it to one of their agents.
    pub queues: Vec<QueueQuestion>,
    /// Mails of ours that a delivery report says to be about.
    pub reported: Vec<ReportedMail>,
    /// How many automatic mails may go out.
    pub limits: Limits,
    /// What is asked only of an agent's mail.
    pub agent: Option<AgentQuestion>,
}

/// What to ask the store when a new ticket is given to an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueQuestion {
    /// The queue.
    pub queue: String,
    /// Its agents, by their addresses in the config.
    pub agents: Vec<EmailAddress>,
}

/// What to ask the store when an agent writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentQuestion {
    /// Her address in the config.
    pub address: EmailAddress,
    /// The mail's own Message-ID.
    pub message_id: Option<MessageId>,
    /// Ticket numbers that her commands name.
    pub named: Vec<TicketNumber>,
}

/// The store's answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    /// An earlier mail that this one is a copy of.
    pub duplicate: Option<Duplicate>,
    /// Every ticket that a key, an id or a number leads to; merged ones replaced by the ticket they went into.
    pub candidates: Vec<Candidate>,
    /// What is remembered of the requester.
    pub contact: Option<Contact>,
    /// Whether another automatic mail may go to the requester today.
    pub to_address: Allowance,
    /// Whether another automatic mail may go to anybody in this hour.
    pub in_hour: Allowance,
    /// How much the agents of the queues that were asked for have to do.
    pub loads: Vec<AgentLoad>,
    /// The mails of ours that were asked for, each in its place.
    pub reported: Vec<Option<ReportedRow>>,
    /// What bears on an agent's mail.
    pub agent: AgentKnown,
}

/// Whether a limit leaves room.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Allowance {
    /// It does.
    #[default]
    Left,
    /// It is reached.
    Spent,
}

impl Allowance {
    /// What `spent` of `limit` leaves.
    pub fn of(spent: u32, limit: u32) -> Self {
        if spent < limit { Self::Left } else { Self::Spent }
    }
}

/// The outbox row that a delivery report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedRow {
    /// The row.
    pub outbox: i64,
    /// To whom its mail went.
    pub recipient: EmailAddress,
    /// The inbox it went out from.
    pub inbox: String,
    /// What kind of mail it was.
    pub kind: MailKind,
}

/// How much an agent has to do in a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentLoad {
    /// The queue.
    pub queue: String,
    /// Her address in the config.
    pub agent: EmailAddress,
    /// How many unsolved tickets are assigned to her.
    pub unsolved: u32,
    /// The newest ticket of the queue that was assigned to her.
    pub newest: Option<TicketNumber>,
}

/// What bears on an agent's mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgentKnown {
    /// Held mails whose codes the mail names.
    pub held: Vec<HeldMail>,
    /// How many receipts that she did not ask for went to her in the last hour.
    pub receipts_in_hour: u32,
    /// How many of her mails were held in the last hour.
    pub held_in_hour: u32,
    /// Whether a mail with the same Message-ID was handled before.
    pub message_id: IdHistory,
    /// Of the numbers her commands name: those that are tickets, with the ticket each went into.
    pub named: Vec<(TicketNumber, TicketNumber)>,
}

/// Whether a Message-ID was met before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum IdHistory {
    /// On no mail that was handled.
    #[default]
    New,
    /// On another mail.
    Seen,
}

/// A mail that was handled before and is the same as this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The intake row of the first copy.
    pub intake: i64,
    /// What became of it.
    pub state: DuplicateOf,
    /// The ticket it went to, if any; of a merged one, the one it went into.
    pub ticket: Option<TicketNumber>,
    /// What made them the same.
    pub by: SameBy,
}

/// What became of the first copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DuplicateOf {
    /// It opened its ticket.
    Opening,
    /// Anything else.
    Other,
}

/// What made two mails the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SameBy {
    /// The same raw octets.
    Octets,
    /// The same Message-ID, From, text and attachments.
    Content,
}

/// A ticket that something in the mail leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The ticket.
    pub ticket: Ticket,
    /// The keys in the question that lead here: its own, and those of tickets merged into it.
    pub keys: Vec<TicketKey>,
    /// The numbers in the question that lead here, each with the key of the ticket that had it: a merged ticket's tags
    /// carry its own key.
    pub numbers: Vec<(TicketNumber, TicketKey)>,
    /// The ids in the question that lead here, and how this ticket knows each.
    pub ids: HashMap<MessageId, IdRole>,
    /// Who is on the ticket.
    pub participants: Vec<Participant>,
    /// Whether another automatic mail may go out on this ticket today.
    pub automatic: Allowance,
    /// The newest entry of its history, its own or of a part of it: whatever happens on it leaves one.
    pub newest_event: i64,
    /// Whether somebody wrote to it who takes no part, or may be a forger.
    pub foreign_texts: ForeignTexts,
    /// The newest answer of each agent.
    pub answers: Vec<AgentAnswer>,
    /// The newest entry in the journal of the agent who writes, when she does.
    pub last_action: Option<LastAction>,
    /// Whether its confirmation has gone out, or is about to; asked only when an agent writes.
    pub is_confirmed: bool,
}

/// Whether a ticket has messages that its requester must not see.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ForeignTexts {
    /// It has none.
    #[default]
    None,
    /// It has some.
    Some,
}

/// What an agent answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentAnswer {
    /// Who, by her address in the config.
    pub by: EmailAddress,
    /// When.
    pub at: Timestamp,
    /// What.
    pub text: String,
}

/// How a ticket knows a Message-ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdRole {
    /// A mail of this ticket has it, or the server put it in place of ours.
    Seen,
    /// It was only named in References.
    Named,
}
