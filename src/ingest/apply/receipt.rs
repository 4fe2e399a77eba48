//! What the agent who wrote is told: receipts, answers to her questions, and requests for consent.

use super::{Application, Applied};
use crate::desk::command::SYNTAX;
use crate::desk::decision::{MailContent, MailKind, PlannedMail, Receipt as Told};
use crate::desk::held::HeldReason;
use crate::desk::policy::AgentPolicy;
use crate::desk::token::timed_nonce;
use crate::desk::{Ticket, TicketKey, TicketNumber};
use crate::mail::{EmailAddress, InboundMail};
use crate::notice::enqueue;
use crate::store::{Change, Column, TicketDetail, TicketLine, Withdrawn};
use crate::template::outgoing::{self, AgentLetter, Thread};
use crate::template::{
    Colleague, Confirmed, EventLine, HeldContext, MOST_ROWS, MessageExcerpt, Receipt, ReceiptContext, Refusal,
    TicketFacts, TicketRow, Told as Sentence, Undone,
};
use anyhow::Context;

impl Application<'_> {
    /// Writes and queues a mail to the agent who wrote this one.
    pub(super) fn tell_writer(&self, planned: &PlannedMail, applied: &Applied) -> anyhow::Result<()> {
        let policy = &self.desk.policy;
        let agent = policy
            .agent(&planned.to)
            .context("the agent is not in the config any more")?;
        let ticket = applied
            .ticket
            .map(|number| self.tx.ticket(number))
            .transpose()?
            .flatten();
        let inbox = policy.inbox(&self.prepared.origin.inbox);
        let inbox = inbox.context("the inbox is not in the config any more")?;
        let thread = answering(&self.prepared.mail);
        let letter = |key: Option<TicketKey>| AgentLetter {
            agent,
            inbox,
            key,
            thread: &thread,
            nonce: timed_nonce(self.now, (self.draw)()),
            serial: (self.draw)() as u32,
            now: self.now,
        };
        match &planned.content {
            MailContent::Held(reasons) => {
                let letter = letter(applied.code);
                let mail = self.ask(&letter, reasons, ticket.as_ref())?;
                enqueue(self.tx, &letter, applied.ticket, MailKind::Held, mail)
            }
            MailContent::Receipt(told) => {
                if told.most_an_hour().is_some() {
                    self.tx.count_receipt(&agent.address, self.now)?;
                }
                let letter = letter(ticket.as_ref().map(|ticket| ticket.key));
                let mail = self.tell(&letter, told, ticket.as_ref(), applied)?;
                enqueue(self.tx, &letter, applied.ticket, MailKind::Receipt, mail)
            }
            MailContent::OfItsKind | MailContent::Notification(_) => anyhow::bail!("a receipt says nothing"),
        }
    }

    fn ask(
        &self,
        letter: &AgentLetter<'_>,
        reasons: &[HeldReason],
        ticket: Option<&Ticket>,
    ) -> anyhow::Result<outgoing::Outgoing> {
        let policy = &self.desk.policy;
        let mail = &self.prepared.mail;
        let from = mail
            .from
            .iter()
            .chain(&mail.further_from)
            .map(|mailbox| match mailbox.name.as_str() {
                "" => mailbox.address.to_string(),
                name => format!("{name} <{}>", mailbox.address),
            });
        let colleague = reasons.iter().find_map(|reason| match reason {
            HeldReason::Collision { by, text, .. } => Some(Colleague {
                name: policy.agent(by).map_or(by.as_str(), |agent| agent.name.as_str()),
                text,
            }),
            _ => None,
        });
        let context = HeldContext {
            language: &policy.default_language,
            ticket: ticket.map(|ticket| ticket.number),
            subject: ticket.map_or(&mail.subject, |ticket| &ticket.subject),
            subject_tag: &self.tag(ticket),
            from: &from.collect::<Vec<_>>().join(", "),
            reasons,
            text: &mail.text,
            colleague,
        };
        Ok(outgoing::held(letter, &context, policy, &self.desk.templates)?)
    }

    fn tell(
        &self,
        letter: &AgentLetter<'_>,
        told: &Told,
        ticket: Option<&Ticket>,
        applied: &Applied,
    ) -> anyhow::Result<outgoing::Outgoing> {
        let policy = &self.desk.policy;
        let write = |receipt: Receipt<'_>| -> anyhow::Result<outgoing::Outgoing> {
            let context = ReceiptContext {
                language: &policy.default_language,
                time_zone: &policy.time_zone,
                subject: ticket.map_or(&self.prepared.mail.subject, |ticket| &ticket.subject),
                subject_tag: &self.tag(ticket),
                receipt,
            };
            Ok(outgoing::receipt(letter, &context, policy, &self.desk.templates)?)
        };
        let text = &self.prepared.mail.reply;
        let number = ticket.map(|ticket| ticket.number);
        let said = |what, text| write(Receipt::Told { what, text });
        match told {
            Told::Refused(error) => write(Receipt::Refused(Refusal { error, text })),
            Told::Opened { not_confirmed, .. } => {
                let ticket = ticket.context("the ticket of this receipt is gone")?;
                write(Receipt::Opened {
                    number: ticket.number,
                    customer_name: &ticket.requester_name,
                    customer: ticket.requester.as_ref(),
                    confirmation: match not_confirmed {
                        None => Confirmed::Sent,
                        Some(why) => Confirmed::NotSent { why },
                    },
                })
            }
            Told::Undone => self.tell_undone(applied, write),
            Told::TooLarge => write(Receipt::TooLarge {
                size: self
                    .prepared
                    .mail
                    .attachments
                    .iter()
                    .map(|attachment| attachment.size)
                    .sum(),
                most: letter.inbox.max_message,
                text,
            }),
            Told::NobodyToAnswer => said(Sentence::NobodyToAnswer, text),
            Told::CustomerIsOurs => said(Sentence::CustomerIsOurs, text),
            Told::NothingToSend => said(Sentence::NothingToSend, ""),
            Told::NotForwarded(_) => said(Sentence::NotForwarded, ""),
            Told::NothingToUndo => said(Sentence::NothingToUndo, ""),
            Told::NotReleased(refusal) => said(Sentence::NotReleased(*refusal), ""),
            Told::Why => self.tell_why(number, write),
            Told::Ticket(number) => self.tell_ticket(*number, write),
            Told::List => self.tell_list(letter.agent, write),
            Told::Help => {
                let commands: Vec<(&str, &str)> = SYNTAX.iter().map(|(name, form)| (name.key(), *form)).collect();
                write(Receipt::Help { commands: &commands })
            }
        }
    }

    fn tag(&self, ticket: Option<&Ticket>) -> String {
        let keys = &self.desk.policy.keys;
        ticket
            .map(|ticket| keys.subject_tag(ticket.number, ticket.key))
            .unwrap_or_default()
    }

    fn tell_undone<T>(&self, applied: &Applied, write: impl Fn(Receipt<'_>) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let (changes, withdrawn) = applied.undone.as_ref().context("nothing was taken back")?;
        let policy = &self.desk.policy;
        let mut what: Vec<Undone<'_>> = match withdrawn {
            Withdrawn::NothingSent => vec![],
            Withdrawn::All => vec![Undone::AnswerWithdrawn],
            Withdrawn::TooLate => vec![Undone::AnswerAlreadySent],
        };
        let addresses: Vec<Option<EmailAddress>> = changes.iter().map(assigned_before).collect();
        for (change, address) in changes.iter().zip(&addresses) {
            let agent = address.as_ref().and_then(|address| policy.agent(address));
            what.push(undone(change, agent));
        }
        let number = applied.ticket.context("the ticket of this receipt is gone")?;
        write(Receipt::Undone { number, what: &what })
    }

    fn detail(&self, number: TicketNumber) -> anyhow::Result<TicketDetail> {
        self.tx.ticket_detail(number)?.context("the ticket is gone")
    }

    fn tell_why<T>(
        &self,
        number: Option<TicketNumber>,
        write: impl Fn(Receipt<'_>) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let number = number.context("the ticket of this receipt is gone")?;
        let detail = self.detail(number)?;
        let line = |event| {
            let event: &crate::store::EventEntry = event;
            EventLine {
                at: event.at,
                kind: &event.kind,
                by: &event.by,
                detail: &event.detail,
            }
        };
        let events: Vec<EventLine<'_>> = detail.events.iter().map(line).collect();
        write(Receipt::Why {
            number,
            events: &events,
        })
    }

    fn tell_ticket<T>(
        &self,
        number: TicketNumber,
        write: impl Fn(Receipt<'_>) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let detail = self.detail(number)?;
        let ticket = self.tx.ticket(detail.head.number)?.context("the ticket is gone")?;
        let from = |message: &crate::store::MessageEntry| match &message.from {
            Some(from) if !from.name.is_empty() => from.name.clone(),
            Some(from) => from.address.to_string(),
            None => String::new(),
        };
        let senders: Vec<String> = detail.messages.iter().map(from).collect();
        let messages: Vec<MessageExcerpt<'_>> = detail
            .messages
            .iter()
            .zip(&senders)
            .map(|(message, from)| MessageExcerpt {
                at: message.at,
                from,
                text: &message.reply,
            })
            .collect();
        let ticket = TicketFacts::of(&ticket, &detail.head.tags, &self.desk.policy);
        write(Receipt::Ticket {
            ticket,
            messages: &messages,
        })
    }

    fn tell_list<T>(&self, agent: &AgentPolicy, write: impl Fn(Receipt<'_>) -> anyhow::Result<T>) -> anyhow::Result<T> {
        // One more than is shown, so that the reader learns that there are more.
        let lines = self
            .tx
            .unsolved(&agent.queues, &agent.address, u32::try_from(MOST_ROWS + 1)?)?;
        let row = |line| {
            let line: &TicketLine = line;
            TicketRow {
                number: line.number,
                status: line.status,
                age: self.now.duration_since(line.created_at),
                requester: &line.requester,
                subject: &line.subject,
            }
        };
        let rows: Vec<TicketRow<'_>> = lines.iter().map(row).collect();
        write(Receipt::List { rows: &rows })
    }
}

/// The thread of an answer to that mail.
fn answering(mail: &InboundMail) -> Thread {
    Thread {
        in_reply_to: mail.message_id.clone(),
        references: mail.references.iter().chain(&mail.message_id).cloned().collect(),
    }
}

fn assigned_before(change: &Change) -> Option<EmailAddress> {
    match change {
        Change::Text {
            column: Column::Assignee,
            before,
            ..
        } => EmailAddress::parse(before),
        _ => None,
    }
}

fn undone<'a>(change: &'a Change, assignee: Option<&'a AgentPolicy>) -> Undone<'a> {
    match change {
        Change::Status { before, .. } => Undone::Status(*before),
        Change::Text { column, before, .. } => match column {
            Column::Assignee => Undone::Assignee(assignee.map(|agent| agent.name.as_str())),
            Column::Queue => Undone::Queue(before),
            Column::Priority => Undone::Priority(crate::desk::ticket::Priority::parse(before).unwrap_or_default()),
        },
        Change::Tagged(tag) => Undone::TagRemoved(&tag.tag),
        Change::Untagged(tag) => Undone::TagRestored(&tag.tag),
        Change::Field { name, .. } => Undone::Field(name),
        Change::Joined { address, .. } => Undone::Participant(address),
        Change::Merged { ticket, .. } => Undone::Merge(*ticket),
    }
}
