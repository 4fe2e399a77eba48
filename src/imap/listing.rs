//! What is in the folder: UIDs, sizes and dates, without a body.

use super::error::ImapError;
use super::wire::Wire;
use async_imap::imap_proto::{AttributeValue, Response};
use jiff::Timestamp;
use jiff::fmt::strtime;
use std::collections::BTreeMap;

/// One mail in the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Listed {
    /// Its UID.
    pub(super) uid: u32,
    /// RFC822.SIZE; 0 when the server left it out.
    pub(super) size: u64,
    /// INTERNALDATE; the time of listing when the server left it out.
    pub(super) received_at: Timestamp,
    /// Whether it is `\Seen`.
    pub(super) seen: bool,
}

/// Lists the mail from UID `from` on, ascending.
///
/// `n:*` names the last mail even when its UID is below n (RFC 9051 §9, seq-range), so the list may begin with one
/// mail below `from`: it tells the largest UID there is.
pub(super) async fn list(wire: &mut Wire, from: u32) -> Result<Vec<Listed>, ImapError> {
    // Not SEARCH: its answer is a single line, which async-imap parses anew at every 4 KiB.
    let line = format!("UID FETCH {from}:* (UID RFC822.SIZE INTERNALDATE FLAGS)");
    let now = Timestamp::now();
    let mut found: BTreeMap<u32, Listed> = BTreeMap::new();
    let look = |response: &Response<'_>| {
        if let Response::Fetch(_, attributes) = response
            && let Some(listed) = listed(attributes, now)
        {
            found.insert(listed.uid, listed);
        }
        Ok(())
    };
    wire.run("FETCH", &line, look).await?;
    Ok(found.into_values().collect())
}

/// The UID of the last mail in the folder.
pub(super) async fn last_uid(wire: &mut Wire) -> Result<Option<u32>, ImapError> {
    let mut last = None;
    let look = |response: &Response<'_>| {
        if let Response::Fetch(_, attributes) = response {
            last = last.max(uid_of(attributes));
        }
        Ok(())
    };
    wire.run("FETCH", "UID FETCH * (UID)", look).await?;
    Ok(last)
}

/// The UID among a FETCH response's attributes; a flag update may come without.
pub(super) fn uid_of(attributes: &[AttributeValue<'_>]) -> Option<u32> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::Uid(uid @ 1..) => Some(*uid),
        _ => None,
    })
}

/// Nothing for a FETCH response that answers something else: a flag update of somebody else's session.
fn listed(attributes: &[AttributeValue<'_>], now: Timestamp) -> Option<Listed> {
    let uid = uid_of(attributes)?;
    let (mut size, mut date, mut seen) = (None, None, false);
    for attribute in attributes {
        match attribute {
            AttributeValue::Rfc822Size(octets) => size = Some(u64::from(*octets)),
            AttributeValue::InternalDate(text) => date = Some(internal_date(text)),
            AttributeValue::Flags(flags) => seen = flags.iter().any(|flag| flag.eq_ignore_ascii_case("\\Seen")),
            _ => {}
        }
    }
    if size.is_none() && date.is_none() {
        return None;
    }
    Some(Listed {
        uid,
        size: size.unwrap_or(0),
        received_at: date.flatten().unwrap_or(now),
        seen,
    })
}

/// INTERNALDATE as RFC 9051 §9 writes it (date-time): ` 5-Jan-2026 23:59:60 +0100`.
fn internal_date(text: &str) -> Option<Timestamp> {
    strtime::parse("%d-%b-%Y %H:%M:%S %z", text.trim())
        .ok()?
        .to_timestamp()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internal_dates_are_instants() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(internal_date(text), expected.map(|it| it.parse().unwrap()), "{text}");
        };
        check("17-Jul-1996 02:44:25 -0700", Some("1996-07-17T09:44:25Z"));
        check(" 5-Jan-2026 23:59:59 +0100", Some("2026-01-05T22:59:59Z"));
        check("31-Dec-2016 23:59:60 +0000", Some("2016-12-31T23:59:59Z"));
        check("yesterday", None);
    }
}
