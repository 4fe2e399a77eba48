//! `buzon explain`: what would become of a mail, or why one became what it became.

use crate::cli::exit::{CliError, Exit};
use crate::cli::output::{OutputMode, Stdout};
use crate::cli::{Session, gateway, intake};
use crate::desk::Explanation;
use crate::desk::arrival::{Authenticity, Replies};
use crate::ingest::{self, Origin, consider, prepare};
use crate::mail::{MessageId, RawMail};
use crate::service;
use anyhow::Context;
use clap::Args;
use jiff::Timestamp;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Say what a mail would become, or why one became what it is; writes nothing
#[derive(Debug, Args)]
pub struct Explain {
    /// Mails in files
    #[arg(
        value_name = "FILE",
        required_unless_present = "message_id",
        conflicts_with = "message_id"
    )]
    files: Vec<PathBuf>,
    /// The inbox the files would come to [default: the only one]
    #[arg(long, value_name = "NAME", conflicts_with = "message_id")]
    inbox: Option<String>,
    /// A mail that was handled
    #[arg(long, value_name = "ID")]
    message_id: Option<String>,
}

/// The contract's object: the explanation, and the rules that were tried.
#[derive(Serialize)]
struct Printed<'a> {
    #[serde(flatten)]
    explanation: &'a Explanation,
    rules: [(); 0],
}

impl Explain {
    /// # Errors
    /// When a file cannot be read, or no mail of that id was handled.
    pub fn run(self, session: &Session<'_>) -> anyhow::Result<Exit> {
        let explanations = match &self.message_id {
            Some(id) => stored(session, id)?,
            None => self.dry_run(session)?,
        };
        let mut stdout = Stdout::lock();
        for explanation in &explanations {
            match session.output() {
                OutputMode::JsonLines => {
                    let printed = Printed { explanation, rules: [] };
                    stdout.line(serde_json::to_string(&printed)?)?;
                }
                OutputMode::Table => tell(&mut stdout, explanation)?,
            }
        }
        stdout.flush()?;
        Ok(Exit::Done)
    }

    fn dry_run(&self, session: &Session<'_>) -> anyhow::Result<Vec<Explanation>> {
        let (config, store) = gateway::config_and_store(session)?;
        let inbox = intake::inbox(&config, self.inbox.as_deref())?.policy.name.clone();
        let desk = service::desk(&config)?;
        let now = Timestamp::now();
        let mut explanations = vec![];
        for file in &self.files {
            let octets = read(file)?;
            let raw = RawMail {
                full_size: octets.len() as u64,
                octets,
                received_at: now,
            };
            let origin = Origin {
                inbox: inbox.clone(),
                received_at: now,
                authenticity: Authenticity::Headers,
                replies: Replies::Allowed,
            };
            let mut prepared = prepare(&raw, origin, &desk)?;
            session.runtime.block_on(ingest::verify(&raw, &mut prepared, &desk));
            let decision = store.read_blocking(|view| consider(view, &prepared, &desk, now))?;
            explanations.push(Explanation::of(&decision, None));
        }
        Ok(explanations)
    }
}

fn stored(session: &Session<'_>, id: &str) -> anyhow::Result<Vec<Explanation>> {
    let (_, store) = gateway::config_and_store(session)?;
    let parsed = MessageId::parse(id).ok_or_else(|| {
        CliError::new(
            Exit::Usage,
            format!("`{id}` is no Message-ID"),
            "as in <abc@host.example>",
        )
    })?;
    let decisions = store.read_blocking(|view| view.decisions_of(&parsed))?;
    if decisions.is_empty() {
        let hint = "`ticket list --search` finds mails by their words";
        return Err(CliError::new(
            Exit::Data,
            format!("no mail with Message-ID {parsed} was handled"),
            hint,
        )
        .into());
    }
    let handled = decisions.into_iter().filter_map(|stored| stored.decision);
    handled
        .map(|json| serde_json::from_str(&json).context("a stored decision is damaged"))
        .collect()
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

fn tell(stdout: &mut Stdout, explanation: &Explanation) -> anyhow::Result<()> {
    stdout.line(format!(
        "class    {} ({})",
        name(explanation.class),
        explanation.class_reason
    ))?;
    stdout.line(format!(
        "aligned  {} ({})",
        name(explanation.aligned),
        explanation.aligned_reason
    ))?;
    let ticket = explanation
        .thread
        .ticket
        .map(|number| format!(" #{number}"))
        .unwrap_or_default();
    stdout.line(format!("thread   {}{ticket}", name(explanation.thread.matched)))?;
    for evidence in &explanation.thread.evidence {
        let counts = if evidence.counts { "counts" } else { "does not count" };
        stdout.line(format!(
            "evidence {} {}: {counts}, {}",
            name(evidence.kind),
            evidence.value,
            evidence.why
        ))?;
    }
    for action in &explanation.actions {
        stdout.line(format!("action   {action}"))?;
    }
    for mail in &explanation.mails {
        let sent = if mail.sent { "sent" } else { "not sent" };
        stdout.line(format!(
            "mail     {} to {}: {sent}, {}",
            name(mail.kind),
            mail.to,
            mail.why
        ))?;
    }
    stdout.line("")
}

/// The name of a unit variant, as JSON has it.
fn name(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}
