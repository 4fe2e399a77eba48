//! What becomes of one mail, worked out whole before anything is written: its decision, and the letters that it sends.

use super::prepare::{Desk, Prepared, prepare_row};
use crate::desk::arrival::{Arrival, Consent, Fresh};
use crate::desk::decision::{NewTicket, TicketChange};
use crate::desk::known::{Known, Question};
use crate::desk::{self, Decision, Explanation, TicketKey, TicketNumber};
use crate::letters::{self, Letter, Occasion};
use crate::mail::EmailAddress;
use crate::store::{PendingIntake, Settlement, Tx, View};
use anyhow::Context;
use jiff::Timestamp;

/// Decides what becomes of a mail in a dry run, and writes nothing.
///
/// # Errors
/// When the inbox is not in the config any more, or the store cannot be read.
pub fn consider(view: &View<'_>, prepared: &Prepared, desk: &Desk, now: Timestamp) -> anyhow::Result<Decision> {
    let fresh = Fresh {
        number: view.next_ticket_number()?,
        key: TicketKey(0),
    };
    let known = view.known(&prepared.question, None, now)?;
    decide((prepared, &known), (None, Consent::Needed), fresh, desk, now)
}

fn decide(
    (prepared, known): (&Prepared, &Known),
    (intake, consent): (Option<i64>, Consent<'_>),
    fresh: Fresh,
    desk: &Desk,
    now: Timestamp,
) -> anyhow::Result<Decision> {
    let (origin, policy) = (&prepared.origin, &desk.office.policy);
    let inbox = policy.inbox(&origin.inbox);
    let arrival = Arrival {
        inbox: inbox.context("the inbox is not in the config any more")?,
        received_at: origin.received_at,
        now,
        intake,
        fresh,
        authenticity: origin.authenticity,
        replies: origin.replies,
        dkim: &prepared.dkim,
        forwarded: prepared.forwarded.as_ref(),
        consent,
    };
    Ok(desk::decide(&prepared.mail, &prepared.clues, known, policy, &arrival))
}

/// What the mails of one round share: each sees what those before it are about to do.
pub(super) struct Round<'a> {
    view: &'a View<'a>,
    desk: &'a Desk,
    now: Timestamp,
    next_number: TicketNumber,
    /// The mails before, as far as later ones rest on what becomes of them.
    before: Vec<Question>,
    opened: Vec<(Option<EmailAddress>, String, TicketNumber)>,
}

/// What becomes of one mail, ready to be written down.
#[derive(Debug)]
pub(super) struct Verdict {
    intake: i64,
    question: Question,
    /// What it rests on.
    known: Known,
    decision: Decision,
    letters: Vec<Letter>,
    settlement: Settlement,
    /// What becomes of the held mail that it releases.
    released: Option<Box<Verdict>>,
    now: Timestamp,
}

impl<'a> Round<'a> {
    pub(super) fn new(view: &'a View<'a>, desk: &'a Desk, now: Timestamp) -> anyhow::Result<Self> {
        Ok(Self {
            view,
            desk,
            now,
            next_number: view.next_ticket_number()?,
            before: vec![],
            opened: vec![],
        })
    }

    /// Whether a mail has to wait until those before it are written down: a copy of one of them; an agent's, who may ask for
    /// what they change; and one of whose sender agents are told what else there is.
    pub(super) fn has_to_wait(&mut self, prepared: &Prepared) -> bool {
        let question = &prepared.question;
        let has_agents = !self.desk.office.policy.agents.is_empty();
        let rests_on = |other: &Question| {
            let is_copy = other.sha256 == question.sha256
                || (question.content_hash.is_some() && other.content_hash == question.content_hash);
            let is_theirs = has_agents && question.requester.is_some() && other.requester == question.requester;
            is_copy || is_theirs || question.agent.is_some()
        };
        let waits = self.before.iter().any(rests_on);
        self.before.push(question.clone());
        waits
    }

    /// Decides upon one mail, and writes its letters.
    pub(super) fn verdict(&mut self, row: &PendingIntake, prepared: &Prepared) -> anyhow::Result<Verdict> {
        let mut verdict = self.judge((row, prepared), Consent::Needed)?;
        if let TicketChange::Release { intake } = verdict.decision.effects.change {
            let (mut held, heard) = self.view.held_mail(intake)?;
            if self.desk.office.policy.inbox(&held.inbox).is_none() {
                // Its inbox left the config meanwhile: it goes on by the one she answered by.
                held.inbox.clone_from(&row.inbox);
            }
            let prepared = prepare_row(&held, self.desk)?;
            let released = self.judge((&held, &prepared), Consent::Given(&heard))?;
            verdict.settlement.ticket = released.settlement.ticket;
            verdict.released = Some(Box::new(released));
        }
        Ok(verdict)
    }

