//! What agents change, and how it is taken back.

use super::*;
use crate::desk::decision::Edit;
use crate::desk::held::{HeldReason, HeldRequest, Used};
use crate::desk::ticket::TicketStatus;
use jiff::SignedDuration;
use proptest::prelude::*;
use serde_json::{Value, json};

const ANA: &str = "ana@acme.example";

fn shown(scratch: &Scratch, number: TicketNumber) -> Value {
    let detail = scratch.read(|view| view.ticket_detail(number)).unwrap();
    let mut shown = serde_json::to_value(detail.head).unwrap();
    shown["updated_at"] = json!(null);
    let people = scratch.read(|view| {
        let ticket = view.ticket(number)?.unwrap();
        view.participants(&ticket)
    });
    shown["people"] = json!(people.iter().map(|person| person.address.as_str()).collect::<Vec<_>>());
    shown
}

fn apply(scratch: &Scratch, number: TicketNumber, edits: Vec<Edit>) -> Vec<Change> {
    scratch.write(move |tx| {
        let mut changes = vec![];
        for edit in &edits {
            changes.extend(tx.edit(number, edit, NOW)?);
        }
        tx.journal((number, &address(ANA)), &changes, None, NOW)?;
        Ok(changes)
    })
}

fn last_action(scratch: &Scratch, number: TicketNumber) -> Option<LastAction> {
    scratch.read(|view| view.last_action(number.0, &address(ANA), NOW))
}

