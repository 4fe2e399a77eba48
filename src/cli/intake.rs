//! What commands that bring mail in without IMAP have in common.

use crate::cli::exit::{CliError, Exit};
use crate::config::{Config, Inbox};
use crate::desk::arrival::{Authenticity, Replies};
use crate::mail::sha256;
use crate::store::{self, SingleIntake, Source};
use jiff::Timestamp;

/// The inbox of that name, or the only one.
///
/// # Errors
/// When there is none of that name, or several and none was named.
pub fn inbox<'c>(config: &'c Config, name: Option<&str>) -> anyhow::Result<&'c Inbox> {
    let names = || {
        config
            .inboxes
            .iter()
            .map(|inbox| inbox.policy.name.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let found = match (name, config.inboxes.as_slice()) {
        (Some(name), inboxes) => inboxes.iter().find(|inbox| inbox.policy.name == name),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    found.ok_or_else(|| {
        let what = match name {
            Some(name) => format!("there is no inbox `{name}`"),
            None => "which inbox is it for?".to_owned(),
        };
        CliError::new(Exit::Usage, what, format!("--inbox takes one of: {}", names())).into()
    })
}

/// What `--unauthenticated` means.
pub fn authenticity(unauthenticated: bool) -> Authenticity {
    if unauthenticated {
        Authenticity::Nothing
    } else {
        Authenticity::Headers
    }
}

/// A mail ready to be stored.
///
/// # Errors
/// When it cannot be compressed.
pub fn pack(
    octets: Vec<u8>,
    inbox: &str,
    source: Source,
    received_at: Timestamp,
    authenticity: Authenticity,
    replies: Replies,
) -> anyhow::Result<SingleIntake> {
    Ok(SingleIntake {
        inbox: inbox.to_owned(),
        source,
        sha256: sha256(&octets),
        full_size: octets.len() as u64,
        raw: store::compress(&octets)?,
        received_at,
        authenticity,
        replies,
    })
}
