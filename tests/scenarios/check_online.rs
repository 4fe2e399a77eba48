//! `buzon check --online`: what an admin hears before customers do.

use crate::common::gateway::Outcome;
use crate::common::{Behaviour, DESK, Dovecot, DovecotOptions, Gateway, GatewayBuilder, Inbox, Postfix, SmtpSink};
use serde_json::Value;

#[track_caller]
fn says(outcome: &Outcome, words: &[&str]) {
    let lines = outcome.stdout.lines().chain(outcome.stderr.lines());
    let said = lines
        .into_iter()
        .any(|line| words.iter().all(|word| line.contains(word)));
    assert!(said, "no line has {words:?}\n{}{}", outcome.stdout, outcome.stderr);
}

fn with_postfix(change: impl Fn(&mut Inbox)) -> (Dovecot, Postfix, Gateway) {
    let dovecot = Dovecot::start(DovecotOptions::default());
    let postfix = Postfix::start(&dovecot);
    let mut inbox = Inbox::new(&dovecot, postfix.port);
    change(&mut inbox);
    let gateway = GatewayBuilder::new(inbox).build();
    (dovecot, postfix, gateway)
}

#[test]
fn its_probes_find_plus_addresses_and_a_forgery_that_survives_and_leave_nothing_behind() {
    let (dovecot, _postfix, gateway) = with_postfix(|inbox| {
        inbox.extra = "trusted_authserv = \"mx.acme.example\"".to_owned();
        inbox.after = "{ move = \"Processed\" }".to_owned();
    });
    let outcome = gateway.buzon(&["check", "--online"]);
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    says(&outcome, &["imap", "IDLE", "MOVE", "UIDPLUS"]);
    says(&outcome, &["folder `INBOX` is there"]);
    says(&outcome, &["folder `Processed`", "created"]);
    says(&outcome, &["smtp", "up to 57 MiB"]);
    says(&outcome, &["store", "not there yet"]);
    says(&outcome, &["probe", "plus addresses arrive"]);
    assert!(
        outcome.stderr.contains("forged Authentication-Results survived"),
        "this Postfix removes none\n{}",
        outcome.stderr
    );
    assert_eq!(dovecot.mails(DESK, "INBOX").len(), 0, "it removes its probes");
    assert!(!gateway.path("data/buzon.db").exists(), "it creates no store");
}

#[test]
fn probes_that_the_running_gateway_takes_count_as_arrived_and_make_no_ticket() {
    let (_dovecot, _postfix, mut gateway) = with_postfix(|inbox| inbox.after = "\"delete\"".to_owned());
    gateway.run();
    crate::common::wait_until(
        crate::common::wait::seconds(20),
        "the gateway reads the mailbox",
        || gateway.log().contains("reading the mailbox").then_some(()),
    );
    let findings = gateway.json(&["check", "--online"]);
    let of = |part: &str| -> Vec<&Value> { findings.iter().filter(|finding| finding["part"] == part).collect() };
    assert_eq!(of("probe").len(), 1, "{findings:?}");
    assert_eq!(of("probe")[0]["severity"], "ok", "{findings:?}");
    assert!(
        of("store")[0]["what"].to_string().contains("read and written"),
        "{findings:?}"
    );
    assert_eq!((gateway.tickets().len(), gateway.quarantine().len()), (0, 0));
}

#[test]
fn a_refused_sender_is_a_warning_and_every_inbox_is_tried() {
    let dovecot = Dovecot::start(DovecotOptions::default());
    let sink = SmtpSink::start();
    sink.set(Behaviour::RefuseSender);
    let mut first = Inbox::new(&dovecot, sink.port);
    first.password = "wrong".to_owned();
    let mut second = Inbox::new(&dovecot, sink.port);
    (second.name, second.address) = ("sales".to_owned(), "sales@acme.example".to_owned());
    let gateway = GatewayBuilder::new(first).with_inbox(second).build();
    let outcome = gateway.buzon(&["check", "--online"]);
    assert_eq!(outcome.code, 77, "the first trouble decides\n{}", outcome.stderr);
    says(&outcome, &["inbox support: imap", "refused the login", "`password`"]);
    says(&outcome, &["inbox sales: imap", "logged in"]);
    says(&outcome, &["warning: inbox sales: probe", "MAIL FROM", "550"]);
    for line in outcome.stdout.lines() {
        assert!(!line.contains("refused"), "trouble goes to stderr: {line}");
    }
}

#[test]
fn a_folder_or_a_store_that_cannot_be_used_is_named() {
    let dovecot = Dovecot::start(DovecotOptions::default());
    let sink = SmtpSink::start();
    let mut inbox = Inbox::new(&dovecot, sink.port);
    inbox.after = "\"seen\"\nfolder = \"Nowhere\"".to_owned();
    let gateway = GatewayBuilder::new(inbox).build();
    let outcome = gateway.buzon(&["check", "--online"]);
    assert_eq!(outcome.code, 78, "{}", outcome.stderr);
    says(&outcome, &["imap", "no folder `Nowhere`", "`folder`"]);

    std::fs::write(
        gateway.path("data/buzon.db"),
        "this is no store, whatever its name says",
    )
    .unwrap();
    let outcome = gateway.buzon(&["check", "--online"]);
    assert_eq!(outcome.code, 74, "{}", outcome.stderr);
    says(&outcome, &["store", "buzon.db"]);
}
