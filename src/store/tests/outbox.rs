//! Mails that go out.

use super::*;
use crate::desk::decision::MailKind;
use crate::desk::report::ReportedMail;
use crate::mail::{Envelope, ReversePath};
use jiff::SignedDuration;
use std::collections::HashSet;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Opens a ticket with a confirmation in the outbox; tells its row.
fn confirmation(tx: &Tx<'_>, key: u64) -> anyhow::Result<i64> {
    let ticket = tx.open_ticket(&new_ticket(), TicketKey(key), NOW)?;
    let message_id = id(&format!("bz.{key}@acme.example"));
    let message = tx.add_message(&NewMessage {
        direction: Direction::Out,
        message_id: Some(message_id.clone()),
        ..message(ticket, "We have it.")
    })?;
    let row = NewOutboxRow {
        ticket: Some(ticket),
        message: Some(message),
        kind: MailKind::Confirmation,
        inbox: "support".to_owned(),
        envelope: Envelope {
            reverse_path: ReversePath::Null,
            recipient: address(EVA),
        },
        octets: compress(b"To: Eva")?,
        message_id,
        serial: 77,
        not_before: NOW,
        allowance: Allowance::Counted,
    };
    tx.enqueue(&row, NOW)
}

fn due(scratch: &Scratch, at: Timestamp, in_flight: &[i64]) -> Vec<i64> {
    let in_flight: HashSet<i64> = in_flight.iter().copied().collect();
    let due = scratch.read(|view| view.outbox_due("support", at, 10, usize::MAX, &in_flight));
    due.iter().map(|entry| entry.id).collect()
}

fn delivery(scratch: &Scratch) -> Option<String> {
    let detail = scratch.read(|view| view.ticket_detail(TicketNumber(1))).unwrap();
    detail.messages[0].delivery.clone()
}

#[test]
fn a_mail_is_due_until_it_is_sent() {
    let scratch = Scratch::new();
    let [one, two] = [1, 2].map(|key| scratch.write(move |tx| confirmation(tx, key)));
    let later = NOW + HOUR;
    let retry = Settled::Retry {
        at: later,
        error: "451".to_owned(),
    };
    assert_eq!(due(&scratch, NOW, &[]), [one, two]);
    assert_eq!(due(&scratch, NOW, &[one]), [two]);
    scratch.write(move |tx| tx.settle_outbox(one, &retry, NOW));
    scratch.write(move |tx| tx.settle_outbox(two, &Settled::Sent { server_id: None }, NOW));
    assert_eq!(
        (due(&scratch, NOW, &[]), due(&scratch, later, &[])),
        (vec![], vec![one])
    );
    assert_eq!(scratch.read(|view| view.next_outbox_at("support")), Some(later));
    let entry = &scratch.read(|view| view.outbox_due("support", later, 1, 0, &HashSet::new()))[0];
    assert_eq!((entry.octets.as_slice(), entry.attempts), (b"To: Eva".as_slice(), 1));
}

#[test]
fn the_id_a_server_gives_a_mail_leads_to_its_ticket() {
    let scratch = Scratch::new();
    let row = scratch.write(|tx| confirmation(tx, 1));
    let sent = Settled::Sent {
        server_id: Some(id("0100@email.amazonses.com")),
    };
    scratch.write(move |tx| tx.settle_outbox(row, &sent, NOW));
    let question = Question {
        message_ids: vec![id("0100@email.amazonses.com")],
        ..Question::default()
    };
    assert_eq!(scratch.read(|view| view.known(&question, 1, NOW)).candidates.len(), 1);
    assert_eq!(delivery(&scratch).as_deref(), Some("sent"));
}

