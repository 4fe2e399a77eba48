//! One client's session: reads a command, does it, tells what else has changed.

use super::folders::Subscription;
use super::view::{Expunges, Numbering, View};
use super::wire::{Sent, Wire};
use super::{ImapFault, Shared};
use crate::sandbox::mailstore::Mailstore;
use imap_codec::imap_types::command::{Command, CommandBody};
use std::io;
use std::sync::Arc;
use tokio::net::TcpStream;

/// A connection and its state (RFC 3501 §3).
pub(super) struct Session {
    pub(super) wire: Wire,
    pub(super) mailstore: Mailstore,
    pub(super) shared: Arc<Shared>,
    /// The account, once somebody has logged in.
    pub(super) account: Option<String>,
    /// The selected folder.
    pub(super) view: Option<View>,
}

/// The tagged answer to a command, without its tag.
pub(super) type Answer = String;

impl Session {
    pub(super) fn new(stream: TcpStream, mailstore: Mailstore, shared: Arc<Shared>) -> Self {
        Self {
            wire: Wire::new(stream, shared.clone()),
            mailstore,
            shared,
            account: None,
            view: None,
        }
    }

    /// Serves the client until one of both hangs up.
    pub(super) async fn run(mut self) {
        if let Err(error) = self.serve().await {
            tracing::debug!(reason = %error.kind(), "a sandbox IMAP connection ended");
        }
    }

    async fn serve(&mut self) -> io::Result<()> {
        if self.shared.faults.strikes(&ImapFault::HalfOpen) {
            return Err(self.wire.fall_silent().await);
        }
        self.greet().await?;
        loop {
            let sent = self.wire.command().await?;
            self.shared.count(&match &sent {
                Sent::Garbage(_) => "BAD".to_owned(),
                Sent::Command(command) => command_name(&command.body),
            });
            if self.shared.faults.strikes(&ImapFault::HalfOpen) {
                return Err(self.wire.fall_silent().await);
            }
            if self.shared.faults.strikes(&ImapFault::Bye) {
                return Err(self.wire.cut(super::login::BYE).await);
            }
            match sent {
                Sent::Garbage(tag) => {
                    let answer = format!("{tag} BAD no command of IMAP4rev1\r\n");
                    self.wire.send(&answer).await?;
                }
                Sent::Command(Command { tag, body }) => {
                    let leaves = matches!(body, CommandBody::Logout);
                    let expunges = may_tell_expunges(&body);
                    let answer = self.answer(body).await?;
                    self.tell_changes(expunges).await?;
                    let line = format!("{} {answer}\r\n", tag.inner());
                    self.wire.send(&line).await?;
                    if leaves {
                        return Ok(());
                    }
                }
            }
        }
    }

    async fn answer(&mut self, body: CommandBody<'static>) -> io::Result<Answer> {
        use CommandBody as C;
        match body {
            C::Capability => return self.capability().await,
            C::Logout => {
                self.wire.untagged("BYE see you").await?;
                return Ok("OK logged out".to_owned());
            }
            C::Login { username, password } => {
                return Ok(self.log_in(username.as_ref(), password.declassify().as_ref()));
            }
            C::Authenticate {
                mechanism,
                initial_response,
            } => return self.authenticate(mechanism, initial_response).await,
            _ if self.shared.faults.strikes(&ImapFault::Limit) => return Ok("NO [LIMIT] too much asked".to_owned()),
            C::Noop | C::Check => return Ok("OK done".to_owned()),
            C::Id { .. } => {
                self.wire.untagged("ID (\"name\" \"buzon sandbox\")").await?;
                return Ok("OK done".to_owned());
            }
            _ => {}
        }
        match self.account.clone() {
            Some(account) => self.answer_authenticated(&account, body).await,
            None => Ok("BAD log in first".to_owned()),
        }
    }

