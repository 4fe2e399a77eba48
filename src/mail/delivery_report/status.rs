//! Enhanced status codes (RFC 3463) out of a server's words.

/// The status that a diagnostic gives: written out, else by its words, else by its reply code (RFC 5321 §4.2.3).
pub(in crate::mail) fn of_diagnostic(text: &str) -> Option<String> {
    let written = status_code(text).filter(|code| !code.starts_with('2'));
    // `5.0.0` says less than the words beside it.
    let vague = written.as_deref().is_some_and(|code| code.ends_with(".0.0"));
    let code = reply_code(text);
    match written {
        Some(status) if !vague => Some(status),
        written => by_words(text, code)
            .map(str::to_owned)
            .or(written)
            .or_else(|| by_code(code?).map(str::to_owned)),
    }
}

/// The first `digit.digits.digits` (RFC 3463 §2).
pub(in crate::mail) fn status_code(value: &str) -> Option<String> {
    value
        .split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .map(|word| word.trim_matches('.'))
        .find(|word| is_status_code(word))
        .map(str::to_owned)
}

fn is_status_code(word: &str) -> bool {
    let mut numbers = word.split('.');
    let class = numbers.next().is_some_and(|n| matches!(n, "2" | "4" | "5"));
    let short = |n: Option<&str>| n.is_some_and(|n| (1..=3).contains(&n.len()));
    class && short(numbers.next()) && short(numbers.next()) && numbers.next().is_none()
}

fn by_words(text: &str, code: Option<u16>) -> Option<&'static str> {
    // The words count, not what people and pages are called.
    let is_word = |word: &&str| !word.contains('@') && !word.contains("://");
    let lower = text
        .split_whitespace()
        .filter(is_word)
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    let (_, status) = WORDS.iter().find(|(words, _)| lower.contains(words))?;
    // A server that says 450 for an unknown user has not made up its mind (greylisting, a directory that is down).
    match (code, *status) {
        (Some(400..=499), status) if status.starts_with('5') => Some("4.0.0"),
        (_, status) => Some(status),
    }
}

/// The first reply code between 400 and 599 that stands by itself.
fn reply_code(text: &str) -> Option<u16> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ':' | '-' | '(' | ')' | '[' | ']' | '\'' | '"' | ',' | '#'))
        .filter(|word| word.len() == 3)
        .find_map(|word| word.parse().ok().filter(|code| (400..600).contains(code)))
}

fn by_code(code: u16) -> Option<&'static str> {
    Some(match code {
        421 => "4.4.2",
        450 => "4.2.0",
        451 => "4.3.0",
        452 => "4.3.1",
        500..=504 => "5.5.0",
        551 => "5.1.6",
        552 => "5.2.2",
        // Servers use 550, 553 and 554 for anything.
        510..=599 => "5.0.0",
        400..=499 => "4.0.0",
        _ => return None,
    })
}

/// What servers say, in lower case; the first that matches counts, so the narrow ones stand first.
const WORDS: [(&str, &str); 99] = [
    ("over quota", "5.2.2"),
    ("mailbox full", "5.2.2"),
    ("mailbox is full", "5.2.2"),
    ("folder is full", "5.2.2"),
    ("quota exceeded", "5.2.2"),
    ("exceeded the storage", "5.2.2"),
    ("exceeds allowed size", "5.2.2"),
    ("exceeded storage", "5.2.2"),
    ("exceeded the local limit", "5.2.2"),
    ("mailbox size limit", "5.2.2"),
    ("not enough storage", "5.2.2"),
    ("insufficient disk", "4.3.1"),
    ("account is disabled", "5.2.1"),
    ("account disabled", "5.2.1"),
    ("mailbox disabled", "5.2.1"),
    ("mailbox is disabled", "5.2.1"),
    ("account is inactive", "5.2.1"),
    ("mailbox is inactive", "5.2.1"),
    ("user suspended", "5.2.1"),
    ("account suspended", "5.2.1"),
    ("account has been suspended", "5.2.1"),
    ("too large", "5.3.4"),
    ("size limit exceeded", "5.3.4"),
    ("message size exceeds", "5.3.4"),
    ("exceeds maximum message size", "5.3.4"),
    ("too many hops", "5.4.6"),
    ("mail loop", "5.4.6"),
    ("duplicated message-id", "5.4.6"),
    ("relaying denied", "5.7.1"),
    ("relay access denied", "5.7.1"),
    ("not permitted to relay", "5.7.1"),
    ("dmarc", "5.7.1"),
    ("blacklist", "5.7.1"),
    ("blocklist", "5.7.1"),
    ("spamhaus", "5.7.1"),
    ("spam", "5.7.1"),
    ("access denied", "5.7.1"),
    ("not authorized", "5.7.1"),
    ("sender rejected", "5.7.1"),
    ("sender was rejected", "5.7.1"),
    ("policy", "5.7.1"),
    ("sender domain", "5.1.8"),
    ("domain of sender", "5.1.8"),
    ("sender address", "5.7.1"),
    ("reverse dns", "5.7.25"),
    ("host not found, try again", "4.4.3"),
    ("host unknown", "5.1.2"),
    ("unknown host", "5.1.2"),
    ("host not found", "5.1.2"),
    ("domain not found", "5.1.2"),
    ("domain does not exist", "5.1.2"),
    ("couldn't find any host", "5.1.2"),
    ("unrouteable address", "5.1.2"),
    ("unroutable address", "5.1.2"),
    ("name service error", "5.4.4"),
    ("user unknown", "5.1.1"),
    ("unknown user", "5.1.1"),
    ("unknown recipient", "5.1.1"),
    ("no such user", "5.1.1"),
    ("not a known user", "5.1.1"),
    ("invalid user", "5.1.1"),
    ("user not found", "5.1.1"),
    ("no such recipient", "5.1.1"),
    ("no such mailbox", "5.1.1"),
    ("no mailbox here", "5.1.1"),
    ("mailbox not found", "5.1.1"),
    ("recipient not found", "5.1.1"),
    ("mailbox unavailable", "5.2.0"),
    ("not listed in domino directory", "5.1.1"),
    ("not listed in public name", "5.1.1"),
    ("recipient name is not recognized", "5.1.1"),
    ("user account not found", "5.1.1"),
    ("does not exist", "5.1.1"),
    ("doesn't exist", "5.1.1"),
    ("doesn't have a", "5.1.1"),
    ("invalid user address", "5.1.1"),
    ("invalid recipient", "5.1.1"),
    ("invalid mailbox", "5.1.1"),
    ("unknown mailbox", "5.1.1"),
    ("recipient unknown", "5.1.1"),
    ("address unknown", "5.1.1"),
    ("unknown address", "5.1.1"),
    ("no such address", "5.1.1"),
    ("no such account", "5.1.1"),
    ("addresses were unknown", "5.1.1"),
    ("envelope expired", "4.4.7"),
    ("retry timeout exceeded", "4.4.7"),
    ("in the queue too long", "4.4.7"),
    ("multiple retries", "4.4.7"),
    ("connection timed out", "4.4.1"),
    ("connection refused", "4.4.1"),
    ("requests to connect", "4.4.1"),
    ("hosts have been failing", "4.4.1"),
    ("host not reachable", "4.4.1"),
    ("network error on destination", "4.4.1"),
    ("message expired", "4.4.7"),
    ("dns lookup failure", "5.4.4"),
    ("could not find a gateway", "5.4.4"),
    ("no route to host", "4.4.1"),
];
