//! What is done on the server to mail that is safe on disk.

use super::error::ImapError;
use super::folder_name::folder_name;
use super::session::{Selected, Session};
use super::sink::Sink;
use super::uid_set::{MAX_UIDS, uid_set};
use crate::mail::After;

/// Does what is due, and tells the sink of each command the server has said OK to. A refusal comes back as a value:
/// the mail stays as it is, is due again next time, and reading goes on.
pub(super) async fn do_after<S: Sink>(
    session: &mut Session,
    selected: Selected,
    after: &After,
    sink: &S,
) -> Result<Option<ImapError>, ImapError> {
    if *after == After::Keep {
        return Ok(None);
    }
    let validity = selected.uid_validity;
    let mut due = sink.after_due(validity).await.map_err(ImapError::Sink)?;
    due.sort_unstable();
    due.dedup();
    let mut create = Create::NotTried;
    for uids in due.chunks(MAX_UIDS) {
        let set = uid_set(uids.iter().copied());
        let done = match after {
            After::Keep => Ok(()),
            After::Seen => store(session, &set, "\\Seen").await,
            After::Delete => delete(session, &set).await,
            After::Move(target) => move_to(session, &set, target, &mut create).await,
        };
        match done {
            Ok(()) => sink
                .after_done(validity, uids.to_vec())
                .await
                .map_err(ImapError::Sink)?,
            Err(refused @ ImapError::Refused { .. }) => return Ok(Some(refused)),
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Creates a folder.
pub(super) async fn create(session: &mut Session, folder: &str) -> Result<(), ImapError> {
    command(session, "CREATE", &format!("CREATE {}", folder_name(folder))).await
}

/// Whether creating the target folder has been tried in this pass.
enum Create {
    NotTried,
    Tried,
}

async fn move_to(session: &mut Session, set: &str, target: &str, tried: &mut Create) -> Result<(), ImapError> {
    let first = transfer(session, set, target).await;
    match (first, &tried) {
        // [TRYCREATE] is what should come; some servers refuse without a code.
        (Err(ImapError::Refused { command, code }), Create::NotTried) => {
            *tried = Create::Tried;
            match create(session, target).await {
                Ok(()) => transfer(session, set, target).await,
                Err(ImapError::Refused { .. }) => Err(ImapError::Refused { command, code }),
                Err(error) => Err(error),
            }
        }
        (done, _) => done,
    }
}

async fn transfer(session: &mut Session, set: &str, target: &str) -> Result<(), ImapError> {
    let target = folder_name(target);
    if session.capabilities.r#move {
        return command(session, "MOVE", &format!("UID MOVE {set} {target}")).await;
    }
    command(session, "COPY", &format!("UID COPY {set} {target}")).await?;
    delete(session, set).await
}

async fn delete(session: &mut Session, set: &str) -> Result<(), ImapError> {
    store(session, set, "\\Deleted").await?;
    // A bare EXPUNGE would remove what somebody else marked, too.
    match session.capabilities.uidplus {
        true => command(session, "EXPUNGE", &format!("UID EXPUNGE {set}")).await,
        false => Ok(()),
    }
}

async fn store(session: &mut Session, set: &str, flag: &str) -> Result<(), ImapError> {
    command(session, "STORE", &format!("UID STORE {set} +FLAGS.SILENT ({flag})")).await
}

async fn command(session: &mut Session, name: &'static str, line: &str) -> Result<(), ImapError> {
    session.wire.run(name, line, |_| Ok(())).await.map(|_| ())
}
