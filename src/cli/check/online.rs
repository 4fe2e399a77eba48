//! `buzon check --online`: whether each inbox can be read, and each account takes mail. Nothing is sent or changed.

use crate::cli::exit::Exit;
use crate::cli::output::Stdout;
use crate::cli::trouble::{of_imap, of_smtp};
use crate::config::{Config, Inbox};
use crate::imap::{self, TargetFolder};
use crate::service::{imap_account, smtp_account};
use crate::smtp::Transport;

/// A server that cannot be used.
struct Trouble {
    code: Exit,
    what: String,
}

/// Tries every server: a line on stdout for what works, one on stderr for what does not. Returns the exit code of the
/// first trouble.
pub(super) async fn check(config: &Config, stdout: &mut Stdout) -> anyhow::Result<Exit> {
    let mut exit = Exit::Done;
    for inbox in &config.inboxes {
        for (server, found) in [("imap", read(inbox).await), ("smtp", send(inbox).await)] {
            match found {
                Ok(fact) => stdout.line(format!("inbox {}: {server}: {fact}", inbox.name))?,
                Err(trouble) => {
                    eprintln!("buzon: inbox {}: {server}: {}", inbox.name, trouble.what);
                    exit = if exit == Exit::Done { trouble.code } else { exit };
                }
            }
        }
    }
    Ok(exit)
}

async fn read(inbox: &Inbox) -> Result<String, Trouble> {
    let account = imap_account(inbox);
    let facts = imap::check(&account).await.map_err(|error| Trouble {
        code: of_imap(&error),
        what: format!("{error} ({}:{})", account.host, account.port),
    })?;
    Ok(format!("{facts}"))
}

async fn send(inbox: &Inbox) -> Result<String, Trouble> {
    let account = smtp_account(inbox);
    let server = format!("{}:{}", account.host, account.port);
    let transport = Transport::new(account).map_err(|error| Trouble { code: Exit::Config, what: format!("{error:#}") })?;
    let facts = transport.check().await.map_err(|error| Trouble {
        code: of_smtp(&error.trouble),
        what: format!("{error} ({server})"),
    })?;
    let limit = facts.size_limit.map(|limit| format!(", takes mails up to {} MiB", limit >> 20));
    Ok(format!("logged in to {server}{}", limit.unwrap_or_default()))
}
