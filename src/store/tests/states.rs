//! When a ticket came into which state.

use super::*;
use crate::desk::decision::{AgentWork, Append, Edit, Effects, TicketChange};
use crate::desk::ticket::TicketStatus::{self, Closed, Open, Pending, Solved};
use jiff::SignedDuration;

const ANA: &str = "ana@acme.example";
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// The states a ticket came into, each with how many hours after it was opened.
fn states(scratch: &Scratch, ticket: TicketNumber) -> Vec<(String, i64)> {
    let sql = "SELECT status, at FROM ticket_state WHERE ticket = ?1 ORDER BY id";
    scratch.read(|view| {
        let rows = view.all(sql, [ticket.0], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?;
        let hours = |at: i64| Timestamp::from_microsecond(at).unwrap().duration_since(NOW).as_hours();
        Ok(rows.into_iter().map(|(status, at)| (status, hours(at))).collect())
    })
}

fn named(states: &[(TicketStatus, i64)]) -> Vec<(String, i64)> {
    states
        .iter()
        .map(|(status, hour)| (status.as_str().to_owned(), *hour))
        .collect()
}

/// One mail of Ana's that sets these statuses, so many hours after the ticket was opened.
fn set(scratch: &Scratch, ticket: TicketNumber, statuses: &[TicketStatus], hour: i64) {
    let at = NOW + HOUR * i32::try_from(hour).unwrap();
    let work = AgentWork {
        ticket,
        agent: address(ANA),
        edits: statuses.iter().copied().map(Edit::Status).collect(),
        passed_on: None,
        message: None,
        message_id: None,
        at,
        events: vec![],
    };
    let effects = Effects {
        change: TicketChange::Work(Box::new(work)),
        ..Effects::default()
    };
    scratch.write(move |tx| tx.apply(&effects, at));
}

fn undo(scratch: &Scratch, ticket: TicketNumber, hour: i32) {
    let at = NOW + HOUR * hour;
    let action = scratch
        .read(|view| view.last_action(ticket.0, &address(ANA), at))
        .unwrap();
    let effects = Effects {
        change: TicketChange::Undo {
            ticket,
            action,
            events: vec![],
        },
        ..Effects::default()
    };
    scratch.write(move |tx| tx.apply(&effects, at));
}

fn status(scratch: &Scratch, ticket: TicketNumber) -> TicketStatus {
    scratch.read(|view| view.ticket(ticket)).unwrap().status
}

#[test]
fn each_change_of_status_is_entered_and_what_is_none_is_not() {
    let scratch = Scratch::new();
    let ticket = scratch.open_ticket(1);
    assert!(states(&scratch, ticket).is_empty(), "before its first entry it is new");
    set(&scratch, ticket, &[Pending], 1);
    set(&scratch, ticket, &[Pending], 2);
    let append = |status| Append {
        ticket,
        status,
        sender: None,
        participants: vec![],
        message: message(ticket, "And now?"),
        events: vec![],
    };
    let [reopens, leaves] = [append(Some(Open)), append(None)];
    scratch.write(move |tx| tx.append(&reopens, NOW + HOUR * 3));
    scratch.write(move |tx| tx.append(&leaves, NOW + HOUR * 4));
    assert_eq!(states(&scratch, ticket), named(&[(Pending, 1), (Open, 3)]));
}

#[test]
fn what_is_taken_back_takes_its_entries_with_it() {
    let scratch = Scratch::new();
    let ticket = scratch.open_ticket(1);
    set(&scratch, ticket, &[Pending], 1);
    set(&scratch, ticket, &[Solved, Closed], 2);
    assert_eq!(
        states(&scratch, ticket),
        named(&[(Pending, 1), (Solved, 2), (Closed, 2)])
    );
    undo(&scratch, ticket, 3);
    assert_eq!(status(&scratch, ticket), Pending);
    assert_eq!(states(&scratch, ticket), named(&[(Pending, 1)]));
}

#[test]
fn a_change_of_an_older_journal_has_no_entry_to_take_away_and_leaves_one() {
    let scratch = Scratch::new();
    let ticket = scratch.open_ticket(1);
    set(&scratch, ticket, &[Solved], 1);
    scratch.write(|tx| {
        let changes = r#"[{"change": "status", "before": "new", "after": "solved", "solved_at": null}]"#;
        Ok(tx.execute("UPDATE agent_action SET changes = ?1", [changes])?)
    });
    undo(&scratch, ticket, 2);
    assert_eq!(status(&scratch, ticket), TicketStatus::New);
    assert_eq!(states(&scratch, ticket), named(&[(Solved, 1), (TicketStatus::New, 2)]));
}
