//! Nothing lost, nothing twice.

use super::*;
use crate::desk::known::SameBy;
use jiff::SignedDuration;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn pending(scratch: &Scratch) -> Vec<String> {
    let rows = scratch.read(|view| view.pending(0, 100, usize::MAX));
    let text = |row: &PendingIntake| String::from_utf8(decompress(&row.raw, 1 << 20).unwrap()).unwrap();
    rows.iter().map(text).collect()
}

fn record(scratch: &Scratch, batch: FetchedBatch<NewIntake>) -> Recorded {
    scratch.write(move |tx| tx.record_fetch("support", "INBOX", &batch, NOW))
}

fn begun(uid_validity: u32, first_run: FirstRun) -> Scratch {
    let scratch = Scratch::new();
    begin(&scratch, folder(uid_validity, first_run, NOW));
    scratch
}

fn begin(scratch: &Scratch, start: FolderStart) {
    scratch.write(move |tx| tx.begin_folder("support", "INBOX", &start));
}

fn cursor(scratch: &Scratch) -> (u32, u32) {
    let cursor = scratch.read(|view| view.folder("support", "INBOX")).unwrap().cursor;
    (cursor.uid_validity, cursor.uid_next)
}

#[test]
fn recording_twice_stores_once_and_the_cursor_never_goes_back() {
    let scratch = begun(1, FirstRun::All);
    let mails = [(3, "a", NOW), (4, "b", NOW)];
    assert_eq!(record(&scratch, batch(1, 5, &mails)).new, 2);
    let again = Recorded {
        known: 1,
        ..Recorded::default()
    };
    assert_eq!(record(&scratch, batch(1, 4, &mails[..1])), again);
    assert_eq!(cursor(&scratch), (1, 5));
    assert_eq!(pending(&scratch), ["a", "b"]);
}

#[test]
fn a_rescan_leaves_out_what_the_first_run_left_out_and_takes_everything_else() {
    let scratch = begun(1, FirstRun::Now);
    record(&scratch, batch(1, 9, &[(8, "new", NOW + HOUR)]));
    let mails = [(1, "old", NOW - HOUR), (2, "new", NOW - HOUR), (3, "newer", NOW + HOUR)];
    let recorded = record(&scratch, batch(2, 4, &mails));
    assert_eq!((recorded.left_out, recorded.new, cursor(&scratch)), (1, 2, (2, 4)));
    assert_eq!(pending(&scratch), ["new", "new", "newer"]);
}

#[test]
fn a_rescan_takes_mail_whose_internaldate_is_the_second_of_the_first_run() {
    let scratch = Scratch::new();
    let begun_at = NOW + SignedDuration::from_millis(700);
    begin(&scratch, folder(1, FirstRun::Unseen, begun_at));
    assert_eq!(record(&scratch, batch(2, 2, &[(1, "just come", NOW)])).new, 1);
}

#[test]
fn a_rescan_of_a_folder_taken_whole_leaves_out_nothing() {
    let scratch = begun(1, FirstRun::All);
    assert_eq!(record(&scratch, batch(2, 4, &[(1, "old", NOW - HOUR)])).new, 1);
}

#[test]
fn a_first_run_that_begins_again_keeps_the_time_of_its_first_beginning() {
    let scratch = begun(1, FirstRun::Now);
    record(&scratch, batch(1, 7, &[]));
    begin(&scratch, folder(2, FirstRun::Now, NOW + HOUR));
    let state = scratch.read(|view| view.folder("support", "INBOX")).unwrap();
    assert_eq!(
        (state.first_uid_validity, state.first_run.at, cursor(&scratch)),
        (2, NOW, (2, 1))
    );
}

#[test]
fn a_uid_that_is_given_out_again_may_be_another_mail() {
    let scratch = begun(1, FirstRun::All);
    record(&scratch, batch(1, 5, &[(3, "kept", NOW), (4, "gone", NOW)]));
    let rewound = FolderStart {
        reason: StartReason::Rewound,
        cursor: FolderCursor {
            uid_validity: 1,
            uid_next: 4,
        },
    };
    begin(&scratch, rewound);
    assert_eq!(record(&scratch, batch(1, 5, &[(4, "other", NOW)])).new, 1);
    assert_eq!(pending(&scratch), ["kept", "gone", "other"]);
}

