mod attached;
mod clients;
mod html;
mod nasty;

use super::*;
use crate::mail::EmailAddress;

/// A mail of an agent's, from the values that a test is about.
fn plain(subject: &str, text: &str) -> (InboundMail, RawMail) {
    mail(&format!(
        "From: Ana Ruiz <ana@acme.example>\r\nTo: support@acme.example\r\nSubject: {subject}\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{text}"
    ))
}

fn html_only(subject: &str, html: &str) -> (InboundMail, RawMail) {
    mail(&format!(
        "From: Ana Ruiz <ana@acme.example>\r\nTo: support@acme.example\r\nSubject: {subject}\r\n\
         Content-Type: text/html; charset=utf-8\r\n\r\n{html}"
    ))
}

fn mail(octets: &str) -> (InboundMail, RawMail) {
    let raw = RawMail {
        octets: octets.as_bytes().to_vec(),
        full_size: octets.len() as u64,
        received_at: Timestamp::UNIX_EPOCH,
    };
    (InboundMail::parse(&raw, &ParseLimits::default()), raw)
}

fn read((mail, raw): &(InboundMail, RawMail)) -> Result<Forwarded, NotFound> {
    forwarded(mail, raw, &ParseLimits::default())
}

fn of_plain(subject: &str, text: &str) -> Result<Forwarded, NotFound> {
    read(&plain(subject, text))
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn eva() -> Mailbox {
    Mailbox {
        name: "Eva Lind".to_owned(),
        address: address("eva@lind.example"),
    }
}

/// It is Eva's mail, with the agent's command above it.
#[track_caller]
fn check_eva(found: Result<Forwarded, NotFound>, subject: &str, what: &str) -> Forwarded {
    let found = found.unwrap_or_else(|reason| panic!("{reason:?}: {what}"));
    assert_eq!(found.original.from, eva(), "{what}");
    assert_eq!(found.original.subject, subject, "{what}");
    assert_eq!(found.original.text.trim(), "It jams.\n\nRegards\nEva", "{what}");
    assert_eq!(found.above.trim(), "#priority high\nPlease look.", "{what}");
    assert!(found.original.date.is_some(), "{what}");
    assert_eq!(
        found.original.to.first().unwrap().address,
        address("ana@acme.example"),
        "{what}"
    );
    found
}
