//! Which Authentication-Results fields the border itself can have written.

use super::results::{AuthenticationResults, without_comments};
use super::{Authserv, AuthservPosition, Trust};
use crate::mail::InboundMail;
use crate::mail::inbound::HeaderField;

/// The border's fields, topmost first: above its Received field or directly beneath it, never below a field that the
/// sender wrote.
pub(super) fn trusted_fields(mail: &InboundMail, trust: &Trust, authserv: &Authserv) -> Vec<AuthenticationResults> {
    match authserv {
        Authserv::Id(id) => {
            let wanted = id.trim().trim_end_matches('.').to_lowercase();
            let mut fields = top_block(&mail.headers, trust);
            fields.retain(|field| field.authserv_id.as_deref() == Some(wanted.as_str()));
            fields
        }
        // Exchange Online writes one field without an id, below Received fields of its own that vary in number.
        Authserv::Microsoft365 => {
            let trace = mail.headers.iter().take_while(|field| is_trace(field));
            trace
                .filter_map(results_of)
                .find(|field| field.authserv_id.is_none())
                .into_iter()
                .collect()
        }
    }
}

fn top_block(headers: &[HeaderField], trust: &Trust) -> Vec<AuthenticationResults> {
    let mut found = Vec::new();
    let mut hops = trust.hops.as_slice();
    let mut is_past_border = false;
    for field in headers.iter().take_while(|field| is_trace(field)) {
        if !field.name.eq_ignore_ascii_case("received") {
            found.extend(results_of(field));
            continue;
        }
        if is_past_border {
            break;
        }
        match hops_behind(hops, &field.value) {
            Some(rest) => hops = rest,
            None if trust.position == AuthservPosition::Above => break,
            None => is_past_border = true,
        }
    }
    found
}

fn results_of(field: &HeaderField) -> Option<AuthenticationResults> {
    let is_results = field.name.eq_ignore_ascii_case("authentication-results");
    is_results.then(|| AuthenticationResults::parse(&field.value))
}

/// The hops left after this Received field, when it belongs to one of them. A hop may be missing: not all mail takes
/// each.
fn hops_behind<'a>(hops: &'a [String], received: &str) -> Option<&'a [String]> {
    let by = by_host(received)?;
    let at = hops.iter().position(|hop| is_hop(hop, &by))?;
    hops.get(at + 1..)
}

/// Whether a host is the one that `trusted_hops` names; `2002:*` names every host that begins so, for Gmail, whose
/// last hop has another address each time.
fn is_hop(hop: &str, by: &str) -> bool {
    let hop = hop.trim().trim_end_matches('.').to_lowercase();
    match hop.strip_suffix('*') {
        Some(beginning) => !beginning.is_empty() && by.to_lowercase().starts_with(beginning),
        None => hop.eq_ignore_ascii_case(by),
    }
}

/// RFC 5321 §4.4: the host in the `by` clause. What stands in `from` is what the client said of itself, so the word
/// behind `from` is passed over even when it is `by`.
fn by_host(received: &str) -> Option<String> {
    let plain = without_comments(received);
    let mut words = plain.split_whitespace().peekable();
    if words.peek().is_some_and(|word| word.eq_ignore_ascii_case("from")) {
        words.next();
        words.next();
    }
    words.by_ref().find(|word| word.eq_ignore_ascii_case("by"))?;
    Some(words.next()?.trim_end_matches([';', '.']).to_owned())
}

/// Fields that servers put on top of a mail. The first other one is the sender's, and all below it may be too.
fn is_trace(field: &HeaderField) -> bool {
    const NAMES: [&str; 14] = [
        "received",
        "return-path",
        "delivered-to",
        "envelope-to",
        "delivery-date",
        "authentication-results",
        "received-spf",
        "arc-seal",
        "arc-message-signature",
        "arc-authentication-results",
        "dkim-filter",
        "authentication-results-original",
        "status",
        "old-return-path",
    ];
    let prefix = field.name.get(..2).unwrap_or_default();
    prefix.eq_ignore_ascii_case("x-") || NAMES.iter().any(|name| field.name.eq_ignore_ascii_case(name))
}
