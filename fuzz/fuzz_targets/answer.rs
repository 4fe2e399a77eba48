//! Whatever an agent's client sends: no line of ours is in her answer, and nothing of it breaks the guard.
#![no_main]

use buzon::mail::answer::{Answer, Leak, guard, is_no_answer};
use buzon::mail::{EmailAddress, InboundMail, ParseLimits, RawMail};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let raw = RawMail {
        octets: octets.to_vec(),
        full_size: octets.len() as u64,
        received_at: Timestamp::UNIX_EPOCH,
    };
    let mail = InboundMail::parse(&raw, &ParseLimits::default());
    let addresses: Vec<EmailAddress> = mail.from.iter().map(|from| from.address.clone()).collect();
    for command_lines in 0..2 {
        let answer = Answer::of(&mail, command_lines, &addresses);
        assert!(!answer.text.contains('┃'), "{answer:?}");
        assert_eq!(answer.text, answer.text.trim());
        assert!(answer.enclosed.iter().all(|one| one.index < mail.attachments.len()));
        is_no_answer(&answer.text);
        let leak = guard(&answer.text, None, &|_| false, &addresses);
        assert_ne!(leak, Some(Leak::InternalLine), "{answer:?}");
        guard(&answer.text, answer.html.as_deref(), &|_| false, &addresses);
    }
});
