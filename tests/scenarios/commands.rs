//! What commands print of a store: the fields that scripts rely on, and no others.

use crate::common::{CUSTOMER, Gateway, GatewayBuilder, Inbox, MailBuilder};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A desk without servers: its SMTP port is closed, so mails stay in the outbox.
fn desk() -> Gateway {
    GatewayBuilder::new(Inbox::without_imap(crate::common::ports::free_port())).build()
}

fn import(gateway: &Gateway, mails: &[&MailBuilder]) {
    let folder = tempfile::tempdir().unwrap();
    for (number, mail) in mails.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{number}.eml")), mail.build()).unwrap();
    }
    let outcome = gateway.buzon(&["import", folder.path().to_str().unwrap()]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
}

#[track_caller]
fn check_keys(object: &Value, keys: &str) {
    let found: BTreeSet<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(found, keys.split(' ').collect(), "{object}");
}

const HEAD: &str = "number status subject requester queue assignee priority tags fields language created_at \
                    updated_at messages";

#[test]
fn ticket_list_and_ticket_show_have_the_fields_of_the_contract() {
    let gateway = desk();
    import(
        &gateway,
        &[&MailBuilder::new().with_attachment("photo.jpg", b"not empty")],
    );
    let listed = gateway.tickets().remove(0);
    check_keys(&listed, HEAD);
    let facts = json!([
        "new",
        "The printer has stopped",
        CUSTOMER,
        "general",
        null,
        "normal",
        [],
        {},
        "en",
        2
    ]);
    let names = [
        "status",
        "subject",
        "requester",
        "queue",
        "assignee",
        "priority",
        "tags",
        "fields",
        "language",
    ];
    for (name, fact) in names.iter().chain(&["messages"]).zip(facts.as_array().unwrap()) {
        assert_eq!(&listed[name], fact, "{name}");
    }
    let shown = gateway.ticket(&listed);
    check_keys(&shown, &format!("{HEAD} events"));
    let messages = shown["messages"].as_array().unwrap();
    for message in messages {
        check_keys(
            message,
            "at direction kind from to message_id text reply attachments delivery marks",
        );
    }
    let directions: Vec<&Value> = messages.iter().map(|message| &message["direction"]).collect();
    assert_eq!(directions, ["in", "out"]);
    assert_eq!(
        (&messages[1]["kind"], &messages[1]["delivery"]),
        (&json!("confirmation"), &json!("queued"))
    );
    let attachment = &messages[0]["attachments"][0];
    check_keys(attachment, "name media_type size inline content_id sha256");
    assert_eq!(
        (&attachment["name"], &attachment["size"]),
        (&json!("photo.jpg"), &json!(9))
    );
    check_keys(&shown["events"][0], "at kind by detail");
    for at in [&shown["created_at"], &messages[0]["at"], &shown["events"][0]["at"]] {
        at.as_str().unwrap().parse::<jiff::Timestamp>().expect("RFC 3339");
    }
}

#[test]
fn ticket_list_filters_searches_and_stops_at_its_limit() {
    let gateway = desk();
    let other = MailBuilder::new()
        .with_from("otto@customer.example")
        .with_subject("Una factura")
        .with_body("El pedido no ha llegado todavía.\r\n");
    import(&gateway, &[&MailBuilder::new(), &other]);
    let numbers: Vec<i64> = gateway
        .tickets()
        .iter()
        .map(|ticket| ticket["number"].as_i64().unwrap())
        .collect();
    let (carlas, ottos) = (&numbers[..1], &numbers[1..]);
    let cases: [(&[&str], &[i64]); 11] = [
        (&["--status", "new"], &numbers),
        (&["--status", "solved"], &[]),
        (&["--queue", "general"], &numbers),
        (&["--queue", "billing"], &[]),
        (&["--requester", "OTTO@customer.example"], ottos),
        (&["--search", "second printer"], carlas),
        (&["--search", "todavia FACTURA"], ottos),
        (&["--search", "second factura"], &[]),
        (&["--search", "\" OR 1=1 --"], &[]),
        (&["--limit", "1"], carlas),
        (&["--search", "otto", "--status", "new", "--limit", "5"], ottos),
    ];
    for (options, expected) in cases {
        let found = gateway.json(&[&["ticket", "list"], options].concat());
        let found: Vec<i64> = found.iter().map(|ticket| ticket["number"].as_i64().unwrap()).collect();
        assert_eq!(found, expected, "{options:?}");
    }
    assert_eq!(gateway.buzon(&["ticket", "list", "--status", "nonsense"]).code, 64);
    assert_eq!(gateway.buzon(&["ticket", "show", "99"]).code, 65);
}

