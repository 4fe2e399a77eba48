//! Mail of ours that comes back: a ticket shows it, and a forged report does nothing.

use crate::common::postfix::DEAD_ADDRESS;
use crate::common::wait::seconds;
use crate::common::{CUSTOMER, DESK, Dovecot, DovecotOptions, Gateway, GatewayBuilder, Inbox, MailBuilder, Postfix};
use crate::common::{SmtpSink, wait_until};
use serde_json::Value;

fn kinds(ticket: &Value) -> Vec<&str> {
    let events = ticket["events"].as_array().unwrap();
    events.iter().map(|event| event["kind"].as_str().unwrap()).collect()
}

fn confirmation(ticket: &Value) -> Option<&Value> {
    let messages = ticket["messages"].as_array().unwrap();
    messages.iter().find(|message| message["direction"] == "out")
}

/// The newest ticket.
fn newest(gateway: &Gateway) -> Value {
    let tickets = gateway.tickets();
    let newest = tickets.iter().max_by_key(|ticket| ticket["number"].as_i64()).unwrap();
    gateway.ticket(newest)
}

#[test]
fn a_confirmation_to_a_dead_address_comes_back_and_the_ticket_says_why() {
    let dovecot = Dovecot::start(DovecotOptions::default());
    let postfix = Postfix::start(&dovecot);
    let gateway = GatewayBuilder::new(Inbox::new(&dovecot, postfix.port)).build();
    dovecot.drop_into(DESK, &MailBuilder::new().with_from(DEAD_ADDRESS).build());
    gateway.drain();
    wait_until(seconds(20), "Postfix returns the confirmation", || {
        (dovecot.mails(DESK, "INBOX").len() == 2).then_some(())
    });
    gateway.drain();
    let ticket = newest(&gateway);
    let delivery = confirmation(&ticket).unwrap()["delivery"].as_str().unwrap();
    assert!(delivery.starts_with("not delivered: 5.1.1 "), "{delivery}");
    assert!(delivery.contains("nobody of this name lives here"), "{delivery}");
    assert!(kinds(&ticket).contains(&"delivery_reported"), "{ticket}");
    assert_eq!(
        ticket["messages"].as_array().unwrap().len(),
        2,
        "a bounce is no message"
    );

    dovecot.drop_into(DESK, &MailBuilder::new().with_from(DEAD_ADDRESS).build());
    gateway.drain();
    let second = newest(&gateway);
    assert_eq!(confirmation(&second), None, "its address takes no mail");
    assert!(
        second.to_string().contains("its address does not take mail: 5.1.1"),
        "{second}"
    );
}

#[test]
fn a_forged_bounce_changes_nothing_and_suppresses_nobody() {
    let dovecot = Dovecot::start(DovecotOptions::default());
    let sink = SmtpSink::start();
    let gateway = GatewayBuilder::new(Inbox::new(&dovecot, sink.port)).build();
    dovecot.drop_into(DESK, &MailBuilder::new().build());
    gateway.drain();
    let before = newest(&gateway);
    let forged = format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.stranger.example\r\nTo: {DESK}\r\nSubject: failure notice\r\n\
         Message-ID: <forged@mx.stranger.example>\r\n\r\n<{CUSTOMER}>:\r\n550 5.1.1 no such user\r\n\r\n\
         --- Below this line is a copy of the message.\r\n\r\nMessage-ID: <guessed@acme.example>\r\n"
    );
    dovecot.drop_into(DESK, forged.as_bytes());
    gateway.drain();
    assert_eq!(newest(&gateway), before);
    dovecot.drop_into(DESK, &MailBuilder::new().with_subject("Another matter").build());
    gateway.drain();
    assert_eq!(sink.count(), 2, "the customer is confirmed as before");
}
