//! Any text is HTML: what comes out is text.
#![no_main]

use buzon::mail::html;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: String| {
    html::to_text(&text);
});