#[test]
fn an_exported_ticket_comes_back_as_what_it_was() {
    let gateway = desk();
    let mail = MailBuilder::new().with_body("\r\nFrom now on it smells of smoke.\r\n");
    import(&gateway, &[&mail]);
    let number = gateway.tickets()[0]["number"].to_string();
    let file = gateway.path("ticket.mbox");
    let outcome = gateway.buzon(&["ticket", "export", &number, "--mbox", "-o", file.to_str().unwrap()]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""), "{outcome:?}");
    let mbox = std::fs::read_to_string(&file).unwrap();
    assert_eq!(gateway.buzon(&["ticket", "export", &number, "--mbox"]).stdout, mbox);
    assert_eq!(mbox.lines().filter(|line| line.starts_with("From ")).count(), 2);

    let outcome = gateway.buzon(&["import", file.to_str().unwrap()]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let tickets = gateway.tickets();
    assert_eq!(
        (tickets.len(), &tickets[0]["messages"]),
        (1, &json!(2)),
        "a copy and a mail of ours"
    );
}

#[test]
fn explain_tells_what_would_become_of_a_mail_and_writes_nothing() {
    let gateway = desk();
    let opening = MailBuilder::new();
    import(&gateway, &[&opening]);
    let ticket = gateway.ticket(&gateway.tickets()[0]);
    let reply = MailBuilder::new()
        .with_references(opening.header("Message-ID"))
        .with_body("more\r\n");
    let stranger = reply
        .clone()
        .with_from("eve@stranger.example")
        .with_message_id("<eve@x.example>");
    let [reply, stranger] = [("reply.eml", reply), ("stranger.eml", stranger)].map(|(name, mail)| {
        let file = gateway.path(name);
        std::fs::write(&file, mail.build()).unwrap();
        file.to_str().unwrap().to_owned()
    });
    let explained = gateway.json(&["explain", &reply, &stranger]);
    assert_eq!(explained.len(), 2);
    check_explanation(&explained[0], "append", "known_reference", true);
    assert_eq!(explained[0]["thread"]["ticket"], ticket["number"]);
    let sent = explained[0]["mails"]
        .as_array()
        .unwrap()
        .iter()
        .any(|mail| mail["sent"] == true);
    assert!(!sent, "{}", explained[0]);
    check_explanation(&explained[1], "new", "known_reference", false);
    let confirmation = &explained[1]["mails"][0];
    for key in ["kind", "to", "sent", "why"] {
        assert!(!confirmation[key].is_null(), "{key} is in {confirmation}");
    }
    assert_eq!(
        (&confirmation["to"], &confirmation["sent"]),
        (&json!("eve@stranger.example"), &json!(true))
    );
    assert_eq!(gateway.tickets().len(), 1);
    assert_eq!(gateway.ticket(&ticket), ticket, "the ticket is as it was");
    assert_eq!(gateway.outbox().len(), 1);

    for id in [
        opening.header("Message-ID"),
        opening.header("Message-ID").trim_matches(['<', '>']),
    ] {
        let stored = gateway.json(&["explain", "--message-id", id]);
        assert_eq!(
            (stored.len(), &stored[0]["thread"]["match"]),
            (1, &json!("new")),
            "{stored:?}"
        );
        assert_eq!(stored[0]["thread"]["ticket"], ticket["number"]);
        assert_eq!(stored[0]["mails"][0]["sent"], true);
    }
    assert_eq!(
        gateway.buzon(&["explain", "--message-id", "<never@seen.example>"]).code,
        65
    );
}

#[track_caller]
fn check_explanation(explained: &Value, matched: &str, kind: &str, counts: bool) {
    for key in ["class", "thread", "rules", "actions", "mails"] {
        assert!(!explained[key].is_null(), "{key} is in {explained}");
    }
    assert_eq!(explained["class"], "human");
    let thread = &explained["thread"];
    check_keys(thread, "match ticket evidence");
    assert_eq!(thread["match"], matched, "{thread}");
    let evidence = &thread["evidence"][0];
    check_keys(evidence, "kind value ticket counts why");
    assert_eq!((&evidence["kind"], &evidence["counts"]), (&json!(kind), &json!(counts)));
}

