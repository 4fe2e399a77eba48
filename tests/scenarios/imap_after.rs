//! What `after` does on the server, with and without the extensions that make it easy.

use crate::common::loopback::{Loopback, Settings, numbered};
use crate::common::{DESK, MailBuilder};
use buzon::sandbox::ImapFault::{self, NoIdle, NoMove, NoUidPlus, RefuseCreate, RefuseStore};

/// The folder that mail is moved to.
const TARGET: &str = "Processed";

/// A shared inbox in which somebody else has marked a mail `\Deleted`.
async fn shared_inbox(after: &str, missing: &[ImapFault]) -> Loopback {
    let loopback = Settings::new()
        .with_imap(&format!("after = {after}\npoll = \"1s\""))
        .start()
        .await;
    for fault in missing {
        loopback.imap.faults().on(fault.clone());
    }
    let others = MailBuilder::new().with_subject("Another's");
    loopback.receive_flagged(&others.build(), &["\\Deleted", "\\Seen"]);
    loopback
}

/// After two mails, INBOX holds another's mail as it was and `inbox`; each entry is the flags of one of ours. `moved` of
/// ours are in the target.
async fn check(after: &str, missing: &[ImapFault], inbox: &[&str], moved: usize) {
    let what = format!("after = {after} without {missing:?}");
    let loopback = shared_inbox(after, missing).await;
    let running = loopback.run();
    loopback.receive_numbered(0..2);
    loopback.wait_for_sent(2).await;
    let is_done = |loopback: &Loopback| {
        let left = left(loopback);
        let targeted = loopback.mailstore.mails(DESK, TARGET).len();
        (left[1..] == *inbox && targeted == moved).then_some(left)
    };
    let left = crate::common::loopback::until(&what, async || is_done(&loopback)).await;
    assert_eq!(left[0], "\\Deleted \\Seen", "{what}: another's mail");
    running.stop().await;
    // A second look changes nothing more, and nothing comes again.
    loopback.drain().await;
    assert_eq!(is_done(&loopback), Some(left), "{what}");
    assert_eq!(loopback.tickets().await.len(), 2, "{what}");
    assert_eq!(
        loopback.imap.commands_named("EXPUNGE"),
        0,
        "{what}: never a bare EXPUNGE"
    );
    assert_eq!(loopback.imap.connections_peak(), 1, "{what}");
}

/// The flags of each mail in INBOX.
fn left(loopback: &Loopback) -> Vec<String> {
    let flags = |mail: &buzon::sandbox::StoredMail| {
        let flags: Vec<_> = mail.flags.iter().map(String::as_str).collect();
        flags.join(" ")
    };
    loopback.in_inbox().iter().map(flags).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn seen_flags_and_keep_touches_nothing() {
    check("\"seen\"", &[], &["\\Seen", "\\Seen"], 0).await;
    check("\"seen\"", &[NoIdle, NoMove, NoUidPlus], &["\\Seen", "\\Seen"], 0).await;
    check("\"keep\"", &[], &["", ""], 0).await;
    check("\"keep\"", &[NoIdle, NoMove, NoUidPlus], &["", ""], 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn delete_expunges_ours_alone_and_without_uidplus_only_marks_them() {
    check("\"delete\"", &[], &[], 0).await;
    check("\"delete\"", &[NoUidPlus], &["\\Deleted", "\\Deleted"], 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn move_creates_its_target_and_goes_by_copy_where_there_is_no_move() {
    let target = "{ move = \"Processed\" }";
    check(target, &[], &[], 2).await;
    check(target, &[NoMove], &[], 2).await;
    check(target, &[NoIdle, NoMove, NoUidPlus], &["\\Deleted", "\\Deleted"], 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_refuses_is_done_later_and_holds_nothing_up() {
    for (after, refusal, settled) in [
        ("\"seen\"", RefuseStore, vec!["\\Deleted \\Seen", "\\Seen"]),
        ("{ move = \"Processed\" }", RefuseCreate, vec!["\\Deleted \\Seen"]),
    ] {
        let loopback = shared_inbox(after, std::slice::from_ref(&refusal)).await;
        loopback.receive(&numbered(0));
        loopback.drain().await;
        loopback.wait_for_sent(1).await;
        assert_eq!(left(&loopback), ["\\Deleted \\Seen", ""], "it stays");
        loopback.imap.faults().off(&refusal);
        loopback.drain().await;
        assert_eq!(left(&loopback), settled, "{after}");
        assert_eq!(loopback.tickets().await.len(), 1);
    }
}
