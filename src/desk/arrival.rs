//! How a mail came in: what is not written in the mail itself.

use crate::desk::held::HeldReason;
use crate::desk::policy::InboxPolicy;
use crate::desk::ticket::{TicketKey, TicketNumber};
use crate::mail::DkimVerdict;
use crate::mail::forwarded::{Forwarded, NotFound};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The circumstances of one mail.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// The inbox it came to.
    pub inbox: &'a InboxPolicy,
    /// INTERNALDATE; imported, the date of its topmost Received field, else Date.
    pub received_at: Timestamp,
    /// The time of the decision.
    pub now: Timestamp,
    /// The mail's intake row; `None` in a dry run.
    pub intake: Option<i64>,
    /// What a new ticket or a code is made from.
    pub fresh: Fresh,
    /// Whether its headers may be believed.
    pub authenticity: Authenticity,
    /// Whether anything may be sent because of it.
    pub replies: Replies,
    /// What the gateway found when it verified the DKIM signatures itself: for mails in an agent's name that are not
    /// aligned otherwise.
    pub dkim: &'a DkimVerdict,
    /// The mail that it forwards, when its From is an agent's.
    pub forwarded: Option<&'a Result<Forwarded, NotFound>>,
    /// Whether it is asked for its proof, if it is an agent's.
    pub consent: Consent<'a>,
}

/// Values that no other decision is given.
#[derive(Debug, Clone, Copy)]
pub struct Fresh {
    /// The number of a ticket, if one is opened.
    pub number: TicketNumber,
    /// A random key for it, or for the code of a mail that is held.
    pub key: TicketKey,
}

/// Whether an agent's mail is asked for its proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent<'a> {
    /// It is.
    Needed,
    /// She has released it by its code, knowing that it lacked these; what else it lacks is asked for.
    Given(&'a [HeldReason]),
}

/// Whether the authentication results in a mail's header may be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authenticity {
    /// As the inbox's `trusted_*` keys say.
    Headers,
    /// Not at all (`--unauthenticated`): nothing is aligned.
    Nothing,
}

/// Whether anything may be sent because of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Replies {
    /// As the config says.
    Allowed,
    /// Nothing at all (`import --no-replies`).
    Suppressed,
}

impl Consent<'_> {
    /// What is left of the reasons to ask her once she has heard of some.
    pub fn unheard(self, reasons: impl IntoIterator<Item = HeldReason>) -> Vec<HeldReason> {
        let heard = match self {
            Self::Needed => &[],
            Self::Given(heard) => heard,
        };
        let is_heard = |reason: &HeldReason| heard.iter().any(|known| known.as_str() == reason.as_str());
        reasons.into_iter().filter(|reason| !is_heard(reason)).collect()
    }
}
