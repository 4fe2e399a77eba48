//! Bounces that announce a list of recipients and then give it, with or without a reason for each.

use super::notice::{Failure, Notice, addresses, join, leading_address};

/// How far below its announcement a list may begin, in lines.
const NEAR: usize = 8;

/// The recipients of the first announced list.
pub(super) fn read(notice: &Notice<'_>) -> Vec<Failure> {
    notice
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| announces(line))
        .map(|(at, _)| list_below(notice, at))
        .find(|failures| !failures.is_empty())
        .unwrap_or_default()
}

fn announces(line: &str) -> bool {
    let line = line.to_lowercase();
    ANNOUNCEMENTS.iter().any(|words| line.contains(words))
}

const ANNOUNCEMENTS: [&str; 31] = [
    // Exim and what is made of it (GMX, 1&1, Mail.ru), Mimecast, m-FILTER, X1 to X4.
    "following address",
    "following recipient",
    "address(es) failed",
    "addresses failed",
    "failed addresses follow",
    "не может быть доставлено",
    "メールアドレスへの送信に失敗",
    "あて先へのメッセージはエラー",
    // OpenSMTPD, MailMarshal, Courier, Apache James.
    "list of recipients",
    "recipients were affected",
    "recipients cannot be delivered",
    "include the list of recipients",
    // Amazon WorkMail, EZweb.
    "following users",
    "account is disabled",
    "account is temporarily",
    "account(s) is",
    // Exchange, Office 365 and Outlook.
    "did not reach",
    "could not be reached",
    "has failed to these recipients",
    "these recipients or",
    "fehler bei der nachrichtenzustellung an folgende",
    "nachrichtenübermittlung an folgende",
    "échec de la remise à ces destinataires",
    "no se pudo entregar a estos destinatarios",
    "error de entrega a estos destinatarios",
    "recapito non riuscito ai seguenti",
    "次の受信者",
    // Domino and Notes.
    "was not delivered to",
    "failure reasons",
    "wurde nicht zugestellt an",
    // Zoho.
    "this is a permanent error",
];

/// The entries below line `at`: lines that start with an address, less indented than their reasons.
fn list_below(notice: &Notice<'_>, at: usize) -> Vec<Failure> {
    let mut failures: Vec<Failure> = Vec::new();
    let mut indent = 0;
    let mut after_gap = true;
    let below = notice.lines.get(at + 1..).unwrap_or_default();
    for (offset, line) in below.iter().enumerate() {
        if line.trim().is_empty() {
            after_gap = true;
            continue;
        }
        let entry = leading_address(line).or_else(|| first_named(notice, line).filter(|_| failures.is_empty()));
        match entry {
            Some((address, rest)) if failures.is_empty() || indent_of(line) <= indent => {
                indent = indent_of(line);
                failures.extend(entries(address, rest));
            }
            _ if failures.is_empty() && offset > NEAR => break,
            _ if failures.is_empty() => {}
            // A paragraph that starts with no address ends the list; it says why, when the entries did not.
            _ if after_gap => {
                let shared = join(
                    below
                        .iter()
                        .skip(offset)
                        .copied()
                        .filter(|line| !is_title(line))
                        .take(6),
                );
                for failure in failures.iter_mut().filter(|failure| failure.reason.is_empty()) {
                    failure.reason.clone_from(&shared);
                }
                break;
            }
            _ => {
                if let Some(last) = failures.last_mut() {
                    last.reason = join([last.reason.as_str(), line].into_iter());
                }
            }
        }
        after_gap = false;
    }
    failures
}

/// Domino puts several on one line, with commas.
fn entries(address: &str, rest: &str) -> Vec<Failure> {
    let others = rest.trim_start().starts_with(',').then(|| addresses(rest));
    let reason = if others.is_some() { String::new() } else { reason(rest) };
    std::iter::once(address)
        .chain(others.into_iter().flatten())
        .map(|address| Failure {
            address: address.to_owned(),
            reason: reason.clone(),
        })
        .collect()
}

/// `Cat, Tom (tom@host)<mailto:tom@host>`: Outlook names people.
fn first_named<'l>(notice: &Notice<'_>, line: &'l str) -> Option<(&'l str, &'l str)> {
    let address = addresses(line).find(|address| !notice.is_party(address))?;
    let before = line.get(..line.find(address)?)?;
    (before.contains(['(', '<']) && before.len() < 80).then_some((address, ""))
}

/// What follows the address on its line: `: reason`, `[reason]`, `... reason`; a time says nothing.
fn reason(rest: &str) -> String {
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '.' | '>' | '['));
    let rest = rest.trim_end_matches(']');
    let says_nothing = rest.starts_with("on ") || rest.starts_with("<mailto:") || rest.starts_with("mailto:");
    if says_nothing { String::new() } else { rest.to_owned() }
}

/// Words that introduce the reason.
fn is_title(line: &str) -> bool {
    let line = line.trim().trim_end_matches(':').to_lowercase();
    matches!(
        line.as_str(),
        "because" | "reason" | "technical report" | "for the following reason" | "weil"
    )
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}
