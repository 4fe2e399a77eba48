//! Mails that are doubled, broken or huge, and senders that must not be answered.

use crate::common::mail::fresh_id;
use crate::common::{DESK, Dovecot, DovecotOptions, Gateway, GatewayBuilder, Inbox, MailBuilder, SmtpSink};
use serde_json::Value;

struct Desk {
    dovecot: Dovecot,
    sink: SmtpSink,
    gateway: Gateway,
}

fn desk(inbox_config: &str) -> Desk {
    let dovecot = Dovecot::start(DovecotOptions::default());
    let sink = SmtpSink::start();
    let mut inbox = Inbox::new(&dovecot, sink.port);
    inbox.extra = inbox_config.to_owned();
    let gateway = GatewayBuilder::new(inbox).build();
    Desk { dovecot, sink, gateway }
}

impl Desk {
    /// Takes in octets, and gives every ticket then there.
    fn receive(&self, octets: &[u8]) -> Vec<Value> {
        self.dovecot.drop_into(DESK, octets);
        self.gateway.drain();
        assert_eq!(self.gateway.quarantine(), Vec::<Value>::new());
        self.gateway.tickets()
    }
}

#[test]
fn the_same_mail_twice_is_one_ticket_and_one_id_on_two_mails_is_two() {
    let desk = desk("");
    let mail = MailBuilder::new();
    assert_eq!(desk.receive(&mail.build()).len(), 1);
    assert_eq!(desk.receive(&mail.build()).len(), 1, "the same octets");
    let other_way = mail.clone().with_top_header(
        "Received",
        "from a.example by b.example; Sun, 1 Nov 2026 08:00:00 +0000",
    );
    assert_eq!(
        desk.receive(&other_way.build()).len(),
        1,
        "the same mail by another way"
    );
    assert_eq!(desk.sink.count(), 1);

    let same_id = mail
        .clone()
        .with_from("otto@customer.example")
        .with_body("Quite another matter.\r\n");
    assert_eq!(
        desk.receive(&same_id.build()).len(),
        2,
        "another mail with the same Message-ID"
    );
    assert_eq!(desk.sink.count(), 2);
}

#[test]
fn a_mail_sent_again_with_the_forgotten_photo_is_not_lost() {
    let desk = desk("");
    let mail = MailBuilder::new();
    desk.receive(&mail.build());
    let tickets = desk.receive(&mail.with_attachment("photo.jpg", b"not empty").build());
    let shown = tickets
        .iter()
        .map(|ticket| desk.gateway.ticket(ticket).to_string())
        .collect::<String>();
    assert!(shown.contains("photo.jpg"), "{shown}");
}

#[test]
fn whatever_is_missing_or_too_much_a_ticket_is_made() {
    let desk = desk("");
    let plain = MailBuilder::new;
    let large = vec![0x2e; 18_400_000];
    let odd: [(&str, Vec<u8>); 6] = [
        ("no Message-ID", plain().without("Message-ID").build()),
        (
            "no header at all",
            b"\r\nonly text, and not a field in sight\r\n".to_vec(),
        ),
        (
            "no body",
            b"From: a@customer.example\r\nSubject: nothing else\r\n\r\n".to_vec(),
        ),
        ("no From", plain().without("From").build()),
        ("24 MiB", plain().with_attachment("large.bin", &large).build()),
        ("1,000 parts", many_parts(1_000)),
    ];
    assert!(odd[4].1.len() > 24 * 1024 * 1024);
    for ((name, octets), count) in odd.iter().zip(1..) {
        assert_eq!(desk.receive(octets).len(), count, "{name}");
    }
    let without_sender = desk.gateway.tickets();
    assert!(
        without_sender.iter().any(|ticket| ticket["requester"] == ""),
        "a mail without a sender has \"\" as requester"
    );
}

fn many_parts(count: usize) -> Vec<u8> {
    let mut mail = format!(
        "From: parts@customer.example\r\nTo: {DESK}\r\nSubject: many parts\r\nMessage-ID: {}\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n",
        fresh_id()
    );
    for part in 0..count {
        mail.push_str(&format!(
            "--b\r\nContent-Type: text/plain; name=\"{part}.txt\"\r\n\r\npart {part}\r\n"
        ));
    }
    mail.push_str("--b--\r\n");
    mail.into_bytes()
}

#[test]
fn a_machine_a_list_a_bounce_or_a_failed_sender_gets_no_automatic_mail() {
    let desk = desk("trusted_authserv = \"mx.acme.example\"");
    let pass = || MailBuilder::new().with_dmarc("pass");
    let silent = [
        ("failed authentication", MailBuilder::new().with_dmarc("fail")),
        ("no result at all", MailBuilder::new()),
        (
            "auto-reply",
            pass()
                .with_header("Auto-Submitted", "auto-replied")
                .with_subject("Out of office"),
        ),
        ("cron", pass().with_header("Auto-Submitted", "auto-generated")),
        (
            "newsletter",
            pass().with_header("List-Unsubscribe", "<mailto:leave@customer.example>"),
        ),
        ("precedence", pass().with_header("Precedence", "bulk")),
        (
            "a wish not to be answered",
            pass().with_header("X-Auto-Response-Suppress", "All"),
        ),
        ("null return path", pass().with_top_header("Return-Path", "<>")),
    ];
    for (name, mail) in &silent {
        desk.receive(&mail.build());
        assert_eq!(desk.sink.count(), 0, "{name} was answered");
    }
    desk.receive(bounce().as_bytes());
    assert_eq!(desk.sink.count(), 0, "a bounce was answered");
    let tickets = desk.gateway.tickets();
    let bounced = tickets
        .iter()
        .any(|ticket| ticket["requester"] == "mailer-daemon@customer.example");
    assert!(!bounced, "a bounce is no ticket");
    let automatic = tickets
        .iter()
        .filter(|ticket| ticket["tags"].to_string().contains("automatic"));
    assert_eq!(automatic.count(), 3, "{tickets:?}");

    desk.receive(&pass().build());
    assert_eq!(desk.sink.count(), 1, "a person who is proven is answered");
}

fn bounce() -> String {
    format!(
        "Return-Path: <>\r\nFrom: mailer-daemon@customer.example\r\nTo: {DESK}\r\nSubject: Undelivered mail\r\n\
         Message-ID: {}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.customer.example\r\n\r\n\
         Final-Recipient: rfc822; nobody@customer.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n\
         --b--\r\n",
        fresh_id()
    )
}
