//! Bounces in the words of mail systems, each as small as it can be.

use crate::mail::class::{MailClass, OwnSigns, classify};
use crate::mail::delivery_report::Action;
use crate::mail::{InboundMail, ParseLimits, RawMail};
use jiff::Timestamp;
use proptest::prelude::*;

fn parse(text: &str) -> InboundMail {
    let raw = RawMail {
        octets: text.as_bytes().to_vec(),
        full_size: text.len() as u64,
        received_at: Timestamp::UNIX_EPOCH,
    };
    InboundMail::parse(&raw, &ParseLimits::default())
}

fn bounce(body: &str) -> InboundMail {
    let header =
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.old.example\nTo: help@acme.example\nSubject: Mail failure\n\n";
    parse(&format!("{header}{body}"))
}

/// `address status` of each recipient.
fn told(mail: &InboundMail) -> Vec<String> {
    let recipients = mail.delivery_report.iter().flat_map(|report| &report.recipients);
    let line = |status: Option<&str>, address: &str| format!("{address} {}", status.unwrap_or("-"));
    recipients.map(|r| line(r.status.as_deref(), &r.address)).collect()
}

/// A bounce's text, and what it tells of each recipient.
const CASES: [(&str, &[&str]); 17] = [
    (
        "------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\ntom@a.example\n\n------- Returned \
          Message --------\n",
        &["tom@a.example 5.1.1"],
    ),
    (
        "Your mail could not be delivered to the following addresses:\n\n  tom@a.example\n    invalid mailbox, tom is gone\n",
        &["tom@a.example 5.1.1"],
    ),
    (
        "Hi. This is the qmail-send program.\n\n<tom@a.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n\
          <eva@a.example>:\nUser and password over quota\n\n--- Below this line is a copy of the message.\n\n\
          To: ivo@a.example\n",
        &["tom@a.example 5.1.1", "eva@a.example 5.2.2"],
    ),
    (
        "The following address(es) failed:\n\n  tom@a.example\n    SMTP error after RCPT TO:<tom@a.example>:\n    550 no \
          such user\n  eva@a.example\n    retry timeout exceeded\n",
        &["tom@a.example 5.1.1", "eva@a.example 4.4.7"],
    ),
    (
        "   ----- The following addresses had permanent fatal errors -----\n<tom@a.example>\n    (reason: 550 5.7.1 \
          No)\n\n   ----- Transcript of session follows -----\n550 <eva@a.example>... User unknown\n",
        &["tom@a.example 5.7.1"],
    ),
    (
        "While talking to a.example:\n>>> RCPT To:<tom@a.example>\n<<< 550 5.2.1 Disabled\n",
        &["tom@a.example 5.2.1"],
    ),
    (
        "Your message\n\n  Subject: Hi\n\nwas not delivered to:\n\n  tom@a.example\n\nbecause:\n\n  User tom not listed \
          in Domino Directory\n",
        &["tom@a.example 5.1.1"],
    ),
    (
        "Diagnostic information for administrators:\n\nGenerating server: a.example\n\ntom@a.example\n#550 5.1.10 \
          RESOLVER.ADR.RecipNotFound; not found ##\n",
        &["tom@a.example 5.1.10"],
    ),
    (
        "Could not be delivered because of\n\n550 5.1.1 User unknown\n\nThe following recipients were affected:\n    \
             tom@a.example, eva@a.example\n\nbecause:\n\n550 5.1.1 User unknown\n",
        &["tom@a.example 5.1.1", "eva@a.example 5.1.1"],
    ),
    (
        "Reason: 552 over quota\n\nThe following recipients were affected:\n    tom@a.example\n\nAdditional Information\n",
        &["tom@a.example 5.2.2"],
    ),
    (
        "did not reach the following recipient(s):\n\ntom@a.example on Thu, 1 Jan 2026\n    The recipient name is not \
          recognized\n",
        &["tom@a.example 5.1.1"],
    ),
    (
        "    the following list of recipients:\n\ntom@a.example: 550 5.1.1 gone\n\n    Below is a copy of the original \
          message:\n",
        &["tom@a.example 5.1.1"],
    ),
    (
        "Unable to deliver message to: <tom@a.example>\nfailed with: 552 mailbox full\n",
        &["tom@a.example 5.2.2"],
    ),
    (
        "User mailbox exceeds allowed size: tom@a.example\n",
        &["tom@a.example 5.2.2"],
    ),
    (
        "Technical report:\n\nAction: failed\nFinal-Recipient: rfc822; tom@a.example\nStatus: 5.1.1\n",
        &["tom@a.example 5.1.1"],
    ),
    (
        "tom@a.example Invalid Address, ERROR_CODE :550, ERROR_CODE :5.2.2 full\n",
        &["tom@a.example 5.2.2"],
    ),
    (
        "421 a.example (smtp)... Deferred: Connection timed out\n\n  ----- Unsent message follows -----\nReceived: by x\n\
          To: tom@a.example\n",
        &["tom@a.example 4.4.1"],
    ),
];