#[test]
fn what_the_server_is_to_do_is_due_until_it_is_done() {
    let scratch = begun(1, FirstRun::All);
    record(&scratch, batch(1, 5, &[(3, "a", NOW), (4, "b", NOW)]));
    scratch.write(|tx| tx.after_done("support", "INBOX", 1, &[3]));
    let due = |validity| scratch.read(|view| view.after_due("support", "INBOX", validity, 10));
    assert_eq!((due(1), due(2)), (vec![4], vec![]));
    let mut kept = batch(1, 6, &[(5, "c", NOW)]);
    kept.mails[0].after = After::Keep;
    record(&scratch, kept);
    assert_eq!(due(1), [4], "nothing is asked for a mail that is kept as it is");
}

#[test]
fn a_mail_is_tried_three_times_then_quarantined_and_can_be_retried() {
    let scratch = Scratch::new();
    let row = scratch.write(|tx| tx.record_single(&single("bad"), NOW));
    let fail = || scratch.write(move |tx| tx.fail_attempt(row, "panicked"));
    assert_eq!(
        [fail(), fail(), fail()],
        [Attempt::Again(1), Attempt::Again(2), Attempt::Quarantined]
    );
    assert!(pending(&scratch).is_empty());
    assert_eq!(scratch.read(|view| view.quarantined_raw(row)).unwrap(), b"bad");
    assert!(scratch.write(move |tx| tx.retry_quarantined(row)));
    assert_eq!(pending(&scratch), ["bad"]);
    assert!(!scratch.write(move |tx| tx.drop_quarantined(row)));
}

#[test]
fn a_mail_is_settled_once() {
    let scratch = Scratch::new();
    let row = scratch.write(|tx| tx.record_single(&single("a"), NOW));
    let settle = move |tx: &Tx<'_>| tx.settle(row, &settlement(IntakeState::Own, None), NOW);
    scratch.write(settle);
    assert!(scratch.store.write_blocking(settle).is_err());
    let decisions = scratch.read(|view| view.decisions_of(&id("first@home.example")));
    assert_eq!(decisions.iter().map(|d| d.state.as_str()).collect::<Vec<_>>(), ["own"]);
}

#[test]
fn a_copy_is_known_by_its_octets_and_by_its_content_but_never_is_its_own_copy() {
    let scratch = Scratch::new();
    let number = scratch.open_ticket(1);
    let first = scratch.write(|tx| tx.record_single(&single("a"), NOW));
    let second = scratch.write(|tx| tx.record_single(&single("a"), NOW));
    scratch.write(move |tx| tx.settle(first, &settlement(IntakeState::Ticket, Some(number)), NOW));
    let ask = |question: Question, row| scratch.read(|view| view.known(&question, Some(row), NOW)).duplicate;
    let found = ask(question("a"), second).unwrap();
    assert_eq!(
        (found.intake, found.ticket, found.by),
        (first, Some(number), SameBy::Octets)
    );
    let by_content = Question {
        content_hash: Some(sha("content")),
        ..question("b")
    };
    assert_eq!(ask(by_content.clone(), second).unwrap().by, SameBy::Content);
    assert_eq!((ask(question("a"), first), ask(by_content, first)), (None, None));
}

#[test]
fn pending_mails_come_in_order_and_bounded_by_octets() {
    let scratch = Scratch::new();
    for text in ["a", "b", "c"] {
        scratch.write(move |tx| tx.record_single(&single(text), NOW));
    }
    let count = |after, bytes| scratch.read(|view| view.pending(after, 10, bytes)).len();
    assert_eq!((count(0, usize::MAX), count(0, 1), count(1, usize::MAX)), (3, 1, 2));
}
