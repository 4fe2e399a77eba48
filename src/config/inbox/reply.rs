//! `reply_address` and `reply_domain` of an inbox: where customers' replies go.

use crate::config::checker::{Checker, Place};
use crate::config::given::Given;
use crate::desk::policy::{EnvelopeStyle, ReplyAddress};
use crate::desk::token::ADDRESS_TOKEN_LENGTH;
use crate::mail::EmailAddress;
use serde::Deserialize;
use toml::Spanned;

/// The keys as they stand, and what they depend on.
#[derive(Debug)]
pub struct RawReply {
    /// What such an address looks like.
    pub address: Given<RawReplyAddress>,
    /// Only beside [`RawReplyAddress::CatchAll`], and needed there.
    pub domain: Given<String>,
    /// As checked, unless it was wrong: a return address of each mail's own needs room for a token, too.
    pub envelope: Option<EnvelopeStyle>,
}

/// `reply_address` as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RawReplyAddress {
    /// The token stands behind a `+` in the inbox's own address.
    Plus,
    /// The token is all that stands before `reply_domain`.
    CatchAll,
    /// The inbox's own address.
    None,
}

/// RFC 5321 §4.5.3.1.1: octets of a local part, at most.
const LONGEST_LOCAL_PART: usize = 64;

impl RawReply {
    /// Checks the keys; `address` is the inbox's, if it is known.
    pub fn check(
        self,
        checker: &mut Checker<'_>,
        place: &Place,
        address: Option<&Spanned<EmailAddress>>,
    ) -> Option<ReplyAddress> {
        let envelope = self.envelope;
        let reply = self.address(checker, place);
        refuse_long_local_part(checker, address, reply.as_ref(), envelope);
        reply
    }

    fn address(self, checker: &mut Checker<'_>, place: &Place) -> Option<ReplyAddress> {
        let kind = checker.or(self.address, RawReplyAddress::Plus);
        let domain = checker.take(self.domain);
        match (kind, domain) {
            (RawReplyAddress::Plus, None) => Some(ReplyAddress::Plus),
            (RawReplyAddress::None, None) => Some(ReplyAddress::None),
            (RawReplyAddress::CatchAll, Some(domain)) => catch_all(checker, &domain),
            (RawReplyAddress::CatchAll, None) => {
                let what = "is missing: `reply_address = \"catch_all\"` needs it";
                checker.refuse(
                    place,
                    "reply_domain",
                    what,
                    "a domain all of whose mail ends in this inbox",
                );
                None
            }
            (_, Some(domain)) => {
                let what = "is used only by `reply_address = \"catch_all\"`";
                checker.error(domain.span().start, what, "remove it, or set reply_address");
                None
            }
        }
    }
}

fn catch_all(checker: &mut Checker<'_>, domain: &Spanned<String>) -> Option<ReplyAddress> {
    let domain = checker.domain(domain.get_ref(), domain.span().start)?;
    Some(ReplyAddress::CatchAll { domain })
}

/// A token must fit behind the local part when replies or delivery reports go to such an address.
fn refuse_long_local_part(
    checker: &mut Checker<'_>,
    address: Option<&Spanned<EmailAddress>>,
    reply: Option<&ReplyAddress>,
    envelope: Option<EnvelopeStyle>,
) {
    let Some(address) = address else { return };
    let has_token = match reply {
        Some(ReplyAddress::Plus) => true,
        Some(ReplyAddress::None) => envelope == Some(EnvelopeStyle::Verp),
        Some(ReplyAddress::CatchAll { .. }) | None => false,
    };
    let room = LONGEST_LOCAL_PART - ADDRESS_TOKEN_LENGTH - 1;
    if has_token && address.get_ref().local().len() > room {
        let what = format!("has more than {room} letters before the @: `+` and a token don't fit behind them");
        checker.error(
            address.span().start,
            what,
            "reply_address = \"catch_all\", or \"none\" with envelope = \"plain\"",
        );
    }
}
