//! Mail that comes in without IMAP: `import` of files, `deliver` from a pipe.

use crate::common::mail::write_folder;
use crate::common::wait::seconds;
use crate::common::{CUSTOMER, DESK, Gateway, GatewayBuilder, Inbox, MailBuilder, ReceivedMail, SmtpSink, wait_until};
use std::path::Path;

fn desk(sink: &SmtpSink) -> Gateway {
    GatewayBuilder::new(Inbox::without_imap(sink.port)).build()
}

/// Three mails: a question, its author's reply to it, and one that would be two in an mbox that does not quote.
fn conversation() -> Vec<Vec<u8>> {
    let question = MailBuilder::new();
    let reply = MailBuilder::new()
        .with_subject("Re: The printer has stopped")
        .with_references(question.header("Message-ID"))
        .with_body("It smells of smoke.\r\n");
    let other = MailBuilder::new()
        .with_from("otto@customer.example")
        .with_body("\r\nFrom here on it is new.\r\n>From there too.\r\n");
    [question, reply, other].map(|mail| mail.build()).to_vec()
}

/// The later a mail, the earlier its file is made: the order of the folder is not that of delivery.
fn write_maildir(maildir: &Path, mails: &[Vec<u8>]) {
    for part in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(maildir.join(part)).unwrap();
    }
    for (number, mail) in mails.iter().enumerate().rev() {
        let part = if number % 2 == 0 { "new" } else { "cur" };
        let name = format!("{}.M0P1.host:2,S", 1_700_000_000 + number);
        std::fs::write(maildir.join(part).join(name), mail).unwrap();
    }
}

fn write_mbox(file: &Path, mails: &[Vec<u8>]) {
    let mut mbox = String::new();
    for mail in mails {
        mbox.push_str("From carla@customer.example Sun Nov  1 08:00:00 2026\n");
        for line in std::str::from_utf8(mail).unwrap().lines() {
            if line.trim_start_matches('>').starts_with("From ") {
                mbox.push('>');
            }
            mbox.push_str(line);
            mbox.push('\n');
        }
        mbox.push('\n');
    }
    std::fs::write(file, mbox).unwrap();
}

#[track_caller]
fn import(gateway: &Gateway, path: &Path, options: &[&str]) {
    let arguments = [&["import", path.to_str().unwrap()], options].concat();
    let outcome = gateway.buzon(&arguments);
    assert_eq!(outcome.code, 0, "{outcome:?}");
}

#[test]
fn a_folder_a_maildir_and_an_mbox_of_the_same_mails_make_the_same_tickets_once() {
    let sink = SmtpSink::start();
    let mails = conversation();
    for first in ["folder", "maildir", "mbox"] {
        let gateway = desk(&sink);
        write_folder(&gateway.path("folder"), &mails);
        write_maildir(&gateway.path("maildir"), &mails);
        write_mbox(&gateway.path("mbox"), &mails);
        for form in [first, "folder", "maildir", "mbox"] {
            import(&gateway, &gateway.path(form), &[]);
            let tickets = gateway.tickets();
            assert_eq!(tickets.len(), 2, "{form} after {first}: {tickets:?}");
            let shown = gateway.ticket(&tickets[0]);
            let inbound = shown["messages"].as_array().unwrap().iter();
            assert_eq!(
                inbound.filter(|message| message["direction"] == "in").count(),
                2,
                "{shown}"
            );
        }
        let text = gateway.ticket(&gateway.tickets()[1])["messages"][0]["text"].to_string();
        assert!(
            text.contains("From here") && text.contains(">From there"),
            "{first}: {text}"
        );
        assert_eq!(gateway.outbox().len(), 2, "one confirmation a ticket");
    }
}

#[test]
fn no_replies_old_mail_and_unproven_mail_confirm_nothing() {
    let sink = SmtpSink::start();
    let gateway = desk(&sink);
    let new = MailBuilder::new().build();
    write_folder(&gateway.path("new"), &[new]);
    import(&gateway, &gateway.path("new"), &["--no-replies"]);
    let old = MailBuilder::new()
        .with_from("otto@customer.example")
        .with_header("Date", "Sun, 1 Nov 2020 08:00:00 +0000");
    write_folder(&gateway.path("old"), &[old.build()]);
    import(&gateway, &gateway.path("old"), &[]);
    let unproven = MailBuilder::new().with_from("eva@customer.example").with_dmarc("pass");
    write_folder(&gateway.path("unproven"), &[unproven.build()]);
    import(&gateway, &gateway.path("unproven"), &["--unauthenticated"]);
    let piped = MailBuilder::new().with_from("paul@customer.example");
    deliver(&gateway, &piped, &["--unauthenticated"]);
    gateway.buzon(&["drain"]);
    assert_eq!(gateway.tickets().len(), 4);
    assert_eq!(gateway.json(&["outbox", "list", "--all"]).len(), 0);
}

