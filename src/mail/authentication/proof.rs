//! What a result proves of From.

use super::results::MethodResult;
use crate::mail::EmailAddress;
use std::borrow::Cow;

/// What the result proves of From; `None` when it proves nothing.
pub(super) fn proves(result: &MethodResult, from: &EmailAddress) -> Option<String> {
    if result.result != "pass" {
        return None;
    }
    let is_aligned = |domain: &str| same_organisation(domain, from.domain());
    let shown = |key: &str, value: &str| Some(format!("{}=pass {key}={value}", result.method));
    match result.method.as_str() {
        "dmarc" => {
            let named = result.property("header.from");
            let fits = named.is_none_or(|value| is_aligned(domain_of(value)));
            fits.then(|| "dmarc=pass".to_owned())
        }
        "dkim" => ["header.d", "header.i"].into_iter().find_map(|key| {
            let value = result.property(key).filter(|value| is_aligned(domain_of(value)))?;
            shown(key, value)
        }),
        "spf" => {
            let value = result
                .property("smtp.mailfrom")
                .or_else(|| result.property("smtp.mail"))?;
            is_aligned(domain_of(value))
                .then(|| shown("smtp.mailfrom", domain_of(value)))
                .flatten()
        }
        "auth" => {
            let value = result.property("smtp.auth")?;
            let is_sender = EmailAddress::parse(value).is_some_and(|address| address == *from);
            is_sender.then(|| "auth=pass smtp.auth=From".to_owned())
        }
        _ => None,
    }
}

fn domain_of(value: &str) -> &str {
    value.rsplit_once('@').map_or(value, |(_, domain)| domain)
}

/// Whether two domains have one organisational domain (RFC 7489 §3.2), by the public suffix list.
pub fn same_organisation(a: &str, b: &str) -> bool {
    let (a, b) = (plain_domain(a), plain_domain(b));
    if a.is_empty() || b.is_empty() {
        return false;
    }
    a == b || matches!((psl::domain_str(&a), psl::domain_str(&b)), (Some(a), Some(b)) if a == b)
}

fn plain_domain(domain: &str) -> Cow<'_, str> {
    let domain = domain.trim().trim_end_matches('.');
    match domain.bytes().any(|b| b.is_ascii_uppercase()) || !domain.is_ascii() {
        true => Cow::Owned(domain.to_lowercase()),
        false => Cow::Borrowed(domain),
    }
}