#[test]
fn each_family_of_words_names_recipient_and_status() {
    for (body, expected) in CASES {
        let mail = bounce(body);
        assert_eq!(told(&mail), *expected, "{body}");
        assert_eq!(classify(&mail, &OwnSigns::default()).class, MailClass::Bounce, "{body}");
    }
}

#[test]
fn the_returned_mail_is_named_and_its_addresses_are_nobodys_failure() {
    let mail = bounce(
        "<tom@a.example>:\n550 unknown user\n\n--- Enclosed is a copy of the message.\n\nTo: eva@a.example\n\
         Message-ID: <ours@acme.example>\n",
    );
    let report = mail.delivery_report.unwrap();
    assert_eq!(report.original_message_id.unwrap().as_str(), "ours@acme.example");
    assert_eq!(report.recipients.len(), 1);
}

#[test]
fn failed_recipients_in_the_header_come_first() {
    let mail = parse(
        "Return-Path: <>\nFrom: Mailer-Daemon@a.example\nX-Failed-Recipients: tom@a.example\nSubject: failed\n\n\
         The following address failed:\n\n  tom\n    550 5.7.0 use another server\n",
    );
    assert_eq!(told(&mail), ["tom@a.example 5.7.0"]);
}

#[test]
fn a_warning_is_a_delay() {
    let mail = bounce("Delivery to the following recipient has been delayed:\n\n     tom@a.example\n");
    assert_eq!(
        mail.delivery_report.as_ref().unwrap().recipients[0].action,
        Action::Delayed
    );
    assert_eq!(classify(&mail, &OwnSigns::default()).class, MailClass::DeliveryDelay);
}

#[test]
fn a_person_who_forwards_a_bounce_or_is_called_postmaster_is_a_person() {
    let words = "I got this:\n\n<tom@a.example>:\n550 5.1.1 unknown user\n";
    for from in ["eva@home.example", "postmaster@home.example"] {
        let text =
            format!("Return-Path: <{from}>\nFrom: {from}\nTo: help@acme.example\nSubject: A question\n\n{words}");
        let class = classify(&parse(&text), &OwnSigns::default());
        assert_eq!(class.class, MailClass::Human, "{}", class.reason);
    }
}

#[test]
fn an_administrator_who_writes_of_a_failed_mail_is_a_person() {
    let text = "From: System Administrator <admin@home.example>\nTo: help@acme.example\nSubject: Question\n\n\
                Unable to deliver message to <tom@a.example>: 550 5.1.1 unknown\n";
    assert_eq!(classify(&parse(text), &OwnSigns::default()).class, MailClass::Human);
}

#[test]
fn escaped_characters_of_rfc_6533_are_read() {
    let mail = parse(
        "From: MAILER-DAEMON@a.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/report; \
         report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/global-delivery-status\n\nReporting-MTA: \
         dns; a\n\nFinal-Recipient: utf-8; jos\\x{e9}@a.example\nAction: failed\nDiagnostic-Code: smtp; 550 No such \
         user\n\n--b--\n",
    );
    assert_eq!(told(&mail), ["jos\u{e9}@a.example 5.1.1"]);
}

proptest! {
    #[test]
    fn no_words_make_it_panic(body in r"([ <>@:.#\[\]()a-z0-9\n\\é-]|RCPT TO:|<<< |\.\.\.|following address|550 |Received:){0,120}") {
        let mail = bounce(&body);
        classify(&mail, &OwnSigns::default());
    }
}
