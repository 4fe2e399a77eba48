//! What becomes of one mail. A decision is stored as it is, so that `explain` can show why.

use crate::desk::contact::Role;
use crate::desk::event::TicketEvent;
use crate::desk::report::Reported;
use crate::desk::ticket::{Priority, TicketNumber, TicketStatus};
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

/// What changes on a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketChange {
    /// No ticket is touched.
    None,
    /// A ticket is opened with this mail as its first message.
    Open(NewTicket),
    /// The mail is added to a ticket.
    Append(Append),
    /// The mail is a copy of the one that opened `ticket`, and proves that both belong to `into`.
    Merge {
        /// The ticket that ends.
        ticket: TicketNumber,
        /// The ticket that it becomes part of.
        into: TicketNumber,
        /// What happened, for `into`.
        events: Vec<TicketEvent>,
    },
    /// Something is recorded on a ticket and the mail is no message of it: a bounce, a machine's answer, a copy.
    Record {
        /// The ticket.
        ticket: TicketNumber,
        /// What happened.
        events: Vec<TicketEvent>,
    },
}

/// A ticket to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTicket {
    /// Decoded subject of the mail, without reply prefixes' tags of ours.
    pub subject: String,
    /// Who asked; `None` for a mail without a sender.
    pub requester: Option<EmailAddress>,
    /// The requester's display name; empty when there is none.
    pub requester_name: String,
    /// The queue it starts in.
    pub queue: String,
    /// The inbox that its mails go out from.
    pub inbox: String,
    /// Its priority.
    pub priority: Priority,
    /// Its tags.
    pub tags: Vec<String>,
    /// The language its requester is written to.
    pub language: String,
    /// The ticket it follows up or relates to.
    pub linked_to: Option<TicketNumber>,
    /// People the requester put in Cc.
    pub participants: Vec<EmailAddress>,
    /// Marks of its first message.
    pub marks: Vec<Mark>,
    /// What happened, after `opened`.
    pub events: Vec<TicketEvent>,
}

/// A mail to be added to a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// The ticket.
    pub ticket: TicketNumber,
    /// The new status, when it changes.
    pub status: Option<TicketStatus>,
    /// What the sender becomes to the ticket, when they are not on it yet.
    pub sender_role: Option<Role>,
    /// People the requester put in Cc.
    pub participants: Vec<EmailAddress>,
    /// Marks of the message.
    pub marks: Vec<Mark>,
    /// What happened.
    pub events: Vec<TicketEvent>,
}

/// What is remarkable about a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Its sender holds a proof of the ticket but takes no part in it.
    ThirdParty,
    /// Its sender's address takes part, and nothing proves that it was them.
    Unverified,
    /// An automatic mail was held back by a limit.
    Limited,
    /// A machine wrote it.
    Automatic,
    /// Older than `stale_after` when it came in.
    Stale,
    /// Only part of it is here; the original is still in its folder.
    Cut,
    /// Its sender signed it by S/MIME or PGP; nothing verified that.
    Signed,
    /// Encrypted, all of it or a part.
    Encrypted,
}

impl Mark {
    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ThirdParty => "third_party",
            Self::Unverified => "unverified",
            Self::Limited => "limited",
            Self::Automatic => "automatic",
            Self::Stale => "stale",
            Self::Cut => "cut",
            Self::Signed => "signed",
            Self::Encrypted => "encrypted",
        }
    }
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

/// A mail that goes out, or would have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedMail {
    /// What kind of mail.
    pub kind: MailKind,
    /// To whom.
    pub to: EmailAddress,
    /// Whether it goes out.
    pub sent: bool,
    /// Why, or why not.
    pub why: String,
    /// Whether it carries the advice on spam folders.
    #[serde(default)]
    pub guidance: bool,
}

/// Kinds of outgoing mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// We have your mail; this is its number.
    Confirmation,
    /// The admin is told of trouble.
    AdminNotice,
}

impl MailKind {
    /// The name in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmation => "confirmation",
            Self::AdminNotice => "admin_notice",
        }
    }
}
