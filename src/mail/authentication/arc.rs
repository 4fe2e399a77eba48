//! Authenticated Received Chain (RFC 8617): what a trusted forwarder saw before it changed the mail.

use super::proof::proves;
use super::results::AuthenticationResults;
use crate::mail::{EmailAddress, InboundMail};

/// What the newest sealer saw, when it is one of the trusted ones and saw a pass for From.
///
/// That the chain is whole is for the border to say (`arc=pass`). A whole chain alone proves nothing of From: anybody
/// can send a forgery through a forwarder that seals.
pub(super) fn proof(mail: &InboundMail, sealers: &[String], from: &EmailAddress) -> Option<String> {
    let (instance, sealer) = mail
        .header("ARC-Seal")
        .filter_map(seal)
        .max_by_key(|(instance, _)| *instance)?;
    if !sealers.iter().any(|known| known.trim().eq_ignore_ascii_case(&sealer)) {
        return None;
    }
    let seen = mail.header("ARC-Authentication-Results").find_map(|value| {
        let (number, results) = value.split_once(';')?;
        (tag(number, "i")?.parse::<u8>().ok()? == instance).then(|| AuthenticationResults::parse(results))
    })?;
    let seen = seen.results.iter().find_map(|result| proves(result, from))?;
    Some(format!("arc=pass sealed by {sealer}: {seen}"))
}

/// The instance and the domain of an ARC-Seal.
fn seal(value: &str) -> Option<(u8, String)> {
    Some((tag(value, "i")?.parse().ok()?, tag(value, "d")?.to_lowercase()))
}

/// A tag of a tag list (RFC 6376 §3.2).
fn tag<'a>(list: &'a str, name: &str) -> Option<&'a str> {
    list.split(';')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| key.trim() == name)
        .map(|(_, value)| value.trim())
}
