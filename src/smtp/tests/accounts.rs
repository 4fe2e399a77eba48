//! What concerns the account, and what the one mail.

use super::server::{Answer, Server};
use super::*;
use crate::smtp::AccountTrouble;

async fn check(point: &'static str, text: &'static str, expected: &str) {
    let server = Server::start(move |_, line| {
        if line.starts_with(point) {
            Answer::Say(text)
        } else {
            Answer::Usual
        }
    })
    .await;
    let outcome = transport(&server).send(&envelope(), MAIL).await;
    assert_eq!(summary(&outcome), expected, "{point} {text}");
    if !text.starts_with("421") {
        assert!(server.verbs(1).ends_with("QUIT"), "{point} {text}: {}", server.verbs(1));
    }
}

#[tokio::test]
async fn a_refusal_is_blamed_on_its_stage_and_ends_the_connection() {
    check("MAIL", "550 5.1.0 no\r\n", "account Sender MAIL FROM: 550 5.1.0 no").await;
    check("RCPT", "550 5.1.1 unknown\r\n", "permanent RCPT TO: 550 5.1.1 unknown").await;
    check("RCPT", "450 4.2.2 full\r\n", "transient RCPT TO: 450 4.2.2 full").await;
    check("RCPT", "571 5.7.1 no\r\n", "permanent RCPT TO: 550 5.7.1 no").await;
    check(
        "DATA",
        "554-5.5.1 no\r\n554 5.5.1 way\r\n",
        "permanent DATA: 554 5.5.1 no way",
    )
    .await;
    check("dot", "451 4.3.0 later\r\n", "transient end of data: 451 4.3.0 later").await;
    check("dot", "550 5.7.60 no\r\n", "account Sender end of data: 550 5.7.60 no").await;
}

#[tokio::test]
async fn a_421_concerns_the_account_wherever_it_comes() {
    check("greeting", "421 busy\r\n", "account Closing greeting: 421 busy").await;
    check("EHLO", "421 busy\r\n", "account Closing greeting: 421 busy").await;
    check("MAIL", "421 busy\r\n", "account Closing MAIL FROM: 421 busy").await;
    check("RCPT", "421 busy\r\n", "account Closing RCPT TO: 421 busy").await;
    check("DATA", "421 busy\r\n", "account Closing DATA: 421 busy").await;
    check("dot", "421 busy\r\n", "account Closing end of data: 421 busy").await;
}

#[tokio::test]
async fn a_refused_or_impossible_login_concerns_the_account() {
    for (point, text, expected) in [
        ("AUTH", "535 5.7.8 no\r\n", "535 5.7.8 no"),
        ("AUTH", "454 4.7.0 later\r\n", "454 4.7.0 later"),
        (
            "EHLO",
            "250-test\r\n250 AUTH GSSAPI\r\n",
            "the server offers neither AUTH PLAIN nor AUTH LOGIN",
        ),
    ] {
        let server = Server::start(move |_, line| {
            if line.starts_with(point) {
                Answer::Say(text)
            } else {
                Answer::Usual
            }
        })
        .await;
        let transport = Transport::new(with_login(account(&server))).unwrap();
        let outcome = transport.send(&envelope(), MAIL).await;
        assert_eq!(summary(&outcome), format!("account Login login: {expected}"));
        let error = transport.check().await.unwrap_err();
        assert_eq!(error.trouble, AccountTrouble::Login);
        assert!(!server.has_seen("MAIL"));
    }
}

#[tokio::test]
async fn the_older_login_mechanism_works() {
    let server = Server::start(|_, line| match line {
        "AUTH LOGIN" => Answer::Say("334 VXNlcm5hbWU6\r\n"),
        "c3VwcG9ydA==" => Answer::Say("334 UGFzc3dvcmQ6\r\n"),
        "b3BlbiBzZXNhbWU=" => Answer::Say("235 in\r\n"),
        line if line.starts_with("EHLO") => Answer::Say("250-test\r\n250-AUTH LOGIN\r\n250-SIZE 77\r\n250 \r\n"),
        _ => Answer::Usual,
    })
    .await;
    let facts = Transport::new(with_login(account(&server)))
        .unwrap()
        .check()
        .await
        .unwrap();
    assert_eq!(facts.size_limit, Some(77));
    assert_eq!(facts.extensions, ["AUTH LOGIN", "SIZE 77"]);
}

#[tokio::test]
async fn a_server_that_is_not_there_concerns_the_account() {
    let port = {
        let listener = tokio::net::TcpListener::bind("localhost:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let server = Server::start(|_, _| Answer::Usual).await;
    let account = SmtpAccount {
        port,
        ..account(&server)
    };
    let outcome = Transport::new(account).unwrap().send(&envelope(), MAIL).await;
    assert!(
        summary(&outcome).starts_with("account Unreachable connect: "),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn greylisting_of_three_recipients_in_a_row_is_throttling() {
    let server = Server::start(|_, line| match line {
        line if line.starts_with("RCPT") => Answer::Say("450 4.7.1 later\r\n"),
        _ => Answer::Usual,
    })
    .await;
    let transport = transport(&server);
    for (recipient, expected) in [
        ("a@x.example", "transient RCPT TO: 450 4.7.1 later"),
        ("a@x.example", "transient RCPT TO: 450 4.7.1 later"),
        ("b@x.example", "transient RCPT TO: 450 4.7.1 later"),
        ("c@x.example", "account Throttled RCPT TO: 450 4.7.1 later"),
    ] {
        let outcome = transport.send(&envelope_to(recipient), MAIL).await;
        assert_eq!(summary(&outcome), expected, "{recipient}");
    }
}
