//! Octets of mails that go out: once for all of their recipients, and no longer than somebody waits for them.

use super::*;
use jiff::SignedDuration;
use std::collections::HashSet;

const ANA: &str = "ana@acme.example";
const BEN: &str = "ben@acme.example";
const CLEO: &str = "cleo@acme.example";
const MINUTE: SignedDuration = SignedDuration::from_mins(1);
/// The first copy, whose header is its own.
const FIRST: &str = "To: ana\r\n\r\nIt is mended.\r\n";
const SHARED_FROM: usize = 9;
const SENT: Settled = Settled::Sent { server_id: None };

fn other(to: &str, own: &str) -> OutboxCopy {
    OutboxCopy {
        own: Some(compress(own.as_bytes()).unwrap()),
        shared_from: SHARED_FROM,
        ..copy(to, "bz.1@acme.example")
    }
}

/// A mail to three people.
fn to_three(kind: MailKind, ticket: TicketNumber) -> NewOutboxMail {
    let copies = vec![
        copy(ANA, "bz.1@acme.example"),
        other(BEN, "To: ben\r\n"),
        other(CLEO, "To: cleo\r\nX: y\r\n"),
    ];
    NewOutboxMail {
        text: Some(compress(b"It is mended.").unwrap()),
        ..outgoing(kind, ticket, FIRST, copies)
    }
}

fn notification(scratch: &Scratch) -> [i64; 3] {
    let ticket = scratch.open_ticket(1);
    let rows = scratch.write(move |tx| tx.enqueue(&to_three(MailKind::Notification, ticket), None, NOW));
    rows.try_into().unwrap()
}

/// A ticket, a message of it that goes to three people a minute later, and their rows.
fn answer(scratch: &Scratch) -> (TicketNumber, i64, [i64; 3]) {
    let ticket = scratch.open_ticket(1);
    let (id, rows) = scratch.write(move |tx| {
        let answer = NewMessage {
            direction: Direction::Out,
            kind: "answer",
            message_id: None,
            ..message(ticket, "It is mended.")
        };
        let id = tx.add_message(&answer)?;
        let mail = NewOutboxMail {
            not_before: NOW + MINUTE,
            ..to_three(MailKind::Answer, ticket)
        };
        Ok((id, tx.enqueue(&mail, Some(id), NOW)?))
    });
    (ticket, id, rows.try_into().unwrap())
}

fn count(scratch: &Scratch, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    scratch
        .read(|view| Ok(view.first(&sql, [], |row| row.get(0))?))
        .unwrap()
}

/// What is kept: mails, parts of copies, texts.
fn kept(scratch: &Scratch) -> (i64, i64, i64) {
    let [raw, own, text] = ["raw", "outbox_own", "sent_text"].map(|table| count(scratch, table));
    (raw, own, text)
}

fn octets(scratch: &Scratch, row: i64) -> Option<String> {
    let octets = scratch.read(|view| view.outbox_octets(row));
    octets.map(|octets| String::from_utf8(octets).unwrap())
}

fn settle(scratch: &Scratch, row: i64, settled: Settled) {
    scratch.write(move |tx| tx.settle_outbox(row, &settled, NOW));
}

#[test]
fn an_answer_to_three_people_is_kept_once_and_each_gets_his_own_header_over_the_same_body() {
    let scratch = Scratch::new();
    let (ticket, _, rows) = answer(&scratch);
    assert_eq!(kept(&scratch), (1, 2, 1));
    let expected = [
        FIRST,
        "To: ben\r\n\r\nIt is mended.\r\n",
        "To: cleo\r\nX: y\r\n\r\nIt is mended.\r\n",
    ];
    assert_eq!(rows.map(|row| octets(&scratch, row).unwrap()), expected);
    let due = scratch.read(|view| view.outbox_due("support", NOW + MINUTE, 10, &HashSet::new()));
    let due: Vec<_> = due
        .iter()
        .map(|entry| (entry.envelope.recipient.as_str(), entry.size))
        .collect();
    assert_eq!(
        due,
        [
            (ANA, expected[0].len()),
            (BEN, expected[1].len()),
            (CLEO, expected[2].len())
        ]
    );
    let mut mails = vec![];
    scratch.read(|view| {
        view.raw_mails(ticket, |_, octets| {
            mails.push(String::from_utf8(octets)?);
            Ok(())
        })
    });
    assert_eq!(
        mails,
        [FIRST],
        "of an answer to several people the first copy is exported"
    );
}

#[test]
fn a_message_that_goes_out_has_the_id_of_its_mail_which_leads_to_its_ticket() {
    let scratch = Scratch::new();
    let (ticket, ..) = answer(&scratch);
    let question = Question {
        message_ids: vec![id("bz.1@acme.example")],
        ..Question::default()
    };
    let known = scratch.read(|view| view.known(&question, None, NOW));
    assert_eq!(known.candidates[0].ticket.number, ticket);
    assert_eq!(scratch.read(|view| view.thread_ids(ticket)), [id("bz.1@acme.example")]);
}

