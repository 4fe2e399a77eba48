//! Listing and bodies.

use super::super::poller::Drained;
use super::super::scripted::{Memory, SELECTED, Scripted, usual};
use super::super::{ImapAccount, ImapError};
use super::{GREETING, body, drained};
use crate::mail::FirstRun;

/// Drains a server that answers the fetch of bodies with `answer`.
async fn with_bodies(answer: &'static str) -> (Result<Drained, ImapError>, Memory, Scripted) {
    let server = Scripted::start(GREETING, move |command, _| match command.contains("BODY.PEEK[]") {
        true => answer.to_owned(),
        false => usual(command),
    })
    .await;
    let (result, sink) = drained(server.account()).await;
    (result, sink, server)
}

#[tokio::test]
async fn bodies_out_of_order_between_unsolicited_lines_come_under_their_uids() {
    let server = Scripted::start(GREETING, |command, _| match command {
        "UID FETCH 10:12 (UID BODY.PEEK[])" => format!(
            "{}* 9 EXISTS\r\n* 2 FETCH (FLAGS (\\Seen))\r\n{}* OK still here {{7}}\r\n* 1 FETCH (UID 10 FLAGS ())\r\n{}$ OK done\r\n",
            body(12, "ccc"),
            body(10, "aaa"),
            body(11, "bbb")
        ),
        _ => usual(command),
    })
    .await;
    let (result, sink) = drained(server.account()).await;
    assert_eq!(result.unwrap().fetched, 3);
    let kept = sink.kept.lock().unwrap();
    let mails: Vec<_> = kept
        .mails
        .iter()
        .map(|(uid, octets)| (*uid, octets.as_slice()))
        .collect();
    assert_eq!(mails, [(10, &b"aaa"[..]), (11, b"bbb"), (12, b"ccc")]);
    assert_eq!(kept.state.unwrap().cursor.uid_next, 13);
    drop(kept);
    assert_eq!(server.commands()[1], "LOGIN \"support\" \"se\\\"cret\"");
    assert!(
        server.commands().contains(&"EXAMINE \"INBOX\"".to_owned()),
        "keep touches nothing"
    );
}

#[tokio::test]
async fn a_tagged_no_to_fetch_is_an_error_and_moves_nothing() {
    let (result, sink, _) =
        with_bodies("* 1 FETCH (UID 10 BODY[] {3}\r\naaa)\r\n$ NO [SERVERBUG] secret text\r\n").await;
    let error = result.unwrap_err();
    assert!(
        matches!(&error, ImapError::Refused { code: Some(code), .. } if code == "SERVERBUG"),
        "{error:?}"
    );
    assert!(!error.to_string().contains("secret"));
    assert_eq!((sink.uids(), sink.uid_next()), (vec![], 1));
}

#[tokio::test]
async fn the_end_of_the_stream_is_no_success() {
    for answer in [
        "* 1 FETCH (UID 10 BODY[] {3}\r\naaa)\r\nEOF",
        "* 1 FETCH (UID 10 BODY[] {3}\r\naEOF",
        "EOF",
        "* BYE\r\nEOF",
    ] {
        let (result, sink, _) = with_bodies(answer).await;
        assert!(matches!(result, Err(ImapError::Closed { .. })), "{answer}: {result:?}");
        assert_eq!((sink.uids(), sink.uid_next()), (vec![], 1), "{answer}");
    }
}

#[tokio::test]
async fn a_literal_of_4_gib_is_refused() {
    for size in ["4294967295", "4294967296", "400000000"] {
        let server = Scripted::start(GREETING, move |command, _| match command.contains("BODY.PEEK[]") {
            true => format!("* 1 FETCH (UID 10 BODY[] {{{size}}}\r\naaa"),
            false => usual(command),
        })
        .await;
        let (result, sink) = drained(server.account()).await;
        assert!(matches!(result, Err(ImapError::TooLarge { .. })), "{size}: {result:?}");
        assert!(sink.uids().is_empty());
    }
}

