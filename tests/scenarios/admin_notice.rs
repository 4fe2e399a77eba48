//! The admin hears of trouble by mail, and not more often than once an hour.

use crate::common::loopback::{Loopback, PATIENCE, Settings, until};
use buzon::sandbox::{ImapFault, ReceivedMail, SmtpFault, SmtpReply};
use buzon::store::OutboxState;

const ADMIN: &str = "admin@acme.example";
/// Without `[desk] admin` the leads stand in. This one hears of no ticket, only of trouble.
const LEAD: &str = "[[agent]]\nname = \"Carla\"\naddress = \"admin@acme.example\"\nlead = true\n\
                    [[queue]]\nname = \"general\"\nnotify = \"none\"\n";

async fn desk_with_admin(config: &str) -> Loopback {
    let loopback = Settings::new().with_config(&format!("{LEAD}{config}")).start().await;
    loopback.mailstore.add_account(ADMIN);
    loopback
}

fn to_admin(mails: &[ReceivedMail]) -> Vec<String> {
    let theirs = mails.iter().filter(|mail| mail.recipients == [ADMIN]);
    theirs
        .map(|mail| String::from_utf8_lossy(&mail.octets).into_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reached_limit_is_told_once_however_many_mails_it_holds_back() {
    let loopback = desk_with_admin("[limits]\nauto_mails_per_hour = 2\n").await;
    loopback.receive_numbered(0..6);
    loopback.drain().await;
    let sent = loopback.smtp.received();
    let told = to_admin(&sent);
    assert_eq!((told.len(), sent.len()), (1, 3), "two confirmations and one notice");
    assert!(told[0].contains("Auto-Submitted: auto-generated") && told[0].contains("auto_mails_per_hour"));
    assert!(!told[0].contains("customer.example"), "nothing of a customer");
    let limited = loopback.tickets().await.len();
    assert_eq!(limited, 6, "each mail is a ticket all the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_login_to_the_mailbox_is_told_through_the_outbox_that_still_works() {
    let loopback = desk_with_admin("").await;
    loopback.imap.faults().on(ImapFault::RefuseLogin);
    let running = loopback.run();
    let told = loopback
        .smtp
        .wait_for(|mails| !mails.is_empty(), PATIENCE)
        .await
        .unwrap();
    assert!(to_admin(&told)[0].contains("Subject: Acme Support: inbox support cannot be read"));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_that_cannot_send_does_not_queue_a_mail_about_it_behind_the_others() {
    let loopback = desk_with_admin("").await;
    loopback.smtp.faults().on(SmtpFault::RefuseMail(SmtpReply::POLICY));
    loopback.receive_numbered(0..1);
    let running = loopback.run();
    until("the outbox is paused", async || {
        let rows = loopback.outbox().await;
        rows.iter().any(|row| row.last_error.is_some()).then_some(())
    })
    .await;
    running.stop().await;
    let rows = loopback.outbox().await;
    assert_eq!(
        rows.iter().map(|row| row.state).collect::<Vec<_>>(),
        [OutboxState::Queued]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bounce_by_policy_is_told_and_suppresses_nobody() {
    let loopback = desk_with_admin("").await;
    loopback.receive_numbered(0..1);
    loopback.drain().await;
    let return_path = loopback.smtp.received()[0].reverse_path.clone();
    let bounce = format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.customer.example\r\nTo: {return_path}\r\nSubject: failure notice\r\n\
         Message-ID: <b1@mx.customer.example>\r\n\r\n<x@customer.example>:\r\n550 5.7.1 your domain is on a blocklist\r\n"
    );
    loopback.receive_flagged(bounce.as_bytes(), &[]);
    loopback.drain().await;
    let told = to_admin(&loopback.smtp.received());
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("mail of inbox support is refused by policy") && told[0].contains("5.7.1"));
    assert!(!told[0].contains("customer.example"), "nothing of a customer");
    let ticket = loopback.ticket(loopback.tickets().await[0].head.number).await;
    let delivery = ticket.messages.iter().find_map(|message| message.delivery.clone());
    assert_eq!(
        delivery.as_deref(),
        Some("not delivered: 5.7.1 550 5.7.1 your domain is on a blocklist")
    );
    loopback.receive_numbered(0..1);
    loopback.drain().await;
    assert_eq!(loopback.smtp.received().len(), 3, "their next mail is confirmed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_to_an_agent_that_is_given_up_is_told_to_the_admin() {
    let gone = "[[agent]]\nname = \"Carla\"\naddress = \"admin@acme.example\"\nlead = true\nqueues = [\"quiet\"]\n\
                [[agent]]\nname = \"Gone\"\naddress = \"gone@acme.example\"\nqueues = [\"general\"]\n\
                [[queue]]\nname = \"general\"\n[[queue]]\nname = \"quiet\"\n";
    let loopback = Settings::new().with_config(gone).start().await;
    loopback.mailstore.add_account(ADMIN);
    loopback.receive_numbered(0..2);
    loopback.drain().await;
    let told = to_admin(&loopback.smtp.received());
    assert_eq!(told.len(), 1, "once, however many mails it is about");
    assert!(
        told[0].contains("an agent can't be reached") && told[0].contains("5.1.1"),
        "{}",
        told[0]
    );
    assert!(!told[0].contains("gone@acme.example"));
}
