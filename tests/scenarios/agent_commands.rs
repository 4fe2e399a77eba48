//! Commands at the top of an agent's mail: what each of them changes, and what a bad one stops.

use crate::common::agents::{INTERNAL, new_mail, reply};
use crate::common::work::{events, messages, text};
use crate::common::{ANA, AgentDesk, BEN, CUSTOMER, MailBuilder};
use serde_json::{Value, json};

const QUEUES: &str = "[[queue]]\nname = \"general\"\n[[queue]]\nname = \"billing\"\n";

/// What stands of a ticket beside its messages and events.
fn head(ticket: &Value) -> Value {
    let mut head = ticket.clone();
    for gone in ["messages", "events", "updated_at"] {
        head.as_object_mut().unwrap().remove(gone);
    }
    head
}

#[test]
fn each_command_changes_the_one_thing_it_names_and_tells_nobody_who_asked() {
    let desk = AgentDesk::with_config(QUEUES);
    desk.opened();
    for (command, path, value, event) in [
        ("#open", "/status", json!("open"), "status_changed"),
        ("#pending", "/status", json!("pending"), "status_changed"),
        ("#hold", "/status", json!("on_hold"), "status_changed"),
        ("#SOLVED", "/status", json!("solved"), "status_changed"),
        ("#closed", "/status", json!("closed"), "status_changed"),
        ("#assign me", "/assignee", json!(ANA), "assigned"),
        ("#assign nobody", "/assignee", Value::Null, "assigned"),
        ("#queue Billing", "/queue", json!("billing"), "queue_changed"),
        ("#priority urgent", "/priority", json!("urgent"), "priority_changed"),
        ("#tag VIP", "/tags", json!(["vip"]), "tagged"),
        ("#untag vip", "/tags", json!([]), "untagged"),
        (
            "#field order 1234567",
            "/fields/order",
            json!("1234567"),
            "field_changed",
        ),
    ] {
        let before = desk.ticket();
        desk.answers(ANA, &format!("{command}\r\n"));
        let after = desk.ticket();
        assert_eq!(after.pointer(path), Some(&value), "{command}");
        assert_eq!(events(&after).last(), Some(&event), "{command}");
        let mut expected = head(&before);
        *match path {
            "/fields/order" => &mut expected["fields"]["order"],
            path => expected.pointer_mut(path).unwrap(),
        } = value;
        assert_eq!(head(&after), expected, "{command}");
        assert_eq!(after["messages"], before["messages"], "{command}");
    }
    assert_eq!(desk.counts([ANA, BEN, CUSTOMER]), [1, 1, 1]);
    let listed = &desk.gateway.tickets()[0];
    assert_eq!(listed["fields"]["order"], "1234567");
    let asked = desk.ticket()["events"].as_array().unwrap().last().cloned();
    assert_eq!(asked.unwrap()["by"], ANA);
}

#[test]
fn commands_apply_together_with_the_answer_below_them() {
    let desk = AgentDesk::with_config(QUEUES);
    desk.opened();
    desk.answers(
        ANA,
        "#solved\r\n#assign Ben\r\n#tag hardware, second-floor\r\n#priority high\r\n\r\nIt works again.\r\n",
    );
    let ticket = desk.ticket();
    assert_eq!(ticket["status"], "solved", "her own status, not that of an answer");
    assert_eq!(ticket["assignee"], BEN);
    assert_eq!(ticket["tags"], json!(["hardware", "second-floor"]));
    assert_eq!(ticket["priority"], "high");
    assert_eq!(messages(&ticket).last().unwrap(), "out answer: It works again.");
    let answer = text(&desk.last_to(CUSTOMER));
    assert!(answer.starts_with("It works again."), "{answer}");
    assert!(!answer.contains('#'), "{answer}");
    assert_eq!(desk.counts([ANA, BEN, CUSTOMER]), [1, 2, 2]);
    let listed = &desk.gateway.tickets()[0];
    assert_eq!(listed["tags"], json!(["hardware", "second-floor"]));
}

#[test]
fn a_number_or_a_heading_is_text() {
    let desk = AgentDesk::new();
    desk.opened();
    desk.answers(ANA, "#1 is the left one.\r\n# Title\r\n");
    assert!(text(&desk.last_to(CUSTOMER)).starts_with("#1 is the left one.\n# Title"));
}

#[test]
fn a_note_stays_inside() {
    let desk = AgentDesk::with_config("[agents]\nnotify_answers = true\n");
    desk.opened();
    desk.answers(ANA, &format!("#note\r\nNever lend it again: {INTERNAL}\r\n"));
    let ticket = desk.ticket();
    assert_eq!(
        messages(&ticket).last().unwrap(),
        &format!("note note: Never lend it again: {INTERNAL}")
    );
    assert_eq!(ticket["status"], "new");
    assert_eq!(desk.counts([ANA, BEN, CUSTOMER]), [1, 1, 1]);
    desk.answers(ANA, "We send somebody.\r\n");
    desk.customer_replies(&desk.to_customer()[1], "Good.\r\n");
    desk.answers(ANA, "Fine.\r\n");
    assert_eq!(
        desk.to_customer().len(),
        3,
        "and the harness finds no word of the note in any of them"
    );
    let shown = desk.printed(1);
    assert!(shown.contains("Ana Ruiz <ana@acme.example> noted"), "{shown}");
}

