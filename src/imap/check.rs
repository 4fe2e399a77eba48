//! What `check --online` asks a server.

use super::account::ImapAccount;
use super::after::create;
use super::connect::connector_of;
use super::error::ImapError;
use super::folder_name::folder_name;
use super::session::Session;
use crate::mail::After;

/// What a server offers this account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerFacts {
    /// New mail is announced (RFC 2177); without it the folder is polled.
    pub idle: bool,
    /// Mail is moved in one step (RFC 6851); without it copied and marked `\Deleted`.
    pub r#move: bool,
    /// Single mails can be expunged (RFC 4315); without it mail marked `\Deleted` stays.
    pub uidplus: bool,
    /// Whether the folder is there.
    pub folder_exists: bool,
    /// The folder that mail is moved to, where `after` moves it.
    pub target: Option<TargetFolder>,
}

/// The state of the folder that mail is moved to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetFolder {
    /// It is there.
    Exists,
    /// It was missing and has been created.
    Created,
    /// It is missing and the server refuses to create it: mail would stay where it is.
    Refused {
        /// The response code, if there was one.
        code: Option<String>,
    },
}

/// Logs in and asks for what the account needs. A missing target folder is created.
pub async fn check(account: &ImapAccount) -> Result<ServerFacts, ImapError> {
    let connector = connector_of(account)?;
    let mut session = Session::open(account, connector.as_ref()).await?;
    let folder_exists = exists(&mut session, &account.folder).await?;
    let target = match &account.after {
        After::Move(target) => Some(target_folder(&mut session, target).await?),
        After::Seen | After::Delete | After::Keep => None,
    };
    let capabilities = session.capabilities;
    session.logout().await;
    Ok(ServerFacts {
        idle: capabilities.idle,
        r#move: capabilities.r#move,
        uidplus: capabilities.uidplus,
        folder_exists,
        target,
    })
}

async fn target_folder(session: &mut Session, target: &str) -> Result<TargetFolder, ImapError> {
    if exists(session, target).await? {
        return Ok(TargetFolder::Exists);
    }
    match create(session, target).await {
        Ok(()) => Ok(TargetFolder::Created),
        Err(ImapError::Refused { code, .. }) => Ok(TargetFolder::Refused { code }),
        Err(error) => Err(error),
    }
}

async fn exists(session: &mut Session, folder: &str) -> Result<bool, ImapError> {
    let line = format!("STATUS {} (UIDVALIDITY)", folder_name(folder));
    match session.wire.run("STATUS", &line, |_| Ok(())).await {
        Ok(_) => Ok(true),
        Err(ImapError::Refused { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}
