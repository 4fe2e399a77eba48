//! Looks for one mail of ours by its Message-ID.

use super::account::ImapAccount;
use super::connect::connector_of;
use super::error::ImapError;
use super::folder_name::{quotable, quoted};
use super::session::Session;
use crate::mail::{After, MessageId};
use async_imap::imap_proto::{AttributeValue, MailboxDatum, MessageSection, Response, SectionPath};

/// The header of a mail of ours with the fields that servers put on top, at most; in octets.
const LARGEST_HEADER: u64 = 256 * 1024;

/// A folder in which a mail of ours is awaited.
#[derive(Debug)]
pub struct Lookout {
    session: Session,
    may_remove: bool,
}

impl Lookout {
    /// Opens the account's folder.
    ///
    /// # Errors
    /// When that is not possible.
    pub async fn open(account: &ImapAccount) -> Result<Self, ImapError> {
        let connector = connector_of(account)?;
        let mut session = Session::open(account, connector.as_ref()).await?;
        session.select(account).await?;
        // A bare EXPUNGE would remove what somebody else marked, too; and `keep` opens the folder read-only.
        let may_remove = session.capabilities.uidplus && account.after != After::Keep;
        Ok(Self { session, may_remove })
    }

    /// Looks once for a mail with one of these Message-IDs, and gives its header. It is removed from the folder when
    /// the server can do that to a single mail.
    ///
    /// # Errors
    /// When the server fails.
    pub async fn look(&mut self, ids: &[MessageId]) -> Result<Option<Vec<u8>>, ImapError> {
        // A server tells of new mail only in answer to a command.
        self.session.wire.run("NOOP", "NOOP", |_| Ok(())).await?;
        for id in ids {
            if let Some(uid) = self.find(id).await?
                && let Some(header) = self.header(uid).await?
            {
                self.remove(uid).await?;
                return Ok(Some(header));
            }
        }
        Ok(None)
    }

    /// Says goodbye.
    pub async fn close(self) {
        self.session.logout().await;
    }

    async fn find(&mut self, id: &MessageId) -> Result<Option<u32>, ImapError> {
        if !quotable(id.as_str()) {
            return Ok(None);
        }
        let mut found = None;
        let look = |response: &Response<'_>| {
            if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
                found = uids.iter().max().copied().or(found);
            }
            Ok(())
        };
        let line = format!("UID SEARCH HEADER Message-ID {}", quoted(id.as_str()));
        self.session.wire.run("SEARCH", &line, look).await?;
        Ok(found)
    }

    async fn header(&mut self, uid: u32) -> Result<Option<Vec<u8>>, ImapError> {
        let mut header = None;
        let look = |response: &Response<'_>| {
            if let Response::Fetch(_, attributes) = response {
                header = attributes.iter().find_map(header_of).or(header.take());
            }
            Ok(())
        };
        let line = format!("UID FETCH {uid} (UID BODY.PEEK[HEADER])");
        let wire = &mut self.session.wire;
        wire.run_bounded("FETCH HEADER", &line, LARGEST_HEADER, look).await?;
        Ok(header)
    }

    async fn remove(&mut self, uid: u32) -> Result<(), ImapError> {
        if !self.may_remove {
            return Ok(());
        }
        let lines = [
            ("STORE", format!("UID STORE {uid} +FLAGS.SILENT (\\Deleted)")),
            ("EXPUNGE", format!("UID EXPUNGE {uid}")),
        ];
        for (command, line) in lines {
            match self.session.wire.run(command, &line, |_| Ok(())).await {
                // It stays, then: the gateway knows it for its own.
                Ok(_) | Err(ImapError::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

fn header_of(attribute: &AttributeValue<'_>) -> Option<Vec<u8>> {
    match attribute {
        AttributeValue::BodySection {
            section: Some(SectionPath::Full(MessageSection::Header)),
            data: Some(octets),
            ..
        } => Some(octets.to_vec()),
        _ => None,
    }
}
