//! `buzon import`: mail from a Maildir, an mbox or a folder of `.eml` files.

mod source;

use crate::cli::exit::{CliError, Exit};
use crate::cli::{Session, gateway, intake, progress};
use crate::desk::arrival::Replies;
use crate::ingest::Ingest;
use crate::mail::trace::arrival_date;
use crate::service;
use crate::store::{SingleIntake, Source, Store};
use clap::Args;
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Take in a Maildir, an mbox or a folder of .eml files
#[derive(Debug, Args)]
pub struct Import {
    /// The Maildir, mbox file, .eml file or folder of .eml files
    path: PathBuf,
    /// The inbox it is for [default: the only one]
    #[arg(long, value_name = "NAME")]
    inbox: Option<String>,
    /// Send nothing at all because of these mails
    #[arg(long)]
    no_replies: bool,
    /// Believe nothing in their headers
    #[arg(long)]
    unauthenticated: bool,
}

/// How many mails share a transaction.
const GROUP: usize = 100;
/// How many octets of mail are held before they are written.
const GROUP_OCTETS: u64 = 16 << 20;

impl Import {
    /// # Errors
    /// When the path holds no mail, or a mail cannot be read or stored; what was stored before stays.
    pub fn run(self, session: &Session<'_>) -> anyhow::Result<Exit> {
        let mails = source::mails(&self.path)?;
        let (config, store) = gateway::config_and_store(session)?;
        let inbox = intake::inbox(&config, self.inbox.as_deref())?.policy.name.clone();
        let desk = Arc::new(service::desk(&config)?);
        let authenticity = intake::authenticity(self.unauthenticated);
        let replies = if self.no_replies {
            Replies::Suppressed
        } else {
            Replies::Allowed
        };
        let bar = progress::spinner("mails read");
        let mut group = Group::default();
        let mut count = 0u64;
        for octets in mails {
            let octets = octets?;
            let at = arrival_date(&octets).unwrap_or_else(Timestamp::now);
            group.push(
                intake::pack(octets, &inbox, Source::Import, at, authenticity, replies)?,
                &store,
            )?;
            count += 1;
            bar.set_position(count);
        }
        group.write(&store)?;
        bar.finish_and_clear();
        if count == 0 {
            let hint = "it takes a Maildir, an mbox, an .eml file or a folder of them";
            return Err(CliError::new(Exit::Data, format!("{} holds no mail", self.path.display()), hint).into());
        }
        session.runtime.block_on(handle(&store, desk));
        store.close();
        tracing::info!(count, "mails imported");
        Ok(Exit::Done)
    }
}

/// Handles what was stored; a gateway that runs beside may handle some of it.
async fn handle(store: &Store, desk: Arc<crate::ingest::Desk>) {
    let ingest = Ingest {
        store: store.clone(),
        desk,
        wake: Arc::default(),
        queued: vec![],
    };
    let finish = CancellationToken::new();
    finish.cancel();
    ingest.run(CancellationToken::new(), finish).await;
}

#[derive(Default)]
struct Group {
    mails: Vec<SingleIntake>,
    octets: u64,
}

impl Group {
    fn push(&mut self, mail: SingleIntake, store: &Store) -> anyhow::Result<()> {
        self.octets += mail.full_size;
        self.mails.push(mail);
        if self.mails.len() >= GROUP || self.octets >= GROUP_OCTETS {
            self.write(store)
        } else {
            Ok(())
        }
    }

    fn write(&mut self, store: &Store) -> anyhow::Result<()> {
        let mails = std::mem::take(&mut self.mails);
        self.octets = 0;
        store.write_blocking(move |tx| {
            mails
                .iter()
                .try_for_each(|mail| tx.record_single(mail, Timestamp::now()).map(drop))
        })
    }
}
