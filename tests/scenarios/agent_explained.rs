//! `explain` tells what became, or would become, of an agent's mail; `ticket show` tells what was said.

use crate::common::agents::{INTERNAL, reply};
use crate::common::quiet::forged;
use crate::common::work::messages;
use crate::common::{ANA, AgentDesk, BEN, CUSTOMER, MailBuilder};
use serde_json::Value;

/// What was done by a mail that came in.
fn handled(desk: &AgentDesk, mail: &MailBuilder) -> Value {
    let id = mail.header("Message-ID").trim_matches(['<', '>']).to_owned();
    desk.gateway.json(&["explain", "--message-id", &id]).remove(0)
}

/// What would be done by one that did not.
fn dry(desk: &AgentDesk, mail: &MailBuilder) -> Value {
    let file = desk.gateway.path("mail.eml");
    std::fs::write(&file, mail.build()).unwrap();
    desk.gateway.json(&["explain", file.to_str().unwrap()]).remove(0)
}

fn actions(explained: &Value) -> Vec<&str> {
    let actions = explained["actions"].as_array().unwrap();
    actions.iter().map(|action| action.as_str().unwrap()).collect()
}

/// Kind, recipient and whether it is sent.
fn mails(explained: &Value) -> Vec<String> {
    let mails = explained["mails"].as_array().unwrap().iter();
    mails
        .map(|mail| {
            let [kind, to] = ["kind", "to"].map(|key| mail[key].as_str().unwrap());
            let sent = if mail["sent"] == true { "sent" } else { "not sent" };
            format!("{kind} {to} {sent}")
        })
        .collect()
}

#[test]
fn an_answer_with_commands_is_explained_before_and_after_alike() {
    let desk = AgentDesk::new();
    desk.opened();
    let mail = reply(&desk.last_to(ANA), ANA, "#assign Ben\r\n#tag vip\r\n\r\nAt ten.\r\n");
    let before = dry(&desk, &mail);
    assert_eq!(desk.counts([BEN, CUSTOMER]), [1, 1], "a dry run sends nothing");
    assert_eq!(messages(&desk.ticket()).len(), 2);
    desk.receive(&mail);
    let after = handled(&desk, &mail);
    for explained in [&before, &after] {
        assert_eq!(explained["thread"]["match"], "append");
        assert_eq!(explained["thread"]["ticket"], 1);
        let done = [
            "send the answer on #1 to 1 people",
            "assign it to ben@acme.example",
            "tag it vip",
            "set status pending",
        ];
        assert_eq!(actions(explained), done);
        assert_eq!(
            mails(explained),
            [format!("answer {CUSTOMER} sent"), format!("notification {BEN} sent")]
        );
    }
    assert_eq!(before["thread"]["evidence"], after["thread"]["evidence"]);
    assert!(
        !after.to_string().contains(&desk.sent_to(ANA)[0].reply_address()),
        "no token is told"
    );
}

#[test]
fn a_mail_that_was_held_refused_or_quarantined_says_why() {
    let desk = AgentDesk::new();
    desk.opened();
    let notification = desk.last_to(ANA);
    let held = forged(reply(&notification, ANA, "At ten.\r\n"));
    let refused = reply(&notification, ANA, "#slved\r\n\r\nAt ten.\r\n");
    let note = reply(&notification, ANA, &format!("#note\r\n{INTERNAL}\r\n"));
    for (mail, matched, state, action, sent) in [
        (&held, "held", "held", "record held on #1", format!("held {ANA} sent")),
        (
            &refused,
            "append",
            "command",
            "record command_refused on #1",
            format!("receipt {ANA} sent"),
        ),
    ] {
        for explained in [dry(&desk, mail), {
            desk.receive(mail);
            handled(&desk, mail)
        }] {
            assert_eq!(explained["thread"]["match"], matched);
            assert_eq!(explained["state"], state);
            assert_eq!(actions(&explained), [action]);
            assert_eq!(mails(&explained).join(", "), sent);
        }
    }
    desk.receive(&note);
    let explained = handled(&desk, &note);
    assert_eq!(
        (actions(&explained), mails(&explained).len()),
        (vec!["add a note to #1"], 0)
    );
    assert!(!explained.to_string().contains(INTERNAL));
}
