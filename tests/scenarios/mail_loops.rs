//! Machines that answer machines: it stops.

use crate::common::loopback::{Loopback, PATIENCE, Settings, is_at_rest, tickets, until};
use crate::common::{CUSTOMER, DESK, MailBuilder};
use buzon::sandbox::{Arrival, Mailstore};

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
    until(
        "both have read and handled everything, and nothing waits to be sent",
        async || {
            let answered = !loopback.mailstore.mails(other, "INBOX").is_empty();
            let all_read = is_read(&loopback.mailstore, DESK) && is_read(&loopback.mailstore, other);
            let at_rest = is_at_rest(&loopback.store).await && is_at_rest(&neighbour.store).await;
            (answered && all_read && at_rest).then_some(())
        },
    )
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

#[tokio::test(flavor = "multi_thread")]
async fn forged_senders_get_nothing_and_the_hourly_limit_holds_for_the_rest() {
    let limited = "[limits]\nauto_mails_per_hour = 7\n[outbox]\nfirst_retry = \"1s\"";
    let loopback = Settings::new().with_config(limited).start().await;
    loopback.receive_numbered(0..60);
    loopback.drain().await;
    loopback.wait_for_sent(7).await;
    let tickets = loopback.wait_for_tickets(60).await;
    let mut told = 0;
    for listed in &tickets {
        let ticket = loopback.ticket(listed.head.number).await;
        told += usize::from(ticket.events.iter().any(|event| event.kind == "limited"));
    }
    assert_eq!(told, 53, "each of the others records why");

    let trusting = Settings::new()
        .with_inbox("trusted_authserv = \"mx.acme.example\"")
        .start()
        .await;
    trusting.receive_numbered(0..60);
    trusting.drain().await;
    trusting.wait_for_tickets(60).await;
    trusting.wait_for_sent(0).await;
}
