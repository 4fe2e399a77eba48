//! Any calendar is read, and its text carries no control characters.
#![no_main]

use buzon::mail::{InboundMail, ParseLimits, RawMail};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|event: &[u8]| {
    const HEAD: &[u8] = b"From: a@home.example\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VEVENT\r\n";
    let octets = [HEAD, event].concat();
    let raw = RawMail {
        full_size: octets.len() as u64,
        octets,
        received_at: Timestamp::UNIX_EPOCH,
    };
    let mail = InboundMail::parse(&raw, &ParseLimits::default());
    let is_clean = |c: char| !c.is_control() || c == '\n' || c == '\t';
    assert!(mail.text.chars().all(is_clean), "{:?}", mail.text);
});
