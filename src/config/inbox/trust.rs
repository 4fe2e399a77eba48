//! The `trusted_*` keys of an inbox: whose Authentication-Results are believed.

use crate::config::checker::{Checker, Place};
use crate::config::given::Given;
use crate::mail::authentication::{Authserv, AuthservPosition, Trust};
use serde::Deserialize;

/// The keys as they stand.
#[derive(Debug)]
pub struct RawTrust {
    /// `trusted_authserv`
    pub authserv: Given<String>,
    /// `trusted_hops`
    pub hops: Given<Vec<String>>,
    /// `authserv_position`
    pub position: Given<RawPosition>,
    /// `trusted_arc`
    pub arc: Given<Vec<String>>,
}

/// `authserv_position` as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RawPosition {
    /// Above the border's Received field, or directly beneath it.
    Either,
    /// Only above it.
    Above,
}

/// What `trusted_authserv` is for Exchange Online, which writes no authserv-id.
const MICROSOFT_365: &str = "microsoft365";

impl RawTrust {
    /// Checks the keys.
    pub fn check(self, checker: &mut Checker<'_>, place: &Place) -> Option<Trust> {
        let authserv = match checker.take(self.authserv) {
            Some(id) => Some(authserv(&checker.filled(id)?)),
            None => None,
        };
        let hops = checker.or(self.hops, vec![]);
        if authserv.is_none() {
            let what = "is missing: nobody knows which senders are forged, and forged ones are confirmed and believed";
            let hint = "the authserv-id that your provider writes first in Authentication-Results";
            checker.warn(place, "trusted_authserv", what, hint);
            if !hops.is_empty() {
                let what = "has no effect without `trusted_authserv`";
                checker.warn(place, "trusted_hops", what, "set that too, or remove this");
            }
        }
        let position = match checker.or(self.position, RawPosition::Either) {
            RawPosition::Either => AuthservPosition::Either,
            RawPosition::Above => AuthservPosition::Above,
        };
        let arc_sealers = checker.or(self.arc, vec![]);
        Some(Trust {
            authserv,
            hops: lower(hops),
            position,
            arc_sealers: lower(arc_sealers),
        })
    }
}

fn authserv(id: &str) -> Authserv {
    if id == MICROSOFT_365 {
        Authserv::Microsoft365
    } else {
        Authserv::Id(id.to_owned())
    }
}

fn lower(hosts: Vec<String>) -> Vec<String> {
    hosts.into_iter().map(|host| host.trim().to_lowercase()).collect()
}
