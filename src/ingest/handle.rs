//! One mail, from raw octets to an applied decision.

use super::apply::{Application, Applied};
use crate::desk::arrival::{Arrival, Authenticity, Consent, Replies};
use crate::desk::decide::named_customer;
use crate::desk::held::HeldReason;
use crate::desk::known::Question;
use crate::desk::{self, Clues, Decision, Explanation, Policy};
use crate::dns::DkimVerifier;
use crate::mail::forwarded::{Forwarded, NotFound, forwarded};
use crate::mail::inbound::ParseLimits;
use crate::mail::{DkimVerdict, InboundMail, RawMail};
use crate::store::{PendingIntake, Settlement, Tx, View};
use crate::template::Templates;
use anyhow::Context;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// What the config settles for every mail.
pub struct Desk {
    /// Who we are and what the admin decided.
    pub policy: Arc<Policy>,
    /// The wording of what goes out.
    pub templates: Arc<Templates>,
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
    prepare_hashed((raw, Sha256::digest(&raw.octets).into()), origin, desk)
}

/// The same for a mail whose SHA-256 is known: its row has it since it came in.
pub(super) fn prepare_hashed(
    (raw, sha256): (&RawMail, [u8; 32]),
    origin: Origin,
    desk: &Desk,
) -> anyhow::Result<Prepared> {
    let policy = &desk.policy;
    let inbox = policy.inbox(&origin.inbox);
    let inbox = inbox.with_context(|| format!("inbox `{}` is not in the config", origin.inbox))?;
    let limits = ParseLimits::default();
    let mail = InboundMail::parse(raw, &limits);
    let clues = Clues::of(&mail, &policy.keys);
    let agent = policy.claimed_agent(&mail, inbox);
    let forwarded = agent.map(|_| forwarded(&mail, raw, &limits));
    let customer = agent.and_then(|_| named_customer(&mail, forwarded.as_ref().and_then(|found| found.as_ref().ok())));
    let requester = customer.or_else(|| inbox.requester(&mail).map(|mailbox| mailbox.address.clone()));
    let question = Question {
        queue: policy.queue_question(&inbox.queue),
        ..clues.question((&mail, sha256), requester.as_ref(), agent)
    };
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

/// Decides what becomes of a mail, and writes nothing. `before` is its own intake row: only older ones can be what it
/// is a copy of.
///
/// # Errors
/// When the inbox is not in the config any more, or the store cannot be read.
pub fn consider(
    view: &View<'_>,
    before: i64,
    prepared: &Prepared,
    desk: &Desk,
    now: Timestamp,
) -> anyhow::Result<Decision> {
    decide(view, (before, Consent::Needed), prepared, desk, now)
}

fn decide(
    view: &View<'_>,
    (before, consent): (i64, Consent<'_>),
    prepared: &Prepared,
    desk: &Desk,
    now: Timestamp,
) -> anyhow::Result<Decision> {
    let origin = &prepared.origin;
    let inbox = desk.policy.inbox(&origin.inbox);
    let arrival = Arrival {
        inbox: inbox.context("the inbox is not in the config any more")?,
        received_at: origin.received_at,
        now,
        authenticity: origin.authenticity,
        replies: origin.replies,
        dkim: &prepared.dkim,
        forwarded: prepared.forwarded.as_ref(),
        consent,
    };
    let known = view.known(&prepared.question, before, now)?;
    Ok(desk::decide(
        &prepared.mail,
        &prepared.clues,
        &known,
        &desk.policy,
        &arrival,
    ))
}

/// Decides and applies, inside the caller's transaction.
pub(super) fn handle(
    tx: &Tx<'_>,
    row: &PendingIntake,
    prepared: &Prepared,
    desk: &Desk,
    now: Timestamp,
) -> anyhow::Result<()> {
    settle(tx, (row, Consent::Needed), prepared, desk, now).map(drop)
}

/// The same for a mail that its agent has released, having heard what it lacks.
pub(super) fn handle_released(
    tx: &Tx<'_>,
    (row, heard): (&PendingIntake, &[HeldReason]),
    desk: &Desk,
    now: Timestamp,
) -> anyhow::Result<Applied> {
    let prepared = super::parse(row, desk)?;
    settle(tx, (row, Consent::Given(heard)), &prepared, desk, now)
}

fn settle(
    tx: &Tx<'_>,
    (row, consent): (&PendingIntake, Consent<'_>),
    prepared: &Prepared,
    desk: &Desk,
    now: Timestamp,
) -> anyhow::Result<Applied> {
    let decision = decide(tx, (row.id, consent), prepared, desk, now)?;
    let application = Application {
        tx,
        row,
        prepared,
        desk,
        now,
        draw: rand::random::<u64>,
    };
    let applied = application.apply(&decision)?;
    let explanation = Explanation::of(&decision, applied.opened);
    let settlement = Settlement {
        state: decision.state,
        ticket: applied.ticket,
        decision: serde_json::to_string(&explanation)?,
        set_aside: decision.set_aside.clone(),
        message_id: prepared.mail.message_id.clone(),
        content_hash: prepared.question.content_hash,
    };
    tx.settle(row.id, &settlement, now)?;
    tracing::debug!(
        intake = row.id,
        state = ?decision.state,
        class = ?decision.classification.class,
        ticket = applied.ticket.map(|number| number.0),
        "mail handled"
    );
    Ok(applied)
}