#[test]
fn of_a_notification_nothing_is_kept_but_its_text_once_its_last_copy_is_sent_or_dropped() {
    let scratch = Scratch::new();
    let [first, second, third] = notification(&scratch);
    settle(&scratch, first, SENT);
    assert_eq!(kept(&scratch), (1, 2, 1), "two copies still share it");
    assert_eq!(octets(&scratch, first), None);
    assert_eq!(
        octets(&scratch, second).as_deref(),
        Some("To: ben\r\n\r\nIt is mended.\r\n")
    );
    assert!(scratch.write(move |tx| tx.drop_outbox(second)));
    assert_eq!(kept(&scratch), (1, 1, 1));
    settle(&scratch, third, SENT);
    assert_eq!(kept(&scratch), (0, 0, 1));
}

#[test]
fn the_octets_of_a_message_stay_with_it_and_those_of_its_copies_go() {
    let scratch = Scratch::new();
    let (_, _, rows) = answer(&scratch);
    for row in rows {
        settle(&scratch, row, SENT);
        assert_eq!(octets(&scratch, row), None);
    }
    assert_eq!(kept(&scratch), (1, 0, 1));
}

#[test]
fn what_was_given_up_is_kept_and_goes_out_as_it_was_when_it_is_tried_again() {
    let scratch = Scratch::new();
    let [first, second, third] = notification(&scratch);
    for row in [first, third] {
        settle(&scratch, row, SENT);
    }
    let error = "550 5.7.1 no".to_owned();
    settle(&scratch, second, Settled::Failed { error });
    assert_eq!(kept(&scratch), (1, 1, 1));
    assert!(scratch.write(move |tx| tx.retry_outbox(second, NOW)));
    assert_eq!(
        octets(&scratch, second).as_deref(),
        Some("To: ben\r\n\r\nIt is mended.\r\n")
    );
}

#[test]
fn what_was_dropped_while_it_was_due_is_nobodys_copy_any_more() {
    let scratch = Scratch::new();
    let (_, _, [first, second, _]) = answer(&scratch);
    for row in [first, second] {
        assert!(scratch.write(move |tx| tx.drop_outbox(row)));
        // Not even the first recipient's, who has a token in it.
        assert_eq!(octets(&scratch, row), None);
    }
}

#[test]
fn an_answer_can_be_withdrawn_until_a_copy_of_it_is_due_or_was_tried() {
    let scratch = Scratch::new();
    let (_, message, [first, second, third]) = answer(&scratch);
    let withdrawable = |message, at| scratch.read(|view| view.withdrawable(message, at));
    assert_eq!(withdrawable(None, NOW), Withdrawn::NothingSent);
    assert_eq!(
        withdrawable(Some(message + 1), NOW),
        Withdrawn::NothingSent,
        "a note goes to nobody"
    );
    assert_eq!(withdrawable(Some(message), NOW), Withdrawn::All);
    assert_eq!(
        withdrawable(Some(message), NOW + MINUTE),
        Withdrawn::TooLate,
        "it is due"
    );
    let retry = Settled::Retry {
        at: NOW + MINUTE * 2,
        error: "451".to_owned(),
    };
    settle(&scratch, first, retry);
    assert_eq!(withdrawable(Some(message), NOW), Withdrawn::TooLate, "it was tried");
    for row in [first, second, third] {
        settle(&scratch, row, SENT);
    }
    assert_eq!(withdrawable(Some(message), NOW), Withdrawn::TooLate);
}

#[test]
fn an_answer_that_is_taken_back_goes_to_nobody_and_one_that_is_on_its_way_to_the_first_alone() {
    for (sent, withdrawn) in [(false, Withdrawn::All), (true, Withdrawn::TooLate)] {
        let scratch = Scratch::new();
        let (ticket, message, rows) = answer(&scratch);
        scratch.write(move |tx| tx.journal((ticket, &address(ANA)), &[], Some(message), NOW));
        if sent {
            settle(&scratch, rows[0], SENT);
        }
        let last: LastAction = scratch
            .read(|view| view.last_action(ticket.0, &address(ANA), NOW))
            .unwrap();
        assert_eq!(last.withdrawn, withdrawn);
        scratch.write(move |tx| tx.undo(&last, NOW));
        assert!(
            scratch
                .read(|view| view.outbox_due("support", NOW + MINUTE, 9, &HashSet::new()))
                .is_empty()
        );
        assert_eq!(rows.map(|row| octets(&scratch, row)), [None, None, None]);
        assert_eq!(kept(&scratch), (1, 0, 1), "it stays a message of its ticket");
    }
}