    async fn answer_authenticated(&mut self, account: &str, body: CommandBody<'static>) -> io::Result<Answer> {
        use super::view::Access;
        use CommandBody as C;
        match body {
            C::Select { mailbox } => self.select(account, &mailbox, Access::ReadWrite).await,
            C::Examine { mailbox } => self.select(account, &mailbox, Access::ReadOnly).await,
            C::Create { mailbox } => Ok(self.create(account, &mailbox)),
            C::Delete { mailbox } => Ok(self.delete(account, &mailbox)),
            C::Rename { from, to } => Ok(self.rename(account, &from, &to)),
            C::Subscribe { mailbox } => Ok(self.subscribe(account, &mailbox, Subscription::On)),
            C::Unsubscribe { mailbox } => Ok(self.subscribe(account, &mailbox, Subscription::Off)),
            C::List {
                mailbox_wildcard,
                reference,
            } => self.list("LIST", account, &reference, &mailbox_wildcard).await,
            C::Lsub {
                mailbox_wildcard,
                reference,
            } => self.list("LSUB", account, &reference, &mailbox_wildcard).await,
            C::Namespace => {
                self.wire.untagged("NAMESPACE ((\"\" \"/\")) NIL NIL").await?;
                Ok("OK done".to_owned())
            }
            C::Enable { .. } => {
                // Nothing that could be enabled changes a thing here.
                self.wire.untagged("ENABLED").await?;
                Ok("OK done".to_owned())
            }
            C::Status { mailbox, item_names } => self.status(account, &mailbox, &item_names).await,
            C::Append {
                mailbox,
                flags,
                date,
                message,
            } => Ok(self.append(account, &mailbox, &flags, date, message)),
            C::Idle => self.idle().await,
            body => match self.view.is_some() {
                true => self.answer_selected(account, body).await,
                false => Ok("BAD select a folder first".to_owned()),
            },
        }
    }

    async fn answer_selected(&mut self, account: &str, body: CommandBody<'static>) -> io::Result<Answer> {
        use CommandBody as C;
        match body {
            C::Close => {
                self.expunge(account, None);
                self.view = None;
                Ok("OK closed".to_owned())
            }
            C::Unselect => {
                self.view = None;
                Ok("OK closed".to_owned())
            }
            C::Expunge => Ok(self.expunge(account, None)),
            C::ExpungeUid { sequence_set } if !self.has(&ImapFault::NoUidPlus) => {
                Ok(self.expunge(account, Some(&sequence_set)))
            }
            C::Search { criteria, uid, .. } => self.search(account, criteria.as_ref(), numbering(uid)).await,
            C::Fetch {
                sequence_set,
                macro_or_item_names,
                uid,
            } => {
                self.fetch(account, &sequence_set, macro_or_item_names, numbering(uid))
                    .await
            }
            C::Store {
                sequence_set,
                kind,
                response,
                flags,
                uid,
            } => {
                let change = super::change::FlagChange { kind, response, flags };
                self.store(account, &sequence_set, &change, numbering(uid)).await
            }
            C::Copy {
                sequence_set,
                mailbox,
                uid,
            } => Ok(self.copy(account, &sequence_set, &mailbox, numbering(uid))),
            C::Move {
                sequence_set,
                mailbox,
                uid,
            } if !self.has(&ImapFault::NoMove) => {
                self.move_mails(account, &sequence_set, &mailbox, numbering(uid)).await
            }
            _ => Ok("BAD not served here".to_owned()),
        }
    }

    /// Tells the client what others have changed in its folder.
    pub(super) async fn tell_changes(&mut self, expunges: Expunges) -> io::Result<()> {
        let (Some(account), Some(view)) = (&self.account, &mut self.view) else {
            return Ok(());
        };
        let name = view.folder.clone();
        let told = self
            .mailstore
            .folder(account, &name, |folder| view.catch_up(folder, expunges));
        let Some(Some(told)) = told else {
            let reason = "BYE the folder is gone or has a new UIDVALIDITY";
            self.wire.untagged(reason).await?;
            self.wire.flush().await?;
            return Err(io::ErrorKind::ConnectionAborted.into());
        };
        for response in told {
            self.wire.untagged(response).await?;
        }
        Ok(())
    }

    /// Whether a fault is on.
    pub(super) fn has(&self, fault: &ImapFault) -> bool {
        self.shared.faults.is_on(fault)
    }
}

fn numbering(uid: bool) -> Numbering {
    match uid {
        true => Numbering::Uid,
        false => Numbering::Sequence,
    }
}

fn may_tell_expunges(body: &CommandBody) -> Expunges {
    match body {
        CommandBody::Fetch { uid: false, .. }
        | CommandBody::Store { uid: false, .. }
        | CommandBody::Search { uid: false, .. } => Expunges::Withheld,
        _ => Expunges::Told,
    }
}

fn command_name(body: &CommandBody) -> String {
    let uid = match body {
        CommandBody::Fetch { uid, .. }
        | CommandBody::Store { uid, .. }
        | CommandBody::Search { uid, .. }
        | CommandBody::Copy { uid, .. }
        | CommandBody::Move { uid, .. } => *uid,
        CommandBody::ExpungeUid { .. } => return "UID EXPUNGE".to_owned(),
        _ => false,
    };
    format!("{}{}", if uid { "UID " } else { "" }, body.name())
}
