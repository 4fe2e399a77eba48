//! No text is a token of ours but those that we signed, and reading one never fails hard.
#![no_main]

use buzon::desk::token::{Purpose, TokenKeys};
use buzon::desk::{TicketKey, TicketNumber};
use buzon::mail::{EmailAddress, MessageId};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: String| {
    // The fuzzer cannot sign with these: 80 bits of check and more are not found by mutation.
    let keys = TokenKeys::new(b"a secret of the fuzzing, 32 octets".to_vec().into(), vec![]);
    if let Some(address) = EmailAddress::parse(&text) {
        assert_eq!(keys.verify_address(&address), None, "{address}");
        let token = keys.address_token(Purpose::CustomerReply, TicketKey(7), keys.person(&address));
        let signed = EmailAddress::parse(&format!("{token}@{}", address.domain()));
        if let Some(signed) = signed {
            let found = keys.verify_address(&signed).expect("our own token");
            assert_eq!((found.key, found.reference), (TicketKey(7), keys.person(&address)));
        }
    }
    for local in [text.clone(), format!("support+{text}")] {
        if let Some(address) = EmailAddress::parse(&format!("{local}@acme.example")) {
            assert_eq!(keys.verify_address(&address), None, "{address}");
        }
    }
    if let Some(id) = MessageId::parse(&text) {
        assert_eq!(keys.verify_message_id(&id), None, "{id}");
    }
    assert!(!keys.verify_loop_mark(&text), "{text}");
    keys.verify_tag(TicketNumber(7), TicketKey(7), &text);
});
