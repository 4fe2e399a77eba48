//! What a delivery report says, noted where it belongs and told to whom it concerns.

use super::Application;
use crate::desk::report::{Consequence, Reported};
use crate::desk::trouble::{Trouble, TroubleCause};
use crate::notice::{Undelivered, tell_admin, tell_agents};

impl Application<'_> {
    /// Notes what a delivery report says on the mail it is about, and on the address that mail went to.
    /// `count` is how many recipients the report is about.
    pub(super) fn note(&self, reported: &Reported, count: usize) -> anyhow::Result<()> {
        let (tx, now) = (self.tx, self.now);
        let row = match tx.report_delivery(&reported.mail, &reported.text)? {
            None if count == 1 => tx.report_delivery(&reported.mail.to_anybody(), &reported.text)?,
            row => row,
        };
        let Some(row) = row else { return Ok(()) };
        if reported.is_failure && row.kind.leaves_the_desk() {
            let undelivered = Undelivered {
                ticket: row.ticket,
                recipient: &row.recipient,
                report: &reported.text,
            };
            tell_agents(tx, &undelivered, (&self.desk.policy, &self.desk.templates), now)?;
        }
        match &reported.consequence {
            Consequence::None => Ok(()),
            Consequence::Suppress(status) => tx.suppress(&row.recipient, status, now),
            Consequence::Passing(status) => tx.note_passing_failure(&row.recipient, status, now),
            Consequence::TellAdmin(status) => {
                let trouble = Trouble {
                    cause: TroubleCause::MailRefused,
                    inbox: Some(row.inbox),
                    detail: status.clone(),
                };
                tell_admin(tx, &trouble, &self.desk.policy, &self.desk.templates, now)
            }
        }
    }
}
