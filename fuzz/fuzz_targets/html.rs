//! Any text is HTML: as text it is text, and sanitised nothing in it acts or loads.
#![no_main]

use buzon::mail::html;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: String| {
    html::to_text(&text);
    let safe = html::sanitise(&text).to_ascii_lowercase();
    for bad in [
        "<script",
        "<svg",
        "<style",
        "<iframe",
        "<form",
        "<link",
        "<meta",
        "href=\"javascript",
        "src=\"http",
    ] {
        // What begins with `<` is markup: as text it would be `&lt;`, and a quote inside of a value `&quot;`.
        let is_markup = bad.starts_with('<');
        assert!(!is_markup || !safe.contains(bad), "{bad} in {safe}");
        let in_tags = safe
            .split('<')
            .filter_map(|piece| piece.split_once('>'))
            .any(|(tag, _)| tag.contains(bad));
        assert!(!in_tags, "{bad} in {safe}");
    }
});