#[test]
fn outbox_commands_show_retry_and_drop_what_waits() {
    let gateway = desk();
    import(&gateway, &[&MailBuilder::new()]);
    let row = gateway.outbox().remove(0);
    check_keys(&row, "id ticket kind to state attempts next_at last_error");
    let facts = ["kind", "to", "state", "attempts", "last_error"].map(|name| row[name].clone());
    assert_eq!(json!(facts), json!(["confirmation", CUSTOMER, "queued", 0, null]));
    assert_eq!(row["ticket"], gateway.tickets()[0]["number"]);

    let id = row["id"].to_string();
    let codes = |commands: &[&[&str]]| -> Vec<i32> { commands.iter().map(|line| gateway.buzon(line).code).collect() };
    assert_eq!(codes(&[&["outbox", "retry", &id], &["outbox", "drop", &id]]), [0, 0]);
    assert_eq!(gateway.outbox(), Vec::<Value>::new());
    let all = gateway.json(&["outbox", "list", "--all"]);
    assert_eq!(
        (&all[0]["state"], &all[0]["next_at"]),
        (&json!("dropped"), &Value::Null)
    );
    assert_eq!(
        codes(&[&["outbox", "retry", &id], &["outbox", "drop", "999"]]),
        [65, 65]
    );
    assert_eq!(gateway.json(&["outbox", "release"]), [json!({ "released": 0 })]);
}

#[test]
fn quarantine_commands_show_retry_and_drop_what_was_set_aside() {
    // The mails of an inbox that is taken out of the config before they are handled cannot be handled.
    let gateway = desk();
    let mail = MailBuilder::new().with_subject("=?utf-8?q?caf=C3=A9?=").build();
    let second = MailBuilder::new().with_from("otto@customer.example").build();
    for mail in [&mail, &second] {
        assert_eq!(gateway.buzon_with_input(&["deliver"], mail).code, 0);
    }
    gateway.edit_config("name = \"support\"", "name = \"renamed\"");
    gateway.buzon(&["drain"]);
    let found = gateway.quarantine();
    assert_eq!(found.len(), 2, "{found:?}");
    check_keys(&found[0], "id at inbox from subject reason");
    let facts = ["inbox", "from", "subject"].map(|name| found[0][name].clone());
    assert_eq!(json!(facts), json!(["support", CUSTOMER, "café"]));
    assert!(found[0]["reason"].as_str().unwrap().contains("support"), "{found:?}");

    let [first, other] = [&found[0]["id"], &found[1]["id"]].map(Value::to_string);
    let shown = gateway.buzon(&["quarantine", "show", &first]).stdout;
    assert_eq!(shown.as_bytes(), mail, "its octets");
    gateway.edit_config("name = \"renamed\"", "name = \"support\"");
    assert_eq!(gateway.buzon(&["quarantine", "retry", &first]).code, 0);
    assert_eq!(gateway.buzon(&["quarantine", "drop", &other]).code, 0);
    gateway.buzon(&["drain"]);
    assert_eq!(gateway.quarantine(), Vec::<Value>::new());
    let tickets = gateway.tickets();
    assert_eq!((tickets.len(), &tickets[0]["subject"]), (1, &json!("café")));
    assert_eq!(gateway.buzon(&["quarantine", "drop", &other]).code, 65);
}

#[test]
fn what_a_mail_brought_can_be_saved_and_the_mail_be_seen_as_it_came() {
    let gateway = desk();
    let octets: Vec<u8> = (0..=255).collect();
    let mail = MailBuilder::new().with_attachment("photo.jpg", &octets);
    import(&gateway, &[&mail]);
    let number = gateway.tickets()[0]["number"].to_string();
    let file = gateway.path("saved.jpg");
    let save = |name: &str| {
        let to = file.to_str().unwrap();
        gateway.buzon(&["ticket", "attachment", &number, name, "-o", to]).code
    };
    assert_eq!((save("other.jpg"), file.exists()), (65, false));
    assert_eq!((save("photo.jpg"), std::fs::read(&file).unwrap()), (0, octets));
    assert_eq!(save("photo.jpg"), 74, "what is there already is not overwritten");

    let raw = gateway.buzon(&["ticket", "show", &number, "--raw"]);
    assert!(
        raw.stdout.contains(&String::from_utf8(mail.build()).unwrap()),
        "{raw:?}"
    );
    assert_eq!(
        raw.stdout.lines().filter(|line| line.starts_with("----- mail")).count(),
        2
    );
}

#[test]
fn a_mail_in_html_is_shown_with_what_is_harmless_of_it() {
    let gateway = desk();
    let html = MailBuilder::new()
        .with_header("Content-Type", "text/html; charset=utf-8")
        .with_body("<p onclick='x()'>Still <b>broken</b><script>x()</script><img src='https://x.example/1.gif' alt='Acme'>\r\n");
    let plain = MailBuilder::new().with_subject("Another");
    import(&gateway, &[&html, &plain]);
    let shown: Vec<Value> = gateway.tickets().iter().map(|ticket| gateway.ticket(ticket)).collect();
    let messages = shown[0]["messages"].as_array().unwrap();
    assert_eq!(
        messages[0]["html"].as_str().unwrap().trim(),
        "<p>Still <b>broken</b>[Acme]\n</p>"
    );
    assert!(messages[1].get("html").is_none() && shown[1]["messages"][0].get("html").is_none());
}
