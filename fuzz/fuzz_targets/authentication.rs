//! Whatever the header says, nobody is believed whom the border did not name.
#![no_main]

use buzon::mail::authentication::{Authserv, Trust, alignment};
use buzon::mail::{Alignment, InboundMail, ParseLimits, RawMail};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

const BORDER: &str = "mx.acme.example";

fuzz_target!(|header: &[u8]| {
    for field in [&b""[..], b"Authentication-Results: mx.acme.example; "] {
        let octets = [field, header, b"\r\nFrom: a@home.example\r\n\r\nHello.\r\n"].concat();
        let raw = RawMail {
            full_size: octets.len() as u64,
            octets,
            received_at: Timestamp::UNIX_EPOCH,
        };
        let mail = InboundMail::parse(&raw, &ParseLimits::default());
        for (authserv, arc_sealers) in [
            (Authserv::Id(BORDER.to_owned()), vec!["google.com".to_owned()]),
            (Authserv::Microsoft365, vec![]),
        ] {
            let by_name = matches!(authserv, Authserv::Id(_)) && field.is_empty();
            let trust = Trust {
                authserv: Some(authserv),
                arc_sealers,
                ..Trust::default()
            };
            let (aligned, _) = alignment(&mail, &trust);
            assert_ne!(aligned, Alignment::Unknown);
            let named = String::from_utf8_lossy(header).to_lowercase().contains(BORDER);
            assert!(!by_name || named || aligned == Alignment::No);
        }
    }
});
