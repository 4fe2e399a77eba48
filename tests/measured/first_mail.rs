//! A mail becomes a ticket, and its sender hears so, within seconds.

use crate::common::wait::seconds;
use crate::common::{
    CUSTOMER, DESK, Dovecot, DovecotOptions, GatewayBuilder, Inbox, MailBuilder, Postfix, ReceivedMail,
};
use crate::common::{TlsMode, wait_until};
use std::time::{Duration, Instant};

#[test]
fn over_tls_a_mail_is_confirmed_in_the_customers_mailbox_within_3_seconds() {
    check_first_mail(TlsMode::Implicit);
}

#[test]
fn over_starttls_a_mail_is_confirmed_in_the_customers_mailbox_within_3_seconds() {
    check_first_mail(TlsMode::StartTls);
}

/// The wait of IDLE for new mail, from delivery to the customer's mailbox. `poll` is set far beyond it.
const LIMIT: Duration = Duration::from_secs(3);

#[track_caller]
fn check_first_mail(tls: TlsMode) {
    let _alone = crate::ALONE.blocking_lock();
    let dovecot = Dovecot::start(DovecotOptions::default());
    let postfix = Postfix::start(&dovecot);
    let mut inbox = Inbox::new(&dovecot, postfix.port);
    inbox.imap_tls = tls;
    inbox.smtp_tls = TlsMode::StartTls;
    if tls == TlsMode::StartTls {
        inbox.imap_port = dovecot.imap_port;
    }
    let mut gateway = GatewayBuilder::new(inbox).build();
    gateway.run();
    // One mail to know that it is up and waits in IDLE; the second one is timed.
    let first = MailBuilder::new().with_from("Warm Up <warm@customer.example>");
    postfix.submit("warm@customer.example", DESK, &first.build());
    wait_until(seconds(30), "the gateway is at work", || {
        dovecot.mails("warm@customer.example", "INBOX").pop()
    });

    let started = Instant::now();
    postfix.submit(CUSTOMER, DESK, &MailBuilder::new().build());
    let stored = wait_until(seconds(20), "the confirmation is in the customer's mailbox", || {
        dovecot.mails(CUSTOMER, "INBOX").pop()
    });
    let took = started.elapsed();
    assert!(took < LIMIT, "the confirmation took {took:?}");

    let tickets = gateway.tickets();
    assert_eq!(tickets.len(), 2);
    let ticket = tickets
        .iter()
        .find(|ticket| ticket["requester"] == CUSTOMER)
        .expect("her ticket");
    assert_eq!(ticket["subject"], "The printer has stopped");
    assert_eq!(
        (&ticket["status"], &ticket["queue"]),
        (&"new".into(), &"general".into())
    );
    check_confirmation(&ReceivedMail::new(stored.octets), &ticket["number"].to_string());
    let seen = wait_until(seconds(5), "both mails are flagged", || {
        let mails = dovecot.mails(DESK, "INBOX");
        mails.iter().all(|mail| mail.flags.contains('S')).then_some(mails.len())
    });
    assert_eq!(seen, 2);
    assert_eq!(gateway.stop(), 0);
}

#[track_caller]
fn check_confirmation(mail: &ReceivedMail, number: &str) {
    assert_eq!(mail.header("Auto-Submitted").as_deref(), Some("auto-replied"));
    assert_eq!(
        mail.header("X-Auto-Response-Suppress").as_deref(),
        Some("DR, RN, NRN, OOF, AutoReply")
    );
    assert_eq!(mail.header("Precedence"), None);
    assert!(
        mail.subject().starts_with("Re: The printer has stopped [#"),
        "{}",
        mail.subject()
    );
    assert!(mail.tag().starts_with(&format!("[#{number}-")));
    assert!(mail.reply_address().starts_with("support+"), "{}", mail.reply_address());
    assert!(mail.message_id().ends_with("@acme.example>"), "{}", mail.message_id());
    assert_eq!(mail.header("In-Reply-To"), mail.header("References"));
    assert!(mail.octets.is_ascii(), "a mail of ours is 7-bit");
    let text = mail.everything();
    assert!(text.contains("text/html") && text.contains("text/plain"));
    assert!(
        !text.contains("second floor"),
        "the customer's own words are not repeated"
    );
}
