//! The last resort: an address beside a reply code or a known complaint.

use super::notice::{Failure, Notice, addresses, join};
use crate::mail::delivery_report::status;

/// How many lines around an error an address is looked for.
const NEAR: usize = 3;

/// The addresses beside errors; else the only one in the notice; else the only recipient of the returned mail.
pub(super) fn read(notice: &Notice<'_>) -> Vec<Failure> {
    let beside = beside_errors(notice);
    if !beside.is_empty() {
        return beside;
    }
    let reason = reason(&notice.lines);
    let only = only(notice, notice.lines.iter().copied()).or_else(|| {
        let fields = notice
            .returned
            .iter()
            .copied()
            .take_while(|line| !line.trim().is_empty());
        let to = fields.filter(|line| line.get(..3).is_some_and(|name| name.eq_ignore_ascii_case("to:")));
        only(notice, to).filter(|_| !reason.is_empty())
    });
    only.map(|address| vec![Failure { address, reason }])
        .unwrap_or_default()
}

fn beside_errors(notice: &Notice<'_>) -> Vec<Failure> {
    let lines = &notice.lines;
    let mut failures: Vec<Failure> = Vec::new();
    let errors = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| status::of_diagnostic(line).is_some());
    for (at, line) in errors {
        let above = lines.iter().take(at).rev().take(NEAR);
        let near = std::iter::once(line)
            .chain(above)
            .chain(lines.iter().skip(at + 1).take(1));
        let found = near
            .filter(|near| !names_other(near))
            .find_map(|near| addresses(near).find(|address| !notice.is_party(address)));
        let is_new = |address: &&str| {
            failures
                .iter()
                .all(|known| !known.address.eq_ignore_ascii_case(address))
        };
        if let Some(address) = found.filter(is_new) {
            failures.push(Failure {
                address: address.to_owned(),
                reason: (*line).to_owned(),
            });
        }
    }
    failures
}

/// Lines that name somebody else: the sender, a contact, an id.
fn names_other(line: &str) -> bool {
    let line = line.to_lowercase();
    [
        "message-id",
        "messagename",
        "from:",
        "from ",
        "sender",
        "contact",
        "postmaster@",
        "mailer-daemon",
        "reply-to",
        "http:",
        "https:",
    ]
    .iter()
    .any(|words| line.contains(words))
}

/// The only address in these lines that is nobody else's.
fn only<'l>(notice: &Notice<'_>, lines: impl Iterator<Item = &'l str>) -> Option<String> {
    let mut found = lines
        .filter(|line| !names_other(line))
        .flat_map(addresses)
        .filter(|address| !notice.is_party(address));
    let first = found.next()?;
    found
        .all(|other| other.eq_ignore_ascii_case(first))
        .then(|| first.to_owned())
}

/// The first line that tells a status, with the one below it; empty when there is none.
pub(super) fn reason(lines: &[&str]) -> String {
    let at = lines.iter().position(|line| status::of_diagnostic(line).is_some());
    at.map(|at| join(lines.iter().skip(at).take(2).copied()))
        .unwrap_or_default()
}
