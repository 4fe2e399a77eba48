//! The messages of a ticket: received, sent, internal.

use super::Tx;
use super::value::{Json, Micros, Name, id_head};
use super::view::Words;
use crate::desk::TicketNumber;
use crate::desk::decision::Mark;
use crate::desk::known::IdRole;
use crate::desk::message::{Direction, NewMessage};
use crate::mail::{EmailAddress, MessageId};
use anyhow::Context;

/// What of a text is searchable, in octets: who searches remembers how a mail began.
const SEARCHABLE: usize = 16 * 1024;
/// Row ids in the search index for each ticket.
pub(super) const SEARCH_PLACES: i64 = 1 << 16;

impl Tx<'_> {
    /// Adds a message to its ticket, and remembers the ids it has and names.
    ///
    /// # Errors
    /// When there is no such ticket, or the store cannot be written.
    pub fn add_message(&self, new: &NewMessage) -> anyhow::Result<i64> {
        let id = self
            .insert(
                "INSERT INTO message (ticket, at, direction, kind, sender, recipients, message_id, subject, text, reply,
                                      attachments, marks, intake, author, third_party, unverified)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
                (
                    new.ticket.0,
                    Micros(new.at),
                    Name(new.direction),
                    new.kind,
                    Json(&new.from),
                    Json(&new.to),
                    new.message_id.as_ref().map(MessageId::as_str).unwrap_or_default(),
                    &new.subject,
                    &new.text,
                    new.reply.as_ref().filter(|reply| **reply != new.text),
                    Json(&new.attachments),
                    Json(&new.marks),
                    new.intake,
                    new.author.as_ref().map(EmailAddress::as_str).unwrap_or_default(),
                    i64::from(new.marks.contains(&Mark::ThirdParty)),
                    i64::from(new.marks.contains(&Mark::Unverified)),
                ),
            )
            .context("adding a message")?;
        if let Some(own) = &new.message_id {
            self.know_id(own, new.ticket, IdRole::Seen)?;
        }
        for named in &new.references {
            self.know_id(named, new.ticket, IdRole::Named)?;
        }
        self.index_message(new).context("indexing a message")?;
        Ok(id)
    }

    /// Remembers that a ticket has or names a Message-ID. Seen outweighs named.
    ///
    /// # Errors
    /// When there is no such ticket, or the store cannot be written.
    pub fn know_id(&self, id: &MessageId, ticket: TicketNumber, role: IdRole) -> anyhow::Result<()> {
        let head = id_head(id.as_str());
        let known = self.first(
            "SELECT id, role FROM known_id WHERE head = ?1 AND message_id = ?2 AND ticket = ?3",
            (head, id.as_str(), ticket.0),
            |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Name<IdRole>>(1)?.0)),
        );
        match known.context("looking for an id")? {
            None => {
                let sql = "INSERT INTO known_id (head, message_id, ticket, role) VALUES (?1, ?2, ?3, ?4)";
                self.insert(sql, (head, id.as_str(), ticket.0, Name(role)))
                    .context("remembering an id")?;
            }
            Some((row, before)) if role < before => {
                let sql = "UPDATE known_id SET role = ?2 WHERE id = ?1";
                self.execute(sql, (row, Name(role))).context("remembering an id")?;
            }
            Some(_) => {}
        }
        Ok(())
    }

    fn index_message(&self, new: &NewMessage) -> rusqlite::Result<()> {
        // What we write ourselves by template would make every ticket a hit.
        if new.direction == Direction::Out {
            return Ok(());
        }
        let sql = "SELECT count(*) FROM message WHERE ticket = ?1";
        let place: i64 = self.first(sql, [new.ticket.0], |row| row.get(0))?.unwrap_or_default();
        let text = new.reply.as_ref().unwrap_or(&new.text);
        let text = text.get(..text.floor_char_boundary(SEARCHABLE)).unwrap_or_default();
        let from = new.from.as_ref();
        let from = from.map_or(String::new(), |from| format!("{} {}", from.name, from.address));
        self.index_words(Words {
            // Two messages in one place are found as one: no harm where only the ticket is asked for.
            row: new.ticket.0 * SEARCH_PLACES + place.min(SEARCH_PLACES - 1),
            text: format!("{}\n{from}\n{text}", new.subject),
        });
        Ok(())
    }
}
