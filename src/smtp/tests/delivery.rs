//! One mail over one connection.

use super::server::{Answer, Server};
use super::*;
use std::time::{Duration, Instant};

#[tokio::test]
async fn a_mail_that_may_have_been_taken_is_not_sent_again() {
    for farewell in ["", "250 2.0.0 Ok"] {
        let server = Server::start(move |_, line| match line {
            "dot" => Answer::Leave(farewell),
            _ => Answer::Usual,
        })
        .await;
        let outcome = transport(&server).send(&envelope(), MAIL).await;
        assert_eq!(stage_of_transient(&outcome), Some(Stage::Dot), "{outcome:?}");
        assert_eq!((server.mails().len(), server.connections()), (1, 1));
    }
}

#[tokio::test]
async fn odd_but_lawful_replies_to_the_final_dot_are_acceptance() {
    for (reply, expected) in [
        ("250\r\n", "accepted 250"),
        ("250 \r\n", "accepted 250"),
        ("250 danke f\u{fc}r die Post\r\n", "accepted 250 danke f??r die Post"),
        ("250-one\r\n250 two\r\n", "accepted 250 one two"),
        ("250 Ok\n", "accepted 250 Ok"),
    ] {
        let server = Server::start(move |_, line| match line {
            "dot" => Answer::Say(reply),
            _ => Answer::Usual,
        })
        .await;
        let outcome = transport(&server).send(&envelope(), MAIL).await;
        assert_eq!(summary(&outcome), expected);
    }
}

#[tokio::test]
async fn a_connection_lost_before_the_mail_is_transient() {
    for (point, stage) in [("MAIL", Stage::Mail), ("RCPT", Stage::Rcpt), ("DATA", Stage::Data)] {
        let server = Server::start(move |_, line| {
            if line.starts_with(point) {
                Answer::Leave("")
            } else {
                Answer::Usual
            }
        })
        .await;
        let outcome = transport(&server).send(&envelope(), MAIL).await;
        assert_eq!(stage_of_transient(&outcome), Some(stage), "{outcome:?}");
        assert_eq!(server.connections(), 1, "a fresh connection is not to blame");
    }
}

#[tokio::test]
async fn a_body_is_never_taken_for_commands() {
    let server = Server::start(|_, line| match line {
        "DATA" => Answer::Say("250 Ok\r\n"),
        _ => Answer::Usual,
    })
    .await;
    let outcome = transport(&server).send(&envelope(), MAIL).await;
    assert_eq!(summary(&outcome), "transient DATA: unexpected reply: 250 Ok");
    assert_eq!(server.verbs(1), "EHLO EHLO MAIL RCPT DATA");
}

#[tokio::test]
async fn dots_and_odd_line_ends_arrive_as_one_mail() {
    let smuggled = b"Subject: x\n\n.\r\n\n.\nMAIL FROM:<a@b>\r.\r\r\n..two\r\n.end\n.\r\n";
    let server = Server::start(|_, _| Answer::Usual).await;
    let transport = transport(&server);
    let outcome = transport.send(&envelope(), smuggled).await;
    assert_eq!(summary(&outcome), "accepted 250 2.0.0 Ok: queued as 4XyZ");
    transport.send(&envelope(), b"").await;
    let expected = "Subject: x\r\n\r\n..\r\n\r\n..\r\nMAIL FROM:<a@b>\r\n..\r\n\r\n...two\r\n..end\r\n..\r\n.\r\n";
    assert_eq!(server.mails(), [expected, "\r\n.\r\n"]);
    assert_eq!(server.verbs(1), "EHLO EHLO MAIL RCPT DATA MAIL RCPT DATA");
}

