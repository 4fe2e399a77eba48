//! Connections kept, shared and thrown away.

use super::server::{Answer, Server};
use super::*;
use crate::smtp::pool::Pool;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

#[tokio::test]
async fn mails_share_a_connection() {
    let server = Server::start(|_, _| Answer::Usual).await;
    let transport = transport(&server);
    for _ in 0..3 {
        transport.send(&envelope(), MAIL).await;
    }
    transport.close().await;
    assert_eq!(
        server.verbs(1),
        "EHLO EHLO MAIL RCPT DATA MAIL RCPT DATA MAIL RCPT DATA QUIT"
    );
    assert_eq!(server.connections(), 1);
    let outcome = transport.send(&envelope(), MAIL).await;
    assert_eq!(
        summary(&outcome),
        "account Unreachable connect: the transport is closed"
    );
}

#[tokio::test]
async fn a_stale_connection_is_replaced_once_and_the_mail_goes_out() {
    for farewell in [
        "",
        "421 4.4.2 idle too long\r\n",
        "451 4.7.0 enough mails on this connection\r\n",
    ] {
        let mails = std::sync::atomic::AtomicUsize::new(0);
        let server = Server::start(move |_, line| {
            let is_mail = line.starts_with("MAIL");
            let before = mails.fetch_add(usize::from(is_mail), std::sync::atomic::Ordering::SeqCst);
            if is_mail && before == 1 {
                Answer::Leave(farewell)
            } else {
                Answer::Usual
            }
        })
        .await;
        let transport = transport(&server);
        transport.send(&envelope(), MAIL).await;
        let outcome = transport.send(&envelope(), MAIL).await;
        assert_eq!(summary(&outcome), "accepted 250 2.0.0 Ok: queued as 4XyZ", "{farewell}");
        assert_eq!((server.connections(), server.mails().len()), (2, 2));
    }
}

#[tokio::test]
async fn a_connection_on_which_something_was_said_unasked_is_not_used_again() {
    let server = Server::start(|_, line| match line {
        "dot" => Answer::Say("250 Ok\r\n421 good night\r\n"),
        _ => Answer::Usual,
    })
    .await;
    let transport = transport(&server);
    for _ in 0..2 {
        assert_eq!(summary(&transport.send(&envelope(), MAIL).await), "accepted 250 Ok");
    }
    assert_eq!(server.verbs(2), "EHLO EHLO MAIL RCPT DATA");
}

#[tokio::test]
async fn an_idle_connection_is_closed_politely() {
    let quit = Arc::new(Notify::new());
    let told = quit.clone();
    let server = Server::start(move |_, line| {
        if line == "QUIT" {
            told.notify_one();
        }
        Answer::Usual
    })
    .await;
    let pool = Pool::new(Duration::from_millis(10));
    let transport = Transport::with_pool(account(&server), pool).unwrap();
    transport.send(&envelope(), MAIL).await;
    quit.notified().await;
    transport.send(&envelope(), MAIL).await;
    assert_eq!(server.connections(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_more_connections_are_open_than_the_account_allows() {
    let server = Server::start(|number, line| match line {
        "dot" if number.is_multiple_of(2) => Answer::Leave("421 enough\r\n"),
        _ => Answer::Usual,
    })
    .await;
    let transport = Transport::new(SmtpAccount {
        connections: 3,
        ..account(&server)
    })
    .unwrap();
    let mails = (0..60).map(|_| {
        let transport = transport.clone();
        tokio::spawn(async move { transport.send(&envelope(), MAIL).await })
    });
    futures::future::join_all(mails).await;
    assert_eq!(server.mails().len(), 60);
    assert!(server.seen.lock().unwrap().most_open <= 3);
}
