//! Telling the admin of trouble, and agents of tickets: by mail, through the outbox. The admin hears of each cause at
//! most once an hour.

mod agents;

pub(crate) use agents::enqueue;
pub use agents::{Bulletin, Shown, Undelivered, tell_agents};

use crate::desk::decision::MailKind;
use crate::desk::trouble::Trouble;
use crate::desk::{Policy, TicketKey};
use crate::store::{Allowance, NewOutboxRow, Store, Tx, compress};
use crate::template::{Templates, outgoing};
use jiff::Timestamp;
use std::sync::Arc;
use tokio::sync::Notify;

/// A handle by which any task can tell the admin.
#[derive(Clone)]
pub struct Alarm {
    /// Where the mail is queued.
    pub store: Store,
    /// Who the admin is, and by which inboxes mail can go out.
    pub policy: Arc<Policy>,
    /// The wording.
    pub templates: Arc<Templates>,
    /// Woken when there is something to send.
    pub queued: Vec<Arc<Notify>>,
}

impl Alarm {
    /// Queues the mail on a task of its own; what fails is logged, since there is nobody else to tell.
    pub fn raise(&self, trouble: Trouble) {
        let alarm = self.clone();
        tokio::spawn(async move {
            let (policy, templates) = (alarm.policy.clone(), alarm.templates.clone());
            let told = alarm
                .store
                .write(move |tx| tell_admin(tx, &trouble, &policy, &templates, Timestamp::now()));
            match told.await {
                Ok(()) => alarm.queued.iter().for_each(|deliver| deliver.notify_one()),
                Err(error) => tracing::error!("the admin could not be told of trouble: {error:#}"),
            }
        });
    }
}

/// Queues a mail to each admin, unless they were told of the same within the hour or no inbox can carry it.
///
/// # Errors
/// When a mail cannot be written, or the store fails.
pub fn tell_admin(
    tx: &Tx<'_>,
    trouble: &Trouble,
    policy: &Policy,
    templates: &Templates,
    now: Timestamp,
) -> anyhow::Result<()> {
    let Some(inbox) = trouble.outlet(policy) else {
        return Ok(());
    };
    if policy.admin.is_empty() || !tx.is_first_notice(&trouble.key(), now)? {
        return Ok(());
    }
    for admin in &policy.admin {
        let fresh = (TicketKey(rand::random()), rand::random());
        let mail = outgoing::admin_notice(trouble, (inbox, admin), (policy, templates), fresh, now)?;
        let row = NewOutboxRow {
            ticket: None,
            message: None,
            kind: MailKind::AdminNotice,
            inbox: inbox.name.clone(),
            envelope: mail.envelope,
            octets: compress(&mail.octets)?,
            message_id: mail.message_id,
            serial: u32::from_be_bytes(mail.serial.0),
            not_before: now,
            allowance: Allowance::Free,
        };
        tx.enqueue(&row, now)?;
    }
    Ok(())
}
