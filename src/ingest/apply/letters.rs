//! The mails that a decision sends.

use super::{Application, Applied};
use crate::desk::decision::{
    AgentMessage, AgentWork, MailContent, MailKind, MessageForm, PlannedMail, Shown as Place, TicketChange,
};
use crate::desk::policy::InboxPolicy;
use crate::desk::{Decision, Ticket, TicketNumber};
use crate::mail::forwarded::forwarded;
use crate::mail::outbound::Enclosure;
use crate::mail::{InboundMail, Mailbox, MessageId, ParseLimits, RawMail};
use crate::notice::{Bulletin, Shown};
use crate::store::{Allowance, CustomerMessage, Direction, NewMessage, NewOutboxRow, compress};
use crate::template::outgoing::{self, AnswerLetter, ForwardLetter, Letter, Outgoing, Thread};
use crate::template::{FileFacts, QuotedMessage, SenderProof};
use anyhow::Context;

impl Application<'_> {
    /// Writes and queues the mails of a decision.
    pub(super) fn send(&self, decision: &Decision, applied: &Applied) -> anyhow::Result<()> {
        let of = |kind| decision.mails.iter().filter(move |mail| mail.sent && mail.kind == kind);
        for planned in of(MailKind::Receipt).chain(of(MailKind::Held)) {
            self.tell_writer(planned, applied)?;
        }
        let Some(number) = applied.ticket else { return Ok(()) };
        for planned in of(MailKind::Confirmation) {
            self.confirm(number, planned)?;
        }
        if let TicketChange::Work(work) = &decision.change {
            self.send_out(work, applied)?;
        }
        let notifications: Vec<&PlannedMail> = of(MailKind::Notification).collect();
        if !notifications.is_empty() {
            self.notify(decision, number, &notifications)?;
        }
        Ok(())
    }

    fn ticket_and_inbox(&self, number: TicketNumber) -> anyhow::Result<(Ticket, &InboxPolicy)> {
        let ticket = self.tx.ticket(number)?.context("the ticket of this mail is gone")?;
        let inbox = self
            .desk
            .policy
            .outlet(&ticket)
            .context("there is no inbox in the config")?;
        Ok((ticket, inbox))
    }

    fn confirm(&self, number: TicketNumber, planned: &PlannedMail) -> anyhow::Result<()> {
        let (ticket, inbox) = self.ticket_and_inbox(number)?;
        let (thread, name) = self.confirmed(&ticket, planned)?;
        let letter = Letter {
            ticket: &ticket,
            inbox,
            thread: &thread,
            nonce: (self.draw)(),
            serial: (self.draw)() as u32,
            now: self.now,
        };
        let (policy, templates) = (&self.desk.policy, &self.desk.templates);
        let outgoing = outgoing::confirmation(&letter, (planned, &name), policy, templates)?;
        let message = self
            .tx
            .add_message(&confirmation_message(number, planned, &outgoing, self))?;
        self.enqueue(&letter, (Some(message), planned.kind), Allowance::Counted, outgoing)
    }

    /// The mail that a confirmation answers, and the customer's name: this mail, or what is on the ticket already.
    fn confirmed(&self, ticket: &Ticket, planned: &PlannedMail) -> anyhow::Result<(Thread, String)> {
        let mail = &self.prepared.mail;
        let mut people = mail.from.iter().chain(&mail.reply_to);
        if let Some(writer) = people.find(|person| person.address == planned.to) {
            let references = mail.references.iter().chain(&mail.message_id).cloned().collect();
            let thread = Thread {
                in_reply_to: mail.message_id.clone(),
                references,
            };
            return Ok((thread, writer.name.clone()));
        }
        let thread = Thread::behind(self.tx.thread_ids(ticket.number)?);
        Ok((thread, ticket.requester_name.clone()))
    }

    /// An agent's answer to everybody who gets it, or what she passes on.
    fn send_out(&self, work: &AgentWork, applied: &Applied) -> anyhow::Result<()> {
        let (Some(message), Some(row)) = (&work.message, applied.outgoing) else {
            return Ok(());
        };
        let to = match &message.form {
            MessageForm::Answer { to } => to.as_slice(),
            MessageForm::Forward { to } => std::slice::from_ref(to),
            MessageForm::Note | MessageForm::SentAround => return Ok(()),
        };
        let (ticket, inbox) = self.ticket_and_inbox(work.ticket)?;
        let agent = self
            .desk
            .policy
            .agent(&work.agent)
            .context("the agent is not in the config any more")?;
        let is_answer = matches!(message.form, MessageForm::Answer { .. });
        let last = self.last_shown(&ticket, &message.form)?;
        let thread = match is_answer {
            true => answering(last.as_ref(), self.tx.thread_ids(ticket.number)?),
            false => Thread::default(),
        };
        let (inline, mut attached) = self.enclosures(message)?;
        if !is_answer {
            attached.extend(self.files_of(last.as_ref())?);
        }
        let answer = AnswerLetter {
            agent,
            text: &message.text,
            html: message.html.as_deref(),
            quoted: last.as_ref().filter(|_| !message.is_interleaved).map(quoted),
            to,
            inline: &inline,
            attached: &attached,
        };
        let nonce = (self.draw)();
        let (policy, templates) = (&self.desk.policy, &self.desk.templates);
        for recipient in to {
            let letter = Letter {
                ticket: &ticket,
                inbox,
                thread: &thread,
                nonce,
                serial: (self.draw)() as u32,
                now: self.now,
            };
            let (kind, outgoing) = match is_answer {
                true => (
                    MailKind::Answer,
                    outgoing::answer(&letter, (&answer, recipient), policy, templates)?,
                ),
                false => {
                    let forward = ForwardLetter { answer, to: recipient };
                    (
                        MailKind::Forward,
                        outgoing::forward(&letter, &forward, policy, templates)?,
                    )
                }
            };
            self.tx.name_message(row, ticket.number, &outgoing.message_id)?;
            self.enqueue(&letter, (Some(row), kind), Allowance::Free, outgoing)?;
        }
        Ok(())
    }

    /// The message that goes out beneath hers. Somebody on the ticket is shown no stranger's words, nor a forger's.
    fn last_shown(&self, ticket: &Ticket, form: &MessageForm) -> anyhow::Result<Option<CustomerMessage>> {
        let MessageForm::Forward { to } = form else {
            return self.tx.last_of_requester(ticket);
        };
        let people = self.tx.participants(ticket)?;
        let mut people = people.iter();
        match people.any(|person| person.role.takes_part() && person.address == *to) {
            true => self.tx.last_of_requester(ticket),
            false => self.tx.last_received(ticket.number),
        }
    }

    /// What of an agent's attachments goes out with her message: shown inside, and beside it.
    fn enclosures(&self, message: &AgentMessage) -> anyhow::Result<(Vec<Enclosure>, Vec<Enclosure>)> {
        let (mut inline, mut attached) = (vec![], vec![]);
        if message.enclosed.is_empty() {
            return Ok((inline, attached));
        }
        let indexes: Vec<usize> = message.enclosed.iter().map(|enclosed| enclosed.index).collect();
        for (index, enclosure) in enclosures(&self.prepared.mail, &self.raw()?, &indexes) {
            let mut shown = message.enclosed.iter().filter(|enclosed| enclosed.index == index);
            match shown.next().map(|enclosed| enclosed.shown) {
                Some(Place::Inline) => inline.push(enclosure),
                _ => attached.push(enclosure),
            }
        }
        Ok((inline, attached))
    }

    /// What a customer attached to the message that is passed on.
    /// An agent's forward of it shows her, and so only what is inside goes out.
    fn files_of(&self, message: Option<&CustomerMessage>) -> anyhow::Result<Vec<Enclosure>> {
        let Some(message) = message else { return Ok(vec![]) };
        let row = message.intake.map(|row| self.tx.intake(row)).transpose()?.flatten();
        let Some(row) = row else { return Ok(vec![]) };
        let (raw, limits) = (super::super::raw(&row)?, ParseLimits::default());
        let mail = InboundMail::parse(&raw, &limits);
        let is_theirs = mail
            .sole_sender()
            .is_some_and(|from| from.address == message.from.address);
        match forwarded(&mail, &raw, &limits) {
            Ok(forwarded) if !is_theirs => {
                let (mail, raw) = forwarded.holder(&mail, &raw);
                Ok(beside(mail, raw, &forwarded.original.attachments))
            }
            _ => Ok(beside(&mail, &raw, &(0..mail.attachments.len()).collect::<Vec<_>>())),
        }
    }

    fn notify(&self, decision: &Decision, number: TicketNumber, planned: &[&PlannedMail]) -> anyhow::Result<()> {
        let (ticket, _) = self.ticket_and_inbox(number)?;
        let about = self.about(decision, &ticket)?;
        let files: Vec<FileFacts<'_>> = about.inline.iter().chain(&about.attached).map(facts).collect();
        let left_out: Vec<FileFacts<'_>> = about
            .left_out
            .iter()
            .map(|(name, size)| FileFacts { name, size: *size })
            .collect();
        let shown = Shown {
            writer: about.writer.as_ref(),
            proof: about.is_this_mail.then_some(SenderProof {
                alignment: decision.alignment,
                reason: &decision.alignment_reason,
            }),
            marks: marks(decision),
            text: &about.text,
            html: about.html.as_deref(),
            inline: &about.inline,
            attached: &about.attached,
            files: &files,
            left_out: &left_out,
        };
        let (policy, templates) = (&self.desk.policy, &self.desk.templates);
        let bulletin = Bulletin::of(self.tx, &ticket, shown, (policy, templates), self.now)?;
        for mail in planned {
            let agent = policy
                .agent(&mail.to)
                .context("the agent is not in the config any more")?;
            if let MailContent::Notification(cause) = &mail.content {
                bulletin.tell(self.tx, agent, cause, self.draw)?;
            }
        }
        Ok(())
    }

    fn enqueue(
        &self,
        letter: &Letter<'_>,
        (message, kind): (Option<i64>, MailKind),
        allowance: Allowance,
        outgoing: Outgoing,
    ) -> anyhow::Result<()> {
        let delay = match kind {
            MailKind::Answer | MailKind::Forward => self.desk.policy.answers.send_delay,
            _ => jiff::SignedDuration::ZERO,
        };
        let row = NewOutboxRow {
            ticket: Some(letter.ticket.number),
            message,
            kind,
            inbox: letter.inbox.name.clone(),
            envelope: outgoing.envelope,
            message_id: outgoing.message_id,
            octets: compress(&outgoing.octets)?,
            serial: u32::from_be_bytes(outgoing.serial.0),
            not_before: self.now + delay,
            allowance,
        };
        self.tx.enqueue(&row, self.now)?;
        Ok(())
    }
}

