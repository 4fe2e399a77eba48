//! What is done to stored mail, and what `check` says of it beforehand.

use super::super::scripted::{Scripted, usual};
use super::super::{ImapAccount, TargetFolder, check};
use super::{GREETING, body, drained};
use crate::mail::After;

async fn after(capabilities: &'static str, after: After, refuse: &'static str) -> (Vec<String>, Vec<u32>, bool) {
    let server = Scripted::start(GREETING, move |command, heard| match command {
        "CAPABILITY" => format!("* CAPABILITY IMAP4rev1 {capabilities}\r\n$ OK done\r\n"),
        _ if command.contains("BODY.PEEK[]") => {
            format!("{}{}{}$ OK done\r\n", body(10, "a"), body(11, "b"), body(12, "c"))
        }
        _ if !refuse.is_empty()
            && command.starts_with(refuse)
            && heard.iter().all(|it| !it.starts_with("CREATE \"Done")) =>
        {
            "$ NO [TRYCREATE] no\r\n".to_owned()
        }
        "CREATE \"Forbidden\"" => "$ NO no\r\n".to_owned(),
        _ => usual(command),
    })
    .await;
    let (result, sink) = drained(ImapAccount {
        after,
        ..server.account()
    })
    .await;
    let drained = result.unwrap();
    assert_eq!(drained.fetched, 3);
    let commands = server.commands().into_iter();
    let commands = commands
        .skip_while(|it| !it.contains("BODY.PEEK"))
        .skip(1)
        .filter(|it| it != "LOGOUT");
    let done = sink.kept.lock().unwrap().done.clone();
    (commands.collect(), done, drained.after_refused.is_some())
}

#[tokio::test]
async fn after_uses_what_the_server_has_and_never_a_bare_expunge() {
    let target = || After::Move("Done".to_owned());
    let check = async |capabilities, action, refuse, expected: &[&str]| {
        let (commands, done, refused) = after(capabilities, action, refuse).await;
        assert_eq!(commands, expected);
        assert_eq!((done, refused), (vec![10, 11, 12], false));
    };
    check("", After::Seen, "", &["UID STORE 10:12 +FLAGS.SILENT (\\Seen)"]).await;
    check("MOVE UIDPLUS", target(), "", &["UID MOVE 10:12 \"Done\""]).await;
    let moved_by_copy = [
        "UID COPY 10:12 \"Done\"",
        "UID STORE 10:12 +FLAGS.SILENT (\\Deleted)",
        "UID EXPUNGE 10:12",
    ];
    check("UIDPLUS", target(), "", &moved_by_copy).await;
    check("", target(), "", &moved_by_copy[..2]).await;
    check("", After::Delete, "", &moved_by_copy[1..2]).await;
    check("UIDPLUS", After::Delete, "", &moved_by_copy[1..]).await;
    let created = ["UID MOVE 10:12 \"Done\"", "CREATE \"Done\"", "UID MOVE 10:12 \"Done\""];
    check("MOVE", target(), "UID MOVE", &created).await;
}

#[tokio::test]
async fn mail_stays_and_is_due_again_when_its_target_cannot_be_created() {
    let (_, done, refused) = after("MOVE", After::Move("Forbidden".to_owned()), "UID MOVE").await;
    assert_eq!((done, refused), (vec![], true));
}

#[tokio::test]
async fn keep_touches_nothing() {
    assert_eq!(after("MOVE", After::Keep, "").await.0, Vec::<String>::new());
}

#[tokio::test]
async fn check_creates_a_missing_target_and_tells_when_it_cannot() {
    let facts = async |create: &'static str| {
        let server = Scripted::start(GREETING, move |command, _| match command {
            "STATUS \"Done\" (UIDVALIDITY)" => "$ NO [NONEXISTENT] no\r\n".to_owned(),
            "CREATE \"Done\"" => create.to_owned(),
            _ => usual(command),
        })
        .await;
        let account = ImapAccount {
            after: After::Move("Done".to_owned()),
            ..server.account()
        };
        check(&account).await.unwrap()
    };
    let created = facts("$ OK done\r\n").await;
    assert!(created.folder_exists && created.idle);
    assert_eq!(created.target, Some(TargetFolder::Created));
    let code = Some("NOPERM".to_owned());
    assert_eq!(
        facts("$ NO [NOPERM] no\r\n").await.target,
        Some(TargetFolder::Refused { code })
    );
}
