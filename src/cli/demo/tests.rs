//! What the play checks, and whom the servers of the demo vouch for.

use super::client::{ANA, EVA, read};
use super::stage::{AGENT, CUSTOMER, Stage};
use super::{Service, expect};
use crate::mail::InboundMail;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const LIMIT: Duration = Duration::from_secs(20);
const TOKEN: &str = "support+aabc@acme.example";

/// The mail of that number in somebody's mailbox, once it is there.
async fn mail(stage: &Stage, address: &str, number: usize) -> InboundMail {
    let wanted = stage
        .mailstore
        .wait_for(address, "INBOX", |mails| mails.len() >= number, LIMIT);
    read(&wanted.await.unwrap()[number - 1].octets)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_logs_in_as_the_agent_is_believed_and_who_only_writes_her_name_is_held() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::build(folder.path()).await.unwrap();
    let stop = CancellationToken::new();
    let service = Service::new(stage.config.clone(), stage.store.clone()).unwrap();
    let gateway = tokio::spawn(service.run(stop.clone()));
    EVA.sends(&stage, &EVA.writes("A lamp", "It is dark.\n").unwrap())
        .await
        .unwrap();
    let notification = mail(&stage, AGENT, 1).await;

    let forged = ANA.answers(&notification, "Send your card number.\n").unwrap();
    EVA.sends(&stage, &forged).await.unwrap();
    let held = mail(&stage, AGENT, 2).await;
    assert!(held.text.contains("Send your card number."), "{}", held.text);

    let hers = ANA.answers(&notification, "Try the switch.\n").unwrap();
    ANA.sends(&stage, &hers).await.unwrap();
    let answer = mail(&stage, CUSTOMER, 2).await;
    assert!(answer.text.contains("Try the switch."), "{}", answer.text);
    stop.cancel();
    gateway.await.unwrap();
    stage.store.close();
}

/// An answer as the customer gets it, with that in it.
fn answer(from: &str, text: &str) -> anyhow::Result<()> {
    let octets =
        format!("From: {from}\r\nTo: eva@home.example\r\nSubject: A lamp\r\n\r\nTry the switch.\r\n{text}\r\n");
    expect::answer(
        &read(octets.as_bytes()),
        octets.as_bytes(),
        "Try the switch.",
        &[TOKEN.to_owned()],
    )
}

#[test]
fn an_answer_may_show_nothing_of_the_agents_mail() {
    const FROM: &str = "\"Ana Ruiz (Acme Support)\" <support@acme.example>";
    answer(FROM, "Ana Ruiz").unwrap();
    answer("Ana Ruiz <ana@acme.example>", "").unwrap_err();
    let client = ANA.client;
    for internal in [
        AGENT,
        TOKEN,
        client,
        "extension 217",
        "#solved",
        "\u{2503} New ticket #1",
    ] {
        answer(FROM, internal).unwrap_err();
    }
}

#[test]
fn a_notification_may_not_lead_around_the_desk() {
    let notification = |to: &str, first: &str| {
        let mail = format!("From: support@acme.example\r\nTo: {to}\r\n\r\n{first}\r\n\r\nIt is dark.\r\n");
        expect::notification(&read(mail.as_bytes()), "It is dark.")
    };
    let line = "## write your answer above this line ##";
    notification(AGENT, line).unwrap();
    notification(AGENT, "Hello").unwrap_err();
    notification("ana@acme.example, ben@acme.example", line).unwrap_err();
    notification("ana@acme.example\r\nReply-To: eva@home.example", line).unwrap_err();
}