/// The thread of an answer to the customer's last mail, whatever went out since.
fn answering(last: Option<&CustomerMessage>, references: Vec<MessageId>) -> Thread {
    let answered = last.and_then(|last| last.message_id.clone());
    Thread {
        in_reply_to: answered.or_else(|| references.last().cloned()),
        references,
    }
}

/// Those of these attachments that no text shows.
fn beside(mail: &InboundMail, raw: &RawMail, indices: &[usize]) -> Vec<Enclosure> {
    let is_beside = |index: usize| mail.attachments.get(index).is_some_and(|it| !it.inline);
    let beside = indices.iter().copied().filter(|&index| is_beside(index));
    let beside: Vec<usize> = beside.collect();
    enclosures(mail, raw, &beside)
        .into_iter()
        .map(|(_, enclosure)| enclosure)
        .collect()
}

/// These attachments of a mail, which is read once for all of them; one that can't be read is left out.
pub(super) fn enclosures(mail: &InboundMail, raw: &RawMail, indexes: &[usize]) -> Vec<(usize, Enclosure)> {
    let octets = mail.attachments_octets(raw, indexes);
    let found = indexes.iter().zip(octets).filter_map(|(&index, octets)| {
        let attachment = mail.attachments.get(index)?;
        let enclosure = Enclosure {
            name: attachment.name.clone(),
            media_type: attachment.media_type.clone(),
            content_id: attachment.content_id.clone(),
            octets: octets?,
        };
        Some((index, enclosure))
    });
    found.collect()
}

