//! Stores of earlier versions.

use super::*;
use crate::store::connection::MIGRATIONS;
use rusqlite::Connection;
use rusqlite_migration::Migrations;

#[test]
fn a_store_without_agents_keeps_its_rows_and_gains_what_agents_need() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("buzon.db");
    let mut old = Connection::open(&path).unwrap();
    Migrations::from_slice(&MIGRATIONS[..1]).to_latest(&mut old).unwrap();
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
