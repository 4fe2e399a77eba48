//! Whether From is proven: Authentication-Results (RFC 8601) as a trusted border wrote them.

mod arc;
mod dkim;
mod proof;
mod results;
mod trace;

use super::InboundMail;
pub use dkim::{DkimShortfall, DkimVerdict, KeyName};
use proof::proves;
pub use proof::same_organisation;
use results::{AuthenticationResults, MethodResult};
use serde::{Deserialize, Serialize};

/// Whether From may be believed, and the result that decided, such as `dmarc=fail`.
pub fn alignment(mail: &InboundMail, trust: &Trust) -> (Alignment, String) {
    let Some(authserv) = &trust.authserv else {
        return (Alignment::Unknown, "no trusted_authserv is configured".to_owned());
    };
    let Some(sender) = mail.sole_sender() else {
        return (Alignment::No, no_single_sender(mail));
    };
    let from = &sender.address;
    if *authserv == Authserv::Microsoft365 && is_internal_to_exchange(mail) {
        return (Alignment::Yes, "X-MS-Exchange-Organization-AuthAs: Internal".to_owned());
    }
    let fields = trace::trusted_fields(mail, trust, authserv);
    let topmost = topmost_results(&fields);
    // DMARC first: it is the strongest thing to show as the reason.
    let by_strength = METHODS
        .iter()
        .flat_map(|method| topmost.iter().filter(move |result| result.method == *method));
    if let Some(proof) = by_strength.into_iter().find_map(|result| proves(result, from)) {
        return (Alignment::Yes, proof);
    }
    if topmost
        .iter()
        .any(|result| result.method == "arc" && result.result == "pass")
        && let Some(proof) = arc::proof(mail, &trust.arc_sealers, from)
    {
        return (Alignment::Yes, proof);
    }
    (Alignment::No, shortfall(&topmost))
}

/// Whether the address in From is backed by an authentication result we may believe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Alignment {
    /// A pass that aligns with From.
    Yes,
    /// A border is configured, and there was no such pass.
    No,
    /// No border is configured: nothing is known.
    Unknown,
}

/// Whose results count, and where in the header they stand (the inbox's `trusted_*` keys).
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// `trusted_authserv`: the authserv-id of the border.
    pub authserv: Option<Authserv>,
    /// `trusted_hops`: `by` hosts of Received fields added behind the border, topmost first.
    pub hops: Vec<String>,
    /// Where the border writes its results.
    pub position: AuthservPosition,
    /// `trusted_arc`: sealers whose `arc=pass` counts.
    pub arc_sealers: Vec<String>,
}

/// Whose Authentication-Results are believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authserv {
    /// The server that signs its fields with this authserv-id.
    Id(String),
    /// Exchange Online, which writes none.
    Microsoft365,
}

/// Where the border writes its results, seen from its own Received field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthservPosition {
    /// Above its Received field or directly beneath it.
    #[default]
    Either,
    /// Only above it.
    Above,
}

/// The methods that can prove From.
const METHODS: [&str; 4] = ["dmarc", "dkim", "spf", "auth"];

fn no_single_sender(mail: &InboundMail) -> String {
    match (mail.from_fields, mail.from.len()) {
        (0, _) => "there is no From".to_owned(),
        (1, 0) => "From has no address".to_owned(),
        (1, n) => format!("From has {n} addresses"),
        (n, _) => format!("there are {n} From fields"),
    }
}

/// Exchange Online takes this field off whatever comes from outside.
fn is_internal_to_exchange(mail: &InboundMail) -> bool {
    let mut values = mail.header("X-MS-Exchange-Organization-AuthAs");
    values
        .next()
        .is_some_and(|value| value.trim().eq_ignore_ascii_case("internal"))
        && values.next().is_none()
}

/// For each method the results of the topmost field that has one; of DKIM all of them, since a mail may bear several
/// signatures.
fn topmost_results(fields: &[AuthenticationResults]) -> Vec<&MethodResult> {
    let mut kept: Vec<&MethodResult> = Vec::new();
    for field in fields {
        let above = kept.len();
        for result in &field.results {
            let is_known = kept
                .iter()
                .enumerate()
                .any(|(at, known)| known.method == result.method && (at < above || result.method != "dkim"));
            if !is_known {
                kept.push(result);
            }
        }
    }
    kept
}

/// Why nothing proved From, for people: the verdict of DMARC, or what there was instead.
fn shortfall(results: &[&MethodResult]) -> String {
    let of = |method: &str| results.iter().find(|result| result.method == method);
    let shown = |found: &&MethodResult| match found.result.as_str() {
        "pass" if found.method != "arc" => format!("{}=pass for another domain", found.method),
        result => format!("{}={result}", found.method),
    };
    if let Some(dmarc) = of("dmarc") {
        return shown(dmarc);
    }
    let seen: Vec<String> = ["spf", "dkim", "auth", "arc"]
        .into_iter()
        .filter_map(of)
        .map(shown)
        .collect();
    match seen.is_empty() {
        true => "no trusted Authentication-Results".to_owned(),
        false => seen.join(", "),
    }
}

#[cfg(test)]
mod tests;
