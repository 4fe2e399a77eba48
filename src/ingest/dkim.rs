//! Verifying DKIM signatures ourselves, for the mails in whose case it can matter.

use super::prepare::{Desk, Prepared};
use super::{Item, catch};
use crate::desk::arrival::Authenticity;
use crate::mail::authentication::{DkimShortfall, alignment};
use crate::mail::inbound::Defect;
use crate::mail::{Alignment, DkimVerdict, EmailAddress, RawMail};
use crate::store::PendingIntake;
use futures::{StreamExt, stream};
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

/// How many mails are verified at once; each holds up to [`crate::dns::LARGEST_MAIL`] octets.
const AT_ONCE: usize = 4;

/// Verifies a mail's DKIM signatures, if it claims to be an agent's and nothing else proves that.
pub async fn verify(raw: &RawMail, prepared: &mut Prepared, desk: &Desk) {
    match question(prepared, desk) {
        Question::Settled => {}
        Question::Unsigned(shortfall) => prepared.dkim = DkimVerdict::None(shortfall),
        Question::Signed(from) => prepared.dkim = desk.dkim.verify(&raw.octets, &from).await,
    }
}

/// The same for the mails of a group, some at once.
pub(super) async fn verify_group(items: &mut [Item], desk: &Arc<Desk>) {
    let signed = items.iter_mut().filter_map(|Item { row, prepared }| {
        let prepared = prepared.as_mut().ok()?;
        match question(prepared, desk) {
            Question::Settled => None,
            Question::Unsigned(shortfall) => {
                prepared.dkim = DkimVerdict::None(shortfall);
                None
            }
            Question::Signed(from) => Some((&*row, prepared, from)),
        }
    });
    let signed: Vec<_> = signed.collect();
    stream::iter(signed)
        .for_each_concurrent(AT_ONCE, |(row, prepared, from)| async move {
            prepared.dkim = verify_row(row, from, desk.clone()).await;
        })
        .await;
}

/// Hashing takes its time, and a parser may panic: both on a thread of their own.
async fn verify_row(row: &PendingIntake, from: EmailAddress, desk: Arc<Desk>) -> DkimVerdict {
    let (mail, runtime) = (row.clone(), Handle::current());
    let verified = spawn_blocking(move || {
        catch(|| {
            let raw = mail.raw_mail()?;
            Ok(runtime.block_on(desk.dkim.verify(&raw.octets, &from)))
        })
    });
    match verified.await {
        Ok(Ok(verdict)) => verdict,
        Ok(Err(error)) => {
            tracing::warn!(intake = row.id, "a DKIM signature could not be verified: {error:#}");
            DkimVerdict::None(DkimShortfall::Failed)
        }
        // Only while the runtime stops.
        Err(_) => DkimVerdict::None(DkimShortfall::Failed),
    }
}

enum Question {
    /// No signature matters: it is nobody's of the desk, or it is proven.
    Settled,
    /// There is none that could be verified.
    Unsigned(DkimShortfall),
    /// Whether a signature proves this From.
    Signed(EmailAddress),
}

fn question(prepared: &Prepared, desk: &Desk) -> Question {
    let (mail, origin) = (&prepared.mail, &prepared.origin);
    let mut senders = mail.from.iter().map(|mailbox| &mailbox.address);
    let Some(from) = senders.find(|address| desk.office.policy.agent(address).is_some()) else {
        return Question::Settled;
    };
    let aligned_by_header = origin.authenticity == Authenticity::Headers
        && desk
            .office
            .policy
            .inbox(&origin.inbox)
            .is_some_and(|inbox| alignment(mail, &inbox.trust).0 == Alignment::Yes);
    if aligned_by_header {
        return Question::Settled;
    }
    if mail.header("DKIM-Signature").next().is_none() {
        return Question::Unsigned(DkimShortfall::NoSignature);
    }
    if mail.defects.contains(&Defect::Cut) {
        return Question::Unsigned(DkimShortfall::Cut);
    }
    Question::Signed(from.clone())
}

#[cfg(test)]
mod tests;
