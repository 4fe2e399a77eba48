use super::*;
use TicketStatus::{Closed, New, Open, Pending, Solved};

/// An open ticket of the queue `general`, tagged `door`, that belongs to order 1.
fn state() -> TicketState {
    let texts = [
        (Column::Assignee, ""),
        (Column::Queue, "general"),
        (Column::Priority, "normal"),
    ];
    TicketState {
        status: Open,
        texts: texts.map(|(column, text)| (column, text.to_owned())).into(),
        tags: ["door".to_owned()].into(),
        fields: [("order".to_owned(), "1".to_owned())].into(),
        merged_into: None,
    }
}

fn status(before: TicketStatus, after: TicketStatus) -> Change {
    Change::Status {
        before,
        after,
        solved_at: None,
        entry: None,
    }
}

fn queue(before: &str, after: &str) -> Change {
    Change::Text {
        column: Column::Queue,
        before: before.to_owned(),
        after: after.to_owned(),
    }
}

fn tagged(tag: &str) -> Change {
    Change::Tagged(Tag { tag: tag.to_owned() })
}

fn untagged(tag: &str) -> Change {
    Change::Untagged(Tag { tag: tag.to_owned() })
}

fn field(name: &str, before: Option<&str>, after: Option<&str>) -> Change {
    Change::Field {
        name: name.to_owned(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    }
}

fn merged(into: i64) -> Change {
    Change::Merged {
        ticket: TicketNumber(1),
        into: TicketNumber(into),
        along: vec![],
        joined: vec![],
    }
}

fn joined() -> Change {
    Change::Joined {
        address: EmailAddress::parse("bo@home.example").unwrap(),
        before: None,
    }
}

/// Asserts which of the changes can be taken back on that ticket.
#[track_caller]
fn check<const N: usize>(state: TicketState, changes: [(Change, bool); N]) {
    let kept = changes.iter().filter(|(_, is_kept)| *is_kept);
    let kept: Vec<Change> = kept.map(|(change, _)| change.clone()).collect();
    let all = changes.into_iter().map(|(change, _)| change).collect();
    assert_eq!(state.revertible(all), kept);
}

#[test]
fn what_stands_as_it_was_made_can_be_taken_back_in_the_order_it_was_made() {
    let changes = [
        status(New, Open),
        queue("billing", "general"),
        tagged("door"),
        untagged("window"),
        field("order", Some("2"), Some("1")),
        field("colour", Some("red"), None),
        joined(),
    ];
    check(state(), changes.map(|change| (change, true)));
}

#[test]
fn changes_of_one_column_are_a_chain_that_goes_back_as_far_as_it_holds() {
    check(state(), [(queue("a", "b"), true), (queue("b", "general"), true)]);
    check(state(), [(status(New, Pending), true), (status(Pending, Open), true)]);
    // Somebody put it back to where it stood in between.
    check(state(), [(queue("a", "general"), true), (queue("general", "b"), false)]);
    // Somebody moved it on.
    check(state(), [(queue("a", "b"), false), (queue("b", "c"), false)]);
    check(state(), [(status(New, Solved), false), (status(Solved, Closed), false)]);
}

#[test]
fn what_somebody_changed_since_stays_and_the_rest_is_taken_back() {
    let high = Change::Text {
        column: Column::Priority,
        before: "normal".to_owned(),
        after: "high".to_owned(),
    };
    check(
        state(),
        [
            (status(Open, Solved), false),
            (high, false),
            (queue("billing", "general"), true),
            (field("order", None, Some("2")), false),
            (field("order", Some("1"), None), false),
        ],
    );
}

#[test]
fn a_tag_is_taken_off_while_it_is_there_and_put_back_while_it_is_not() {
    check(state(), [(tagged("door"), true)]);
    check(state(), [(tagged("window"), false), (untagged("door"), false)]);
    check(state(), [(tagged("vip"), true), (untagged("vip"), true)]);
    check(state(), [(untagged("door"), true), (tagged("door"), true)]);
}

#[test]
fn a_fact_goes_back_through_all_of_its_values_to_where_it_was_not() {
    check(
        state(),
        [
            (field("order", None, Some("3")), true),
            (field("order", Some("3"), Some("1")), true),
        ],
    );
    check(
        state(),
        [
            (field("size", None, Some("9")), true),
            (field("size", Some("9"), None), true),
        ],
    );
}

#[test]
fn a_merge_is_taken_back_only_from_the_ticket_that_it_led_to() {
    let merged_into = |number| TicketState {
        merged_into: Some(TicketNumber(number)),
        ..state()
    };
    check(merged_into(2), [(merged(2), true)]);
    check(merged_into(3), [(merged(2), false)]);
    check(state(), [(merged(2), false)]);
}

#[test]
fn a_change_of_an_older_version_is_read_without_its_entry() {
    let old = r#"{"change": "status", "before": "new", "after": "open", "solved_at": null}"#;
    assert_eq!(serde_json::from_str::<Change>(old).unwrap(), status(New, Open));
}
