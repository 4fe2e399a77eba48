//! SMTP servers that refuse, hang up or hold back: each mail goes out once, and what fails is seen on its ticket.

use crate::common::loopback::{Loopback, PATIENCE, Settings, until};
use buzon::sandbox::{ReceivedMail, SmtpFault, SmtpReply};
use buzon::service::AccountTrouble;
use buzon::store::OutboxState;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// 451 4.7.1: greylisting when one recipient gets it, throttling when many do.
const GREYLISTED: SmtpReply = SmtpReply::new(451, "4.7.1 come back later");
/// Any recipient.
const ANYBODY: &str = "@customer.example";

fn ids(mails: &[ReceivedMail]) -> BTreeSet<String> {
    let id = |mail: &ReceivedMail| crate::common::ReceivedMail::new(mail.octets.to_vec()).message_id();
    mails.iter().map(id).collect()
}

/// How often each row was tried, and where it stands.
async fn rows(loopback: &Loopback) -> Vec<(OutboxState, u32)> {
    let rows = loopback.outbox().await;
    rows.iter().map(|row| (row.state, row.attempts)).collect()
}

async fn with_mails(settings: Settings, count: usize) -> Loopback {
    let loopback = settings.start().await;
    loopback.receive_numbered(0..count);
    loopback
}

/// Drains until the outbox is as wanted; retries fall due after a second or two.
async fn drain_until(loopback: &Loopback, what: &str, wanted: impl Fn(&[(OutboxState, u32)]) -> bool) {
    until(what, async || {
        loopback.drain().await;
        wanted(&rows(loopback).await).then_some(())
    })
    .await;
}