#[test]
fn what_holds_no_mail_is_bad_input() {
    let sink = SmtpSink::start();
    let gateway = desk(&sink);
    std::fs::create_dir(gateway.path("empty")).unwrap();
    for path in ["empty", "missing"] {
        let path = gateway.path(path);
        let outcome = gateway.buzon(&["import", path.to_str().unwrap()]);
        assert_eq!(outcome.code, 65, "{outcome:?}");
        assert!(outcome.stderr.contains(path.to_str().unwrap()), "{outcome:?}");
    }
}

#[test]
fn a_running_gateway_takes_up_a_piped_mail_within_a_second() {
    let sink = SmtpSink::start();
    let mut gateway = desk(&sink);
    gateway.run();
    deliver(&gateway, &MailBuilder::new(), &[]);
    sink.wait_for(1, seconds(20));
    // Now it is up for sure: the second is the one that is timed, from the end of `deliver` to its confirmation.
    deliver(&gateway, &MailBuilder::new().with_from("otto@customer.example"), &[]);
    sink.wait_for(2, seconds(1));
}

#[track_caller]
fn deliver(gateway: &Gateway, mail: &MailBuilder, options: &[&str]) {
    let outcome = gateway.buzon_with_input(&[&["deliver"], options].concat(), &mail.build());
    assert_eq!(outcome.code, 0, "{outcome:?}");
}

#[test]
fn a_pipes_sender_and_recipient_are_the_envelope() {
    let sink = SmtpSink::start();
    let mut gateway = desk(&sink);
    gateway.run();
    deliver(
        &gateway,
        &MailBuilder::new(),
        &["--sender", CUSTOMER, "--recipient", DESK],
    );
    let confirmation = ReceivedMail::new(sink.wait_for(1, seconds(20)).remove(0).octets);

    // Nothing but the envelope leads to the ticket.
    let reply = MailBuilder::new().with_to("undisclosed-recipients:;").with_subject("");
    let recipient = confirmation.reply_address();
    deliver(&gateway, &reply.with_body("more\r\n"), &["--recipient", &recipient]);
    wait_until(seconds(10), "the reply is on the ticket", || {
        (gateway.tickets()[0]["messages"] == 3).then_some(())
    });

    let from_nobody = MailBuilder::new().with_from("otto@customer.example");
    deliver(&gateway, &from_nobody, &["--sender", "<>"]);
    wait_until(seconds(10), "its own ticket", || {
        (gateway.tickets().len() == 2).then_some(())
    });
    assert_eq!(gateway.outbox(), Vec::<serde_json::Value>::new());
    assert_eq!(sink.count(), 1, "a null return path is never answered");
}

#[test]
fn every_failure_of_deliver_asks_the_mta_to_keep_the_mail() {
    let sink = SmtpSink::start();
    let gateway = desk(&sink);
    let mail = MailBuilder::new().build();
    let failing: [(&[&str], &[u8]); 6] = [
        (&["deliver", "--no-such-option"], &mail),
        (&["deliver", "surplus"], &mail),
        (&["deliver", "--inbox", "nonsense"], &mail),
        (&["deliver", "--recipient", "no address"], &mail),
        (&["--config", "missing.toml", "deliver"], &mail),
        (&["deliver"], b""),
    ];
    for (arguments, input) in failing {
        let outcome = gateway.buzon_with_input(arguments, input);
        assert_eq!(outcome.code, 75, "{arguments:?}: {outcome:?}");
        assert!(!outcome.stderr.is_empty());
    }
    gateway.edit_config("[store]", "nonsense = 1\n[store]");
    let outcome = gateway.buzon_with_input(&["deliver"], &mail);
    assert_eq!(outcome.code, 75, "a broken config: {outcome:?}");
    gateway.edit_config("nonsense = 1\n", "");

    let store = gateway.path("data");
    std::fs::remove_dir_all(&store).unwrap();
    std::fs::write(&store, "a file where the store's folder was").unwrap();
    let outcome = gateway.buzon_with_input(&["deliver"], &mail);
    assert_eq!(outcome.code, 75, "no store: {outcome:?}");
    std::fs::remove_file(&store).unwrap();

    let outcome = gateway.buzon_with_input(&["deliver"], &mail);
    assert_eq!(outcome.code, 0, "it works again: {outcome:?}");
}
