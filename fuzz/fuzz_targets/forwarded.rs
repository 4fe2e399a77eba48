//! Any octets may forward a mail: whoever is named has an address that stands in it, and can be written to.
#![no_main]

use buzon::mail::{EmailAddress, InboundMail, ParseLimits, RawMail, forwarded};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let raw = RawMail {
        octets: octets.to_vec(),
        full_size: octets.len() as u64,
        received_at: Timestamp::UNIX_EPOCH,
    };
    let limits = ParseLimits::default();
    let mail = InboundMail::parse(&raw, &limits);
    let Ok(found) = forwarded(&mail, &raw, &limits) else {
        return;
    };
    let from = &found.original.from;
    assert_eq!(EmailAddress::parse(from.address.as_str()).as_ref(), Some(&from.address));
    assert!(!from.name.contains(char::is_control), "{from:?}");
    let (holder, holder_raw) = found.holder(&mail, &raw);
    for index in &found.original.attachments {
        assert!(holder.attachments.get(*index).is_some());
        assert!(holder.attachment_octets(holder_raw, *index).is_some());
    }
});
