//! Stores of earlier versions.

use super::*;
use crate::store::connection::migrations;
use rusqlite::Connection;
use rusqlite::types::FromSql;
use rusqlite_migration::Migrations;
use std::collections::HashSet;

#[test]
fn a_store_without_agents_keeps_its_rows_and_gains_what_agents_need() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("buzon.db");
    let mut old = Connection::open(&path).unwrap();
    Migrations::new(migrations()[..1].to_vec()).to_latest(&mut old).unwrap();
    old.execute_batch(
        "INSERT INTO ticket (number, key, subject, requester, requester_key, created_at, updated_at)
         VALUES (7, 77, 'Old', 'eva@home.example', 'eva@home.example', 1, 1);
         INSERT INTO message (ticket, at, direction, text) VALUES (7, 1, 'in', 'from before');",
    )
    .unwrap();
    drop(old);
    let scratch = Scratch {
        store: Store::open(&path).unwrap(),
        dir,
    };
    let detail = scratch.read(|view| view.ticket_detail(TicketNumber(7))).unwrap();
    assert_eq!(detail.messages[0].text, "from before");
    let ticket = scratch.read(|view| view.ticket(TicketNumber(7))).unwrap();
    assert_eq!((ticket.assignee, ticket.priority), (None, Priority::Normal));
    scratch.write(|tx| {
        tx.add_message(&NewMessage {
            author: Some(address("ana@acme.example")),
            ..message(TicketNumber(7), "new")
        })
    });
}

/// A mail of an older store: each recipient's was kept whole.
fn mail(to: &str, text: &str) -> String {
    format!("From: support@acme.example\r\nTo: {to}\r\nSubject: The door\r\nMIME-Version: 1.0\r\n\r\n{text}\r\n")
}

/// A row of the outbox: its message, kind and state, and whom and what it tells.
type OldRow = (Option<i64>, &'static str, &'static str, &'static str, &'static str);

/// In the order of their rows, from 1.
const OLD_ROWS: [OldRow; 10] = [
    (Some(2), "confirmation", "sent", "eva", "We have it."),
    (Some(3), "confirmation", "queued", "eva", "We have that, too."),
    (Some(4), "answer", "sent", "eva", "It is mended."),
    (Some(4), "answer", "queued", "bo", "It is mended."),
    (None, "notification", "sent", "ana", "Eva wrote to Ana."),
    (None, "notification", "queued", "ben", "Eva wrote to Ben."),
    (None, "notification", "dropped", "cleo", "Eva wrote again."),
    (Some(5), "answer", "queued", "eva", "And so is the other."),
    (Some(5), "answer", "sent", "bo", "And so is the other."),
    (None, "notification", "failed", "dan", "Eva wrote to Dan."),
];

/// Those for several people are written together.
fn written_at(row: i64) -> i64 {
    match row {
        4 | 6 | 9 => written_at(row - 1),
        row => row * 100,
    }
}

