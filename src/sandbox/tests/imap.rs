use super::*;

const PARTS: &str = "From: Zo\u{eb} <zoe@far.test>\r\nTo: help@desk.test\r\nSubject: =?utf-8?q?Br=C3=BCcke?=\r\n\
    Date: Fri, 20 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@far.test>\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n--b\r\nContent-Type: text/plain\r\n\r\none\r\n--b\r\n\
    Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ntwo\r\n\r\n--b\r\n\
    Content-Type: image/png; name=x.png\r\nContent-Disposition: attachment; filename=x.png\r\n\
    Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--\r\n";

#[tokio::test]
async fn peek_leaves_a_mail_unseen_and_body_makes_it_seen() {
    let (store, server) = imap().await;
    put(&store, "Subject: a\r\n\r\nhello\r\n");
    let mut client = Client::in_inbox(server.port()).await;

    let peeked = client.command("UID FETCH 1:* (FLAGS RFC822.SIZE BODY.PEEK[])").await;
    let whole = "* 1 FETCH (UID 1 FLAGS () RFC822.SIZE 21 BODY[] {21}\r\nSubject: a\r\n\r\nhello\r\n)\r\n";
    assert_eq!(peeked, format!("{whole}t OK fetched\r\n"));
    assert!(store.mails(HELP, "INBOX")[0].flags.is_empty());

    let read = client.command("FETCH 1 BODY[TEXT]<1.3>").await;
    assert!(read.contains("BODY[TEXT]<1> {3}\r\nell)"), "{read}");
    assert!(store.mails(HELP, "INBOX")[0].flags.contains("\\Seen"));
}

#[tokio::test]
async fn a_wrong_password_opens_nothing() {
    let (_, server) = imap().await;
    let mut client = Client::connect(server.port()).await;
    client.line().await;
    let answer = client.command("LOGIN help@desk.test wrong").await;
    assert!(answer.starts_with("t NO [AUTHENTICATIONFAILED]"));
    assert!(client.command("SELECT INBOX").await.starts_with("t BAD"));
    // NUL help@desk.test NUL correct horse
    let plain = "AUTHENTICATE PLAIN AGhlbHBAZGVzay50ZXN0AGNvcnJlY3QgaG9yc2U=";
    assert!(client.command(plain).await.starts_with("t OK"));
}

#[tokio::test]
async fn sections_name_parts_as_the_rfc_does() {
    let (store, server) = imap().await;
    put(&store, PARTS);
    let mut client = Client::in_inbox(server.port()).await;
    for (section, octets) in [
        ("1", "one"),
        ("2", "Subject: inner\r\n\r\ntwo\r\n"),
        ("2.HEADER", "Subject: inner\r\n\r\n"),
        ("2.TEXT", "two\r\n"),
        ("2.1", "two\r\n"),
        ("3", "AAAA"),
        ("1.MIME", "Content-Type: text/plain\r\n\r\n"),
        (
            "HEADER.FIELDS (subject to)",
            "To: help@desk.test\r\nSubject: =?utf-8?q?Br=C3=BCcke?=\r\n\r\n",
        ),
    ] {
        let answer = client.command(&format!("FETCH 1 BODY.PEEK[{section}]")).await;
        let expected = format!("BODY[{section}] {{{}}}\r\n{octets})\r\n", octets.len());
        assert!(answer.contains(&expected), "{section}: {answer}");
    }
    assert!(client.command("FETCH 1 BODY.PEEK[4]").await.contains("BODY[4] NIL"));

    let structure = client.command("FETCH 1 BODYSTRUCTURE").await;
    insta::assert_snapshot!(structure.trim_end());
    let envelope = client.command("FETCH 1 ENVELOPE").await;
    insta::assert_snapshot!(envelope.trim_end());
}

#[tokio::test]
async fn search_finds_what_its_keys_describe() {
    let (store, server) = imap().await;
    put(&store, PARTS);
    put(
        &store,
        "From: bob@near.test\r\nSubject: plain\r\n\r\nnothing to see\r\n",
    );
    let mut client = Client::in_inbox(server.port()).await;
    client.command("STORE 2 +FLAGS.SILENT (\\Flagged)").await;
    for (key, found) in [
        ("ALL", " 1 2"),
        ("SUBJECT br\u{fc}cke", ""),
        ("FROM zoe@far.test", " 1"),
        ("FLAGGED UNSEEN", " 2"),
        ("NOT FLAGGED", " 1"),
        ("OR FROM bob UID 1", " 1 2"),
        ("UID 2:*", " 2"),
        ("BODY nothing", " 2"),
        ("HEADER Message-ID 1@far", " 1"),
        ("SINCE 20-Nov-2026 BEFORE 21-Nov-2026", " 1 2"),
        ("SINCE 21-Nov-2026", ""),
        ("SENTON 20-Nov-2026", " 1"),
    ] {
        let answer = client.command(&format!("UID SEARCH {key}")).await;
        match key.is_ascii() {
            true => assert_eq!(answer, format!("* SEARCH{found}\r\nt OK searched\r\n"), "{key}"),
            // Eight-bit text is a literal's business.
            false => assert!(answer.contains("BAD"), "{answer}"),
        }
    }
    client
        .send("t UID SEARCH CHARSET UTF-8 SUBJECT {7+}\r\nbr\u{fc}cke\r\n")
        .await;
    assert_eq!(client.until("t ").await, "* SEARCH 1\r\nt OK searched\r\n");
}

