//! Two agents answer one ticket: who did not see the other's answer is asked first.

use crate::common::agents::reply;
use crate::common::work::{events, messages, text};
use crate::common::{ANA, AgentDesk, BEN, CUSTOMER};

/// Ben has answered, and Ana has answered the same mail of the customer's.
fn collided() -> AgentDesk {
    let desk = AgentDesk::new();
    desk.opened();
    desk.answers(BEN, "I come at nine.\r\n");
    desk.answers(ANA, "#solved\r\n\r\nI come at ten.\r\n");
    desk
}

#[test]
fn an_answer_that_did_not_see_a_colleagues_is_held_and_shown_beside_it() {
    let desk = collided();
    assert_eq!(desk.counts([ANA, BEN, CUSTOMER]), [2, 1, 2]);
    let ticket = desk.ticket();
    assert_eq!(ticket["status"], "pending", "her command waits, too");
    assert_eq!(events(&ticket).last(), Some(&"held"));
    let request = text(&desk.last_to(ANA));
    for said in ["Ben Ode answered meanwhile", "I come at ten.", "I come at nine."] {
        assert!(request.contains(said), "{said}: {request}");
    }
}

#[test]
fn the_held_answer_goes_out_when_she_says_so() {
    for consent in ["#send", "yes", "OK."] {
        let desk = collided();
        desk.answers(ANA, &format!("{consent}\r\n"));
        assert_eq!(desk.counts([ANA, BEN, CUSTOMER]), [2, 1, 3], "{consent}");
        let ticket = desk.ticket();
        assert_eq!(ticket["status"], "solved", "{consent}");
        let said = messages(&ticket);
        assert_eq!(
            said[2..],
            ["out answer: I come at nine.", "out answer: I come at ten."],
            "{consent}"
        );
        assert!(text(&desk.last_to(CUSTOMER)).starts_with("I come at ten."));
    }
}

#[test]
fn any_other_answer_to_the_request_sends_nothing() {
    let desk = collided();
    desk.answers(ANA, "Rather not, he knows better.\r\n");
    assert_eq!(desk.counts([ANA, BEN, CUSTOMER]), [3, 1, 2]);
    assert!(text(&desk.last_to(ANA)).contains("The held mail still waits"));
}

#[test]
fn what_she_has_seen_or_wrote_herself_is_no_collision() {
    let desk = AgentDesk::new();
    desk.opened();
    let first = desk.last_to(ANA);
    desk.answers(ANA, "I come at ten.\r\n");
    desk.receive(&reply(&first, ANA, "Or rather at eleven.\r\n"));
    assert_eq!(desk.counts([CUSTOMER]), [3], "her own answer");
    desk.receive(&reply(&desk.sent_to(BEN)[0], BEN, "#note\r\nShe is busy.\r\n"));
    assert_eq!(messages(&desk.ticket()).len(), 5, "a note collides with nothing");
    desk.customer_replies(&desk.to_customer()[2], "Which?\r\n");
    desk.answers(BEN, "At eleven.\r\n");
    assert_eq!(
        desk.counts([CUSTOMER]),
        [4],
        "his notification is newer than her answers"
    );
    desk.receive(&reply(&first, ANA, "#tag late\r\n"));
    assert_eq!(desk.ticket()["tags"][0], "late", "a command alone answers nobody");
    desk.receive(&reply(&first, ANA, "At noon.\r\n"));
    assert_eq!(
        desk.counts([CUSTOMER]),
        [4],
        "but the first notification is older than Ben's"
    );
}
