//! A paragraph for each recipient that starts with `<address>:`, as qmail, Yahoo, Postfix, Courier and MX Logic write.

use super::notice::{Failure, Notice, join};

/// The recipients whose paragraphs start with their address in brackets and a colon.
pub(super) fn read(notice: &Notice<'_>) -> Vec<Failure> {
    let starts: Vec<(usize, &str, &str)> = notice
        .lines
        .iter()
        .enumerate()
        .filter_map(|(at, line)| start(line).map(|(address, rest)| (at, address, rest)))
        .collect();
    let mut failures: Vec<Failure> = Vec::new();
    for &(at, address, rest) in &starts {
        let below = notice.lines.iter().skip(at + 1).copied();
        let mut below = below.take_while(|line| !line.trim().is_empty() && start(line).is_none());
        let reason = join(std::iter::once(rest).chain(below.by_ref()));
        // A server's reply, folded, may start with the address once more.
        let again = failures
            .iter_mut()
            .find(|known| known.address.eq_ignore_ascii_case(address));
        match again {
            Some(known) => known.reason = format!("{} {reason}", known.reason).trim().to_owned(),
            None => failures.push(Failure {
                address: address.to_owned(),
                reason,
            }),
        }
    }
    failures
}

/// `<address>: …`, or in Postfix's words `<address> (expanded from <other>): …`.
fn start(line: &str) -> Option<(&str, &str)> {
    let (address, rest) = line.trim_start().strip_prefix('<')?.split_once('>')?;
    let is_address = address.contains('@') && !address.contains(char::is_whitespace);
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix("(expanded from").or(rest.strip_prefix("(orig_to")) {
        Some(origin) => origin.split_once(')')?.1,
        None => rest,
    };
    let rest = rest.strip_prefix(':')?;
    is_address.then_some((address, rest))
}
