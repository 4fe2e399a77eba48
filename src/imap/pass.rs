//! One whole look at the open folder: what is new is stored, and then what is due is done.

use super::account::ImapAccount;
use super::after::do_after;
use super::bodies::{Batch, Bodies, Pace};
use super::error::ImapError;
use super::first_run::{Start, rewound};
use super::listing::{Listed, last_uid, list};
use super::session::{Selected, Session};
use super::sink::{FetchedMail, Sink};
use super::wire::Wire;
use crate::mail::{FetchedBatch, FolderCursor};
use jiff::Timestamp;

/// Looks at the folder once. Counts stored mails in `fetched`, those before a failure too, and returns what the server
/// refused to do to stored mail.
pub(super) async fn pass<S: Sink>(
    session: &mut Session,
    selected: Selected,
    account: &ImapAccount,
    sink: &S,
    pace: Pace,
    fetched: &mut u64,
) -> Result<Option<ImapError>, ImapError> {
    let start = begin(session, selected, account, sink).await?;
    // Cleared before the list is asked for: what is announced from here on may not be in it.
    session.wire.new_mail = false;
    let listed = list(&mut session.wire, start.from).await?;
    let last = listed.last().map(|mail| mail.uid);
    if let Some(anew) = rewound(start.from, selected, last) {
        tracing::warn!(
            uid_next = anew.cursor.uid_next,
            cursor = start.from,
            "the folder gives out UIDs again"
        );
        sink.begin_folder(anew).await.map_err(ImapError::Sink)?;
    }
    let new: Vec<Listed> = listed.into_iter().filter(|mail| mail.uid >= start.from).collect();
    let wanted: Vec<Listed> = new.iter().filter(|mail| start.wants(mail)).copied().collect();
    let mut reader = Reader {
        wire: &mut session.wire,
        sink,
        uid_validity: selected.uid_validity,
        max_message: account.max_message,
        pace,
        fetched,
    };
    let reached = reader.read(&wanted).await?;
    let behind_all = new.last().map_or(0, |mail| mail.uid.saturating_add(1));
    let behind_all = behind_all.max(start.first_run.map_or(0, |rest| rest.until));
    // Past what the first run leaves out, and so to its end.
    if behind_all > reached.max(start.from) {
        let batch = FetchedBatch {
            cursor_after: FolderCursor {
                uid_validity: selected.uid_validity,
                uid_next: behind_all,
            },
            mails: vec![],
        };
        sink.store(batch).await.map_err(ImapError::Sink)?;
    }
    do_after(session, selected, &account.after, sink).await
}

async fn begin<S: Sink>(
    session: &mut Session,
    selected: Selected,
    account: &ImapAccount,
    sink: &S,
) -> Result<Start, ImapError> {
    let state = sink.folder_state().await.map_err(ImapError::Sink)?;
    let uid_next = match selected.uid_next {
        Some(uid_next) => uid_next,
        None if state.is_some_and(|it| it.cursor.uid_validity == selected.uid_validity) => 1,
        None => last_uid(&mut session.wire)
            .await?
            .map_or(1, |uid| uid.saturating_add(1)),
    };
    let start = Start::new(state, selected, uid_next, account.first_run, Timestamp::now());
    if let Some(begin) = start.begin {
        sink.begin_folder(begin).await.map_err(ImapError::Sink)?;
    }
    Ok(start)
}

/// Reads batches while the sink stores the one before.
struct Reader<'a, S> {
    wire: &'a mut Wire,
    sink: &'a S,
    uid_validity: u32,
    max_message: u64,
    pace: Pace,
    fetched: &'a mut u64,
}

impl<S: Sink> Reader<'_, S> {
    /// Reads these mails and returns the cursor behind them.
    async fn read(&mut self, wanted: &[Listed]) -> Result<u32, ImapError> {
        let (mut rest, mut reached) = (wanted, 0);
        let mut fetched: Option<FetchedBatch<FetchedMail>> = None;
        let mut failed = None;
        loop {
            let next = match failed {
                None => Batch::next(rest, self.max_message, self.pace),
                Some(_) => None,
            };
            if next.is_none() && fetched.is_none() {
                return failed.map_or(Ok(reached), Err);
            }
            let batch = next.map(|(batch, left)| {
                rest = left;
                batch
            });
            let (bodies, stored) = tokio::join!(
                fetch(batch.as_ref(), self.wire),
                store(self.sink, fetched.take(), self.fetched, &mut reached),
            );
            stored?;
            match (bodies, batch) {
                (Ok(Some(bodies)), Some(batch)) => {
                    failed = bodies.withheld.map(|uid| ImapError::BodyMissing { uid });
                    fetched = Some(self.batch(&batch, bodies));
                }
                (Err(error), _) => return Err(error),
                _ => {}
            }
        }
    }

    fn batch(&self, batch: &Batch, bodies: Bodies) -> FetchedBatch<FetchedMail> {
        FetchedBatch {
            cursor_after: FolderCursor {
                uid_validity: self.uid_validity,
                uid_next: bodies.withheld.unwrap_or(batch.uid_next()),
            },
            mails: bodies.mails,
        }
    }
}

async fn fetch(batch: Option<&Batch>, wire: &mut Wire) -> Result<Option<Bodies>, ImapError> {
    match batch {
        Some(batch) => batch.fetch(wire).await.map(Some),
        None => Ok(None),
    }
}

async fn store<S: Sink>(
    sink: &S,
    batch: Option<FetchedBatch<FetchedMail>>,
    fetched: &mut u64,
    reached: &mut u32,
) -> Result<(), ImapError> {
    let Some(batch) = batch else { return Ok(()) };
    let (count, uid_next) = (batch.mails.len() as u64, batch.cursor_after.uid_next);
    sink.store(batch).await.map_err(ImapError::Sink)?;
    *fetched += count;
    *reached = uid_next;
    Ok(())
}