#[test]
fn a_mail_given_up_is_told_on_its_ticket() {
    let scratch = Scratch::new();
    let row = scratch.write(|tx| confirmation(tx, 1));
    let error = "550 5.1.1 no such user".to_owned();
    scratch.write(move |tx| tx.settle_outbox(row, &Settled::Failed { error }, NOW));
    assert_eq!(delivery(&scratch).as_deref(), Some("failed: 550 5.1.1 no such user"));
    let events = scratch.read(|view| view.ticket_detail(TicketNumber(1))).unwrap().events;
    assert_eq!(
        events.iter().map(|e| e.kind.as_str()).collect::<Vec<_>>(),
        ["opened", "delivery"]
    );
    let contact = scratch.read(|view| view.contact(&address(EVA))).unwrap();
    assert_eq!(contact.suppressed.as_deref(), Some("5.1.1"));
}

#[test]
fn a_delivery_report_finds_its_mail_by_serial_and_by_id() {
    let scratch = Scratch::new();
    scratch.write(|tx| confirmation(tx, 1));
    let serial = |serial| ReportedMail::Serial {
        ticket: TicketNumber(1),
        serial,
    };
    let by_id = |recipient: Option<&str>| ReportedMail::Id {
        message_id: id("bz.1@acme.example"),
        recipient: recipient.map(address),
    };
    for (mail, found) in [
        (serial(77), true),
        (serial(78), false),
        (by_id(None), true),
        (by_id(Some("Eva@Home.example")), true),
        (by_id(Some("bo@home.example")), false),
    ] {
        let ticket = scratch.write(move |tx| tx.report_delivery(&mail, "failed: 5.2.2 full"));
        assert_eq!(ticket.is_some(), found);
    }
    assert_eq!(delivery(&scratch).as_deref(), Some("failed: 5.2.2 full"));
}

#[test]
fn automatic_mails_are_counted_for_a_day_an_hour_and_a_ticket() {
    let scratch = Scratch::new();
    scratch.write(|tx| confirmation(tx, 1));
    scratch.write(|tx| confirmation(tx, 2));
    let question = Question {
        keys: vec![TicketKey(1)],
        requester: Some(address(EVA)),
        ..Question::default()
    };
    let counts = |at| {
        let known = scratch.read(|view| view.known(&question, 1, at));
        (
            known.auto_mails_to_address,
            known.auto_mails_in_hour,
            known.candidates[0].auto_mails,
        )
    };
    assert_eq!(counts(NOW), (2, 2, 1));
    assert_eq!(counts(NOW + 2 * HOUR), (2, 0, 1));
    assert_eq!(counts(NOW + 25 * HOUR), (0, 0, 0));
    assert_eq!(
        counts(NOW - 25 * HOUR),
        (0, 0, 0),
        "a clock that ran ahead limits nothing"
    );
}

#[test]
fn a_dropped_mail_is_not_sent_and_only_unsent_ones_are_listed() {
    let scratch = Scratch::new();
    let [one, two] = [1, 2].map(|key| scratch.write(move |tx| confirmation(tx, key)));
    assert!(scratch.write(move |tx| tx.drop_outbox(one)));
    assert!(!scratch.write(move |tx| tx.retry_outbox(one, NOW)));
    let list = |filter| {
        let mut ids = vec![];
        scratch.read(|view| {
            view.outbox(filter, |row| {
                ids.push(row.id);
                Ok(())
            })
        });
        ids
    };
    assert_eq!(
        (list(OutboxFilter::Unsent), list(OutboxFilter::All)),
        (vec![two], vec![one, two])
    );
}

#[test]
fn an_address_is_suppressed_by_the_fifth_passing_failure_in_a_week_until_it_is_freed() {
    let scratch = Scratch::new();
    let suppressed = || {
        let contact = scratch.read(|view| view.contact(&address(EVA)));
        contact.and_then(|contact| contact.suppressed)
    };
    let fail = |at| scratch.write(move |tx| tx.note_passing_failure(&address(EVA), "4.2.2", at));
    for day in [0, 24, 200, 201, 202, 203] {
        fail(NOW + HOUR * day);
        assert_eq!(
            suppressed(),
            None,
            "after {day} hours: the first ones are over a week old"
        );
    }
    fail(NOW + HOUR * 204);
    assert_eq!(suppressed().as_deref(), Some("4.2.2"));
    scratch.write(|tx| tx.free(&address(EVA)));
    fail(NOW + HOUR * 205);
    assert_eq!(suppressed(), None);
}