fn undo_last(scratch: &Scratch, number: TicketNumber) -> (Vec<Change>, Withdrawn) {
    let last = last_action(scratch, number).unwrap();
    let told = (last.changes.clone(), last.withdrawn);
    scratch.write(move |tx| tx.undo(&last, NOW));
    told
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        prop_oneof![
            Just(TicketStatus::Open),
            Just(TicketStatus::Pending),
            Just(TicketStatus::Solved),
            Just(TicketStatus::Closed),
        ]
        .prop_map(Edit::Status),
        proptest::option::of(Just(address(ANA))).prop_map(Edit::Assignee),
        "[ab]".prop_map(Edit::Queue),
        Just(Edit::Priority(Priority::Urgent)),
        "[abc]".prop_map(Edit::Tag),
        "door|[ab]".prop_map(Edit::Untag),
        ("[ab]", "[xy]?").prop_map(|(name, value)| Edit::Field { name, value }),
        "[ab]@people\\.example".prop_map(|person| Edit::Participant(address(&person))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn whatever_one_mail_changed_is_as_before_once_it_is_taken_back(
        first in proptest::collection::vec(edit(), 0..6),
        second in proptest::collection::vec(edit(), 0..8),
    ) {
        let scratch = Scratch::new();
        let number = scratch.open_ticket(1);
        apply(&scratch, number, first);
        let before = shown(&scratch, number);
        apply(&scratch, number, second);
        undo_last(&scratch, number);
        prop_assert_eq!(shown(&scratch, number), before);
    }
}

#[test]
fn what_a_colleague_changed_since_stays() {
    let scratch = Scratch::new();
    let number = scratch.open_ticket(1);
    let solved = vec![Edit::Status(TicketStatus::Solved), Edit::Priority(Priority::High)];
    apply(&scratch, number, solved);
    scratch.write(move |tx| tx.edit(number, &Edit::Status(TicketStatus::Open), NOW));
    undo_last(&scratch, number);
    let shown = shown(&scratch, number);
    assert_eq!(
        (&shown["status"], &shown["priority"]),
        (&json!("open"), &json!("normal"))
    );
}

#[test]
fn a_fact_that_a_colleague_corrected_since_stays_and_is_not_told_as_taken_back() {
    let scratch = Scratch::new();
    let number = scratch.open_ticket(1);
    let field = |value: &str| Edit::Field {
        name: "order".into(),
        value: value.into(),
    };
    apply(&scratch, number, vec![field("1"), Edit::Tag("vip".into())]);
    let corrected = field("2");
    scratch.write(move |tx| tx.edit(number, &corrected, NOW));
    let (reverted, _) = undo_last(&scratch, number);
    assert!(
        matches!(&reverted[..], [Change::Tagged(tag)] if tag.tag == "vip"),
        "{reverted:?}"
    );
    assert_eq!(shown(&scratch, number)["fields"]["order"], "2");
}

#[test]
fn the_people_of_a_merged_ticket_join_and_leave_with_it() {
    let scratch = Scratch::new();
    let [ticket, target] = [1, 2].map(|key| scratch.open_ticket(key));
    let people = |number| shown(&scratch, number)["people"].clone();
    let added = |name: &str| Edit::Participant(address(&format!("{name}@people.example")));
    apply(&scratch, ticket, vec![added("a"), added("b")]);
    apply(&scratch, target, vec![added("b")]);
    let before = people(target);
    apply(&scratch, ticket, vec![Edit::Merge(target)]);
    let all = people(target);
    for person in ["a@people.example", "b@people.example"] {
        assert!(all.as_array().unwrap().contains(&json!(person)), "{all}");
    }
    undo_last(&scratch, ticket);
    assert_eq!(people(target), before);
}

#[test]
fn what_was_taken_back_is_not_taken_back_again() {
    let scratch = Scratch::new();
    let number = scratch.open_ticket(1);
    apply(&scratch, number, vec![Edit::Tag("vip".into())]);
    let last = last_action(&scratch, number).unwrap();
    undo_last(&scratch, number);
    assert_eq!(last_action(&scratch, number), None);
    assert!(scratch.store.write_blocking(move |tx| tx.undo(&last, NOW)).is_err());
}

#[test]
fn a_merge_that_is_taken_back_leaves_each_ticket_with_its_own() {
    let scratch = Scratch::new();
    let [inner, outer, target] = [1, 2, 3].map(|key| scratch.open_ticket(key));
    apply(&scratch, inner, vec![Edit::Merge(outer)]);
    apply(&scratch, outer, vec![Edit::Merge(target)]);
    let of = |number| scratch.read(move |view| view.resolve(number)).unwrap();
    assert_eq!([of(inner), of(outer)], [target, target]);
    undo_last(&scratch, outer);
    assert_eq!([of(inner), of(outer)], [outer, outer]);
}

#[test]
fn a_held_mail_is_found_by_its_code_and_released_once() {
    let scratch = Scratch::new();
    let intake = scratch.write(move |tx| {
        let intake = tx.record_single(&single("held"), NOW)?;
        let request = HeldRequest {
            intake: Some(intake),
            key: TicketKey(u64::MAX),
            ticket: None,
            agent: address(ANA),
            reasons: vec![HeldReason::NoToken],
        };
        tx.hold(&request, NOW)?;
        Ok(intake)
    });
    let find = |key| scratch.read(move |view| Ok(view.held_by_keys(&[TicketKey(key)])?));
    assert!(find(7).is_empty());
    let [held] = find(u64::MAX).try_into().unwrap();
    assert_eq!((held.intake, held.used, held.agent), (intake, Used::No, address(ANA)));
    let (released, reasons) = scratch.read(|view| view.held_mail(intake));
    scratch.write(move |tx| tx.release(intake, NOW));
    assert_eq!((released.id, reasons), (intake, vec![HeldReason::NoToken]));
    assert_eq!(find(u64::MAX)[0].used, Used::Yes);
    assert!(scratch.store.write_blocking(move |tx| tx.release(intake, NOW)).is_err());
}

#[test]
fn only_requests_of_the_last_hour_count() {
    let scratch = Scratch::new();
    for (age, key) in [(10, 1), (50, 2), (70, 3)] {
        scratch.write(move |tx| {
            let intake = tx.record_single(&single(&key.to_string()), NOW)?;
            let request = HeldRequest {
                intake: Some(intake),
                key: TicketKey(key),
                ticket: None,
                agent: address(ANA),
                reasons: vec![],
            };
            tx.hold(&request, NOW - SignedDuration::from_mins(age))
        });
    }
    let count = |agent: &str| scratch.read(|view| Ok(view.held_in_hour(&address(agent), NOW)?));
    assert_eq!((count(ANA), count("ben@acme.example")), (2, 0));
}