/// A store of version 2 with tickets 7 (pending), 8 (solved) and 9 (new).
fn of_version_2() -> Scratch {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("buzon.db");
    let mut old = Connection::open(&path).unwrap();
    Migrations::new(migrations()[..2].to_vec()).to_latest(&mut old).unwrap();
    old.execute_batch(
        r#"INSERT INTO ticket (number, key, status, created_at, updated_at, solved_at)
           VALUES (7, 77, 'pending', 1, 5, NULL), (8, 88, 'solved', 1, 6, 3), (9, 99, 'new', 1, 1, NULL);
           INSERT INTO message (id, ticket, at, direction, kind, message_id, text, marks)
           VALUES (1, 7, 1, 'in', 'mail', 'q@home.example', 'And I?', '["third_party"]'),
                  (2, 7, 1, 'out', 'confirmation', 'bz.2@acme.example', 'We have it.', '[]'),
                  (3, 8, 1, 'out', 'confirmation', 'bz.3@acme.example', 'We have that, too.', '[]'),
                  (4, 7, 1, 'out', 'answer', 'bz.4@acme.example', 'It is mended.', '[]'),
                  (5, 7, 1, 'out', 'answer', 'bz.5@acme.example', 'And so is the other.', '[]'),
                  (6, 7, 1, 'in', 'mail', 'f@home.example', 'I am Eva.', '["automatic","unverified"]');"#,
    )
    .unwrap();
    for (row, (message, kind, state, to, text)) in (1..).zip(OLD_ROWS) {
        let to = format!("{to}@home.example");
        old.execute(
            "INSERT INTO outbox (id, ticket, message, kind, inbox, recipient, recipient_key, state, created_at, next_at)
             VALUES (?1, 7, ?2, ?3, 'support', ?4, ?4, ?5, ?6, ?6)",
            (row, message, kind, &to, state, written_at(row)),
        )
        .unwrap();
        let octets = compress(mail(&to, text).as_bytes()).unwrap();
        old.execute(
            "INSERT INTO outbox_octets (outbox, octets) VALUES (?1, ?2)",
            (row, octets),
        )
        .unwrap();
    }
    drop(old);
    Scratch {
        store: Store::open(&path).unwrap(),
        dir,
    }
}

fn all<T: FromSql>(scratch: &Scratch, sql: &str) -> Vec<T> {
    scratch.read(|view| Ok(view.all(sql, [], |row| row.get(0))?))
}

fn unpacked(octets: &Compressed) -> String {
    String::from_utf8(decompress(octets, 1 << 20).unwrap()).unwrap()
}

#[test]
fn what_waited_in_an_older_store_goes_out_with_the_very_octets_it_had() {
    let scratch = of_version_2();
    let old = |row: i64| {
        let (_, _, state, to, text) = OLD_ROWS[usize::try_from(row - 1).unwrap()];
        (state, mail(&format!("{to}@home.example"), text))
    };
    let octets = |row| {
        scratch
            .read(|view| view.outbox_octets(row))
            .map(|octets| String::from_utf8(octets).unwrap())
    };
    for row in 1..=10 {
        let (state, mail) = old(row);
        let is_over = state == "sent" || state == "dropped";
        assert_eq!(octets(row), (!is_over).then_some(mail), "row {row}");
    }
    let due = scratch.read(|view| view.outbox_due("support", NOW, 20, &HashSet::new()));
    let due: Vec<_> = due.iter().map(|entry| (entry.id, entry.size)).collect();
    // By the time they are due.
    assert_eq!(due, [2, 4, 6, 8].map(|row| (row, old(row).1.len())));
    for (row, _) in due {
        scratch.write(move |tx| tx.settle_outbox(row, &Settled::Sent { server_id: None }, NOW));
    }
    assert_eq!(all::<i64>(&scratch, "SELECT count(*) FROM outbox_own"), [0]);
}

#[test]
fn of_an_older_stores_mails_the_messages_and_what_waits_keep_their_octets_and_nothing_else_does() {
    let scratch = of_version_2();
    let messages = "SELECT octets FROM message JOIN raw ON raw.id = message.raw ORDER BY message.id";
    let messages: Vec<Compressed> = all(&scratch, messages);
    let expected = [1, 2, 3, 8].map(|row: usize| {
        let (_, _, _, to, text) = OLD_ROWS[row - 1];
        mail(&format!("{to}@home.example"), text)
    });
    assert_eq!(messages.iter().map(unpacked).collect::<Vec<_>>(), expected);
    assert_eq!(
        all::<i64>(&scratch, "SELECT id FROM outbox WHERE raw IS NOT NULL ORDER BY id"),
        [6, 10]
    );
    assert_eq!(all::<i64>(&scratch, "SELECT outbox FROM outbox_own"), [4]);
    assert_eq!(all::<i64>(&scratch, "SELECT count(*) FROM raw"), [4 + 2]);
    let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'outbox_octets'";
    assert_eq!(all::<i64>(&scratch, tables), [0]);
}

