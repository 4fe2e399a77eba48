//! The fields of RFC 3464 written into the text: Amazon WorkMail, and reports whose parts got lost on the way.

use crate::mail::delivery_report::RecipientReport;
use crate::mail::parse::recipient_in_text;

/// How many recipients are kept.
const MOST_RECIPIENTS: usize = 500;
/// How many paragraphs are looked at.
const MOST_GROUPS: usize = 10_000;
/// How much of a paragraph can be fields, in octets.
const LONGEST_GROUP: usize = 16 * 1024;

/// The recipients of the paragraphs in which there is a Final-Recipient or an Original-Recipient.
pub(super) fn read(text: &str) -> Vec<RecipientReport> {
    text.split("\n\n")
        .take(MOST_GROUPS)
        .filter(|group| group.len() < LONGEST_GROUP)
        .filter_map(|group| {
            let start = group.lines().position(is_field)?;
            let fields: Vec<&str> = group.lines().skip(start).map(str::trim_end).collect();
            let names_recipient = fields.iter().any(|line| {
                let name = line.split_once(':').map_or("", |(name, _)| name.trim());
                name.eq_ignore_ascii_case("final-recipient") || name.eq_ignore_ascii_case("original-recipient")
            });
            names_recipient.then(|| recipient_in_text(&fields.join("\r\n")))?
        })
        .take(MOST_RECIPIENTS)
        .collect()
}

fn is_field(line: &str) -> bool {
    const NAMES: [&str; 6] = [
        "final-recipient",
        "original-recipient",
        "action",
        "status",
        "diagnostic-code",
        "remote-mta",
    ];
    let name = line.split_once(':').map_or("", |(name, _)| name);
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}
