//! The people who write to the desk.

use crate::mail::EmailAddress;
use serde::{Deserialize, Serialize};

/// What is remembered of somebody who wrote to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The address, which is who the contact is.
    pub address: EmailAddress,
    /// The language of their last mail that had one.
    pub language: Option<String>,
    /// Whether the advice on spam folders has been sent to them.
    pub guided: bool,
    /// Whether they have answered a mail of ours, which proves that our mails arrive.
    pub has_answered: bool,
    /// The status by which their address refused a mail of ours; they get no automatic mail.
    pub suppressed: Option<String>,
}

/// What somebody is to a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Asked for it.
    Requester,
    /// Put in Cc by the requester, or added by an agent; gets agents' answers.
    Participant,
    /// Wrote to it before, and was believed.
    Sender,
    /// Wrote to it with a proof of the ticket, not of the person; told nothing.
    ThirdParty,
}

/// Somebody on a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// Their address.
    pub address: EmailAddress,
    /// What they are to the ticket.
    pub role: Role,
}

impl Role {
    /// Whether a weaker claim (a reference, a tag) by this person counts.
    pub fn takes_part(self) -> bool {
        !matches!(self, Self::ThirdParty)
    }

    /// The name in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requester => "requester",
            Self::Participant => "participant",
            Self::Sender => "sender",
            Self::ThirdParty => "third_party",
        }
    }

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Requester, Self::Participant, Self::Sender, Self::ThirdParty]
            .into_iter()
            .find(|role| role.as_str() == name)
    }
}
