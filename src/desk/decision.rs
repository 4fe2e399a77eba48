//! What becomes of one mail. A decision is stored as it is, so that `explain` can show why.

mod change;
mod mark;
mod planned;
mod work;

pub use change::{Append, NewTicket, Opening, TicketChange};
pub use mark::Mark;
pub use planned::{Cause, MailContent, MailKind, PlannedMail, Receipt};
pub use work::{AgentMessage, AgentWork, Edit, Enclosed, MessageForm, Shown};

use crate::desk::held::HeldRequest;
use crate::desk::report::Reported;
use crate::desk::ticket::TicketNumber;
use crate::mail::{Alignment, Classification, EmailAddress};
use serde::{Deserialize, Serialize};

/// Everything that follows from one mail, to be applied in one transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
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
    /// What changes on a ticket.
    pub change: TicketChange,
    /// What is to be remembered of the sender.
    pub contact: Option<ContactChange>,
    /// Mails that go out or were considered and held back.
    pub mails: Vec<PlannedMail>,
    /// The key in `[limits]` that held one of them back.
    pub limit: Option<&'static str>,
    /// What a delivery report says of mails of ours.
    pub reported: Vec<Reported>,
    /// An address that refused mail, and wrote this one: mail goes to it again.
    pub freed: Option<EmailAddress>,
    /// What an agent is asked before her mail takes effect.
    pub held: Option<HeldRequest>,
    /// Why it was set aside; empty unless it was.
    pub set_aside: String,
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

/// What is to be remembered of a sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactChange {
    /// The address.
    pub address: EmailAddress,
    /// The display name, when the mail gave one.
    pub name: Option<String>,
    /// The language, when the mail showed one and the sender is believed.
    pub language: Option<String>,
    /// Whether this mail proves that ours arrive.
    pub has_answered: bool,
    /// Whether the guidance goes out with this decision.
    pub guided: bool,
}
