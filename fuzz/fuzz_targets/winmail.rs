//! Whatever is in a winmail.dat, each file in it has its octets.
#![no_main]

use buzon::mail::{InboundMail, ParseLimits, RawMail};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

const HEAD: &[u8] = b"From: a@home.example\r\nContent-Type: application/ms-tnef\r\n\r\n\x78\x9F\x3E\x22\x01\x00";

fuzz_target!(|attributes: &[u8]| {
    let octets = [HEAD, attributes].concat();
    let raw = RawMail {
        full_size: octets.len() as u64,
        octets,
        received_at: Timestamp::UNIX_EPOCH,
    };
    let mail = InboundMail::parse(&raw, &ParseLimits::default());
    for (index, attachment) in mail.attachments.iter().enumerate() {
        let octets = mail.attachment_octets(&raw, index).expect("each attachment has its octets");
        assert_eq!(octets.len() as u64, attachment.size);
    }
});
