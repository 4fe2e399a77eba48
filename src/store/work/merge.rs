//! An agent makes one ticket of two, and takes it back.

use crate::desk::TicketNumber;
use crate::desk::contact::Role;
use crate::desk::journal::Change;
use crate::mail::EmailAddress;
use crate::store::Tx;
use anyhow::Context;
use jiff::Timestamp;

impl Tx<'_> {
    /// The people of the ticket that ends belong to the other one from now on: nobody would ever answer them else.
    pub(super) fn edit_merge(
        &self,
        ticket: TicketNumber,
        into: TicketNumber,
        now: Timestamp,
    ) -> anyhow::Result<Change> {
        let sql = "SELECT number FROM ticket WHERE merged_into = ?1";
        let along = self
            .all(sql, [ticket.0], |row| row.get(0))
            .context("reading merged tickets")?;
        let joined = self.bring_along(ticket, into)?;
        self.merge(ticket, into, now)?;
        Ok(Change::Merged {
            ticket,
            into,
            along,
            joined,
        })
    }

    fn bring_along(
        &self,
        ticket: TicketNumber,
        into: TicketNumber,
    ) -> anyhow::Result<Vec<(EmailAddress, Option<Role>)>> {
        let found = self.ticket(ticket)?;
        let ending = found.with_context(|| format!("there is no ticket {ticket}"))?;
        let mut joined = vec![];
        for person in self.participants(&ending)? {
            let role = match person.role {
                Role::Requester => Role::Participant,
                role => role,
            };
            let before = self.role_of(into, &person.address)?;
            self.add_participant(into, &person.address, role)?;
            if self.role_of(into, &person.address)? != before {
                joined.push((person.address, before));
            }
        }
        Ok(joined)
    }

    pub(super) fn unmerge(
        &self,
        (ticket, into): (TicketNumber, TicketNumber),
        along: &[i64],
        joined: &[(EmailAddress, Option<Role>)],
    ) -> anyhow::Result<()> {
        let sql = "UPDATE ticket SET merged_into = NULL WHERE number = ?1 AND merged_into = ?2";
        self.execute(sql, (ticket.0, into.0)).context("taking tickets apart")?;
        for number in along {
            let sql = "UPDATE ticket SET merged_into = ?2 WHERE number = ?1 AND merged_into = ?3";
            self.execute(sql, (number, ticket.0, into.0))
                .context("taking tickets apart")?;
        }
        for (address, before) in joined {
            self.put_back(into, address, *before)?;
        }
        Ok(())
    }
}
