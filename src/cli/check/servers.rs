//! Whether an inbox's IMAP server can be read, and its SMTP server takes mail.

use super::finding::{About, Finding, Part};
use crate::cli::exit::Exit;
use crate::cli::trouble::{of_imap, of_smtp};
use crate::config::Inbox;
use crate::imap::{self, ImapError, TargetFolder};
use crate::mail::After;
use crate::net::ConnectError;
use crate::smtp::{AccountTrouble, SmtpError, Stage, Transport};

/// What to do when no connection comes about.
const UNREACHABLE: &str = "check `host`, `port` and `tls`, and that no firewall stands between";
/// What to do when there is no TLS that can be trusted.
const UNTRUSTED: &str = "no password was sent; `host` must be the name in the certificate, `tls` what the port speaks, \
                         and `ca_file` the authority of a server with a certificate of its own";
/// What to do when the login is refused.
const LOGIN: &str = "check `user` and `password`; some providers want a password made for this program, or the \
                     protocol switched on for the account first";

/// Logs in and looks for the folders.
pub(super) async fn imap(inbox: &Inbox) -> Vec<Finding> {
    let about = About {
        inbox: &inbox.policy.name,
        part: Part::Imap,
    };
    let account = &inbox.imap;
    let facts = match imap::check(account).await {
        Ok(facts) => facts,
        Err(error) => return vec![about.fails(of_imap(&error), place(&error, account), hint(&error))],
    };
    let wait = match facts.idle {
        true => "IDLE".to_owned(),
        false => format!("no IDLE, so the folder is looked at every {} s", account.poll.as_secs()),
    };
    let offers = [(facts.r#move, "MOVE"), (facts.uidplus, "UIDPLUS")]
        .map(|(offered, name)| format!("{}{name}", if offered { "" } else { "no " }));
    let server = format!("{}:{}", account.host, account.port);
    let works = format!(
        "logged in to {server} as {}: {wait}, {}",
        account.user,
        offers.join(", ")
    );
    let mut findings = vec![about.works(works)];
    findings.push(match facts.folder_exists {
        true => about.works(format!("folder `{}` is there", account.folder)),
        false => about.fails(
            Exit::Config,
            format!("there is no folder `{}` on {server}", account.folder),
            "set `folder` of [inbox.imap] to the one that mail comes to",
        ),
    });
    findings.extend(facts.target.map(|target| target_folder(about, inbox, &target)));
    findings
}

/// The error, with the server unless it names it itself.
fn place(error: &ImapError, account: &imap::ImapAccount) -> String {
    match error {
        ImapError::Connect(ConnectError::Unreachable { .. }) => error.to_string(),
        _ => format!("{}:{}: {error}", account.host, account.port),
    }
}

fn hint(error: &ImapError) -> &'static str {
    match error {
        ImapError::Connect(ConnectError::Unreachable { .. }) => UNREACHABLE,
        ImapError::Connect(ConnectError::Untrusted { .. }) => UNTRUSTED,
        ImapError::LoginRefused { .. } => LOGIN,
        ImapError::Timeout { .. } | ImapError::Closed { .. } => "check `port` and `tls`, or try again later",
        _ => "try again later; the server's own log may say why",
    }
}

fn target_folder(about: About<'_>, inbox: &Inbox, target: &TargetFolder) -> Finding {
    let name = match &inbox.imap.after {
        After::Move(name) => name.as_str(),
        _ => "",
    };
    match target {
        TargetFolder::Exists => about.works(format!("folder `{name}` for handled mail is there")),
        TargetFolder::Created => about.works(format!("folder `{name}` for handled mail has been created")),
        TargetFolder::Refused { code } => {
            let code = code.as_ref().map(|code| format!(" [{code}]")).unwrap_or_default();
            about.fails(
                Exit::NoPermission,
                format!("folder `{name}` is missing and the server refuses to create it{code}: handled mail stays"),
                "create it by hand, or name another in `after`; some servers want a prefix such as `INBOX.`",
            )
        }
    }
}

/// Logs in and asks what the server takes.
pub(super) async fn smtp(inbox: &Inbox) -> Vec<Finding> {
    let about = About {
        inbox: &inbox.policy.name,
        part: Part::Smtp,
    };
    let account = &inbox.smtp;
    let server = format!("{}:{}", account.host, account.port);
    let transport = match Transport::new(account.clone()) {
        Ok(transport) => transport,
        Err(error) => {
            let hint = "check `ca_file`, and that the system has its certificates";
            return vec![about.fails(Exit::Config, format!("{error:#}"), hint)];
        }
    };
    let facts = match transport.check().await {
        Ok(facts) => facts,
        Err(error) => {
            let hint = smtp_hint(&error.trouble);
            let what = match &error {
                // The reply is the error of the connection, which names the server.
                SmtpError {
                    stage: Stage::Connect,
                    reply,
                    ..
                } => reply.clone(),
                error => format!("{server}: {error}"),
            };
            return vec![about.fails(of_smtp(&error.trouble), what, hint)];
        }
    };
    let login = match &account.user {
        Some(user) => format!("logged in to {server} as {user}"),
        None => format!("{server} answers; no login is configured"),
    };
    let limit = match facts.size_limit {
        Some(octets @ 1..) => format!("takes mails up to {} MiB", octets >> 20),
        _ => "names no limit for the size of a mail".to_owned(),
    };
    vec![about.works(format!("{login}: {limit}"))]
}

/// What to do about trouble with an SMTP account.
pub(super) fn smtp_hint(trouble: &AccountTrouble) -> &'static str {
    match trouble {
        AccountTrouble::Unreachable => UNREACHABLE,
        AccountTrouble::Untrusted => UNTRUSTED,
        AccountTrouble::Login => LOGIN,
        AccountTrouble::Sender => {
            "this account may not send from the inbox's address; allow it there, or set envelope = \"plain\""
        }
        AccountTrouble::Throttled | AccountTrouble::Closing | AccountTrouble::Refused => {
            "try again later; the provider's page on limits may say why"
        }
    }
}
