//! `buzon inspect`: what the gateway understands of a message, without configuration or store.

use super::Session;
use super::exit::{CliError, Exit};
use super::output::Stdout;
use crate::config::Config;
use crate::desk::Policy;
use crate::desk::own::own_sign;
use crate::mail::authentication::{Trust, alignment};
use crate::mail::class::{OwnSigns, classify};
use crate::mail::inbound::{Attachment, Defect};
use crate::mail::{Alignment, DeliveryReport, InboundMail, MailClass, Mailbox, ParseLimits, RawMail};
use anyhow::Context;
use clap::Args;
use jiff::Timestamp;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Show what the gateway understands of messages, one JSON object a line
#[derive(Debug, Args)]
pub struct Inspect {
    /// Messages as files; `-` reads one from standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

impl Inspect {
    /// Prints an object for each file that can be read, in order.
    ///
    /// # Errors
    /// After the last file, when some could not be read: the last of them; the others are told on the way.
    pub fn run(self, session: &Session<'_>) -> anyhow::Result<Exit> {
        let policy = policy(session)?;
        let mut out = Stdout::lock();
        let mut failure = None;
        for file in &self.files {
            match read(file) {
                Ok(raw) => out.line(serde_json::to_string(&inspect(&raw, policy.as_ref()))?)?,
                Err(error) => {
                    if let Some(earlier) = failure.replace(error) {
                        super::exit::report(&earlier);
                    }
                }
            }
        }
        out.flush()?;
        failure.map_or(Ok(Exit::Done), Err)
    }
}

/// What the configuration says, when there is one: it tells our own mail, our lists and whom we believe. One that was
/// named must be sound; one that merely lies in the usual place is done without when it is not.
fn policy(session: &Session<'_>) -> anyhow::Result<Option<Policy>> {
    let named = session.global.config.is_some();
    if !named && !Config::is_in_usual_place() {
        return Ok(None);
    }
    match session.config() {
        Ok(config) => Ok(Some(config.policy())),
        Err(error) if named => Err(error),
        Err(error) => {
            tracing::warn!("inspecting without the configuration, which is refused: {error:#}");
            Ok(None)
        }
    }
}

/// The object that is printed for one mail: as it would be understood in the first inbox of `policy`, or without any.
pub fn inspect(raw: &RawMail, policy: Option<&Policy>) -> Inspection {
    let mail = InboundMail::parse(raw, &ParseLimits::default());
    let inbox = policy.and_then(|policy| policy.inboxes.first().map(|inbox| (policy, inbox)));
    let signs = inbox.map(|(policy, inbox)| OwnSigns {
        own: own_sign(&mail, policy, inbox),
        lists: &inbox.lists,
    });
    let classification = classify(&mail, &signs.unwrap_or_default());
    let no_trust = Trust::default();
    let trust = inbox.map_or(&no_trust, |(_, inbox)| &inbox.trust);
    let ids = |list: &[crate::mail::MessageId]| list.iter().map(|id| id.as_str().to_owned()).collect();
    let is_report = matches!(classification.class, MailClass::Bounce | MailClass::DeliveryDelay);
    Inspection {
        message_id: mail.message_id.as_ref().map(|id| id.as_str().to_owned()),
        in_reply_to: ids(&mail.in_reply_to),
        references: ids(&mail.references),
        from: mail.from.first().cloned(),
        aligned: alignment(&mail, trust).0,
        reply_to: mail.reply_to,
        to: mail.to,
        cc: mail.cc,
        subject: mail.subject,
        date: mail.date,
        class: classification.class,
        class_reason: classification.reason,
        may_auto_respond: classification.may_auto_respond,
        bounce: mail.delivery_report.filter(|_| is_report),
        reply: mail.reply,
        text: mail.text,
        attachments: mail.attachments,
        language: mail.language,
        defects: mail.defects,
    }
}

/// What is understood of one mail.
#[derive(Debug, Serialize)]
pub struct Inspection {
    /// Message-ID without brackets.
    pub message_id: Option<String>,
    /// In-Reply-To without brackets.
    pub in_reply_to: Vec<String>,
    /// References without brackets, oldest first.
    pub references: Vec<String>,
    /// The first mailbox of From.
    pub from: Option<Mailbox>,
    /// Reply-To.
    pub reply_to: Vec<Mailbox>,
    /// To.
    pub to: Vec<Mailbox>,
    /// Cc.
    pub cc: Vec<Mailbox>,
    /// Subject.
    pub subject: String,
    /// Date in UTC.
    pub date: Option<Timestamp>,
    /// Who speaks.
    pub class: MailClass,
    /// The sign that told.
    pub class_reason: String,
    /// A person who may be answered by a machine.
    pub may_auto_respond: bool,
    /// Whether From is proven.
    pub aligned: Alignment,
    /// What a bounce reports.
    pub bounce: Option<DeliveryReport>,
    /// The whole body as text.
    pub text: String,
    /// What the sender newly wrote.
    pub reply: String,
    /// Attached and inline parts.
    pub attachments: Vec<Attachment>,
    /// ISO 639-1.
    pub language: Option<String>,
    /// What was wrong with the mail.
    pub defects: Vec<Defect>,
}

fn read(file: &Path) -> anyhow::Result<RawMail> {
    let octets = if file == Path::new("-") {
        let mut octets = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut octets).context("cannot read standard input")?;
        octets
    } else if file.is_dir() {
        let what = format!("{}: is a folder, not a message", file.display());
        return Err(CliError::new(Exit::Data, what, "name the messages in it").into());
    } else {
        std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?
    };
    Ok(RawMail {
        full_size: octets.len() as u64,
        octets,
        received_at: Timestamp::UNIX_EPOCH,
    })
}
