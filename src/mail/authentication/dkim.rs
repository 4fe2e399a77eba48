//! What the gateway found when it verified a mail's DKIM signatures itself (RFC 6376). Only the values: keys and
//! hashes are `dns`'s.

use std::fmt;

/// Whether a DKIM signature proves From.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DkimVerdict {
    /// A signature by From's organisational domain holds. It covers From and the whole body, and has not expired.
    Pass {
        /// The signing domain, `d=`.
        domain: String,
    },
    /// Nothing is proven, and why.
    None(DkimShortfall),
}

/// Why no DKIM signature proves From; it reads well behind "not sent:".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DkimShortfall {
    /// Nobody looked: it did not matter for this mail.
    NotLookedAt,
    /// There is no DKIM-Signature field.
    NoSignature,
    /// Only the start of the mail was kept.
    Cut,
    /// The mail has more octets than are looked at.
    TooLarge,
    /// The verifier itself failed.
    Failed,
    /// The mail can be read in two ways: what was signed need not be what is understood.
    Ambiguous,
    /// From is not one field with the one address.
    SeveralSenders,
    /// No signature could be read.
    Malformed,
    /// Only other domains signed; one of them.
    OtherDomain(String),
    /// The signature leaves From out (`h=`).
    FromNotSigned,
    /// The signature covers only part of the body (`l=`).
    PartOfBody,
    /// The signature is made with SHA-1 (RFC 8301 §3.1).
    Sha1,
    /// The time in `x=` is over.
    Expired,
    /// The body is not the one that was signed.
    BodyChanged,
    /// The header is not the one that was signed, or another key signed it.
    HeaderChanged,
    /// `i=` is not at `d=`.
    ForeignIdentity,
    /// DNS has no such key.
    KeyMissing(KeyName),
    /// The key is revoked, or of another kind than the signature.
    KeyUnusable(KeyName),
    /// The key's owner is still testing (`t=y`): to be taken as unsigned.
    KeyInTesting(KeyName),
    /// DNS did not answer; a later attempt may succeed.
    KeyUnreachable(KeyName),
    /// This machine has no resolver.
    NoResolver(KeyName),
}

/// Where a key is published: `selector._domainkey.domain`, without the final dot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyName(pub String);

impl Default for DkimVerdict {
    fn default() -> Self {
        Self::None(DkimShortfall::NotLookedAt)
    }
}

impl DkimShortfall {
    /// How much it tells of why From is unproven, most telling first.
    fn rank(&self) -> u8 {
        match self {
            // The same mail may pass later.
            Self::KeyUnreachable(_) | Self::NoResolver(_) => 0,
            Self::OtherDomain(_) => 3,
            Self::Malformed => 2,
            _ => 1,
        }
    }

    /// The most telling of what each signature fell short of; the first of equals.
    pub fn foremost(shortfalls: impl IntoIterator<Item = Self>) -> Self {
        let foremost = shortfalls.into_iter().min_by_key(Self::rank);
        foremost.unwrap_or(Self::NoSignature)
    }
}

impl fmt::Display for DkimVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pass { domain } => write!(f, "dkim=pass header.d={domain}, verified here"),
            Self::None(shortfall) => shortfall.fmt(f),
        }
    }
}

impl fmt::Display for DkimShortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::NotLookedAt => "DKIM was not looked at",
            Self::NoSignature => "no DKIM signature",
            Self::Cut => "only the start of the mail was kept, so its DKIM signature could not be verified",
            Self::TooLarge => "the mail is too large for its DKIM signature to be verified",
            Self::Failed => "the DKIM signature could not be verified",
            Self::Ambiguous => "dkim=neutral (the mail can be read in two ways)",
            Self::SeveralSenders => "dkim=neutral (From is not one address)",
            Self::Malformed => "dkim=neutral (the signature could not be read)",
            Self::OtherDomain(domain) => return write!(f, "dkim=neutral (signed by {domain}, not by From's domain)"),
            Self::FromNotSigned => "dkim=fail (From is not signed)",
            Self::PartOfBody => "dkim=fail (only part of the body is signed)",
            Self::Sha1 => "dkim=fail (signed with SHA-1)",
            Self::Expired => "dkim=fail (the signature has expired)",
            Self::BodyChanged => "dkim=fail (body hash did not verify)",
            Self::HeaderChanged => "dkim=fail (signature did not verify)",
            Self::ForeignIdentity => "dkim=fail (signed for another identity)",
            Self::KeyMissing(key) => return write!(f, "dkim=fail (there is no key {key})"),
            Self::KeyUnusable(key) => return write!(f, "dkim=fail (the key {key} cannot be used)"),
            Self::KeyInTesting(key) => return write!(f, "dkim=neutral (the key {key} is marked as a test)"),
            Self::KeyUnreachable(key) => return write!(f, "the key {key} could not be fetched"),
            Self::NoResolver(key) => return write!(f, "the key {key} could not be fetched: no DNS resolver"),
        };
        f.write_str(text)
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{DkimShortfall, DkimVerdict, KeyName};

    fn key() -> KeyName {
        KeyName("s1._domainkey.acme.example".to_owned())
    }

    #[test]
    fn a_shortfall_reads_well_in_a_notice() {
        assert_eq!(DkimVerdict::default().to_string(), "DKIM was not looked at");
        assert_eq!(
            DkimShortfall::BodyChanged.to_string(),
            "dkim=fail (body hash did not verify)"
        );
        assert_eq!(
            DkimShortfall::KeyUnreachable(key()).to_string(),
            "the key s1._domainkey.acme.example could not be fetched"
        );
    }

    #[test]
    fn what_may_pass_later_is_told_before_what_never_will() {
        let other = DkimShortfall::OtherDomain("x.example".to_owned());
        let later = DkimShortfall::KeyUnreachable(key());
        let foremost = |all: &[&DkimShortfall]| DkimShortfall::foremost(all.iter().copied().cloned());
        assert_eq!(foremost(&[&other, &DkimShortfall::BodyChanged, &later]), later);
        assert_eq!(
            foremost(&[&other, &DkimShortfall::BodyChanged]),
            DkimShortfall::BodyChanged
        );
        assert_eq!(
            foremost(&[&DkimShortfall::Expired, &DkimShortfall::BodyChanged]),
            DkimShortfall::Expired
        );
        assert_eq!(foremost(&[&other]), other);
        assert_eq!(foremost(&[]), DkimShortfall::NoSignature);
    }
}
