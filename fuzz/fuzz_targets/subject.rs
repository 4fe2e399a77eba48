//! Any subject: its claims are few, and what is left without tags has none.
#![no_main]

use buzon::desk::subject::{base, claims, without_prefixes, without_tags};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|subject: String| {
    assert!(claims(&subject).len() <= 8);
    let bare = without_tags(&subject);
    assert!(claims(&bare).iter().all(|claim| claim.check.is_none()), "{bare:?}");
    assert!(subject.contains(without_prefixes(&subject)));
    base(&subject);
});
