//! Every mail that leaves: worded and composed outside of any transaction, and queued by one function.
//!
//! [`write`] makes finished letters of what effects plan; [`queue`] puts them into the outbox in the transaction that
//! applies the effects. Each kind of mail has a file of its own.

mod about;
mod admin;
mod agent;
mod answer;
mod confirmation;
mod enclosed;
mod held;
mod notification;
mod outlook;
mod receipt;
mod sheet;

pub use admin::Alarm;
pub use sheet::{LetterError, tokened};

use crate::desk::Policy;
use crate::desk::decision::{Effects, MailKind, PlannedMail};
use crate::desk::message::NewMessage;
use crate::mail::{Alignment, InboundMail, RawMail};
use crate::store::{NewOutboxMail, Tx, View};
use crate::template::Templates;
use jiff::Timestamp;
use std::sync::Arc;

/// Who we are, and the wording of our mails.
#[derive(Clone)]
pub struct Office {
    /// What the admin decided.
    pub policy: Arc<Policy>,
    /// The wording.
    pub templates: Arc<Templates>,
}

/// The mail that led to effects.
#[derive(Clone, Copy)]
pub struct Occasion<'a> {
    /// The mail.
    pub mail: &'a InboundMail,
    /// Its octets.
    pub raw: &'a dyn Fn() -> anyhow::Result<RawMail>,
    /// Its HTML as agents are shown it, sanitised.
    pub html: Option<&'a str>,
    /// The name of the inbox it came to.
    pub inbox: &'a str,
    /// Whether its From is proven.
    pub alignment: Alignment,
    /// By what, or what was missing.
    pub alignment_reason: &'a str,
}

/// A finished mail, to one or to several people.
#[derive(Debug)]
pub struct Letter {
    mail: NewOutboxMail,
    record: Record,
    /// The trouble that the admin hears of once an hour.
    notice: Option<String>,
}

/// What of a letter stands on its ticket.
#[derive(Debug)]
enum Record {
    /// Nothing: what is said to agents is no message of the ticket.
    Nothing,
    /// This message.
    Message(Box<NewMessage>),
    /// The message that the effects add.
    Outgoing,
}

/// Words and composes the mails that effects send; `draw` gives fresh random numbers.
///
/// # Errors
/// When a mail cannot be written, or the store cannot be read.
pub fn write(
    office: &Office,
    view: &View<'_>,
    (effects, occasion): (&Effects, Option<Occasion<'_>>),
    now: Timestamp,
    draw: fn() -> u64,
) -> anyhow::Result<Vec<Letter>> {
    let desk = Writing {
        policy: &office.policy,
        templates: &office.templates,
        view,
        effects,
        occasion,
        now,
        draw,
    };
    let of = |kind| -> Vec<&PlannedMail> {
        let mails = effects.mails.iter();
        mails.filter(|mail| mail.sent && mail.kind == kind).collect()
    };
    let mut letters = vec![];
    for planned in of(MailKind::Receipt) {
        letters.push(desk.receipt(planned)?);
    }
    for planned in of(MailKind::Held) {
        letters.push(desk.held(planned)?);
    }
    for planned in of(MailKind::Confirmation) {
        letters.push(desk.confirmation(planned)?);
    }
    letters.extend(desk.outgoing()?);
    letters.extend(desk.notification(&of(MailKind::Notification))?);
    for trouble in &effects.troubles {
        letters.extend(desk.admin_notice(trouble)?);
    }
    Ok(letters)
}

/// Puts letters into the outbox; `outgoing` is the message that their effects have added. The only way into it.
///
/// # Errors
/// When a message goes to somebody already, or the store cannot be written.
pub fn queue(tx: &Tx<'_>, letters: &[Letter], outgoing: Option<i64>, now: Timestamp) -> anyhow::Result<()> {
    for letter in letters {
        if let Some(cause) = &letter.notice
            && !tx.is_first_notice(cause, now)?
        {
            continue;
        }
        let message = match &letter.record {
            Record::Nothing => None,
            Record::Message(message) => Some(tx.add_message(message)?),
            Record::Outgoing => outgoing,
        };
        tx.enqueue(&letter.mail, message, now)?;
    }
    Ok(())
}

/// What a letter is written from.
struct Writing<'a> {
    policy: &'a Policy,
    templates: &'a Templates,
    view: &'a View<'a>,
    effects: &'a Effects,
    occasion: Option<Occasion<'a>>,
    now: Timestamp,
    draw: fn() -> u64,
}
