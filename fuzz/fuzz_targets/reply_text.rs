//! Of any text, what its sender newly wrote stands in it.
#![no_main]

use buzon::mail::{InboundMail, ParseLimits, RawMail};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: String| {
    for kind in ["plain", "html"] {
        let octets =
            format!("From: a@home.example\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n{body}").into_bytes();
        let raw = RawMail {
            full_size: octets.len() as u64,
            octets,
            received_at: Timestamp::UNIX_EPOCH,
        };
        let mail = InboundMail::parse(&raw, &ParseLimits::default());
        assert!(mail.reply.len() <= mail.text.len() + 1, "{:?}", mail.text);
        for line in mail.reply.lines().map(str::trim) {
            assert!(mail.text.contains(line), "{line:?} is not in {:?}", mail.text);
        }
    }
});
