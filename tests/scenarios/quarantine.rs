//! A mail that cannot be handled: tried three times, set aside with its octets, and no other mail waits for it.

use crate::common::loopback::{Loopback, Settings, numbered, until};
use crate::common::mail::MailBuilder;
use rusqlite::Connection;

fn sql(loopback: &Loopback) -> Connection {
    Connection::open(loopback.path().join("data/buzon.db")).unwrap()
}

/// How often each mail failed, oldest first.
fn attempts(loopback: &Loopback) -> Vec<u32> {
    let connection = sql(loopback);
    let mut statement = connection.prepare("SELECT attempts FROM intake ORDER BY id").unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// A template that fails for this name alone, in the middle of what a mail brings about.
const FAILING: &str = "{% if name == 'Poison' %}{{ 1 // 0 }}{% endif %}Hello, your number is {{ number }}.\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_whose_handling_fails_halfway_is_undone_set_aside_and_holds_nobody_up() {
    let loopback = Settings::new().start().await;
    let templates = loopback.path().join("templates/en/confirmation");
    std::fs::create_dir_all(&templates).unwrap();
    std::fs::write(templates.join("body.txt"), FAILING).unwrap();
    let poison = MailBuilder::new().with_from("Poison <poison@customer.example>");
    loopback.receive_numbered(0..5);
    loopback.receive(&poison);
    loopback.receive_numbered(5..10);
    let running = loopback.run();
    loopback.wait_for_sent(10).await;
    let set_aside = until("it is set aside", async || loopback.quarantine().await.pop()).await;
    assert!(!set_aside.reason.is_empty());
    let tickets = loopback.wait_for_tickets(10).await;
    assert!(
        tickets
            .iter()
            .all(|ticket| ticket.head.requester != "poison@customer.example"),
        "its ticket was undone with it"
    );
    assert_eq!(attempts(&loopback), [0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0]);
    let kept = loopback
        .store
        .read(move |view| view.quarantined_raw(set_aside.id))
        .await
        .unwrap();
    assert_eq!(kept.unwrap(), poison.build(), "its octets are kept");
    loopback.wait_for_seen().await;
    running.stop().await;

    // Once the template is mended, `quarantine retry` makes a ticket of it.
    std::fs::remove_file(templates.join("body.txt")).unwrap();
    let retried = loopback
        .store
        .write(move |tx| tx.retry_quarantined(set_aside.id))
        .await
        .unwrap();
    assert!(retried);
    loopback.drain().await;
    loopback.wait_for_tickets(11).await;
    loopback.wait_for_sent(11).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_mail_whose_octets_are_damaged_is_set_aside_and_the_others_pass() {
    let loopback = Loopback::start().await;
    // Stored, and not yet handled: the disk is to blame in between.
    loopback.receive_numbered(0..1);
    loopback.drain().await;
    sql(&loopback)
        .execute_batch(
            "INSERT INTO raw (octets) VALUES (x'28b52ffd2004deadbeef');
             INSERT INTO intake (inbox, source, received_at, recorded_at, full_size, raw, sha256, sha_head)
             SELECT inbox, 'pipe', received_at, recorded_at, 4, last_insert_rowid(), x'00', 0 FROM intake;",
        )
        .unwrap();
    loopback.receive(&numbered(1));
    loopback.drain().await;
    loopback.wait_for_tickets(2).await;
    loopback.wait_for_sent(2).await;
    let quarantine = loopback.quarantine().await;
    assert_eq!(quarantine.len(), 1);
    assert!(quarantine[0].reason.contains("damaged"), "{}", quarantine[0].reason);
    assert_eq!(attempts(&loopback), [0, 3, 0]);
}