    fn judge(&mut self, (row, prepared): (&PendingIntake, &Prepared), consent: Consent<'_>) -> anyhow::Result<Verdict> {
        let mut known = self.view.known(&prepared.question, Some(row.id), self.now)?;
        self.foresee(&mut known);
        let fresh = Fresh {
            number: self.next_number,
            key: TicketKey(rand::random()),
        };
        let decision = decide((prepared, &known), (Some(row.id), consent), fresh, self.desk, self.now)?;
        let letters = self.letters(row, prepared, &decision)?;
        let opened = match &decision.effects.change {
            TicketChange::Open(new) => Some(self.reserve(new)),
            _ => None,
        };
        Ok(Verdict {
            intake: row.id,
            letters,
            settlement: Settlement {
                state: decision.evidence.state,
                ticket: decision.effects.change.ticket(),
                decision: serde_json::to_string(&Explanation::of(&decision, opened))?,
                set_aside: decision.evidence.set_aside.clone(),
                message_id: prepared.mail.message_id.clone(),
                content_hash: prepared.question.content_hash,
            },
            question: prepared.question.clone(),
            known,
            decision,
            released: None,
            now: self.now,
        })
    }

    fn letters(&self, row: &PendingIntake, prepared: &Prepared, decision: &Decision) -> anyhow::Result<Vec<Letter>> {
        let occasion = Occasion {
            mail: &prepared.mail,
            raw: &|| row.raw_mail(),
            html: prepared.shown_html.as_deref(),
            inbox: &prepared.origin.inbox,
            alignment: decision.evidence.alignment,
            alignment_reason: &decision.evidence.alignment_reason,
        };
        let about = (&decision.effects, Some(occasion));
        letters::write(&self.desk.office, self.view, about, self.now, rand::random::<u64>)
    }

    /// Its number is not given again in this round.
    fn reserve(&mut self, new: &NewTicket) -> TicketNumber {
        self.next_number = TicketNumber(new.number.0 + 1);
        self.opened.push((new.assignee.clone(), new.queue.clone(), new.number));
        new.number
    }

    /// Whose turn it is depends on the tickets before: they are about to be opened.
    fn foresee(&self, known: &mut Known) {
        for (assignee, queue, number) in &self.opened {
            let hers = known
                .loads
                .iter_mut()
                .filter(|load| Some(&load.agent) == assignee.as_ref());
            for load in hers {
                load.unsolved += 1;
                if load.queue == *queue {
                    load.newest = Some(*number);
                }
            }
        }
    }
}

impl Verdict {
    /// The mail's intake row.
    pub(super) fn intake(&self) -> i64 {
        self.intake
    }

    /// Whether what it rests on still stands.
    pub(super) fn stands(&self, tx: &Tx<'_>) -> anyhow::Result<bool> {
        let is_free = match &self.decision.effects.change {
            TicketChange::Open(new) => tx.next_ticket_number()? <= new.number,
            _ => true,
        };
        let released = self
            .released
            .as_ref()
            .map_or(Ok(true), |released| released.stands(tx))?;
        // Asked as of now: an answer that could be withdrawn may have fallen due since.
        let known = tx.known(&self.question, Some(self.intake), Timestamp::now())?;
        Ok(is_free && released && known == self.known)
    }

    /// Writes it down.
    pub(super) fn apply(&self, tx: &Tx<'_>) -> anyhow::Result<()> {
        let applied = tx.apply(&self.decision.effects, self.now)?;
        letters::queue(tx, &self.letters, applied.outgoing, self.now)?;
        if let Some(released) = &self.released {
            released.apply(tx)?;
        }
        tx.settle(self.intake, &self.settlement, self.now)?;
        tracing::debug!(
            intake = self.intake,
            state = ?self.settlement.state,
            class = ?self.decision.evidence.classification.class,
            ticket = self.settlement.ticket.map(|number| number.0),
            "mail handled"
        );
        Ok(())
    }
}
