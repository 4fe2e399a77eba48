//! Machines that answer machines: it stops.

#![cfg(feature = "sandbox")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod common;

use buzon::sandbox::{Arrival, Mailstore};
use common::loopback::{Loopback, PATIENCE, tickets, until};
use common::{CUSTOMER, DESK, MailBuilder};

/// No exchange between machines may be longer.
const MOST: usize = 5;

#[tokio::test(flavor = "multi_thread")]
async fn two_gateways_that_write_to_each_other_stop() {
    let other = "help@customer.example";
    let loopback = Loopback::start().await;
    let neighbour = loopback.neighbour(other).await;
    let running = [loopback.run(), neighbour.run()];
    // Somebody writes to one of them in the other's name.
    loopback.receive(&MailBuilder::new().with_from(other));
    loopback.wait_for_tickets(1).await;
    until("both have read everything, and nothing waits to be sent", async || {
        let all_seen = [(DESK, &loopback.mailstore), (other, &loopback.mailstore)]
            .iter()
            .all(|(address, store)| is_read(store, address));
        let sent = loopback.outbox().await.iter().all(|row| row.next_at.is_none());
        let answered = !loopback.mailstore.mails(other, "INBOX").is_empty();
        (all_seen && sent && answered).then_some(())
    })
    .await;
    for gateway in running {
        gateway.stop().await;
    }
    let sent = loopback.smtp.received().len();
    assert!(sent <= MOST, "{sent} mails");
    assert!(
        tickets(&neighbour.store).await.is_empty(),
        "a confirmation is no question"
    );
    assert_eq!(loopback.tickets().await.len(), 1);
}

fn is_read(mailstore: &Mailstore, address: &str) -> bool {
    let mails = mailstore.mails(address, "INBOX");
    mails.iter().all(|mail| mail.flags.contains("\\Seen"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auto_responder_that_hides_what_it_is_gets_at_most_five_answers() {
    let loopback = Loopback::start().await;
    let running = loopback.run();
    let answering = tokio::spawn(answer_everything(loopback.mailstore.clone()));
    loopback.receive(&MailBuilder::new());
    // The mail that opened it, and one answer to each of ours.
    let tickets = until("a ticket that is not confirmed any more", async || {
        let tickets = loopback.tickets().await;
        (tickets.len() > MOST).then_some(tickets)
    })
    .await;
    loopback.wait_for_seen().await;
    running.stop().await;
    answering.abort();
    assert_eq!(loopback.smtp.received().len(), MOST);
    assert_eq!(tickets.len(), MOST + 1);
    let last = loopback.ticket(tickets[MOST].head.number).await;
    let told = last.events.iter().any(|event| event.kind == "limited");
    assert!(told, "the ticket says why: {:?}", last.events);
}

/// A vacation program of the worst kind: it answers every mail with a new one that looks like a person's.
async fn answer_everything(mailstore: Mailstore) {
    for answered in 0.. {
        let has_new = |mails: &[buzon::sandbox::StoredMail]| mails.len() > answered;
        if mailstore
            .wait_for(CUSTOMER, "INBOX", has_new, 3 * PATIENCE)
            .await
            .is_err()
        {
            return;
        }
        let answer = MailBuilder::new()
            .with_subject(&format!("I am away, notice {answered}"))
            .with_body(&format!("I am away. This is notice {answered}.\r\n"));
        let arrival = Arrival::new(CUSTOMER, DESK);
        mailstore.deliver(&arrival, &answer.build()).unwrap();
    }
}
