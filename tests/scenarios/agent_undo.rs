//! `#undo`: what an agent's last mail changed is taken back, and its answer withdrawn while it waits.

use crate::common::wait::seconds;
use crate::common::work::{STRANGER, events, messages, text};
use crate::common::{ANA, AgentDesk, BEN, CUSTOMER, MailBuilder, wait_until};
use serde_json::json;

#[test]
fn what_the_last_mail_changed_is_taken_back_once() {
    let desk = AgentDesk::with_config("[[queue]]\nname = \"general\"\n[[queue]]\nname = \"billing\"\n");
    desk.opened();
    desk.answers(ANA, "#tag first\r\n#field order 1\r\n");
    let before = desk.ticket();
    desk.answers(
        ANA,
        &format!("#solved\r\n#assign Ben\r\n#queue billing\r\n#priority high\r\n#tag second\r\n#untag first\r\n#field order 2\r\n#cc {STRANGER}\r\n"),
    );
    assert_eq!(desk.ticket()["tags"], json!(["second"]));
    desk.answers(ANA, "#undo\r\n");
    let after = desk.ticket();
    for key in ["status", "assignee", "queue", "priority", "tags", "fields", "messages"] {
        assert_eq!(after[key], before[key], "{key}");
    }
    assert_eq!(events(&after).last(), Some(&"undone"));
    let receipt = text(&desk.last_to(ANA));
    for line in [
        "Status: new again",
        "Assigned to nobody again",
        "In the queue general again",
        "Priority: normal again",
        "Tag removed: second",
        "Tag put back: first",
        "Field as it was before: order",
        &format!("No longer takes part: {STRANGER}"),
    ] {
        assert!(receipt.contains(line), "{line}: {receipt}");
    }
    desk.answers(ANA, "We send somebody.\r\n");
    assert_eq!(desk.counts([CUSTOMER, STRANGER]), [2, 0]);
}

#[test]
fn nothing_is_taken_back_twice_nor_what_a_colleague_did() {
    let desk = AgentDesk::new();
    desk.opened();
    desk.answers(ANA, "#solved\r\n");
    desk.answers(BEN, "#undo\r\n");
    assert!(text(&desk.last_to(BEN)).contains("There is nothing to take back"));
    assert_eq!(desk.ticket()["status"], "solved");
    desk.answers(ANA, "#undo\r\n");
    assert_eq!(desk.ticket()["status"], "new");
    desk.answers(ANA, "#undo\r\n");
    assert!(text(&desk.last_to(ANA)).contains("There is nothing to take back"));
    assert_eq!(desk.ticket()["status"], "new");
    // What somebody else changed since stays.
    desk.answers(ANA, "#pending\r\n#tag mine\r\n");
    desk.answers(BEN, "#hold\r\n");
    desk.answers(ANA, "#undo\r\n");
    let ticket = desk.ticket();
    assert_eq!((&ticket["status"], &ticket["tags"]), (&json!("on_hold"), &json!([])));
    let receipt = text(&desk.last_to(ANA));
    assert!(!receipt.contains("Status:"), "it says only what it did: {receipt}");
}

#[test]
fn an_answer_that_waits_is_withdrawn_and_never_sent() {
    let desk = AgentDesk::with_config("[agents]\nsend_delay = \"1h\"\n");
    desk.opened();
    desk.answers(ANA, "We send nobody, ever.\r\n");
    assert_eq!(desk.counts([CUSTOMER]), [1]);
    assert_eq!(desk.ticket()["status"], "pending");
    assert_eq!(desk.gateway.outbox().len(), 1);
    desk.answers(ANA, "#undo\r\n");
    assert!(text(&desk.last_to(ANA)).contains("The answer is withdrawn"));
    let ticket = desk.ticket();
    assert_eq!(ticket["status"], "new");
    assert_eq!(ticket["messages"][2]["delivery"], "dropped");
    assert!(desk.gateway.outbox().is_empty());
    desk.gateway.drain();
    assert_eq!(desk.counts([CUSTOMER]), [1]);
}

#[test]
fn an_answer_that_left_stays_and_the_receipt_says_so() {
    let desk = AgentDesk::new();
    desk.opened();
    desk.answers(ANA, "#solved\r\n\r\nIt works again.\r\n");
    assert_eq!(desk.counts([CUSTOMER]), [2]);
    desk.answers(ANA, "#undo\r\n");
    let receipt = text(&desk.last_to(ANA));
    assert!(receipt.contains("The answer had already been sent"), "{receipt}");
    assert!(receipt.contains("Status: new again"), "{receipt}");
    assert_eq!(desk.ticket()["status"], "new");
    assert_eq!(desk.counts([CUSTOMER]), [2]);
    assert!(messages(&desk.ticket()).contains(&"out answer: It works again.".to_owned()));
}

#[test]
fn an_answer_goes_out_when_its_delay_is_over() {
    let mut desk = AgentDesk::with_config("[agents]\nsend_delay = \"2s\"\n");
    desk.opened();
    desk.answers(ANA, "We send somebody.\r\n");
    assert_eq!(desk.counts([CUSTOMER]), [1]);
    desk.gateway.run();
    wait_until(seconds(20), "the answer goes out", || {
        (desk.counts([CUSTOMER]) == [2]).then_some(())
    });
    assert_eq!(desk.gateway.stop(), 0);
    assert_eq!(desk.ticket()["messages"][2]["delivery"], "sent");
}

#[test]
fn a_merge_is_taken_back() {
    let desk = AgentDesk::new();
    desk.opened();
    let first = desk.last_to(ANA);
    let lamp = MailBuilder::new()
        .with_subject("The lamp")
        .with_from("eva@home.example");
    desk.receive(&lamp.with_border("dmarc=pass header.from=home.example"));
    desk.answers(ANA, "#merge 1\r\n");
    assert_eq!(desk.tickets().len(), 1);
    desk.receive(&crate::common::agents::reply(&first, ANA, "#undo\r\n"));
    assert_eq!(desk.tickets().len(), 2);
    let receipt = text(&desk.last_to(ANA));
    assert!(receipt.contains("Ticket #2 stands alone again"), "{receipt}");
    assert_eq!(desk.show(2)["requester"], "eva@home.example");
    assert_eq!(messages(&desk.show(2)).len(), 2);
    assert_eq!(messages(&desk.show(1)).len(), 2);
    desk.receive(&crate::common::agents::reply(&first, ANA, "It works again.\r\n"));
    assert_eq!(
        desk.counts([CUSTOMER, "eva@home.example"]),
        [2, 1],
        "Eva has left with her ticket"
    );
}

#[test]
fn an_answer_that_was_withdrawn_collides_with_nobodys() {
    let desk = AgentDesk::with_config("[agents]\nsend_delay = \"1h\"\n");
    desk.opened();
    desk.answers(BEN, "I come at nine.\r\n");
    desk.answers(BEN, "#undo\r\n");
    desk.answers(ANA, "I come at ten.\r\n");
    assert_eq!(desk.counts([ANA, BEN]), [1, 2]);
    assert_eq!(desk.gateway.outbox().len(), 1);
}
