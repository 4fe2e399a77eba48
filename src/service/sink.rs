//! Where the poller puts its mail: compressed and hashed on a worker thread, then into the store.

use super::Progress;
use crate::config::inbox::imap::After;
use crate::config::inbox::{FirstRun, Inbox};
use crate::imap::{self, BeginReason, FolderBegin, Sink};
use crate::mail::FolderCursor;
use crate::store::{self, Store};
use crate::store::{FolderStart, NewIntake, StartKind};
use anyhow::Context;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio::sync::Notify;

/// How many UIDs one `after` pass takes from the store.
const AFTER_BATCH: u32 = 5_000;

/// One folder's way into the store.
pub(super) struct StoreSink {
    store: Store,
    inbox: String,
    folder: String,
    after: store::After,
    first_run: store::FirstRun,
    stored: Arc<Notify>,
    progress: Arc<Progress>,
}

impl StoreSink {
    pub(super) fn new(store: Store, inbox: &Inbox, stored: Arc<Notify>, progress: Arc<Progress>) -> Self {
        let after = match inbox.imap.after {
            After::Seen => store::After::Seen,
            After::Move(_) => store::After::Move,
            After::Delete => store::After::Delete,
            After::Keep => store::After::None,
        };
        {
            let first_run = match inbox.first_run {
                FirstRun::All => store::FirstRun::All,
                FirstRun::Unseen => store::FirstRun::Unseen,
                FirstRun::Now => store::FirstRun::Now,
            };
            Self {
                store,
                inbox: inbox.name.clone(),
                folder: inbox.imap.folder.clone(),
                after,
                first_run,
                stored,
                progress,
            }
        }
    }
}

impl Sink for StoreSink {
    async fn folder_state(&self) -> anyhow::Result<Option<imap::FolderState>> {
        let (inbox, folder) = (self.inbox.clone(), self.folder.clone());
        let state = self.store.read(move |view| view.folder(&inbox, &folder)).await?;
        Ok(state.map(|state| imap::FolderState {
            cursor: state.cursor,
            first_run_at: state.first_run_at,
            first_run_until: state.first_run_until,
            first_run_done: state.first_run_done,
        }))
    }

    async fn begin_folder(&self, begin: FolderBegin) -> anyhow::Result<()> {
        let (inbox, folder) = (self.inbox.clone(), self.folder.clone());
        if begin.reason == BeginReason::NewUidValidity {
            tracing::warn!(inbox, "UIDVALIDITY changed: the folder is read again from its start");
        }
        let start = FolderStart {
            inbox,
            folder,
            kind: match begin.reason {
                BeginReason::FirstRun => StartKind::FirstRun,
                BeginReason::NewUidValidity => StartKind::NewUidValidity,
                BeginReason::Rewound => StartKind::Rewound,
            },
            cursor: begin.cursor,
            first_run: self.first_run,
            first_run_until: begin.first_run_until,
            first_run_done: begin.first_run_done,
        };
        self.store.write(move |tx| tx.begin_folder(&start, begin.now)).await
    }

    async fn store(&self, batch: imap::FetchedBatch) -> anyhow::Result<()> {
        let count = batch.mails.len() as u64;
        let (inbox, folder, after) = (self.inbox.clone(), self.folder.clone(), self.after);
        let packed = tokio::task::spawn_blocking(move || pack(batch, inbox, folder, after)).await;
        let packed = packed.context("a worker thread failed")??;
        self.store
            .write(move |tx| tx.record_fetch(&packed, Timestamp::now()))
            .await?;
        self.progress.add_stored(count);
        self.stored.notify_one();
        Ok(())
    }

    async fn after_due(&self, uid_validity: u32) -> anyhow::Result<Vec<u32>> {
        let (inbox, folder) = (self.inbox.clone(), self.folder.clone());
        self.store
            .read(move |view| {
                let due = view.after_due(&inbox, &folder, uid_validity, AFTER_BATCH)?;
                Ok(due.into_iter().map(|(uid, _)| uid).collect())
            })
            .await
    }

    async fn after_done(&self, uid_validity: u32, uids: Vec<u32>) -> anyhow::Result<()> {
        let (inbox, folder) = (self.inbox.clone(), self.folder.clone());
        self.store
            .write(move |tx| tx.after_done(&inbox, &folder, uid_validity, &uids))
            .await
    }
}

fn pack(
    batch: imap::FetchedBatch,
    inbox: String,
    folder: String,
    after: store::After,
) -> anyhow::Result<store::FetchedBatch> {
    let pack = |mail: imap::FetchedMail| {
        Ok(NewIntake {
            uid: mail.uid,
            raw: store::compress(&mail.raw.octets)?,
            sha256: Sha256::digest(&mail.raw.octets).into(),
            full_size: mail.raw.full_size,
            received_at: mail.raw.received_at,
            // The original of a mail that was cut stays as it is on the server.
            after: if mail.raw.is_cut() { store::After::None } else { after },
        })
    };
    Ok(store::FetchedBatch {
        inbox,
        folder,
        cursor_after: FolderCursor {
            uid_validity: batch.uid_validity,
            uid_next: batch.uid_next,
        },
        mails: batch.mails.into_iter().map(pack).collect::<anyhow::Result<_>>()?,
    })
}
