//! What becomes of one mail. A decision is stored as it is, so that `explain` can show why.

mod change;
mod effects;
mod planned;
mod work;

pub use change::{Append, NewTicket, Opening, TicketChange};
pub use effects::{ContactChange, DeliveryNote, Effects};
pub use planned::{Cause, MailContent, MailKind, PlannedMail, Receipt};
pub use work::{AgentMessage, AgentWork, Edit, Enclosed, MessageForm, PassedOn, Shown};

pub use crate::desk::mark::Mark;
use crate::desk::ticket::TicketNumber;
use crate::mail::{Alignment, Classification};
use serde::{Deserialize, Serialize};

/// What one mail comes to: why, and what follows.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Why.
    pub evidence: Evidence,
    /// What follows, to be applied in one transaction.
    pub effects: Effects,
}

/// Why a mail became what it became.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The state the intake row ends in.
    pub state: IntakeState,
    /// What was decided of the thread, and from what.
    pub thread: ThreadDecision,
    /// Who speaks.
    pub classification: Classification,
    /// Whether From is proven.
    pub alignment: Alignment,
    /// The result that proved it, or what was missing.
    pub alignment_reason: String,
    /// Why it was set aside; empty unless it was.
    pub set_aside: String,
}

impl Decision {
    /// The same, with these mails behind those that it has.
    #[must_use]
    pub fn sending(mut self, mails: impl IntoIterator<Item = PlannedMail>) -> Self {
        self.effects.mails.extend(mails);
        self
    }
}

/// The state in which an intake row ends, exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntakeState {
    /// It opened a ticket.
    Ticket,
    /// It was added to one.
    Appended,
    /// An internal note.
    Note,
    /// Only commands.
    Command,
    /// Waits for an agent's proof.
    Held,
    /// A copy of one that was handled.
    Duplicate,
    /// A delivery report.
    Bounce,
    /// A machine's answer without a ticket.
    AutoReply,
    /// A mail of ours that came back.
    Own,
    /// Set aside for the admin.
    Quarantined,
    /// Dropped by a rule.
    Discarded,
}

/// Where the mail belongs, and what was looked at to find out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadDecision {
    /// What was decided.
    #[serde(rename = "match")]
    pub matched: ThreadMatch,
    /// The ticket it concerns: the one appended to, followed up or copied; a new ticket's number only once it exists.
    pub ticket: Option<TicketNumber>,
    /// Everything that spoke for a ticket, strongest first, counted or not.
    pub evidence: Vec<ThreadEvidence>,
}

/// What was decided of the thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThreadMatch {
    /// A new ticket.
    New,
    /// Added to a ticket.
    Append,
    /// A new ticket, linked to an older one.
    FollowUp,
    /// A copy.
    Duplicate,
    /// Set aside.
    Quarantine,
    /// Waits for proof.
    Held,
    /// No ticket at all.
    None,
}

/// One thing that speaks for a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadEvidence {
    /// What kind of thing.
    pub kind: EvidenceKind,
    /// The value found: an id, a tag; of a token only that there was one, never the token itself.
    pub value: String,
    /// The ticket it leads to.
    pub ticket: Option<TicketNumber>,
    /// Whether it counted.
    pub counts: bool,
    /// Why it counted, or why not.
    pub why: String,
}

/// Kinds of evidence, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// A signed reply address.
    SignedAddress,
    /// A Message-ID of ours, signed.
    SignedReference,
    /// A Message-ID we have seen.
    KnownReference,
    /// A Message-ID that was only named in References.
    NamedReference,
    /// A subject tag with its check.
    SubjectTag,
    /// A number without proof.
    Number,
}
