//! The way out is blocked: mails wait, and go out once.

use crate::common::wait::{seconds, wait_until};
use crate::common::{Behaviour, DESK, Dovecot, DovecotOptions, Gateway, GatewayBuilder, Inbox, MailBuilder};
use crate::common::{ReceivedMail, SmtpSink};
use std::collections::BTreeSet;

fn start(behaviour: Behaviour) -> (Dovecot, SmtpSink, Gateway) {
    let dovecot = Dovecot::start(DovecotOptions::default());
    let sink = SmtpSink::start();
    sink.set(behaviour);
    let gateway = GatewayBuilder::new(Inbox::new(&dovecot, sink.port)).build();
    (dovecot, sink, gateway)
}

fn receive(dovecot: &Dovecot, count: usize) {
    for number in 0..count {
        let from = format!("c{number}@customer.example");
        dovecot.drop_into(DESK, &MailBuilder::new().with_from(&from).build());
    }
}

#[track_caller]
fn wait_for_tickets(gateway: &Gateway, count: usize) {
    wait_until(seconds(60), &format!("{count} tickets"), || {
        (gateway.tickets().len() == count).then_some(())
    });
}

#[test]
fn with_smtp_down_50_mails_are_50_tickets_and_50_confirmations_when_it_is_back() {
    let (dovecot, mut sink, mut gateway) = start(Behaviour::Accept);
    sink.down();
    receive(&dovecot, 50);
    gateway.run();
    wait_for_tickets(&gateway, 50);
    assert_eq!(gateway.outbox().len(), 50);
    sink.up();
    let mails = wait_until(seconds(60), "50 confirmations", || {
        (sink.count() >= 50).then(|| sink.mails())
    });
    wait_until(seconds(10), "the outbox is empty", || {
        gateway.outbox().is_empty().then_some(())
    });
    let ids: BTreeSet<String> = mails
        .iter()
        .map(|mail| ReceivedMail::new(mail.octets.clone()).message_id())
        .collect();
    assert_eq!((ids.len(), sink.count()), (50, 50), "each went out once");
}

#[test]
fn a_refused_sender_pauses_the_outbox_and_blames_no_recipient() {
    let (dovecot, sink, mut gateway) = start(Behaviour::RefuseSender);
    receive(&dovecot, 20);
    gateway.run();
    wait_for_tickets(&gateway, 20);
    wait_until(seconds(20), "a refusal", || (sink.refusals() > 0).then_some(()));
    let refused = sink.refusals();
    assert!(
        refused <= 8,
        "{refused} attempts: the whole inbox pauses, not each mail for itself"
    );
    assert_eq!(gateway.outbox().len(), 20, "every row is kept");
    for ticket in gateway.tickets() {
        let shown = gateway.ticket(&ticket).to_string();
        assert!(!shown.contains("\"failed\""), "no contact is marked: {shown}");
    }
    assert!(gateway.log().contains("550"), "the log names the refusal");

    sink.set(Behaviour::Accept);
    wait_until(seconds(60), "20 confirmations", || (sink.count() >= 20).then_some(()));
    assert_eq!(sink.count(), 20);
}

#[test]
fn a_deferred_recipient_gets_the_same_mail_later() {
    let (dovecot, sink, gateway) = start(Behaviour::DeferRecipient);
    receive(&dovecot, 1);
    gateway.drain();
    let waiting = gateway.outbox();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0]["kind"], "confirmation");
    assert_eq!((&waiting[0]["attempts"], sink.count()), (&1.into(), 0));
    assert!(waiting[0]["last_error"].to_string().contains("451"), "{waiting:?}");

    sink.set(Behaviour::Accept);
    wait_until(seconds(30), "the confirmation went out", || {
        gateway.drain();
        (sink.count() == 1).then_some(())
    });
}

#[test]
fn a_refused_recipient_is_given_up_at_once_and_shown_on_the_ticket() {
    let (dovecot, sink, gateway) = start(Behaviour::RefuseRecipient);
    receive(&dovecot, 1);
    gateway.drain();
    assert_eq!(sink.refusals(), 1);
    let shown = gateway.ticket(&gateway.tickets()[0]);
    let out = shown["messages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|message| message["direction"] == "out")
        .unwrap();
    assert!(out["delivery"].to_string().contains("failed"), "{out}");
    sink.set(Behaviour::Accept);
    gateway.drain();
    assert_eq!(sink.count(), 0, "it is not tried again");
}