#[test]
fn the_texts_of_an_older_stores_mails_are_kept_once_for_those_that_were_written_together() {
    let scratch = of_version_2();
    let texts: Vec<Option<i64>> = all(&scratch, "SELECT text FROM outbox ORDER BY id");
    let [
        one,
        two,
        answer,
        its_copy,
        told,
        with_it,
        dropped,
        other,
        its_other,
        failed,
    ] = texts.try_into().unwrap();
    assert_eq!((one, two), (None, None), "that of a confirmation stands on its ticket");
    assert!(answer.is_some() && told.is_some() && answer != told);
    assert_eq!((answer, told, other), (its_copy, with_it, its_other));
    let texts: Vec<Compressed> = all(&scratch, "SELECT octets FROM sent_text ORDER BY id");
    let texts: Vec<_> = texts.iter().map(|text| unpacked(text).trim_end().to_owned()).collect();
    let expected = [
        "It is mended.",
        "Eva wrote to Ana.",
        "Eva wrote again.",
        "And so is the other.",
        "Eva wrote to Dan.",
    ];
    assert_eq!(texts, expected);
    assert_eq!([answer, told, dropped, other, failed], [1, 2, 3, 4, 5].map(Some));
}

#[test]
fn who_may_see_a_message_and_the_states_of_tickets_are_read_out_of_an_older_store() {
    let scratch = of_version_2();
    let doubtful = "SELECT third_party * 10 + unverified FROM message ORDER BY id";
    assert_eq!(all::<i64>(&scratch, doubtful), [10, 0, 0, 0, 0, 1]);
    let states = "SELECT ticket || ' ' || status || ' ' || at FROM ticket_state ORDER BY id";
    assert_eq!(all::<String>(&scratch, states), ["7 pending 5", "8 solved 3"]);
    let ids = scratch.read(|view| view.thread_ids(TicketNumber(7)));
    assert_eq!(
        ids,
        ["bz.2", "bz.4", "bz.5"].map(|local| id(&format!("{local}@acme.example")))
    );
}

#[test]
fn a_damaged_mail_of_an_older_store_keeps_it_from_nothing_but_that_mail() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("buzon.db");
    let mut old = Connection::open(&path).unwrap();
    Migrations::new(migrations()[..2].to_vec()).to_latest(&mut old).unwrap();
    old.execute_batch(
        "INSERT INTO outbox (id, kind, inbox, recipient, recipient_key, state, created_at, next_at)
         VALUES (1, 'notification', 'support', 'ana@acme.example', 'ana@acme.example', 'sent', 1, 1),
                (2, 'admin_notice', 'support', 'root@acme.example', 'root@acme.example', 'sent', 1, 1),
                (3, 'admin_notice', 'support', 'root@acme.example', 'root@acme.example', 'sent', 1, 1);
         INSERT INTO outbox_octets (outbox, octets) VALUES (1, x'00');",
    )
    .unwrap();
    for (row, text) in [(2, "The disk is full."), (3, "A login was refused.")] {
        let octets = compress(mail("root@acme.example", text).as_bytes()).unwrap();
        let sql = "INSERT INTO outbox_octets (outbox, octets) VALUES (?1, ?2)";
        old.execute(sql, (row, octets)).unwrap();
    }
    drop(old);
    let scratch = Scratch {
        store: Store::open(&path).unwrap(),
        dir,
    };
    assert_eq!(
        all::<Option<i64>>(&scratch, "SELECT text FROM outbox WHERE id = 1"),
        [None]
    );
    let texts: Vec<Compressed> = all(&scratch, "SELECT octets FROM sent_text ORDER BY id");
    let texts: Vec<String> = texts.iter().map(unpacked).collect();
    assert_eq!(texts, ["The disk is full.\n", "A login was refused.\n"]);
}
