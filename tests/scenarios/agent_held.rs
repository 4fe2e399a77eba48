//! A held mail: who is asked, what releases it, and what does not.

use crate::common::agents::reply;
use crate::common::mail::ReceivedMail;
use crate::common::quiet::forged;
use crate::common::{ANA, AgentDesk, BEN};

/// A desk on whose only ticket a forged answer is held, and the request to Ana.
fn held(text: &str) -> (AgentDesk, ReceivedMail) {
    let desk = AgentDesk::new();
    desk.opened();
    let request = held_again(&desk, text);
    (desk, request)
}

fn held_again(desk: &AgentDesk, text: &str) -> ReceivedMail {
    let notification = desk.sent_to(ANA).remove(0);
    desk.ignores(&forged(reply(&notification, ANA, text)));
    desk.request_to(ANA, &[])
}

#[test]
fn yes_from_her_mailbox_releases_the_answer_once() {
    let (desk, request) = held("We send somebody at ten.\r\n");
    // Her client need not be aligned: the code proves her mailbox.
    desk.receive(&forged(reply(&request, ANA, "yes\r\n")));
    let answer = desk.to_customer().pop().unwrap();
    assert!(answer.everything().contains("We send somebody at ten."));
    assert_eq!(
        answer.header("From").unwrap(),
        "\"Ana Ruiz (Acme Support)\" <support@acme.example>"
    );
    assert_eq!(desk.ticket()["status"], "pending");
    assert_eq!(desk.messages().len(), 3, "the consent is no message");
    desk.ignores(&reply(&request, ANA, "yes\r\n"));
    assert!(
        desk.last_to(ANA).everything().contains("has been answered before"),
        "{}",
        desk.last_to(ANA).everything()
    );
}

#[test]
fn every_word_that_agrees_releases_and_no_other_does() {
    let (desk, first) = held("Answer 0.\r\n");
    desk.ignores(&reply(&first, ANA, "no, wait\r\n"));
    desk.ignores(&reply(&first, ANA, "Who sent this? yes\r\n"));
    let mut request = first;
    for (at, word) in ["sí", "OK.", "#send", "Yes!"].into_iter().enumerate() {
        // What did not release has not used the code up.
        desk.receive(&reply(&request, ANA, &format!("{word}\r\n")));
        let answer = desk.to_customer().pop().unwrap().everything();
        assert!(answer.contains(&format!("Answer {at}.")), "{word}: {answer}");
        if at < 3 {
            request = held_again(&desk, &format!("Answer {}.\r\n", at + 1));
        }
    }
    assert_eq!(desk.to_customer().len(), 5);
}

#[test]
fn an_auto_responder_that_answers_the_request_releases_nothing() {
    let (desk, request) = held("We send somebody at ten.\r\n");
    let told = desk.told();
    for (name, value) in [
        ("Auto-Submitted", "auto-replied"),
        ("X-Autoreply", "yes"),
        ("Precedence", "auto_reply"),
    ] {
        let machine = reply(&request, ANA, "yes\r\n").with_header(name, value);
        desk.ignores(&machine);
        assert_eq!(desk.class_of(&machine), "auto_reply", "{name}");
    }
    assert_eq!(desk.told(), told, "and nobody hears of it");
    desk.receive(&reply(&request, ANA, "yes\r\n"));
    assert_eq!(desk.to_customer().len(), 2, "the code is not used up by it");
}

#[test]
fn somebody_elses_answer_to_the_request_does_nothing() {
    let (desk, request) = held("We send somebody at ten.\r\n");
    desk.ignores(&reply(&request, BEN, "yes\r\n"));
    desk.request_to(BEN, &["somebody else"]);
    let stranger = reply(&request, "mallory@evil.example", "yes\r\n").without("Authentication-Results");
    desk.only_appends(&stranger);
    assert!(desk.sent_to("mallory@evil.example").is_empty());
    assert_eq!(desk.to_customer().len(), 1);
    let carla = reply(&request, "carla@customer.example", "yes\r\n").without("Authentication-Results");
    desk.only_appends(
        &carla
            .without("Received")
            .with_border("dmarc=fail header.from=customer.example"),
    );
    assert_eq!(desk.to_customer().len(), 1);
}

#[test]
fn a_colleague_whom_alignment_proves_cannot_use_her_code() {
    let desk = AgentDesk::with_config("[agents]\ntrust = \"aligned\"\n");
    desk.opened();
    let request = held_again(&desk, "We send somebody at ten.\r\n");
    desk.ignores(&reply(&request, BEN, "yes\r\n"));
    desk.request_to(BEN, &["somebody else"]);
}

#[test]
fn a_replayed_mail_changes_nothing() {
    let desk = AgentDesk::new();
    desk.opened();
    let answer = reply(&desk.last_to(ANA), ANA, "We send somebody at ten.\r\n");
    desk.receive(&answer);
    let told = desk.told();
    desk.ignores(&answer);
    // Sent anew along another way.
    desk.ignores(&answer.clone().with_top_header("X-Relay", "other"));
    assert_eq!(desk.told(), told);
    desk.ignores(&answer.clone().with_body("We send nobody.\r\n"));
    desk.request_to(ANA, &["has come in before", "We send nobody."]);
    desk.ignores(&answer.without("Message-ID").with_body("Without an id.\r\n"));
    desk.request_to(ANA, &["has come in before", "Without an id."]);
}

#[test]
fn a_replay_of_a_held_mail_asks_nobody_again() {
    let desk = AgentDesk::new();
    desk.opened();
    let mail = forged(reply(&desk.last_to(ANA), ANA, "We send somebody at ten.\r\n"));
    desk.ignores(&mail);
    let told = desk.told();
    desk.ignores(&mail);
    assert_eq!(desk.told(), told);
}

#[test]
fn an_answer_that_came_through_a_list_is_asked_about_and_goes_out_once_released() {
    let desk = AgentDesk::new();
    desk.opened();
    let answer = reply(&desk.last_to(ANA), ANA, "It is mended.\r\n").with_header("List-Id", "<team.acme.example>");
    desk.ignores(&answer);
    let request = desk.request_to(ANA, &["mailing list"]);
    desk.receive(&reply(&request, ANA, "yes\r\n"));
    let answers = desk.to_customer();
    assert_eq!(answers.len(), 2, "confirmation and answer");
    assert!(answers[1].everything().contains("It is mended."));
}

#[test]
fn after_five_requests_within_an_hour_what_falls_short_is_quarantined() {
    let desk = AgentDesk::new();
    desk.opened();
    for count in 0..5 {
        held_again(&desk, &format!("Held {count}.\r\n"));
    }
    let (told, notification) = (desk.told(), desk.sent_to(ANA).remove(0));
    desk.ignores(&forged(reply(&notification, ANA, "One too many.\r\n")));
    assert_eq!(desk.told(), told);
    let reasons = desk.set_aside();
    assert!(
        reasons.len() == 1 && reasons[0].contains("asked too often"),
        "{reasons:?}"
    );
    // Her colleague has an allowance of his own, and what is proven needs none.
    desk.ignores(&forged(reply(&desk.sent_to(BEN)[0], BEN, "Of Ben's.\r\n")));
    desk.request_to(BEN, &["Of Ben's."]);
    desk.receive(&reply(&notification, ANA, "Proven.\r\n"));
    assert!(desk.to_customer().pop().unwrap().everything().contains("Proven."));
}
