//! One mail, read and looked up before anything is decided.

use crate::desk::Clues;
use crate::desk::arrival::{Authenticity, Replies};
use crate::desk::decide::named_customer;
use crate::desk::known::Question;
use crate::dns::DkimVerifier;
use crate::letters::Office;
use crate::mail::forwarded::{Forwarded, NotFound, forwarded};
use crate::mail::inbound::ParseLimits;
use crate::mail::sha256;
use crate::mail::{DkimVerdict, InboundMail, RawMail};
use crate::store::PendingIntake;
use anyhow::Context;
use jiff::Timestamp;
use std::sync::Arc;

/// What the config settles for every mail.
pub struct Desk {
    /// Who we are, what the admin decided, and the wording of what goes out.
    pub office: Office,
    /// Verifies DKIM signatures of mails in an agent's name.
    pub dkim: Arc<DkimVerifier>,
}

/// A parsed mail and how it came in.
#[derive(Debug)]
pub struct Prepared {
    /// The mail.
    pub mail: InboundMail,
    /// What in it speaks for a ticket.
    pub clues: Clues,
    /// What to ask the store; hashed here, so that the writer's thread need not.
    pub question: Question,
    /// How it came in.
    pub origin: Origin,
    /// What its DKIM signatures prove, as far as [`super::verify`] has looked.
    pub dkim: DkimVerdict,
    /// Its HTML as agents are shown it; sanitised here, so that the writer's thread need not. What is quoted in it is on
    /// the ticket already, so a mail that quotes is shown as text.
    pub shown_html: Option<String>,
    /// The mail that it forwards, when an agent's address wrote it.
    pub forwarded: Option<Result<Forwarded, NotFound>>,
}

/// How a mail came in: what is not written in the mail itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The name of the inbox it came to.
    pub inbox: String,
    /// INTERNALDATE, or what stands in for it.
    pub received_at: Timestamp,
    /// Whether its header may be believed.
    pub authenticity: Authenticity,
    /// Whether anything may be sent because of it.
    pub replies: Replies,
}

/// Parses a mail.
///
/// # Errors
/// When its inbox is not in the config (any more).
pub fn prepare(raw: &RawMail, origin: Origin, desk: &Desk) -> anyhow::Result<Prepared> {
    prepare_hashed((raw, sha256(&raw.octets)), origin, desk)
}

/// The same for a mail whose SHA-256 is known: its row has it since it came in.
fn prepare_hashed((raw, sha256): (&RawMail, [u8; 32]), origin: Origin, desk: &Desk) -> anyhow::Result<Prepared> {
    let policy = &desk.office.policy;
    let inbox = policy.inbox(&origin.inbox);
    let inbox = inbox.with_context(|| format!("inbox `{}` is not in the config", origin.inbox))?;
    let limits = ParseLimits::default();
    let mail = InboundMail::parse(raw, &limits);
    let clues = Clues::of(&mail, &policy.keys);
    let agent = policy.claimed_agent(&mail, inbox);
    let forwarded = agent.map(|_| forwarded(&mail, raw, &limits));
    let customer = agent.and_then(|_| named_customer(&mail, forwarded.as_ref().and_then(|found| found.as_ref().ok())));
    let requester = customer.or_else(|| inbox.requester(&mail).map(|mailbox| mailbox.address.clone()));
    let above = forwarded.as_ref().and_then(|found| found.as_ref().ok());
    let written = above.map_or(mail.reply.as_str(), |forwarded| forwarded.above.as_str());
    let asking = agent.map(|agent| (agent, written));
    let question = clues.question((&mail, sha256), requester.as_ref(), asking, (policy, inbox));
    let is_shown = !policy.agents.is_empty() && mail.reply == mail.text;
    Ok(Prepared {
        shown_html: is_shown.then(|| mail.safe_html()).flatten(),
        question,
        clues,
        mail,
        origin,
        dkim: DkimVerdict::default(),
        forwarded,
    })
}

/// The same for an intake row.
pub(super) fn prepare_row(row: &PendingIntake, desk: &Desk) -> anyhow::Result<Prepared> {
    let origin = Origin {
        inbox: row.inbox.clone(),
        received_at: row.received_at,
        authenticity: row.authenticity,
        replies: row.replies,
    };
    let raw = row.raw_mail()?;
    let sha256 = row.sha256.unwrap_or_else(|| sha256(&raw.octets));
    prepare_hashed((&raw, sha256), origin, desk)
}
