//! Greeting, TLS and login.

use super::super::scripted::{Scripted, usual};
use super::super::{ImapAccount, ImapError};
use super::{GREETING, drained};
use crate::net::{ConnectError, TlsMode};

fn starttls(server: &Scripted) -> ImapAccount {
    ImapAccount {
        tls: TlsMode::StartTls,
        ..server.account()
    }
}

#[tokio::test]
async fn preauth_and_stripped_or_injected_starttls_see_no_credential() {
    let offered = "* CAPABILITY IMAP4rev1 STARTTLS\r\n$ OK done\r\n";
    for (greeting, capabilities, answer) in [
        ("* PREAUTH welcome\r\n", offered, "$ OK begin\r\n"),
        (GREETING, "* CAPABILITY IMAP4rev1\r\n$ OK done\r\n", "$ OK begin\r\n"),
        (GREETING, offered, "$ NO not today\r\n"),
        (GREETING, offered, "$ OK begin\r\n* OK injected\r\n"),
        (GREETING, offered, "$ OK begin\r\n* OK inj"),
        (GREETING, offered, "$ OK begin\r\nEOF"),
    ] {
        let server = Scripted::start(greeting, move |command, _| match command {
            "CAPABILITY" => capabilities.to_owned(),
            "STARTTLS" => answer.to_owned(),
            _ => "$ OK done\r\n".to_owned(),
        })
        .await;
        let (result, _) = drained(starttls(&server)).await;
        assert!(
            matches!(
                result,
                Err(ImapError::Connect(ConnectError::Untrusted { .. }) | ImapError::Protocol { .. })
            ),
            "{greeting}{answer}: {result:?}"
        );
        let commands = server.commands().join("\n");
        assert!(
            !commands.contains("LOGIN") && !commands.contains("AUTHENTICATE"),
            "{commands}"
        );
    }
    let server = Scripted::start("* PREAUTH welcome\r\n", |command, _| usual(command)).await;
    assert!(drained(server.account()).await.0.is_err());
    assert_eq!(server.commands(), Vec::<String>::new());
}

#[tokio::test]
async fn a_password_beyond_ascii_or_logindisabled_goes_by_authenticate_plain() {
    let check = async |capabilities: &'static str, password: &str, expected: &[&str]| {
        let server = Scripted::start(GREETING, move |command, _| match command {
            "CAPABILITY" => format!("* CAPABILITY IMAP4rev1 {capabilities}\r\n$ OK done\r\n"),
            "AUTHENTICATE PLAIN" => "+ \r\n".to_owned(),
            _ if command.starts_with("AHN1") => "$ OK done\r\n".to_owned(),
            _ => usual(command),
        })
        .await;
        let account = ImapAccount {
            password: password.into(),
            ..server.account()
        };
        let _ = drained(account).await;
        let commands = server.commands();
        let sent: Vec<_> = commands
            .iter()
            .skip(1)
            .take(expected.len())
            .map(String::as_str)
            .collect();
        assert_eq!(sent, expected);
    };
    check("AUTH=PLAIN", "señal", &["AUTHENTICATE PLAIN", "AHN1cHBvcnQAc2XDsWFs"]).await;
    check(
        "AUTH=PLAIN SASL-IR",
        "señal",
        &["AUTHENTICATE PLAIN AHN1cHBvcnQAc2XDsWFs"],
    )
    .await;
    check(
        "AUTH=PLAIN SASL-IR LOGINDISABLED",
        "pw",
        &["AUTHENTICATE PLAIN AHN1cHBvcnQAcHc="],
    )
    .await;
    check("LOGINDISABLED", "pw", &[]).await;
}

#[tokio::test]
async fn a_refused_login_is_told_from_a_server_that_is_busy() {
    for (answer, refused) in [
        ("$ NO [AUTHENTICATIONFAILED] no\r\n", true),
        ("$ NO no\r\n", true),
        ("$ NO [LIMIT] too many\r\n", false),
        ("* BYE busy\r\nEOF", false),
    ] {
        let server = Scripted::start(GREETING, move |command, _| match command.starts_with("LOGIN") {
            true => answer.to_owned(),
            false => usual(command),
        })
        .await;
        let (result, _) = drained(server.account()).await;
        assert_eq!(
            matches!(result, Err(ImapError::LoginRefused { .. })),
            refused,
            "{answer}: {result:?}"
        );
        assert!(result.is_err());
    }
}
