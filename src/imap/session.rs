//! A login, and the folder that is open in it.

use super::account::ImapAccount;
use super::capabilities::Capabilities;
use super::connect::connect;
use super::error::ImapError;
use super::folder_name::folder_name;
use super::login::login;
use super::wire::{STALL, Wire};
use crate::mail::After;
use async_imap::imap_proto::{Response, ResponseCode};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// A logged-in connection.
#[derive(Debug)]
pub(super) struct Session {
    /// The connection.
    pub(super) wire: Wire,
    /// What the server can do for this user.
    pub(super) capabilities: Capabilities,
}

/// The open folder (RFC 9051 §6.3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Selected {
    /// UIDVALIDITY.
    pub(super) uid_validity: u32,
    /// UIDNEXT; some servers leave it out.
    pub(super) uid_next: Option<u32>,
}

impl Session {
    /// Connects and logs in.
    pub(super) async fn open(account: &ImapAccount, connector: Option<&TlsConnector>) -> Result<Self, ImapError> {
        let (mut wire, offered) = connect(account, connector).await?;
        let capabilities = login(&mut wire, account, offered).await?;
        Ok(Self { wire, capabilities })
    }

    /// Opens the account's folder, read-only when nothing in it is to be touched.
    pub(super) async fn select(&mut self, account: &ImapAccount) -> Result<Selected, ImapError> {
        let command = match account.after {
            After::Keep => "EXAMINE",
            After::Seen | After::Move(_) | After::Delete => "SELECT",
        };
        let (mut uid_validity, mut uid_next) = (None, None);
        let look = |response: &Response<'_>| {
            if let Response::Data { outcome, .. } = response {
                match outcome.code {
                    Some(ResponseCode::UidValidity(value)) => uid_validity = Some(value),
                    Some(ResponseCode::UidNext(value @ 1..)) => uid_next = Some(value),
                    _ => {}
                }
            }
            Ok(())
        };
        self.wire.uid_validity = None;
        let line = format!("{command} {}", folder_name(&account.folder));
        self.wire.run(command, &line, look).await?;
        let uid_validity = uid_validity.ok_or(ImapError::Protocol {
            command,
            problem: "it gives no UIDVALIDITY, so no UID can be remembered",
        })?;
        self.wire.uid_validity = Some(uid_validity);
        Ok(Selected { uid_validity, uid_next })
    }

    /// Says goodbye. Whether the server hears it changes nothing.
    pub(super) async fn logout(mut self) {
        let _ = timeout(STALL / 6, self.wire.run("LOGOUT", "LOGOUT", |_| Ok(()))).await;
    }
}
