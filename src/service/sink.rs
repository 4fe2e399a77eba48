//! Where the poller puts its mail: compressed and hashed on a worker thread, then into the store.

use super::Progress;
use crate::config::Inbox;
use crate::imap::{FetchedMail, Sink};
use crate::mail::sha256;
use crate::mail::{After, FetchedBatch, FolderStart, FolderState, StartReason};
use crate::store::{self, NewIntake, Store};
use anyhow::Context;
use jiff::Timestamp;
use std::sync::Arc;
use tokio::sync::Notify;

/// How many UIDs one `after` pass takes from the store.
const AFTER_BATCH: u32 = 5_000;

/// One folder's way into the store.
pub(super) struct StoreSink {
    store: Store,
    inbox: String,
    folder: String,
    after: After,
    stored: Arc<Notify>,
    progress: Arc<Progress>,
}

impl StoreSink {
    pub(super) fn new(store: Store, inbox: &Inbox, stored: Arc<Notify>, progress: Arc<Progress>) -> Self {
        Self {
            store,
            inbox: inbox.policy.name.clone(),
            folder: inbox.imap.folder.clone(),
            after: inbox.imap.after.clone(),
            stored,
            progress,
        }
    }
}

impl Sink for StoreSink {
    async fn folder_state(&self) -> anyhow::Result<Option<FolderState>> {
        let (inbox, folder) = (self.inbox.clone(), self.folder.clone());
        self.store.read(move |view| view.folder(&inbox, &folder)).await
    }

    async fn begin_folder(&self, start: FolderStart) -> anyhow::Result<()> {
        let (inbox, folder) = (self.inbox.clone(), self.folder.clone());
        if start.reason == StartReason::NewUidValidity {
            tracing::warn!(inbox, "UIDVALIDITY changed: the folder is read again from its start");
        }
        self.store
            .write(move |tx| tx.begin_folder(&inbox, &folder, &start))
            .await
    }

    async fn store(&self, batch: FetchedBatch<FetchedMail>) -> anyhow::Result<()> {
        let count = batch.mails.len() as u64;
        let (inbox, folder, after) = (self.inbox.clone(), self.folder.clone(), self.after.clone());
        let packed = tokio::task::spawn_blocking(move || pack(batch, &after)).await;
        let packed = packed.context("a worker thread failed")??;
        self.store
            .write(move |tx| tx.record_fetch(&inbox, &folder, &packed, Timestamp::now()))
            .await?;
        self.progress.add_stored(count);
        self.stored.notify_one();
        Ok(())
    }

    async fn after_due(&self, uid_validity: u32) -> anyhow::Result<Vec<u32>> {
        let (inbox, folder) = (self.inbox.clone(), self.folder.clone());
        self.store
            .read(move |view| view.after_due(&inbox, &folder, uid_validity, AFTER_BATCH))
            .await
    }

    async fn after_done(&self, uid_validity: u32, uids: Vec<u32>) -> anyhow::Result<()> {
        let (inbox, folder) = (self.inbox.clone(), self.folder.clone());
        self.store
            .write(move |tx| tx.after_done(&inbox, &folder, uid_validity, &uids))
            .await
    }
}

fn pack(batch: FetchedBatch<FetchedMail>, after: &After) -> anyhow::Result<FetchedBatch<NewIntake>> {
    let pack = |mail: FetchedMail| {
        Ok(NewIntake {
            uid: mail.uid,
            raw: store::compress(&mail.raw.octets)?,
            sha256: sha256(&mail.raw.octets),
            full_size: mail.raw.full_size,
            received_at: mail.raw.received_at,
            // The original of a mail that was cut stays as it is on the server.
            after: if mail.raw.is_cut() { After::Keep } else { after.clone() },
        })
    };
    Ok(FetchedBatch {
        cursor_after: batch.cursor_after,
        mails: batch.mails.into_iter().map(pack).collect::<anyhow::Result<_>>()?,
    })
}
