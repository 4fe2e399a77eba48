//! A gateway that runs: what it reloads, how it stops, and that there is only one.

use crate::common::wait::seconds;
use crate::common::{
    CUSTOMER, Dovecot, DovecotOptions, Gateway, GatewayBuilder, Inbox, MailBuilder, ReceivedMail, SmtpSink,
};
use crate::common::{DESK, wait_until};
use std::time::Instant;

/// Waits until `text` stands in the log for the `count`th time.
#[track_caller]
fn wait_for_log(gateway: &Gateway, text: &str, count: usize) {
    wait_until(seconds(20), &format!("{count} times in the log: {text}"), || {
        (gateway.log().matches(text).count() >= count).then_some(())
    });
}

/// Sends a new customer's mail through and gives the sender's name of its confirmation.
#[track_caller]
fn name_in_confirmation(dovecot: &Dovecot, sink: &SmtpSink) -> String {
    let before = sink.count();
    let mail = MailBuilder::new().with_from(&format!("customer{before}@customer.example"));
    dovecot.drop_into(DESK, &mail.build());
    let confirmation = sink.wait_for(before + 1, seconds(20)).remove(before);
    let from = ReceivedMail::new(confirmation.octets).header("From").unwrap();
    from.replace(" <support@acme.example>", "").replace('"', "")
}

const REFUSED: &str = "the old one stays";
const RELOADED: &str = "is reloaded";

#[test]
fn a_changed_file_and_sighup_take_effect_and_a_broken_config_is_refused() {
    let dovecot = Dovecot::start(DovecotOptions::default());
    let sink = SmtpSink::start();
    let mut gateway = GatewayBuilder::new(Inbox::new(&dovecot, sink.port)).build();
    gateway.run();
    assert_eq!(name_in_confirmation(&dovecot, &sink), "Acme Support");

    gateway.edit_config("name = \"Acme Support\"", "name = \"Changed File\"");
    wait_for_log(&gateway, RELOADED, 1);
    assert_eq!(name_in_confirmation(&dovecot, &sink), "Changed File");

    gateway.edit_config("name = \"Changed File\"", "name = \"Broken\"\nnonsense = 1");
    wait_for_log(&gateway, REFUSED, 1);
    assert_eq!(name_in_confirmation(&dovecot, &sink), "Changed File");

    // A template is no part of the config's files: SIGHUP has it read.
    gateway.edit_config("name = \"Broken\"\nnonsense = 1", "name = \"Mended\"");
    wait_for_log(&gateway, RELOADED, 2);
    let template = gateway.path("templates/en/confirmation/body.txt");
    std::fs::create_dir_all(template.parent().unwrap()).unwrap();
    std::fs::write(&template, "{{ desk.").unwrap();
    gateway.hang_up();
    wait_for_log(&gateway, REFUSED, 2);
    assert_eq!(name_in_confirmation(&dovecot, &sink), "Mended");

    std::fs::write(&template, "A wording of our own.\n").unwrap();
    gateway.hang_up();
    wait_for_log(&gateway, RELOADED, 3);
    name_in_confirmation(&dovecot, &sink);
    let text = ReceivedMail::new(sink.mails().pop().unwrap().octets).everything();
    assert!(text.contains("A wording of our own."), "{text}");
    assert!(gateway.is_running());
    assert_eq!(gateway.stop(), 0);
}

#[test]
fn sigterm_ends_a_gateway_that_waits_in_idle_within_seconds() {
    let dovecot = Dovecot::start(DovecotOptions::default());
    let sink = SmtpSink::start();
    let mut gateway = GatewayBuilder::new(Inbox::new(&dovecot, sink.port)).build();
    gateway.run();
    dovecot.drop_into(DESK, &MailBuilder::new().build());
    sink.wait_for(1, seconds(30));
    let started = Instant::now();
    assert_eq!(gateway.stop(), 0);
    assert!(started.elapsed() < seconds(5), "it took {:?}", started.elapsed());
    let log = gateway.log();
    for hidden in [CUSTOMER, "The printer", "correct-horse", "support+"] {
        assert!(!log.contains(hidden), "{hidden} is in the log:\n{log}");
    }
}

#[test]
fn a_second_gateway_is_refused_and_told_who_holds_the_store() {
    let sink = SmtpSink::start();
    let mut gateway = GatewayBuilder::new(Inbox::without_imap(sink.port)).build();
    gateway.run();
    wait_for_log(&gateway, "the gateway runs", 1);
    for command in ["run", "drain"] {
        let outcome = gateway.buzon(&[command]);
        assert_eq!(outcome.code, 75, "{outcome:?}");
        let holder = format!("pid {} on ", gateway.process_id());
        assert!(outcome.stderr.contains(&holder), "{holder}: {outcome:?}");
    }
    assert!(gateway.is_running());
    gateway.kill9();
    gateway.run();
    wait_for_log(&gateway, "the gateway runs", 2);
    assert_eq!(gateway.stop(), 0, "a lock does not outlive its holder");
}
