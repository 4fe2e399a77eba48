//! What the store knows that bears on one mail.

use super::View;
use super::outbox::{left_in_hour, left_on_ticket, left_to_address};
use super::value::{Name, head, id_head};
use crate::desk::contact::{Contact, Participant, Role};
use crate::desk::known::{Candidate, Duplicate, DuplicateOf, IdRole, Known, Question, SameBy};
use crate::desk::{Ticket, TicketKey, TicketNumber};
use crate::mail::{EmailAddress, MessageId};
use anyhow::Context;
use jiff::Timestamp;
use rusqlite::Row;
use std::collections::{BTreeMap, HashMap};

impl View<'_> {
    /// Answers the question of intake row `intake`, `None` in a dry run: copies are looked for among the others that came
    /// to something.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn known(&self, question: &Question, intake: Option<i64>, now: Timestamp) -> anyhow::Result<Known> {
        let intake = intake.unwrap_or(i64::MAX);
        let requester = question.requester.as_ref();
        Ok(Known {
            duplicate: self.duplicate(question, intake).context("looking for a copy")?,
            candidates: self.candidates(question, now).context("looking for tickets")?,
            contact: requester.map(|address| self.contact(address)).transpose()?.flatten(),
            to_address: requester
                .map(|address| left_to_address(self, address, question.limits.per_address_per_day, now))
                .transpose()?
                .unwrap_or_default(),
            in_hour: left_in_hour(self, question.limits.per_hour, now)?,
            reported: self.reported(&question.reported)?,
            loads: self.loads(question).context("counting agents' tickets")?,
            agent: self
                .agent_known(question, intake, now)
                .context("looking at an agent's mails")?,
        })
    }

    fn duplicate(&self, question: &Question, intake: i64) -> rusqlite::Result<Option<Duplicate>> {
        let read = |by| {
            move |row: &Row<'_>| {
                Ok(Duplicate {
                    intake: row.get(0)?,
                    ticket: row.get::<_, Option<i64>>(1)?.map(TicketNumber),
                    state: match row.get_ref(2)?.as_str()? {
                        "ticket" => DuplicateOf::Opening,
                        _ => DuplicateOf::Other,
                    },
                    by,
                })
            }
        };
        let by_octets = self.first(
            "SELECT id, (SELECT coalesce(merged_into, number) FROM ticket WHERE number = intake.ticket), state
             FROM intake WHERE sha_head = ?1 AND sha256 = ?2 AND id <> ?3
               AND state NOT IN ('pending', 'quarantined', 'discarded', 'duplicate') ORDER BY id LIMIT 1",
            (head(&question.sha256), question.sha256, intake),
            read(SameBy::Octets),
        )?;
        let Some(content) = question.content_hash.filter(|_| by_octets.is_none()) else {
            return Ok(by_octets);
        };
        self.first(
            "SELECT id, (SELECT coalesce(merged_into, number) FROM ticket WHERE number = intake.ticket), state
             FROM intake WHERE content_head = ?1 AND content_hash = ?2 AND id <> ?3
               AND state NOT IN ('pending', 'quarantined', 'discarded', 'duplicate') ORDER BY id LIMIT 1",
            (head(&content), content, intake),
            read(SameBy::Content),
        )
    }

    fn candidates(&self, question: &Question, now: Timestamp) -> anyhow::Result<Vec<Candidate>> {
        let mut leads: BTreeMap<i64, Leads> = BTreeMap::new();
        for key in &question.keys {
            let sql = "SELECT coalesce(merged_into, number) FROM ticket WHERE key = ?1";
            if let Some(number) = self.first(sql, [key.0.cast_signed()], |row| row.get(0))? {
                leads.entry(number).or_default().keys.push(*key);
            }
        }
        for number in &question.numbers {
            let sql = "SELECT coalesce(merged_into, number), key FROM ticket WHERE number = ?1";
            let found = self.first(sql, [number.0], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?;
            if let Some((found, key)) = found {
                let key = TicketKey(key.cast_unsigned());
                leads.entry(found).or_default().numbers.push((*number, key));
            }
        }
        for id in &question.message_ids {
            for (number, role) in self.tickets_of_id(id)? {
                let known = leads.entry(number).or_default().ids.entry(id.clone()).or_insert(role);
                // An id that was first named and later seen counts as seen.
                *known = role.min(*known);
            }
        }
        let candidates = leads
            .into_iter()
            .map(|(number, leads)| self.candidate(number, leads, question, now));
        candidates.filter_map(Result::transpose).collect()
    }

    fn tickets_of_id(&self, id: &MessageId) -> rusqlite::Result<Vec<(i64, IdRole)>> {
        self.all(
            "SELECT coalesce(ticket.merged_into, ticket.number), role
             FROM known_id JOIN ticket ON ticket.number = known_id.ticket
             WHERE head = ?1 AND message_id = ?2",
            (id_head(id.as_str()), id.as_str()),
            |row| Ok((row.get(0)?, row.get::<_, Name<_>>(1)?.0)),
        )
    }

    fn candidate(
        &self,
        number: i64,
        leads: Leads,
        question: &Question,
        now: Timestamp,
    ) -> anyhow::Result<Option<Candidate>> {
        let Some(ticket) = self.ticket(TicketNumber(number))? else {
            return Ok(None);
        };
        Ok(Some(Candidate {
            participants: self.participants(&ticket)?,
            automatic: left_on_ticket(self, ticket.number, question.limits.per_ticket_per_day, now)?,
            newest_event: self.newest_event(number)?,
            answers: question
                .agent
                .as_ref()
                .map(|_| self.answers(number))
                .transpose()?
                .unwrap_or_default(),
            last_action: question
                .agent
                .as_ref()
                .map(|agent| self.last_action(number, &agent.address, now))
                .transpose()?
                .flatten(),
            foreign_texts: question
                .agent
                .as_ref()
                .map(|_| self.foreign_texts(number))
                .transpose()?
                .unwrap_or_default(),
            is_confirmed: question.agent.is_some() && self.is_confirmed(number)?,
            ticket,
            keys: leads.keys,
            numbers: leads.numbers,
            ids: leads.ids,
        }))
    }

    fn newest_event(&self, ticket: i64) -> rusqlite::Result<i64> {
        let sql = "SELECT max(id) FROM event WHERE ticket IN (SELECT part FROM ticket_part WHERE whole = ?1)";
        let newest = self.first(sql, [ticket], |row| row.get::<_, Option<i64>>(0))?;
        Ok(newest.flatten().unwrap_or_default())
    }

    /// Everybody on a ticket, its requester first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn participants(&self, ticket: &Ticket) -> anyhow::Result<Vec<Participant>> {
        let others = self
            .all(
                "SELECT address, role FROM participant WHERE ticket = ?1",
                [ticket.number.0],
                |row| Ok((row.get::<_, String>(0)?, row.get::<_, Name<Role>>(1)?.0)),
            )
            .context("reading who is on a ticket")?;
        let others = others.into_iter().filter_map(|(address, role)| {
            let address = EmailAddress::parse(&address)?;
            Some(Participant { address, role })
        });
        let requester = ticket.requester.iter().map(|address| Participant {
            address: address.clone(),
            role: Role::Requester,
        });
        Ok(requester.chain(others).collect())
    }

    /// What is remembered of somebody.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn contact(&self, address: &EmailAddress) -> anyhow::Result<Option<Contact>> {
        self.first(
            "SELECT language, guided_at IS NOT NULL, answered_at IS NOT NULL, suppressed FROM contact WHERE address_key = ?1",
            [address.key()],
            |row| {
                Ok(Contact {
                    address: address.clone(),
                    language: Some(row.get(0)?).filter(|language: &String| !language.is_empty()),
                    guided: row.get(1)?,
                    has_answered: row.get(2)?,
                    suppressed: Some(row.get(3)?).filter(|status: &String| !status.is_empty()),
                })
            },
        )
        .context("reading a contact")
    }
}

/// What in the question leads to one ticket.
#[derive(Default)]
struct Leads {
    keys: Vec<crate::desk::TicketKey>,
    numbers: Vec<(TicketNumber, TicketKey)>,
    ids: HashMap<MessageId, IdRole>,
}
