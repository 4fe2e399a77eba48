//! The `trusted_*` keys of an inbox: whose Authentication-Results are believed.

use crate::config::checker::{Checker, Place};
use crate::config::given::Given;
use crate::mail::authentication::{Authserv, AuthservPosition, Trust};

/// The keys as they stand.
#[derive(Debug)]
pub struct RawTrust {
    /// The id that the border writes, or [`MICROSOFT_365`].
    pub authserv: Given<String>,
    /// Hosts behind the border, topmost first; all of them have to be there.
    pub hops: Given<Vec<String>>,
    /// Where the border writes its results.
    pub position: Given<AuthservPosition>,
    /// Domains of sealers whose `arc=pass` counts.
    pub arc: Given<Vec<String>>,
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
        let position = checker.or(self.position, AuthservPosition::Either);
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
