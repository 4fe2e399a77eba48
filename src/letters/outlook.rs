//! A ticket as it will stand once the effects are applied: what the letters that go out with them tell of it.

use super::Writing;
use crate::desk::contact::Role;
use crate::desk::decision::{Edit, NewTicket, Opening, TicketChange};
use crate::desk::journal::{Change, Column};
use crate::desk::policy::InboxPolicy;
use crate::desk::ticket::{Priority, TicketStatus};
use crate::desk::{Ticket, TicketNumber};
use crate::mail::{EmailAddress, MessageId};
use anyhow::Context;

/// A ticket as it will stand.
pub(super) struct Outlook {
    pub(super) ticket: Ticket,
    pub(super) tags: Vec<String>,
}

impl Writing<'_> {
    /// The ticket that the effects are about; `None` when they are about none.
    pub(super) fn outlook(&self) -> anyhow::Result<Option<Outlook>> {
        match self.effects.change.ticket() {
            Some(number) => self.outlook_of(number),
            None => Ok(None),
        }
    }

    /// That ticket, and the inbox its mails go out from.
    pub(super) fn ticket_and_inbox(&self) -> anyhow::Result<(Outlook, &InboxPolicy)> {
        let outlook = self.outlook()?.context("the ticket of this mail is gone")?;
        let inbox = self.policy.outlet(&outlook.ticket);
        let inbox = inbox.context("there is no inbox in the config")?;
        Ok((outlook, inbox))
    }

    /// Any ticket, changed where the effects are about it.
    pub(super) fn outlook_of(&self, number: TicketNumber) -> anyhow::Result<Option<Outlook>> {
        let change = &self.effects.change;
        if let TicketChange::Open(new) = change
            && new.number == number
        {
            return Ok(Some(Outlook::of_new(new)));
        }
        let Some(ticket) = self.view.ticket(number)? else {
            return Ok(None);
        };
        let mut outlook = Outlook {
            ticket,
            tags: self.view.tags(number)?,
        };
        if change.ticket() == Some(number) {
            outlook.apply(change);
        }
        Ok(Some(outlook))
    }

    /// The ids of a ticket's mails, oldest first, and those that the effects add.
    pub(super) fn thread_ids(&self, number: TicketNumber) -> anyhow::Result<Vec<MessageId>> {
        let mut ids = self.view.thread_ids(number)?;
        let added = self.effects.change.messages().into_iter();
        let added = added.filter(|message| message.ticket == number && message.is_in_thread());
        for id in added.filter_map(|message| message.message_id.as_ref()) {
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
        Ok(ids)
    }

    /// Whether somebody takes part in a ticket, or does from now on.
    pub(super) fn takes_part(&self, ticket: &Ticket, address: &EmailAddress) -> anyhow::Result<bool> {
        let joins = match &self.effects.change {
            TicketChange::Work(work) => work.edits.contains(&Edit::Participant(address.clone())),
            _ => false,
        };
        let people = self.view.participants(ticket)?;
        let is_there = |role: Role| role.takes_part();
        Ok(joins
            || people
                .iter()
                .any(|person| is_there(person.role) && person.address == *address))
    }
}

impl Outlook {
    fn of_new(new: &NewTicket) -> Self {
        let ticket = Ticket {
            number: new.number,
            key: new.key,
            status: TicketStatus::New,
            subject: new.subject.clone(),
            requester: new.requester.clone(),
            requester_name: new.requester_name.clone(),
            queue: new.queue.clone(),
            assignee: new.assignee.clone(),
            priority: new.priority,
            inbox: new.inbox.clone(),
            language: new.language.clone(),
            solved_at: None,
        };
        let mut outlook = Self {
            ticket,
            tags: new.tags.clone(),
        };
        if let Opening::OnBehalf { edits, .. } = &new.opening {
            edits.iter().for_each(|edit| outlook.edit(edit));
        }
        outlook
    }

    fn apply(&mut self, change: &TicketChange) {
        match change {
            TicketChange::Append(append) => self.ticket.status = append.status.unwrap_or(self.ticket.status),
            TicketChange::Work(work) => work.edits.iter().for_each(|edit| self.edit(edit)),
            TicketChange::Undo { action, .. } => action.changes.iter().rev().for_each(|change| self.revert(change)),
            TicketChange::None
            | TicketChange::Open(_)
            | TicketChange::Merge { .. }
            | TicketChange::Release { .. }
            | TicketChange::Record { .. } => {}
        }
    }

    fn edit(&mut self, edit: &Edit) {
        match edit {
            Edit::Status(status) => self.ticket.status = *status,
            Edit::Assignee(agent) => self.ticket.assignee.clone_from(agent),
            Edit::Queue(queue) => self.ticket.queue.clone_from(queue),
            Edit::Priority(priority) => self.ticket.priority = *priority,
            Edit::Tag(tag) => self.tag(tag),
            Edit::Untag(tag) => self.tags.retain(|known| known != tag),
            Edit::Field { .. } | Edit::Participant(_) | Edit::Merge(_) => {}
        }
    }

    fn revert(&mut self, change: &Change) {
        match change {
            Change::Status { before, .. } => self.ticket.status = *before,
            Change::Text { column, before, .. } => match column {
                Column::Assignee => self.ticket.assignee = EmailAddress::parse(before),
                Column::Queue => self.ticket.queue.clone_from(before),
                Column::Priority => self.ticket.priority = Priority::parse(before).unwrap_or_default(),
            },
            Change::Tagged(tag) => self.tags.retain(|known| *known != tag.tag),
            Change::Untagged(tag) => self.tag(&tag.tag),
            Change::Field { .. } | Change::Joined { .. } | Change::Merged { .. } => {}
        }
    }

    fn tag(&mut self, tag: &str) {
        if !self.tags.iter().any(|known| known == tag) {
            self.tags.push(tag.to_owned());
            self.tags.sort();
        }
    }
}

#[cfg(test)]
mod tests;
