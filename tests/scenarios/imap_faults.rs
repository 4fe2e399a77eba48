//! IMAP servers that misbehave: nothing is lost, nothing comes twice, nothing is believed before its tagged OK.
//!
//! A half-open connection takes minutes to be noticed; the tests beside the poller have that, with a clock of their own.

use crate::common::loopback::{Loopback, PATIENCE, Settings, numbered, until};
use crate::common::{DESK, MailBuilder};
use buzon::desk::decision::Mark;
use buzon::sandbox::ImapFault;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn uidvalidity_that_changes_during_fetch_and_between_loses_and_doubles_nothing() {
    let loopback = Loopback::start().await;
    loopback.receive_numbered(0..30);
    loopback.imap.faults().on_times(ImapFault::RenumberAmongBodies, 1);
    let running = loopback.run();
    loopback.wait_for_tickets(30).await;
    assert!(
        !loopback.imap.faults().is_on(&ImapFault::RenumberAmongBodies),
        "it struck"
    );
    // The first UIDs are given out again for other mails: the oldest is gone.
    loopback
        .mailstore
        .change_folder(DESK, "INBOX", |folder| {
            folder.remove(|mail| mail.uid == 1);
            folder.renumber();
        })
        .unwrap();
    loopback.receive_numbered(30..40);
    loopback.each_came_once(40).await;
    loopback.wait_for_seen().await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_out_of_order_between_unsolicited_lines_come_under_their_uids() {
    let loopback = Loopback::start().await;
    loopback.imap.faults().on(ImapFault::FetchOutOfOrder);
    loopback.receive_numbered(0..20);
    loopback.drain().await;
    loopback.each_came_once(20).await;
    let stored = rusqlite::Connection::open(loopback.path().join("data/buzon.db")).unwrap();
    for mail in loopback.in_inbox() {
        let id: String = stored
            .query_row("SELECT message_id FROM intake WHERE uid = ?1", [mail.uid], |row| {
                row.get(0)
            })
            .unwrap();
        let octets = String::from_utf8_lossy(&mail.octets);
        assert!(octets.contains(&format!("Message-ID: <{id}>")), "UID {}", mail.uid);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_leaves_uidnext_out_is_read_all_the_same() {
    let loopback = Loopback::start().await;
    loopback.imap.faults().on(ImapFault::OmitUidNext);
    loopback.receive_numbered(0..5);
    loopback.drain().await;
    loopback.receive_numbered(5..10);
    loopback.drain().await;
    loopback.drain().await;
    loopback.each_came_once(10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn exists_without_a_new_uid_costs_under_2_commands_a_second_and_hides_no_mail() {
    let loopback = Settings::new().with_imap("poll = \"4s\"").start().await;
    loopback.imap.faults().on(ImapFault::ExistsWithoutNewUid);
    let running = loopback.run();
    loopback.imap.wait_for_command("IDLE", 2, PATIENCE).await.unwrap();
    let (before, began) = (loopback.imap.commands(), Instant::now());
    // A window to count in, not a wait.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let commands = loopback.imap.commands() - before;
    let seconds = began.elapsed().as_secs_f64();
    assert!(
        (commands as f64) < 2.0 * seconds,
        "{commands} commands in {seconds:.1} s"
    );
    loopback.receive_numbered(0..1);
    loopback.each_came_once(1).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_that_never_speaks_is_left_when_its_time_is_up() {
    let loopback = Settings::new().with_imap("poll = \"1s\"").start().await;
    loopback.imap.faults().on(ImapFault::IdleNeverSpeaks);
    let running = loopback.run();
    loopback.imap.wait_for_command("IDLE", 1, PATIENCE).await.unwrap();
    loopback.receive_numbered(0..1);
    loopback.each_came_once(1).await;
    assert_eq!(loopback.imap.connections_total(), 1);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_break_anywhere_lose_and_double_nothing() {
    let loopback = Loopback::start().await;
    loopback.receive_numbered(0..40);
    let mut broken = 0;
    let octets = (0..30).map(|cut| ImapFault::DropAfterOctets(50 + cut * 700));
    let responses = (0..12).map(|cut| ImapFault::DropAfterResponses(cut * 8));
    for fault in octets.chain(responses).chain([ImapFault::RefuseFetch]) {
        loopback.imap.faults().on_times(fault, 1);
        broken += loopback.drain().await.unread.len();
        loopback.imap.faults().clear();
        // Something new each time, so that there is something to break.
        let number = loopback.in_inbox().len();
        loopback.receive_numbered(number..number + 2);
    }
    assert!(broken >= 20, "{broken} passes were cut short");
    loopback.drain().await;
    loopback.each_came_once(loopback.in_inbox().len()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn limit_bye_and_refused_logins_back_off_over_one_connection_at_a_time() {
    let faults = [ImapFault::RefuseLogin, ImapFault::Limit, ImapFault::Bye];
    futures::future::join_all(faults.map(backs_off)).await;
}

async fn backs_off(fault: ImapFault) {
    let loopback = Loopback::start().await;
    loopback.imap.faults().on(fault.clone());
    loopback.receive_numbered(0..1);
    let began = Instant::now();
    let running = loopback.run();
    until("a third connection", async || {
        (loopback.imap.connections_total() >= 3).then_some(())
    })
    .await;
    let waited = began.elapsed();
    // 1 s and 2 s, each less up to a half.
    assert!(waited >= Duration::from_millis(1500), "{fault:?}: {waited:?}");
    assert_eq!(loopback.imap.connections_peak(), 1, "{fault:?}");
    // A third that is still on its way would find the fault gone.
    until("its end", async || (loopback.imap.connections() == 0).then_some(())).await;
    loopback.imap.faults().clear();
    loopback.each_came_once(1).await;
    assert_eq!(
        loopback.imap.connections_total(),
        4,
        "{fault:?}: the next one succeeds and stays"
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_that_somebody_else_has_seen_first_is_a_ticket_all_the_same() {
    let loopback = Loopback::start().await;
    let running = loopback.run();
    loopback.imap.wait_for_command("IDLE", 1, PATIENCE).await.unwrap();
    loopback.receive_flagged(&numbered(0).build(), &["\\Seen"]);
    loopback.each_came_once(1).await;
    running.stop().await;
    // And while the gateway is away.
    loopback.receive_flagged(&numbered(1).build(), &["\\Seen", "\\Flagged"]);
    loopback.drain().await;
    loopback.each_came_once(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn first_run_takes_all_or_what_is_unseen_or_what_comes_from_now_on() {
    for (first_run, expected) in [("all", 3), ("unseen", 2), ("now", 1)] {
        let loopback = Settings::new()
            .with_inbox(&format!("first_run = \"{first_run}\""))
            .start()
            .await;
        let before = Timestamp::now() - SignedDuration::from_hours(1);
        loopback.receive_dated(&numbered(0).build(), &["\\Seen"], before);
        loopback.receive_dated(&numbered(1).build(), &[], before);
        loopback.drain().await;
        loopback.receive_flagged(&numbered(2).build(), &["\\Seen"]);
        loopback.drain().await;
        assert_eq!(loopback.tickets().await.len(), expected, "{first_run}");
        // What was left out then stays out when the folder is read anew.
        loopback
            .mailstore
            .change_folder(DESK, "INBOX", |folder| folder.renumber())
            .unwrap();
        loopback.drain().await;
        loopback.each_came_once(expected).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_mail_over_max_message_a_ticket_is_made_and_the_original_stays_untouched() {
    let loopback = Settings::new()
        .with_inbox("max_message = \"64KiB\"")
        .with_imap("after = \"delete\"")
        .start()
        .await;
    let large = MailBuilder::new().with_attachment("plan.bin", &vec![7; 300_000]);
    loopback.receive(&large);
    loopback.receive_numbered(0..1);
    loopback.drain().await;
    let tickets = loopback.wait_for_tickets(2).await;
    let ticket = loopback.ticket(tickets[0].head.number).await;
    let mail = ticket.incoming().next().unwrap();
    assert_eq!(mail.marks, [Mark::Cut]);
    assert!(mail.text.contains("second floor"), "{}", mail.text);
    let left = loopback.in_inbox();
    assert_eq!(left.len(), 1, "the small one is deleted, the large one stays");
    assert_eq!(left[0].octets.as_ref(), large.build());
    assert_eq!(left[0].flags, BTreeSet::new());
}
