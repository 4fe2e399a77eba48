//! Bounces that name the recipient in the sentence, or in a labelled line.

use super::notice::{Failure, Notice, addresses, join};
use crate::mail::delivery_report::status;

/// The recipients named behind words that only bounces say.
pub(super) fn read(notice: &Notice<'_>) -> Vec<Failure> {
    let lines = &notice.lines;
    let mut failures = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let lower = line.to_ascii_lowercase();
        let Some(words) = WORDS.iter().find(|words| lower.contains(*words)) else {
            continue;
        };
        let end = lower.find(words).map_or(0, |start| start + words.len());
        let behind = line.get(end..).unwrap_or_default();
        let below = lines.get(at + 1).copied().filter(|_| behind.trim().is_empty());
        let mut named = addresses(behind).chain(below.into_iter().flat_map(addresses));
        let Some(address) = named.next() else { continue };
        let after = lines
            .iter()
            .skip(at)
            .copied()
            .take_while(|line| !line.trim().is_empty())
            .take(4);
        let next = lines
            .iter()
            .skip(at + 1)
            .copied()
            .skip_while(|line| line.trim().is_empty())
            .take(3);
        let about = join(after);
        let reason = match status::of_diagnostic(&about) {
            Some(_) => about,
            None => join(std::iter::once(about.as_str()).chain(next)),
        };
        for address in std::iter::once(address).chain(named) {
            failures.push(Failure {
                address: address.to_owned(),
                reason: reason.clone(),
            });
        }
    }
    failures
}

/// In lower case; the address stands behind them, on the same line or alone on the next.
const WORDS: [&str; 28] = [
    // KDDI, MailFoundry, InterScan, DragonFly.
    "could not be delivered to:",
    "unable to deliver message to",
    "an error delivering your mail to",
    "bounced message to",
    // IMail.
    "mailbox exceeds allowed size:",
    "mailbox is full:",
    "unknown user:",
    "user unknown:",
    "unknown host:",
    "invalid final delivery userid:",
    "delivery userid:",
    "attempts:",
    "undeliverable to",
    // X6, SurfControl, Zoho, EZweb.
    "returned permanent errors:",
    "returned temporary errors:",
    "addressed to:",
    "status: error, address:",
    "    recipient:",
    // Apache James and Verizon.
    "  rcpt to:",
    // Gmail, Office 365, Amazon.
    "your message wasn't delivered to",
    "your message wasn\u{2019}t delivered to",
    "your message to",
    "mail could not be delivered to",
    "message could not be delivered to",
    "the email address you entered",
    "was unable to deliver your message to",
    // fml.
    "of this mailing list",
    "duplicated message-id in",
];
