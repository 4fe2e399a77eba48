//! `buzon check --online`: whether the store can be written, each inbox be read, and each account takes mail.

use super::finding::{Finding, Report};
use super::{probe, servers, storage};
use crate::cli::exit::Exit;
use crate::cli::output::OutputMode;
use crate::config::{Config, Inbox};
use crate::store::Store;
use futures::StreamExt;

/// Inboxes that are tried at a time.
const AT_A_TIME: usize = 8;

/// Tries everything, whatever fails. Returns the exit code of the first trouble.
///
/// # Errors
/// When stdout can't be written to.
pub(super) async fn check(config: &Config, mode: OutputMode) -> anyhow::Result<Exit> {
    let mut report = Report::new(mode);
    let (store, findings) = storage::check(&config.store.path).await;
    for finding in findings {
        report.tell(&finding)?;
    }
    let probes = match report.exit() {
        Exit::Done => Probes::Send(store.as_ref()),
        // A store that takes no mail is mended first; probes would wait for nothing.
        _ => Probes::Skip,
    };
    let tried = config.inboxes.iter().map(|inbox| try_inbox(config, inbox, probes));
    let mut tried = futures::stream::iter(tried).buffered(AT_A_TIME);
    while let Some(findings) = tried.next().await {
        for finding in findings {
            report.tell(&finding)?;
        }
    }
    Ok(report.exit())
}

/// Whether inboxes are mailed probes.
#[derive(Clone, Copy)]
enum Probes<'a> {
    /// Where both ways are open. The store, if there is one, knows what a running gateway has taken.
    Send(Option<&'a Store>),
    Skip,
}

async fn try_inbox(config: &Config, inbox: &Inbox, probes: Probes<'_>) -> Vec<Finding> {
    let (mut findings, smtp) = tokio::join!(servers::imap(inbox), servers::smtp(inbox));
    findings.extend(smtp);
    // Where one of the ways is closed no probe can come back.
    if let Probes::Send(store) = probes
        && !findings.iter().any(Finding::is_trouble)
    {
        findings.extend(probe::check(config, inbox, store).await);
    }
    findings
}
