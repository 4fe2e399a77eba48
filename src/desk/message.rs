//! A message to be added to a ticket: received, sent, or internal.

use crate::desk::mark::Mark;
use crate::desk::ticket::TicketNumber;
use crate::mail::inbound::Attachment;
use crate::mail::{EmailAddress, InboundMail, Mailbox, MessageId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A message to be added to a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// The ticket.
    pub ticket: TicketNumber,
    /// When it was received or written.
    pub at: Timestamp,
    /// Which way it went.
    pub direction: Direction,
    /// `mail` for a received one, the kind of one that goes out.
    pub kind: &'static str,
    /// Who wrote it.
    pub from: Option<Mailbox>,
    /// To whom it went.
    pub to: Vec<Mailbox>,
    /// Its Message-ID, by which replies find the ticket.
    pub message_id: Option<MessageId>,
    /// Ids that it names as its ancestors.
    pub references: Vec<MessageId>,
    /// Its decoded subject.
    pub subject: String,
    /// The whole body as text.
    pub text: String,
    /// What its sender newly wrote, when that is not the whole text.
    pub reply: Option<String>,
    /// Its attachments.
    pub attachments: Vec<Attachment>,
    /// What is remarkable about it.
    pub marks: Vec<Mark>,
    /// The intake row it came by.
    pub intake: Option<i64>,
    /// The agent who wrote it or forwarded it, by her address in the config.
    pub author: Option<EmailAddress>,
}

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Received.
    In,
    /// Sent.
    Out,
    /// Neither: internal.
    Note,
}

impl Direction {
    /// The name in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
            Self::Note => "note",
        }
    }
}

impl NewMessage {
    /// A mail as a message of a ticket.
    pub fn received(mail: &InboundMail, ticket: TicketNumber, at: Timestamp, intake: Option<i64>) -> Self {
        Self {
            ticket,
            at,
            direction: Direction::In,
            kind: "mail",
            from: mail.from.first().cloned(),
            to: mail.to.clone(),
            message_id: mail.message_id.clone(),
            references: mail.in_reply_to.iter().chain(&mail.references).cloned().collect(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            reply: (mail.reply != mail.text).then(|| mail.reply.clone()),
            attachments: mail.attachments.clone(),
            marks: vec![],
            intake,
            author: None,
        }
    }

    /// Whether it belongs to the thread that people outside of the desk see: no note, nor what a stranger or a forger wrote.
    pub fn is_in_thread(&self) -> bool {
        let is_doubtful = |mark: &Mark| matches!(mark, Mark::ThirdParty | Mark::Unverified);
        self.direction != Direction::Note && !self.marks.iter().any(is_doubtful)
    }
}
