//! Transcripts of SMTP as Sendmail writes them: `550 <address>... reason`, and `>>> RCPT To:` answered by `<<< 550`.

use super::notice::{Failure, Notice, addresses, join, leading_address};

/// The recipients of a transcript, or of the list of fatal errors above it.
pub(super) fn read(notice: &Notice<'_>) -> Vec<Failure> {
    let mut failures: Vec<Failure> = notice.lines.iter().filter_map(|line| refused(line)).collect();
    failures.extend(dialogue(&notice.lines));
    let mut listed = fatal_list(&notice.lines);
    for entry in &mut listed {
        let said = failures
            .iter()
            .find(|said| said.address.eq_ignore_ascii_case(&entry.address));
        if let Some(said) = said.filter(|_| entry.reason.is_empty()) {
            entry.reason.clone_from(&said.reason);
        }
    }
    // The list names the recipients as the sender knows them; the transcript, what they were expanded to.
    if listed.is_empty() { failures } else { listed }
}

/// `550 <user@host>... User unknown`, `554 5.0.0 user@host... Service unavailable`.
fn refused(line: &str) -> Option<Failure> {
    let line = line.trim();
    let code = line.get(..3).filter(|code| is_failure(code))?;
    let (before, _) = line.split_once("...")?;
    let address = addresses(before).last()?;
    let bare = before.trim_end_matches('>').ends_with(address);
    (bare && !code.is_empty()).then(|| Failure {
        address: address.to_owned(),
        reason: line.to_owned(),
    })
}

fn is_failure(code: &str) -> bool {
    code.starts_with(['4', '5']) && code.bytes().all(|b| b.is_ascii_digit())
}

/// What the other server answered to each RCPT. Sendmail and EZweb point `>>>` at what was sent, InterScan `<<<`.
fn dialogue(lines: &[&str]) -> Vec<Failure> {
    let mut failures = Vec::new();
    let mut asked: Option<&str> = None;
    for line in lines {
        let Some((_, said)) = line.split_once(">>>").or_else(|| line.split_once("<<<")) else {
            continue;
        };
        let said = said.trim();
        if said.get(..8).is_some_and(|head| head.eq_ignore_ascii_case("rcpt to:")) {
            asked = addresses(said).next();
        } else if said.get(..3).is_some_and(is_failure) {
            failures.extend(asked.take().map(|address| Failure {
                address: address.to_owned(),
                reason: said.to_owned(),
            }));
        } else if said.get(..3).is_some_and(|code| code.starts_with('2')) {
            asked = None;
        }
    }
    failures
}

/// What stands below `----- The following addresses had permanent fatal errors -----`.
fn fatal_list(lines: &[&str]) -> Vec<Failure> {
    let is_title = |line: &str| {
        let line = line.to_lowercase();
        line.trim_start().starts_with("--") && line.contains("following addresses had")
    };
    let Some(title) = lines.iter().position(|line| is_title(line)) else {
        return Vec::new();
    };
    let mut failures: Vec<Failure> = Vec::new();
    let section = lines.iter().skip(title + 1);
    for line in section.take_while(|line| !line.trim_start().starts_with("---")) {
        match (leading_address(line), failures.last_mut()) {
            (Some((address, rest)), _) if !line.trim_start().starts_with('(') => failures.push(Failure {
                address: address.to_owned(),
                reason: rest
                    .trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '(' | ')'))
                    .to_owned(),
            }),
            // `(expanded from: <user@host>)` is the address we wrote to; above it stands a program or a file.
            (None, last) if line.contains("expanded from") && last.is_none() => {
                failures.extend(addresses(line).next().map(|address| Failure {
                    address: address.to_owned(),
                    reason: String::new(),
                }));
            }
            (None, Some(last)) => {
                let more = line.trim().trim_start_matches("(reason:").trim_end_matches(')');
                last.reason = join([last.reason.as_str(), more].into_iter());
            }
            _ => {}
        }
    }
    failures
}