fn all_sent(rows: &[(OutboxState, u32)]) -> bool {
    rows.iter().all(|(state, _)| *state == OutboxState::Sent)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lost_after_the_dot_repeats_the_mail_with_the_same_message_id() {
    for (fault, copies) in [(SmtpFault::DropBeforeRecording, 1), (SmtpFault::DropAfterRecording, 2)] {
        let loopback = with_mails(Settings::new(), 1).await;
        loopback.smtp.faults().on_times(fault.clone(), 1);
        let running = loopback.run();
        until("the row is sent", async || {
            rows(&loopback)
                .await
                .first()
                .is_some_and(|row| row.0 == OutboxState::Sent)
                .then_some(())
        })
        .await;
        let sent = loopback.wait_for_sent(copies).await;
        assert_eq!(ids(&sent).len(), 1, "{fault:?}: one Message-ID");
        assert!(
            sent.iter().all(|mail| mail.octets == sent[0].octets),
            "{fault:?}: the same octets"
        );
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_deferred_twice_gets_one_confirmation() {
    let loopback = with_mails(Settings::new(), 1).await;
    let busy = SmtpFault::RefuseRecipient(ANYBODY.to_owned(), SmtpReply::BUSY);
    loopback.smtp.faults().on_times(busy, 2);
    loopback.drain().await;
    assert_eq!(rows(&loopback).await, [(OutboxState::Queued, 1)]);
    let waiting = loopback.outbox().await;
    let error = waiting[0].last_error.as_deref().unwrap();
    assert!(error.contains("450 4.2.0"), "{error}");
    drain_until(&loopback, "it is sent", all_sent).await;
    loopback.drain().await;
    loopback.wait_for_sent(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deferred_for_longer_than_give_up_after_fails_and_shows_on_the_ticket() {
    let patience = "[outbox]\nfirst_retry = \"1s\"\nlongest_retry = \"1s\"\ngive_up_after = \"2s\"";
    let loopback = with_mails(Settings::new().with_config(patience), 1).await;
    loopback.smtp.faults().on(SmtpFault::RefuseData(SmtpReply::LOCAL_ERROR));
    drain_until(&loopback, "it is given up", |rows| rows[0].0 == OutboxState::Failed).await;
    let attempts = rows(&loopback).await[0].1;
    assert!((2..=4).contains(&attempts), "{attempts} attempts in 2 s");
    shows_failure(&loopback, "451 4.3.0").await;
}

/// The confirmation of the only ticket is shown as failed, with the server's words, in `delivery` and as an event.
async fn shows_failure(loopback: &Loopback, words: &str) {
    let tickets = loopback.wait_for_tickets(1).await;
    let shown = serde_json::to_value(loopback.ticket(tickets[0].head.number).await).unwrap();
    let messages = shown["messages"].as_array().unwrap();
    let out = messages.iter().find(|message| message["direction"] == "out").unwrap();
    let delivery = out["delivery"].as_str().unwrap();
    assert!(
        delivery.starts_with("failed: ") && delivery.contains(words),
        "{delivery}"
    );
    let events = shown["events"].as_array().unwrap();
    let told = events.iter().any(|event| {
        let detail = event["detail"].as_str().unwrap();
        event["kind"] == "delivery" && detail.contains(words)
    });
    assert!(told, "{events:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_recipient_or_mail_fails_at_once_and_is_not_tried_again() {
    let refusals = [
        (
            SmtpFault::RefuseRecipient(ANYBODY.to_owned(), SmtpReply::NO_SUCH_USER),
            "550 5.1.1",
        ),
        (
            SmtpFault::RefuseData(SmtpReply::new(554, "5.6.0 we do not like it")),
            "554 5.6.0",
        ),
    ];
    for (fault, words) in refusals {
        let loopback = with_mails(Settings::new(), 1).await;
        loopback.smtp.faults().on(fault);
        let report = loopback.drain().await;
        assert!(report.paused.is_empty(), "{report:?}");
        assert_eq!(rows(&loopback).await, [(OutboxState::Failed, 1)]);
        shows_failure(&loopback, words).await;
        loopback.smtp.faults().clear();
        loopback.drain().await;
        loopback.wait_for_sent(0).await;
        // The one recipient's failure is nobody else's.
        loopback.receive_numbered(1..2);
        loopback.drain().await;
        loopback.wait_for_sent(1).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_over_the_servers_size_is_not_tried_and_fails() {
    let loopback = with_mails(Settings::new().with_max_size(1_000), 1).await;
    let report = loopback.drain().await;
    assert!(report.paused.is_empty(), "{report:?}");
    shows_failure(&loopback, "1000 octets").await;
    loopback.wait_for_sent(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_concerns_the_account_pauses_the_inbox_keeps_every_row_and_marks_nobody() {
    use AccountTrouble as T;
    let cases = [
        (SmtpFault::RefuseMail(SmtpReply::POLICY), T::Sender),
        (SmtpFault::RefuseAuth(SmtpReply::BAD_CREDENTIALS), T::Login),
        (SmtpFault::GreetWith(SmtpReply::SHUTTING_DOWN), T::Closing),
        (
            SmtpFault::RefuseRecipient(ANYBODY.to_owned(), SmtpReply::SHUTTING_DOWN),
            T::Closing,
        ),
        (
            SmtpFault::RefuseData(SmtpReply::new(550, "5.7.60 may not send as this sender")),
            T::Sender,
        ),
        (SmtpFault::ShutDown, T::Closing),
    ];
    for (fault, trouble) in cases {
        let loopback = with_mails(Settings::new(), 20).await;
        loopback.smtp.faults().on(fault.clone());
        let report = loopback.drain().await;
        let troubles: Vec<_> = report.paused.iter().map(|(_, pause)| pause.trouble).collect();
        assert_eq!(troubles, [trouble], "{fault:?}");
        let connections = loopback.smtp.connections_total();
        assert!(connections <= 5, "{fault:?}: {connections} attempts, not one a mail");
        let kept = rows(&loopback).await;
        assert_eq!(kept, [(OutboxState::Queued, 0); 20], "{fault:?}: no attempt is counted");
        for listed in loopback.tickets().await {
            let shown = serde_json::to_string(&loopback.ticket(listed.head.number).await).unwrap();
            assert!(!shown.contains("failed"), "{fault:?}: {shown}");
        }
        loopback.smtp.faults().clear();
        let report = loopback.drain().await;
        assert!(report.paused.is_empty(), "{fault:?}: {report:?}");
        assert_eq!(ids(&loopback.wait_for_sent(20).await).len(), 20, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_gateway_tries_a_paused_account_with_one_mail_at_a_time() {
    let loopback = with_mails(Settings::new(), 20).await;
    let refused = SmtpFault::RefuseMail(SmtpReply::POLICY);
    loopback.smtp.faults().on(refused);
    let running = loopback.run();
    loopback.wait_for_tickets(20).await;
    until("the account is tried again", async || {
        (loopback.smtp.connections_total() >= 6).then_some(())
    })
    .await;
    // At most four mails were under way when it was refused first; since then one at a time.
    loopback.smtp.faults().clear();
    let sent = loopback.wait_for_sent(20).await;
    assert_eq!(ids(&sent).len(), 20);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn policy_4xx_for_one_recipient_is_greylisting_and_for_several_throttling() {
    let one = with_mails(Settings::new(), 5).await;
    let greylisted = |part: &str| SmtpFault::RefuseRecipient(part.to_owned(), GREYLISTED);
    one.smtp.faults().on_times(greylisted("c0@"), 1);
    let report = one.drain().await;
    assert!(report.paused.is_empty(), "{report:?}");
    one.wait_for_sent(4).await;
    drain_until(&one, "the fifth is sent", all_sent).await;
    one.wait_for_sent(5).await;

    let all = with_mails(Settings::new().with_smtp("connections = 1"), 20).await;
    all.smtp.faults().on(greylisted(ANYBODY));
    let report = all.drain().await;
    assert_eq!(report.paused[0].1.trouble, AccountTrouble::Throttled);
    let tried = rows(&all).await.iter().filter(|(_, attempts)| *attempts > 0).count();
    // The third in a row stops the account; a fourth may have been under way.
    assert!((2..=3).contains(&tried), "{tried} of 20 rows were tried");
    all.smtp.faults().clear();
    drain_until(&all, "all are sent", all_sent).await;
    assert_eq!(ids(&all.wait_for_sent(20).await).len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_throttled_account_is_left_alone_for_longer_and_longer() {
    let loopback = with_mails(Settings::new(), 40).await;
    loopback
        .smtp
        .faults()
        .on(SmtpFault::RefuseRecipient(ANYBODY.to_owned(), GREYLISTED));
    let running = loopback.run();
    loopback.wait_for_tickets(40).await;
    let began = Instant::now();
    until("some waits are over", async || {
        (began.elapsed() >= Duration::from_secs(5)).then_some(())
    })
    .await;
    // At first three, and perhaps three more that were under way; then three after each wait, of 1 s and 2 s.
    let attempts: u32 = rows(&loopback).await.iter().map(|(_, attempts)| attempts).sum();
    assert!(attempts <= 20, "{attempts} rows were tried in vain within 5 s");
    loopback.smtp.faults().clear();
    assert_eq!(ids(&loopback.wait_for_sent(40).await).len(), 40);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn per_minute_spreads_mails_evenly() {
    let loopback = with_mails(Settings::new().with_smtp("per_minute = 600"), 11).await;
    loopback.drain().await;
    let sent = loopback.wait_for_sent(11).await;
    let first_to_last = sent[10].at.duration_since(sent[0].at);
    assert!(
        Duration::try_from(first_to_last).unwrap() >= Duration::from_millis(900),
        "11 mails in {first_to_last:#}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_server_is_away_everything_waits_and_then_goes_out_once() {
    let loopback = Loopback::start().await;
    loopback.smtp.down().await;
    let running = loopback.run();
    loopback.receive_numbered(0..30);
    loopback.wait_for_tickets(30).await;
    loopback.smtp.up().await.unwrap();
    loopback
        .smtp
        .wait_for(|mails| mails.len() >= 10, PATIENCE)
        .await
        .unwrap();
    // And away again, in the middle of it.
    loopback.smtp.drop_connections();
    until("everything is sent", async || {
        all_sent(&rows(&loopback).await).then_some(())
    })
    .await;
    let sent = loopback.smtp.received();
    assert_eq!(ids(&sent).len(), 30);
    // A connection that broke between the dot and its 250 may have cost one copy each.
    assert!(sent.len() <= 34, "{} mails", sent.len());
    running.stop().await;
}