#[tokio::test]
async fn what_the_server_cannot_take_is_not_tried() {
    let server = Server::start(|_, line| match line {
        line if line.starts_with("EHLO") => Answer::Say("250-test\r\n250 SIZE 20\r\n"),
        _ => Answer::Usual,
    })
    .await;
    let transport = transport(&server);
    for (envelope, octets, expected) in [
        (
            envelope(),
            "x".repeat(21),
            "permanent MAIL FROM: the mail is larger than the 20 octets the server takes",
        ),
        (
            envelope(),
            "é".to_owned(),
            "permanent MAIL FROM: the mail needs 8BITMIME, which the server doesn't offer",
        ),
        (
            envelope_to("josé@client.example"),
            "x".to_owned(),
            "permanent MAIL FROM: the mail needs SMTPUTF8, which the server doesn't offer",
        ),
    ] {
        assert_eq!(summary(&transport.send(&envelope, octets.as_bytes()).await), expected);
    }
    assert!(!server.has_seen("MAIL"));
}

#[tokio::test]
async fn the_null_reverse_path_and_8_bit_are_said_as_the_rfcs_say_them() {
    let server = Server::start(|_, _| Answer::Usual).await;
    let envelope = Envelope {
        reverse_path: ReversePath::Null,
        ..envelope()
    };
    transport(&server).send(&envelope, "é\r\n".as_bytes()).await;
    assert!(server.has_seen("EHLO desk.example"));
    assert!(server.has_seen("MAIL FROM:<> BODY=8BITMIME"));
    assert!(server.has_seen("RCPT TO:<ana@client.example>"));
}

#[tokio::test]
async fn the_id_that_the_server_gives_is_told() {
    let server = Server::start(|_, line| match line {
        "dot" => Answer::Say("250 2.6.0 <new@server.example> [InternalId=7] Queued\r\n"),
        _ => Answer::Usual,
    })
    .await;
    let outcome = transport(&server).send(&envelope(), MAIL).await;
    let SendOutcome::Accepted { replaced_id, .. } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(replaced_id.unwrap().as_str(), "new@server.example");
}

/// What becomes of a mail whose MAIL FROM is answered like that, and how long it takes.
async fn answered_to_mail(reply: String) -> (String, Duration) {
    let reply: &'static str = reply.leak();
    let server = Server::start(move |_, line| match line {
        line if line.starts_with("MAIL") => Answer::Say(reply),
        _ => Answer::Usual,
    })
    .await;
    let begun = Instant::now();
    let outcome = transport(&server).send(&envelope(), MAIL).await;
    (summary(&outcome), begun.elapsed())
}

#[tokio::test]
async fn a_reply_without_end_is_cut_at_64_kib_in_all_however_its_lines_are() {
    let lost = "transient MAIL FROM: network error: a reply without end";
    let (outcome, _) = answered_to_mail(format!("250 {}", "x".repeat(70_000))).await;
    assert_eq!(outcome, lost, "one line");
    let (outcome, _) = answered_to_mail(format!("250-{}\r\n", "x".repeat(994)).repeat(70) + "250 ok\r\n").await;
    assert_eq!(outcome, lost, "seventy lines");
    let (outcome, _) = answered_to_mail("250-\r\n".repeat(12_000) + "250 ok\r\n").await;
    assert_eq!(outcome, lost, "twelve thousand lines");
}

#[tokio::test]
async fn a_reply_of_many_lines_costs_no_more_than_its_octets() {
    let (outcome, took) = answered_to_mail("250-\r\n".repeat(8_000) + "250 2.1.0 Ok\r\n").await;
    assert_eq!(outcome, "accepted 250 2.0.0 Ok: queued as 4XyZ");
    assert!(took < Duration::from_secs(1), "it took {took:?}");
}

#[tokio::test]
async fn long_replies_to_several_commands_do_not_add_up() {
    let long: &'static str = (format!("250-{}\r\n", "x".repeat(800)).repeat(40) + "250 2.1.0 Ok\r\n").leak();
    let server = Server::start(move |_, line| match line.split(' ').next() {
        Some("MAIL" | "RCPT") => Answer::Say(long),
        _ => Answer::Usual,
    })
    .await;
    let transport = transport(&server);
    for _ in 0..3 {
        let outcome = transport.send(&envelope(), MAIL).await;
        assert_eq!(summary(&outcome), "accepted 250 2.0.0 Ok: queued as 4XyZ");
    }
    assert_eq!(server.connections(), 1);
}
