//! What must not take longer the more there is in the store.

use super::*;
use rusqlite::{Connection, StatementStatus};
use std::fs;
use std::path::Path;

/// Every statement in the store's modules that looks through a ticket's parts.
fn statements_over_parts() -> Vec<String> {
    let modules = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store")).unwrap();
    let modules = modules.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let mut statements = vec![];
    for module in modules {
        let source = fs::read_to_string(module).unwrap();
        for (place, _) in source.match_indices("ticket_part ") {
            let (before, behind) = source.split_at(place);
            let begin = before.rfind('"').unwrap() + 1;
            let end = place + behind.find('"').unwrap();
            let literal = source.get(begin..end).unwrap();
            // Parts that several statements share.
            statements.push(match literal.split_whitespace().next() {
                Some("SELECT") => literal.to_owned(),
                Some("FROM") => format!("SELECT 1 {literal}"),
                _ => format!("SELECT {literal} FROM ticket WHERE number = 1"),
            });
        }
    }
    statements.dedup();
    statements
}

/// The steps of a statement's plan.
fn plan(connection: &Connection, statement: &str) -> Vec<String> {
    let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
    let count = explain.parameter_count();
    let steps = explain.query_map(rusqlite::params_from_iter(vec![1; count]), |row| row.get(3));
    steps.unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn no_table_is_gone_through_for_the_parts_of_a_ticket() {
    let scratch = Scratch::new();
    let connection = Connection::open(scratch.dir.path().join("buzon.db")).unwrap();
    let statements = statements_over_parts();
    assert!(statements.len() >= 9, "{statements:#?}");
    for statement in statements {
        let steps = plan(&connection, &statement);
        let scans = steps.iter().filter(|step| step.starts_with("SCAN"));
        assert_eq!(scans.count(), 0, "{statement}\n{steps:#?}");
    }
}

#[test]
fn octets_are_let_go_of_without_a_look_at_every_mail() {
    let scratch = Scratch::new();
    let ticket = scratch.open_ticket(1);
    scratch.write(move |tx| {
        for n in 0..100 {
            let intake = tx.record_single(&single(&format!("mail {n}")), NOW)?;
            let with_mail = NewMessage {
                intake: Some(intake),
                ..message(ticket, "Hi")
            };
            tx.add_message(&with_mail)?;
        }
        Ok(())
    });
    let steps = scratch.write(move |tx| {
        let raw = tx.insert("INSERT INTO raw (octets) VALUES (x'00')", [])?;
        let mut delete = tx.prepare("DELETE FROM raw WHERE id = ?1")?;
        delete.execute([raw])?;
        Ok(delete.get_status(StatementStatus::FullscanStep))
    });
    assert_eq!(steps, 0);
}