#[tokio::test]
async fn idle_wakes_when_a_mail_comes() {
    let (store, server) = imap().await;
    let mut client = Client::in_inbox(server.port()).await;
    client.send("t IDLE\r\n").await;
    assert_eq!(client.line().await, "+ idling\r\n");
    let uid = store.deliver(
        &crate::sandbox::Arrival::new("a@far.test", "help+x7@desk.test"),
        b"Subject: a\r\n\r\n",
    );
    assert_eq!(uid, Ok(1));
    assert_eq!(client.line().await, "* 1 EXISTS\r\n");
    client.send("DONE\r\n").await;
    assert_eq!(client.line().await, "t OK done\r\n");
}

#[tokio::test]
async fn append_takes_both_kinds_of_literal() {
    let (store, server) = imap().await;
    let mut client = Client::in_inbox(server.port()).await;
    client
        .send("t APPEND Sent (\\Seen) \"20-Nov-2026 13:00:00 +0100\" {6}\r\n")
        .await;
    assert!(client.line().await.starts_with("+ "));
    client.send("A: b\r\n\r\n").await;
    assert!(client.line().await.starts_with("t OK [APPENDUID "));
    client.send("t APPEND Sent {6+}\r\nA: c\r\n\r\n").await;
    assert!(client.line().await.starts_with("t OK [APPENDUID "));
    let sent = store.mails(HELP, "Sent");
    assert_eq!(sent[0].internal_date, "2026-11-20T12:00:00Z".parse().unwrap());
    assert_eq!(
        (&*sent[0].octets, &*sent[1].octets),
        (&b"A: b\r\n"[..], &b"A: c\r\n"[..])
    );
    client.send("t APPEND Nowhere {6+}\r\nA: c\r\n\r\n").await;
    assert!(client.line().await.starts_with("t NO [TRYCREATE]"));
}

#[tokio::test]
async fn another_connection_hears_of_changes_with_right_numbers() {
    let (store, server) = imap().await;
    for name in ["a", "b", "c", "d"] {
        put(&store, &format!("Subject: {name}\r\n\r\n"));
    }
    let mut mover = Client::in_inbox(server.port()).await;
    let mut other = Client::in_inbox(server.port()).await;

    let moved = mover.command("UID MOVE 1,3 Trash").await;
    assert!(
        moved.contains(" 1,3 1,2] moved\r\n* 3 EXPUNGE\r\n* 1 EXPUNGE\r\nt OK"),
        "{moved}"
    );
    mover.command("UID STORE 4 +FLAGS (\\Answered done)").await;
    put(&store, "Subject: e\r\n\r\n");

    // RFC 3501 §7.4.1: no EXPUNGE in the answer to a FETCH by number.
    let fetched = other.command("FETCH 2,4 UID").await;
    assert!(
        fetched.starts_with("* 2 FETCH (UID 2)\r\n* 4 FETCH (UID 4)\r\n"),
        "{fetched}"
    );
    assert!(
        !fetched.contains("EXPUNGE") && fetched.contains("* 5 EXISTS"),
        "{fetched}"
    );
    let told = other.command("NOOP").await;
    assert_eq!(told, "* 3 EXPUNGE\r\n* 1 EXPUNGE\r\nt OK done\r\n");
    assert!(other.command("FETCH 3 UID").await.contains("* 3 FETCH (UID 5)"));
}

#[tokio::test]
async fn uid_expunge_spares_what_others_have_deleted() {
    let (store, server) = imap().await;
    put(&store, "Subject: a\r\n\r\n");
    put(&store, "Subject: b\r\n\r\n");
    let mut client = Client::in_inbox(server.port()).await;
    client.command("STORE 1:2 +FLAGS.SILENT \\Deleted").await;
    assert_eq!(
        client.command("UID EXPUNGE 2").await,
        "* 2 EXPUNGE\r\nt OK expunged\r\n"
    );
    assert_eq!(store.mails(HELP, "INBOX")[0].uid, 1);
}

#[tokio::test]
async fn folders_are_listed_made_renamed_and_removed() {
    let (_, server) = imap().await;
    let mut client = Client::in_inbox(server.port()).await;
    assert!(client.command("CREATE Archive/2026").await.starts_with("t OK"));
    let listed = client.command("LIST \"\" %").await;
    assert!(
        listed.contains("(\\Sent) \"/\" \"Sent\"") && !listed.contains("Archive"),
        "{listed}"
    );
    assert!(client.command("LIST \"\" *").await.contains("\"Archive/2026\""));
    assert!(client.command("RENAME Archive Old").await.starts_with("t OK"));
    assert!(
        client
            .command("STATUS Old/2026 (MESSAGES UIDNEXT)")
            .await
            .contains("(MESSAGES 0 UIDNEXT 1)")
    );
    assert!(client.command("DELETE Old/2026").await.starts_with("t OK"));
    assert!(client.command("SELECT Old/2026").await.starts_with("t NO"));
    assert!(client.command("NONSENSE").await.starts_with("t BAD"));
    assert_eq!((server.commands_named("CREATE"), server.commands_named("BAD")), (1, 1));
}