fn facts(enclosure: &Enclosure) -> FileFacts<'_> {
    FileFacts {
        name: &enclosure.name,
        size: enclosure.octets.len() as u64,
    }
}

fn marks(decision: &Decision) -> &[crate::desk::decision::Mark] {
    match &decision.change {
        TicketChange::Open(new) => &new.marks,
        TicketChange::Append(append) => &append.marks,
        _ => &[],
    }
}

fn quoted(message: &CustomerMessage) -> QuotedMessage<'_> {
    QuotedMessage {
        at: message.at,
        from: &message.from,
        text: &message.text,
    }
}

fn confirmation_message(
    ticket: TicketNumber,
    planned: &PlannedMail,
    outgoing: &Outgoing,
    application: &Application<'_>,
) -> NewMessage {
    NewMessage {
        ticket,
        at: application.now,
        direction: Direction::Out,
        kind: planned.kind.as_str().to_owned(),
        from: Some(outgoing.from.clone()),
        to: vec![Mailbox {
            name: String::new(),
            address: planned.to.clone(),
        }],
        message_id: Some(outgoing.message_id.clone()),
        references: vec![],
        subject: outgoing.subject.clone(),
        text: outgoing.text.clone(),
        reply: None,
        attachments: vec![],
        marks: vec![],
        intake: None,
        author: None,
    }
}