#[test]
fn a_bad_command_stops_the_whole_mail_and_names_itself() {
    let desk = AgentDesk::with_config(QUEUES);
    desk.opened();
    let notification = desk.last_to(ANA);
    for (line, told) in [
        ("#slved", "Did you mean: #solved?"),
        ("#queue biling", "Did you mean: billing?"),
        ("#assign Zoe", "There is no agent called Zoe."),
        ("#assign", "Something is missing behind #assign."),
        ("#merge 99", "There is no ticket #99."),
        ("#merge 1", "can't be merged into itself"),
        ("#priority hot", "#priority can't be understood with: hot"),
        ("#solved now", "Nothing may stand behind #solved; there stands: now"),
        ("#cc not-an-address", "#cc can't be understood with"),
        ("#forward nobody", "#forward can't be understood with"),
        ("#undo", "#undo must be all that a mail says."),
        ("#requester eva@home.example", "#requester opens a ticket"),
        ("#send", "#send releases a held mail"),
        ("#open\r\n#closed", "It contradicts an earlier line: #open"),
        ("#split", "There is no command #split."),
        ("#ticket 77", "There is no ticket #77."),
    ] {
        let before = desk.ticket();
        let receipts = desk.sent_to(ANA).len();
        desk.receive(&reply(
            &notification,
            ANA,
            &format!("#tag good\r\n{line}\r\n\r\nSomebody comes at ten.\r\n"),
        ));
        let after = desk.ticket();
        assert_eq!(head(&after), head(&before), "{line}");
        assert_eq!(after["messages"], before["messages"], "{line}");
        assert_eq!(events(&after).last(), Some(&"command_refused"), "{line}");
        assert_eq!(desk.counts([ANA, BEN, CUSTOMER]), [receipts + 1, 1, 1], "{line}");
        let receipt = desk.last_to(ANA);
        let text = text(&receipt);
        assert!(text.contains(told), "{line}: {text}");
        assert!(text.contains("Somebody comes at ten."), "she can send it again: {text}");
        assert_eq!(receipt.header("Auto-Submitted").unwrap(), "auto-replied");
        assert_eq!(receipt.subject(), notification.subject());
    }
    // The answer to a receipt is a reply about the ticket as any other.
    desk.answers(ANA, "#solved\r\n\r\nSomebody comes at ten.\r\n");
    assert_eq!(desk.ticket()["status"], "solved");
    assert_eq!(desk.to_customer().len(), 2);
}

#[test]
fn what_an_agent_asks_is_answered_to_her_alone() {
    let desk = AgentDesk::new();
    desk.opened();
    desk.receive(
        &MailBuilder::new()
            .with_subject("The lamp")
            .with_from("eva@home.example")
            .with_dmarc("fail"),
    );
    let on_lamp = desk.last_to(ANA);
    for (command, told) in [
        ("#why", "an automatic mail was not sent"),
        ("#ticket 1", "The printer on the second floor has stopped."),
        ("#list", "#1 · new · "),
        ("#help", "#assign me – "),
    ] {
        let count = desk.sent_to(ANA).len();
        desk.receive(&reply(&on_lamp, ANA, &format!("{command}\r\n")));
        assert_eq!(desk.sent_to(ANA).len(), count + 1, "{command}");
        let text = text(&desk.last_to(ANA));
        assert!(text.contains(told), "{command}: {text}");
    }
    assert_eq!(desk.counts([BEN, CUSTOMER, "eva@home.example"]), [2, 1, 0]);
    assert_eq!(desk.show(2)["status"], "new");
    // What is about the desk needs no ticket.
    desk.receive(&new_mail(ANA, "my day", "#list\r\n"));
    assert_eq!(desk.tickets().len(), 2);
    let list = text(&desk.last_to(ANA));
    assert!(list.contains("Carla Cliente · The printer has stopped"), "{list}");
    assert!(list.contains("eva@home.example · The lamp"), "{list}");
    // And a command about a ticket needs one.
    desk.receive(&new_mail(ANA, "hm", "#solved\r\n"));
    assert!(text(&desk.last_to(ANA)).contains("this mail belongs to none"));
    assert_eq!(desk.tickets().len(), 2);
}

#[test]
fn spam_is_closed_and_answered_by_nobody() {
    let desk = AgentDesk::new();
    desk.opened();
    desk.answers(ANA, "#spam\r\n");
    let ticket = desk.ticket();
    assert_eq!(
        (&ticket["status"], &ticket["tags"]),
        (&json!("closed"), &json!(["spam"]))
    );
    assert!(events(&ticket).contains(&"spam"));
    assert_eq!(desk.counts([ANA, BEN, CUSTOMER]), [1, 1, 1]);
}

#[test]
fn a_ticket_is_confirmed_once() {
    let desk = AgentDesk::new();
    desk.receive(&MailBuilder::new().with_dmarc("fail"));
    desk.answers(ANA, "#confirm\r\n");
    desk.answers(BEN, "#confirm\r\n");
    assert_eq!(desk.counts([CUSTOMER]), [1], "{:?}", events(&desk.ticket()));
}
