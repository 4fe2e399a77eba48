//! LOGIN and AUTHENTICATE PLAIN.

use super::account::ImapAccount;
use super::capabilities::Capabilities;
use super::connect::capability;
use super::error::ImapError;
use super::folder_name::{quotable, quoted};
use super::wire::{Completed, Heard, STALL, Wire};
use secrecy::ExposeSecret;
use tokio::time::Instant;

/// Codes by which a server says that it is not the credentials it objects to (RFC 5530 §3).
const NOT_THE_CREDENTIALS: [&str; 4] = ["UNAVAILABLE", "LIMIT", "INUSE", "SERVERBUG"];

/// Logs in and returns what the server can do for this user.
pub(super) async fn login(
    wire: &mut Wire,
    account: &ImapAccount,
    offered: Option<Capabilities>,
) -> Result<Capabilities, ImapError> {
    let offered = match offered {
        Some(offered) => offered,
        None => capability(wire).await?,
    };
    let password = account.password.expose_secret();
    // LOGIN's quoted strings are US-ASCII; AUTHENTICATE PLAIN takes any UTF-8 (RFC 4616).
    let by_login = quotable(&account.user) && quotable(password) && !offered.login_disabled;
    let done = if by_login {
        let line = format!("LOGIN {} {}", quoted(&account.user), quoted(password));
        wire.run("LOGIN", &line, |_| Ok(())).await
    } else if offered.login_disabled && !offered.auth_plain {
        return Err(ImapError::LoginRefused {
            code: Some("LOGINDISABLED".to_owned()),
        });
    } else {
        authenticate_plain(wire, &account.user, password, offered.sasl_ir).await
    };
    match done {
        Ok(Completed {
            capabilities: Some(capabilities),
        }) => Ok(capabilities),
        Ok(_) => capability(wire).await,
        Err(ImapError::Refused { code, .. })
            if !code.as_deref().is_some_and(|code| NOT_THE_CREDENTIALS.contains(&code)) =>
        {
            Err(ImapError::LoginRefused { code })
        }
        Err(error) => Err(error),
    }
}

async fn authenticate_plain(
    wire: &mut Wire,
    user: &str,
    password: &str,
    sasl_ir: bool,
) -> Result<Completed, ImapError> {
    const COMMAND: &str = "AUTHENTICATE";
    let response = data_encoding::BASE64.encode(format!("\0{user}\0{password}").as_bytes());
    if sasl_ir {
        let line = format!("AUTHENTICATE PLAIN {response}");
        return wire.run(COMMAND, &line, |_| Ok(())).await;
    }
    let tag = wire.send(COMMAND, "AUTHENTICATE PLAIN").await?;
    // Some servers report an error as a second challenge: it is cancelled, so that the NO comes.
    let mut answers = [response.as_str(), "*"].into_iter();
    loop {
        match wire.hear(COMMAND, &tag, Instant::now() + STALL, |_| ()).await? {
            Heard::Done(completed) => return Ok(completed),
            Heard::Untagged(()) => {}
            Heard::Continue => {
                let answer = answers.next().ok_or(ImapError::Protocol {
                    command: COMMAND,
                    problem: "it challenges again and again",
                })?;
                wire.send_untagged(COMMAND, answer).await?;
            }
        }
    }
}
