//! What the agent who wrote is told of her mail, and what she asked to know.

use super::agent::AgentLetter;
use super::outlook::Outlook;
use super::{Letter, Record, Writing};
use crate::desk::command::SYNTAX;
use crate::desk::decision::{Edit, MailContent, MailKind, PlannedMail, Receipt as Told, TicketChange};
use crate::desk::journal::{Change, Column, Withdrawn};
use crate::desk::policy::AgentPolicy;
use crate::desk::ticket::Priority;
use crate::desk::token::Purpose;
use crate::desk::{Ticket, TicketNumber};
use crate::mail::EmailAddress;
use crate::mail::outbound::Own;
use crate::store::{EventEntry, MessageEntry, TicketLine};
use crate::template::{
    Confirmed, EventLine, MOST_ROWS, MessageExcerpt, Receipt, ReceiptContext, Refusal, Rendered, TicketFacts,
    TicketRow, Told as Sentence, Undone,
};
use anyhow::Context;

impl Writing<'_> {
    /// A mail to the agent who wrote this one.
    pub(super) fn receipt(&self, planned: &PlannedMail) -> anyhow::Result<Letter> {
        let MailContent::Receipt(told) = &planned.content else {
            anyhow::bail!("a receipt says nothing");
        };
        let outlook = self.outlook()?;
        let ticket = outlook.as_ref().map(|outlook| &outlook.ticket);
        let letter = self.to_writer(&planned.to, ticket.map(|ticket| ticket.key))?;
        let rendered = self.tell(&letter, told, outlook.as_ref())?;
        let sheet = letter.sheet(self, self.policy.desk_name.clone(), Purpose::AgentReply);
        let kind = (MailKind::Receipt, ticket.map(|ticket| ticket.number));
        let composed = self.compose(kind, [(sheet, rendered)], Own::Words, Default::default())?;
        Ok(composed.context("a receipt goes to one agent")?.letter(Record::Nothing))
    }

    fn words(&self, ticket: Option<&Ticket>, receipt: Receipt<'_>) -> anyhow::Result<Rendered> {
        let policy = self.policy;
        let subject = self.occasion.map_or("", |occasion| &occasion.mail.subject);
        Ok(self.templates.receipt(&ReceiptContext {
            language: &policy.default_language,
            time_zone: &policy.time_zone,
            subject: ticket.map_or(subject, |ticket| &ticket.subject),
            subject_tag: &self.tag(ticket),
            receipt,
        })?)
    }

    fn tell(&self, letter: &AgentLetter<'_>, told: &Told, outlook: Option<&Outlook>) -> anyhow::Result<Rendered> {
        let ticket = outlook.map(|outlook| &outlook.ticket);
        let write = |receipt| self.words(ticket, receipt);
        let said = |what, text| write(Receipt::Told { what, text });
        let mail = self.occasion.context("there is no mail that could be answered")?.mail;
        let text = mail.reply.as_str();
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
            Told::Undone => self.tell_undone(ticket),
            Told::TooLarge => write(Receipt::TooLarge {
                size: mail.attachments.iter().map(|attachment| attachment.size).sum(),
                most: letter.inbox.max_message,
                text,
            }),
            Told::NobodyToAnswer => said(Sentence::NobodyToAnswer, text),
            Told::CustomerIsOurs => said(Sentence::CustomerIsOurs, text),
            Told::NothingToSend => said(Sentence::NothingToSend, ""),
            Told::NotForwarded(_) => said(Sentence::NotForwarded, ""),
            Told::NothingToUndo => said(Sentence::NothingToUndo, ""),
            Told::NotReleased(refusal) => said(Sentence::NotReleased(*refusal), ""),
            Told::Why => self.tell_why(ticket),
            Told::Ticket(number) => self.tell_ticket(ticket, *number),
            Told::List => self.tell_list(ticket, letter.agent),
            Told::Help => {
                let commands: Vec<(&str, &str)> = SYNTAX.iter().map(|(name, form)| (name.key(), *form)).collect();
                write(Receipt::Help { commands: &commands })
            }
        }
    }

    /// The tag in the subjects of a ticket's mails; empty without a ticket.
    pub(super) fn tag(&self, ticket: Option<&Ticket>) -> String {
        let keys = &self.policy.keys;
        ticket
            .map(|ticket| keys.subject_tag(ticket.number, ticket.key))
            .unwrap_or_default()
    }

    fn tell_undone(&self, ticket: Option<&Ticket>) -> anyhow::Result<Rendered> {
        let TicketChange::Undo {
            ticket: number, action, ..
        } = &self.effects.change
        else {
            anyhow::bail!("nothing was taken back");
        };
        let withdrawn = match action.withdrawn {
            Withdrawn::NothingSent => None,
            Withdrawn::All => Some(Undone::AnswerWithdrawn),
            Withdrawn::TooLate => Some(Undone::AnswerAlreadySent),
        };
        let addresses: Vec<Option<EmailAddress>> = action.changes.iter().map(assigned_before).collect();
        let reverted = action.changes.iter().zip(&addresses).map(|(change, address)| {
            let agent = address.as_ref().and_then(|address| self.policy.agent(address));
            undone(change, agent)
        });
        let what: Vec<Undone<'_>> = withdrawn.into_iter().chain(reverted).collect();
        let number = *number;
        self.words(ticket, Receipt::Undone { number, what: &what })
    }

    /// What happened so far, and what happens with this mail.
    fn tell_why(&self, ticket: Option<&Ticket>) -> anyhow::Result<Rendered> {
        let number = ticket.context("the ticket of this receipt is gone")?.number;
        let detail = self.view.ticket_detail(number)?;
        let happens = self.effects.change.events().iter().map(|event| EventEntry {
            at: self.now,
            kind: event.kind.as_str().to_owned(),
            by: event.by.clone(),
            detail: event.detail.clone(),
        });
        let events = detail.map(|detail| detail.events).unwrap_or_default();
        let events: Vec<EventEntry> = events.into_iter().chain(happens).collect();
        let line = |event| {
            let event: &EventEntry = event;
            EventLine {
                at: event.at,
                kind: &event.kind,
                by: &event.by,
                detail: &event.detail,
            }
        };
        let events: Vec<EventLine<'_>> = events.iter().map(line).collect();
        let events = &events;
        self.words(ticket, Receipt::Why { number, events })
    }

    fn tell_ticket(&self, about: Option<&Ticket>, number: TicketNumber) -> anyhow::Result<Rendered> {
        let detail = self.view.ticket_detail(number)?.context("the ticket is gone")?;
        let outlook = self.outlook_of(detail.head.number)?.context("the ticket is gone")?;
        let from = |message: &MessageEntry| match &message.from {
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
        let ticket = TicketFacts::of(&outlook.ticket, &outlook.tags, self.policy);
        let messages = &messages;
        self.words(about, Receipt::Ticket { ticket, messages })
    }

    /// What is unsolved in her queues or hers, the ticket of this mail as it will stand.
    fn tell_list(&self, about: Option<&Ticket>, agent: &AgentPolicy) -> anyhow::Result<Rendered> {
        // One more than is shown, so that the reader learns that there are more; another one may leave the list.
        let mut lines = self
            .view
            .unsolved(&agent.queues, &agent.address, u32::try_from(MOST_ROWS + 2)?)?;
        if let Some(ticket) = about {
            lines.retain(|line| line.number != ticket.number);
            let is_hers = agent.serves(&ticket.queue) || ticket.assignee.as_ref() == Some(&agent.address);
            if is_hers && ticket.status.is_unsolved() && !self.ends(ticket.number) {
                let line = self.view.ticket_line(ticket.number)?;
                lines.extend(line.map(|line| TicketLine {
                    status: ticket.status,
                    ..line
                }));
                lines.sort_by_key(|line| line.number);
            }
        }
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
        let rows: Vec<TicketRow<'_>> = lines.iter().take(MOST_ROWS + 1).map(row).collect();
        self.words(about, Receipt::List { rows: &rows })
    }

    /// Whether the effects merge the ticket into another.
    fn ends(&self, number: TicketNumber) -> bool {
        match &self.effects.change {
            TicketChange::Work(work) => {
                work.ticket == number && work.edits.iter().any(|edit| matches!(edit, Edit::Merge(_)))
            }
            _ => false,
        }
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
            Column::Priority => Undone::Priority(Priority::parse(before).unwrap_or_default()),
        },
        Change::Tagged(tag) => Undone::TagRemoved(&tag.tag),
        Change::Untagged(tag) => Undone::TagRestored(&tag.tag),
        Change::Field { name, .. } => Undone::Field(name),
        Change::Joined { address, .. } => Undone::Participant(address),
        Change::Merged { ticket, .. } => Undone::Merge(*ticket),
    }
}
