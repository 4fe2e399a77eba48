//! Mails that go out.

use super::*;
use crate::desk::decision::{DeliveryNote, Effects};
use crate::desk::delivery::{GivenUp, given_up};
use crate::desk::known;
use crate::desk::policy::{Limits, testing};
use crate::desk::report::ReportedMail;
use jiff::SignedDuration;
use std::collections::HashSet;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Opens a ticket with a confirmation in the outbox; tells its row.
fn confirmation(tx: &Tx<'_>, key: u64) -> anyhow::Result<i64> {
    let ticket = open_ticket(tx, key)?;
    let message_id = format!("bz.{key}@acme.example");
    let message = tx.add_message(&NewMessage {
        direction: Direction::Out,
        message_id: Some(id(&message_id)),
        ..message(ticket, "We have it.")
    })?;
    let mail = NewOutboxMail {
        allowance: Allowance::Counted,
        ..outgoing(MailKind::Confirmation, ticket, "To: Eva", vec![copy(EVA, &message_id)])
    };
    Ok(tx.enqueue(&mail, Some(message), NOW)?[0])
}

fn due(scratch: &Scratch, at: Timestamp, in_flight: &[i64]) -> Vec<i64> {
    let in_flight: HashSet<i64> = in_flight.iter().copied().collect();
    let due = scratch.read(|view| view.outbox_due("support", at, 10, &in_flight));
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
    let entry = &scratch.read(|view| view.outbox_due("support", later, 1, &HashSet::new()))[0];
    assert_eq!((entry.size, entry.attempts), (7, 1));
    let octets = scratch.read(|view| view.outbox_octets(one));
    assert_eq!(octets.as_deref(), Some(b"To: Eva".as_slice()));
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
    assert_eq!(
        scratch.read(|view| view.known(&question, None, NOW)).candidates.len(),
        1
    );
    assert_eq!(delivery(&scratch).as_deref(), Some("sent"));
}

#[test]
fn a_mail_given_up_is_told_on_its_ticket() {
    let scratch = Scratch::new();
    let row = scratch.write(|tx| confirmation(tx, 1));
    let error = "550 5.1.1 no such user".to_owned();
    let follows = scratch.read(|view| {
        let (mail, ticket) = (view.ticket_mail(row)?.unwrap(), view.ticket(TicketNumber(1))?.unwrap());
        let mail = GivenUp {
            ticket: &ticket,
            recipient: &mail.recipient,
            kind: mail.kind,
            inbox: "support",
            error: &error,
        };
        Ok(given_up(&mail, &testing::policy()))
    });
    scratch.write(move |tx| {
        tx.settle_outbox(row, &Settled::Failed { error: error.clone() }, NOW)?;
        tx.apply(&follows, NOW)
    });
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
    let row = scratch.write(|tx| confirmation(tx, 1));
    let serial = |serial| ReportedMail::Serial {
        key: TicketKey(1),
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
        // Of several recipients each is looked for under the address that the report names.
        let reported = scratch.read(|view| view.reported(&[mail, serial(79)]));
        assert_eq!(reported[0].as_ref().map(|found| found.outbox), found.then_some(row));
    }
    let alone = scratch.read(|view| view.reported(&[by_id(Some("bo@home.example"))]));
    assert!(alone[0].is_some(), "the only one may have been forwarded");
    let note = Effects {
        delivered: vec![DeliveryNote {
            outbox: row,
            text: "failed: 5.2.2 full".to_owned(),
        }],
        ..Effects::default()
    };
    scratch.write(move |tx| tx.apply(&note, NOW));
    assert_eq!(delivery(&scratch).as_deref(), Some("failed: 5.2.2 full"));
}

#[test]
fn automatic_mails_are_counted_for_a_day_an_hour_and_a_ticket() {
    let scratch = Scratch::new();
    scratch.write(|tx| confirmation(tx, 1));
    scratch.write(|tx| confirmation(tx, 2));
    let known = |limit, at| {
        let question = Question {
            keys: vec![TicketKey(1)],
            requester: Some(address(EVA)),
            limits: Limits {
                per_address_per_day: limit,
                per_ticket_per_day: limit,
                per_hour: limit,
            },
            ..Question::default()
        };
        scratch.read(|view| view.known(&question, None, at))
    };
    // So many were sent as a limit must be above.
    let count = |left: fn(&known::Known) -> known::Allowance, at| {
        let is_left = |limit: &u32| left(&known(*limit, at)) == known::Allowance::Left;
        (0..9).find(is_left).unwrap() - 1
    };
    let counts = |at| {
        (
            count(|known| known.to_address, at),
            count(|known| known.in_hour, at),
            count(|known| known.candidates[0].automatic, at),
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
