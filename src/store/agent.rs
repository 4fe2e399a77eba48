//! What the store knows that bears on an agent's mail, and on giving tickets to agents.

use super::View;
use super::value::{Json, Micros, id_head};
use crate::desk::TicketNumber;
use crate::desk::journal::{Change, LastAction};
use crate::desk::known::{AgentAnswer, AgentKnown, AgentLoad, ForeignTexts, IdHistory, Question};
use crate::mail::{EmailAddress, MessageId};
use jiff::Timestamp;

impl View<'_> {
    /// What bears on an agent's mail in intake row `intake`; nothing when none wrote it.
    pub(super) fn agent_known(&self, question: &Question, intake: i64, now: Timestamp) -> anyhow::Result<AgentKnown> {
        let Some(agent) = &question.agent else {
            return Ok(AgentKnown::default());
        };
        let mut named = vec![];
        for number in &agent.named {
            named.extend(self.resolve(*number)?.map(|into| (*number, into)));
        }
        Ok(AgentKnown {
            held: self.held_by_keys(&question.keys)?,
            receipts_in_hour: self.receipts_in_hour(&agent.address, now)?,
            held_in_hour: self.held_in_hour(&agent.address, now)?,
            message_id: match &agent.message_id {
                Some(id) => self.id_history(id, intake)?,
                None => IdHistory::New,
            },
            named,
        })
    }

    fn id_history(&self, id: &MessageId, before: i64) -> rusqlite::Result<IdHistory> {
        let sql = "SELECT 1 FROM intake WHERE message_head = ?1 AND message_id = ?2 AND id < ?3 LIMIT 1";
        let found = self.first(sql, (id_head(id.as_str()), id.as_str(), before), |_| Ok(()))?;
        Ok(found.map_or(IdHistory::New, |()| IdHistory::Seen))
    }

    /// The newest answer of each agent on a ticket, but for those that were withdrawn; each with when it took effect,
    /// which its mail's INTERNALDATE tells only to the second.
    pub(super) fn answers(&self, ticket: i64) -> rusqlite::Result<Vec<AgentAnswer>> {
        let newest: Vec<(String, i64)> = self.all(
            &format!("SELECT author, max(agent_action.at) {ANSWERS} GROUP BY author"),
            [ticket],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let text = format!("SELECT text {ANSWERS} AND author = ?2 AND agent_action.at = ?3 ORDER BY message.id DESC");
        let mut answers = vec![];
        for (author, at) in newest {
            let found = self.first(&text, (ticket, &author, at), |row| row.get(0))?;
            let at = Timestamp::from_microsecond(at).ok();
            if let (Some(by), Some(at), Some(text)) = (EmailAddress::parse(&author), at, found) {
                answers.push(AgentAnswer { by, at, text });
            }
        }
        Ok(answers)
    }

    /// Whether a ticket has messages of somebody who takes no part, or may be a forger.
    pub(super) fn foreign_texts(&self, ticket: i64) -> rusqlite::Result<ForeignTexts> {
        let sql = "SELECT 1 FROM message
                   WHERE ticket IN (SELECT part FROM ticket_part WHERE whole = ?1)
                     AND (third_party = 1 OR unverified = 1) LIMIT 1";
        let found = self.first(sql, [ticket], |_| Ok(()))?;
        Ok(found.map_or(ForeignTexts::None, |()| ForeignTexts::Some))
    }

    /// Whether a ticket's confirmation has gone out, or is about to.
    pub(super) fn is_confirmed(&self, ticket: i64) -> rusqlite::Result<bool> {
        let sql = "SELECT 1 FROM message JOIN outbox ON outbox.message = message.id
                   WHERE message.ticket IN (SELECT part FROM ticket_part WHERE whole = ?1)
                     AND message.kind = 'confirmation' AND outbox.state NOT IN ('dropped', 'failed')
                   LIMIT 1";
        Ok(self.first(sql, [ticket], |_| Ok(()))?.is_some())
    }

    /// What can be taken back of an agent's last mail on a ticket, unless it was taken back.
    pub(super) fn last_action(
        &self,
        ticket: i64,
        agent: &EmailAddress,
        now: Timestamp,
    ) -> anyhow::Result<Option<LastAction>> {
        // A merge stands in the journal of the ticket that ended.
        let sql = "SELECT id, at, undone_at IS NULL, ticket, changes, message FROM agent_action
                   WHERE agent_key = ?2 AND ticket IN (SELECT part FROM ticket_part WHERE whole = ?1)
                   ORDER BY id DESC LIMIT 1";
        let last = self.first(sql, (ticket, agent.key()), |row| {
            let stands: bool = row.get(2)?;
            let entry = (row.get::<_, i64>(0)?, row.get::<_, Micros>(1)?.0);
            let Json(changes): Json<Vec<Change>> = row.get(4)?;
            Ok(stands.then_some((entry, TicketNumber(row.get(3)?), changes, row.get::<_, Option<i64>>(5)?)))
        })?;
        let Some(((id, at), ticket, changes, message)) = last.flatten() else {
            return Ok(None);
        };
        let state = self.ticket_state(ticket)?;
        Ok(Some(LastAction {
            id,
            at,
            changes: state.map(|state| state.revertible(changes)).unwrap_or_default(),
            withdrawn: self.withdrawable(message, now)?,
        }))
    }

    /// How much the agents of the queues that are asked for have to do.
    pub(super) fn loads(&self, question: &Question) -> rusqlite::Result<Vec<AgentLoad>> {
        let mut loads = vec![];
        for asked in &question.queues {
            for agent in &asked.agents {
                let sql = "SELECT count(*) FROM ticket
                           WHERE assignee = ?1 AND assignee <> '' AND status IN ('new', 'open', 'pending', 'on_hold')
                             AND merged_into IS NULL";
                let unsolved = self.first(sql, [agent.as_str()], |row| row.get(0))?;
                let sql = "SELECT max(number) FROM ticket WHERE assignee = ?1 AND assignee <> '' AND queue = ?2";
                let newest = self.first(sql, (agent.as_str(), &asked.queue), |row| row.get::<_, Option<i64>>(0))?;
                loads.push(AgentLoad {
                    queue: asked.queue.clone(),
                    agent: agent.clone(),
                    unsolved: unsolved.unwrap_or_default(),
                    newest: newest.flatten().map(TicketNumber),
                });
            }
        }
        Ok(loads)
    }
}

/// Agents' answers on a ticket, but for those that were withdrawn.
const ANSWERS: &str = "FROM agent_action JOIN message ON message.id = agent_action.message
    WHERE agent_action.ticket IN (SELECT part FROM ticket_part WHERE whole = ?1) AND kind = 'answer' AND author <> ''
      AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.message = message.id AND outbox.state = 'dropped')";