#[tokio::test]
async fn a_size_that_was_a_wrong_guess_is_fetched_one_by_one() {
    let large = "x".repeat(400_000);
    let server = Scripted::start(GREETING, move |command, _| match command {
        "UID FETCH 10:12 (UID BODY.PEEK[])" => format!("{}$ OK done\r\n", body(10, &large)),
        _ if command.contains("BODY.PEEK[]<0.") => {
            let uid: u32 = command.split(' ').nth(2).unwrap().parse().unwrap();
            format!("{}$ OK done\r\n", body(uid, &large).replace("BODY[]", "BODY[]<0>"))
        }
        _ => usual(command),
    })
    .await;
    let (result, sink) = drained(server.account()).await;
    assert_eq!(result.unwrap().fetched, 3);
    assert_eq!(sink.kept.lock().unwrap().mails[&11].len(), 400_000);
}

#[tokio::test]
async fn what_imap_proto_panics_on_is_an_error() {
    let server = Scripted::start(GREETING, |command, _| match command.contains("RFC822.SIZE") {
        true => "* 1 FETCH (UID 10 RFC822.SIZE 3 INTERNALDATE NIL FLAGS ())\r\n$ OK done\r\n".to_owned(),
        false => usual(command),
    })
    .await;
    let (result, _) = drained(server.account()).await;
    assert!(matches!(result, Err(ImapError::Protocol { .. })), "{result:?}");
}

#[tokio::test]
async fn an_expunged_mail_is_absent_and_a_withheld_one_stops_the_cursor() {
    let check = async |there: &'static str, expected: &[u32], cursor: u32| {
        let server = Scripted::start(GREETING, move |command, _| match command {
            "UID FETCH 10:12 (UID BODY.PEEK[])" => {
                format!(
                    "{}* 2 FETCH (UID 11 BODY[] NIL)\r\n{}$ OK done\r\n",
                    body(10, "aaa"),
                    body(12, "ccc")
                )
            }
            "UID FETCH 11 (UID)" => format!("{there}$ OK done\r\n"),
            _ if command.starts_with("UID FETCH 10") && command.contains("<0.") => {
                format!("{}$ OK done\r\n", body(10, "aaa"))
            }
            _ => usual(command),
        })
        .await;
        let (result, sink) = drained(server.account()).await;
        assert_eq!((sink.uids().as_slice(), sink.uid_next()), (expected, cursor));
        result
    };
    assert!(check("", &[10, 12], 13).await.is_ok());
    let withheld = check("* 2 FETCH (UID 11)\r\n", &[10], 11).await;
    assert!(
        matches!(withheld, Err(ImapError::BodyMissing { uid: 11 })),
        "{withheld:?}"
    );
}

#[tokio::test]
async fn uidvalidity_that_changes_during_fetch_stores_nothing() {
    let (result, sink, _) =
        with_bodies("* OK [UIDVALIDITY 8] new\r\n* 1 FETCH (UID 10 BODY[] {3}\r\naaa)\r\n$ OK done\r\n").await;
    assert!(matches!(result, Err(ImapError::UidValidityChanged)), "{result:?}");
    assert!(sink.uids().is_empty());
}

#[tokio::test]
async fn first_run_unseen_leaves_seen_mail_out_and_ends_there() {
    let server = Scripted::start(GREETING, |command, _| match command {
        "UID FETCH 10,12 (UID BODY.PEEK[])" => format!("{}{}$ OK done\r\n", body(10, "a"), body(12, "c")),
        _ => usual(command),
    })
    .await;
    let account = ImapAccount {
        first_run: FirstRun::Unseen,
        ..server.account()
    };
    let (result, sink) = drained(account).await;
    result.unwrap();
    assert_eq!((sink.uids(), sink.uid_next()), (vec![10, 12], 13));
}

#[tokio::test]
async fn first_run_now_without_uidnext_starts_behind_the_last_mail() {
    let server = Scripted::start(GREETING, |command, _| match command {
        "UID FETCH * (UID)" => "* 3 FETCH (UID 12)\r\n$ OK done\r\n".to_owned(),
        _ if command.starts_with("EXAMINE") => SELECTED.replace("* OK [UIDNEXT 13] x\r\n", ""),
        // `n:*` names the last mail even below n.
        "UID FETCH 13:* (UID RFC822.SIZE INTERNALDATE FLAGS)" => {
            "* 3 FETCH (UID 12 RFC822.SIZE 3 FLAGS ())\r\n$ OK done\r\n".to_owned()
        }
        _ => usual(command),
    })
    .await;
    let account = ImapAccount {
        first_run: FirstRun::Now,
        ..server.account()
    };
    let (result, sink) = drained(account).await;
    assert_eq!(result.unwrap().fetched, 0);
    assert_eq!((sink.uids(), sink.uid_next()), (vec![], 13));
}
