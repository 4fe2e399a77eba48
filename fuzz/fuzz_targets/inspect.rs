//! Any octets are a mail: it is read and classified, and no decoded value carries control characters.
#![no_main]

use buzon::desk::Clues;
use buzon::desk::token::TokenKeys;
use buzon::mail::class::{OwnSigns, classify};
use buzon::mail::{InboundMail, ParseLimits, RawMail, courtesy};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let raw = RawMail {
        octets: octets.to_vec(),
        full_size: octets.len() as u64,
        received_at: Timestamp::UNIX_EPOCH,
    };
    let mail = InboundMail::parse(&raw, &ParseLimits::default());
    classify(&mail, &OwnSigns::default());
    courtesy::is_bare_thanks(&mail.reply, &mail.text);
    Clues::of(
        &mail,
        &TokenKeys::new(b"a secret of the fuzzing, 32 octets".to_vec().into(), vec![]),
    );
    assert!(!mail.subject.contains(char::is_control), "{:?}", mail.subject);
    for mailbox in mail.from.iter().chain(&mail.reply_to).chain(&mail.to).chain(&mail.cc) {
        assert!(!mailbox.name.contains(char::is_control), "{mailbox:?}");
        assert!(!mailbox.address.as_str().contains(char::is_control), "{mailbox:?}");
    }
    for (index, attachment) in mail.attachments.iter().enumerate() {
        let name = &attachment.name;
        assert!(
            !name.is_empty() && !name.contains(['/', '\\']) && !name.contains(char::is_control),
            "{name:?}"
        );
        let octets = mail.attachment_octets(&raw, index).expect("each attachment has its octets");
        assert_eq!(octets.len() as u64, attachment.size, "{name:?}");
    }
});
