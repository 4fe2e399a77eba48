//! Any delivery report, in the wrapping that mail servers give it, is read and classified.
#![no_main]

use buzon::mail::class::{OwnSigns, classify};
use buzon::mail::{InboundMail, ParseLimits, RawMail};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

const HEAD: &[u8] = b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nSubject: Undelivered Mail\r\n\
    Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n--b\r\n\
    Content-Type: message/delivery-status\r\n\r\n";
const TAIL: &[u8] = b"\r\n--b--\r\n";

fuzz_target!(|status: &[u8]| {
    let octets = [HEAD, status, TAIL].concat();
    let raw = RawMail {
        full_size: octets.len() as u64,
        octets,
        received_at: Timestamp::UNIX_EPOCH,
    };
    let mail = InboundMail::parse(&raw, &ParseLimits::default());
    let classification = classify(&mail, &OwnSigns::default());
    assert!(!classification.may_auto_respond, "{classification:?}");
});
