//! The log tells what happened, and nothing of what people wrote, who they are, or how we log in.

use crate::common::loopback::{Loopback, PATIENCE, until};
use crate::common::{DESK, Gateway, GatewayBuilder, MailBuilder, ReceivedMail};
use buzon::sandbox::{ImapFault, SmtpFault, SmtpReply};
use data_encoding::BASE64;
use std::fs::File;
use std::process::{Child, Command};

/// `buzon run` that says all it ever says; killed when dropped.
struct Loud(Child);

impl Loud {
    fn start(gateway: &Gateway) -> Self {
        let log = File::create(gateway.path("run.log")).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_buzon"))
            .args(["-c".as_ref(), gateway.path("buzon.toml").as_os_str()])
            .args(["-vv", "run"])
            .env("RUST_LOG", "trace")
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn();
        Self(child.expect("buzon starts"))
    }
}

impl Drop for Loud {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Replies that repeat whom they are about, as real servers do.
const REFUSED: SmtpReply = SmtpReply::new(550, "5.1.1 <zoe.unwanted@customer.example> no such user");
const DEFERRED: SmtpReply = SmtpReply::new(450, "4.2.0 <zoe.deferred@customer.example> is busy with Xylophone");
const NOT_FROM_HERE: SmtpReply = SmtpReply::new(550, "5.7.1 <support@acme.example> may not send, says Quetzalcoatl");

fn mail(from: &str) -> MailBuilder {
    MailBuilder::new()
        .with_from(&format!("Zoe Zymurgy <{from}>"))
        .with_subject(&format!("Xylophone of {from}"))
        .with_body(&format!("Quagmire, says {from}.\r\n"))
        .with_attachment("zeitgeist.txt", b"Jabberwocky")
}

/// Everything that can go well or wrong, once.
async fn live(loopback: &Loopback) -> ReceivedMail {
    let smtp = loopback.smtp.faults();
    smtp.on(SmtpFault::RefuseRecipient("zoe.unwanted".to_owned(), REFUSED));
    smtp.on_times(SmtpFault::RefuseRecipient("zoe.deferred".to_owned(), DEFERRED), 1);
    smtp.on_times(SmtpFault::RefuseMail(NOT_FROM_HERE), 1);
    loopback.imap.faults().on_times(ImapFault::FetchOutOfOrder, 2);
    loopback.receive(&mail("zoe.unwanted@customer.example"));
    loopback.receive(&mail("zoe.deferred@customer.example"));
    loopback.receive(&mail("zoe@customer.example"));
    let sent = loopback
        .smtp
        .wait_for(|mails| mails.len() == 2, PATIENCE)
        .await
        .unwrap();
    let confirmation = ReceivedMail::new(sent[0].octets.to_vec());
    loopback.imap.faults().on_times(ImapFault::RenumberAmongBodies, 1);
    loopback.receive(&MailBuilder::reply_to(&confirmation).with_body("Quagmire again.\r\n"));
    loopback.receive_flagged(b"From: zoe@customer.example\nSubject: Xylophone\n\nQuagmire\xff\n", &[]);
    loopback.receive(&mail("zoe@customer.example").with_header("Auto-Submitted", "auto-replied"));
    loopback.wait_for_seen().await;
    loopback.imap.faults().on_times(ImapFault::RefuseLogin, 1);
    loopback.imap.drop_connections();
    smtp.on_times(SmtpFault::RefuseAuth(SmtpReply::BAD_CREDENTIALS), 1);
    smtp.on_times(SmtpFault::DropAfterRecording, 1);
    loopback.smtp.drop_connections();
    loopback.receive(&mail("zoe.last@customer.example"));
    loopback
        .smtp
        .wait_for(|mails| mails.len() >= 5, PATIENCE)
        .await
        .unwrap();
    loopback.wait_for_seen().await;
    confirmation
}

#[tokio::test(flavor = "multi_thread")]
async fn at_its_loudest_the_log_has_no_body_subject_address_token_or_password() {
    let loopback = Loopback::start().await;
    let gateway = GatewayBuilder::new(loopback.inbox()).build();
    let running = Loud::start(&gateway);
    let confirmation = live(&loopback).await;
    let log = until("the end is logged", async || {
        let log = gateway.log();
        (log.matches("mail handled").count() >= 7).then_some(log)
    })
    .await;
    drop(running);
    assert!(log.contains("TRACE"), "it is at its loudest");
    assert!(log.contains("sending is paused"), "the trouble is told");

    let reply_to = confirmation.reply_address();
    let token = reply_to.split(['+', '@']).nth(1).unwrap();
    let message_id = confirmation.message_id();
    let plain = BASE64.encode(format!("\0{DESK}\0{}", loopback.password).as_bytes());
    let secret = std::fs::read_to_string(gateway.path("secret.key")).unwrap();
    let private = [
        "Zymurgy",
        "Xylophone",
        "Quagmire",
        "Jabberwocky",
        "zeitgeist",
        "Quetzalcoatl",
        "zoe",
        "customer.example",
        DESK,
        "support@",
        token,
        message_id.trim_matches(['<', '>']),
        &confirmation.tag(),
        &loopback.password,
        &plain,
        secret.trim(),
    ];
    for word in private {
        let told = log
            .lines()
            .find(|line| line.to_lowercase().contains(&word.to_lowercase()));
        assert_eq!(told, None, "`{word}` is in the log");
    }
}
