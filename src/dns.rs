//! DNS, asked for one thing: the keys of DKIM signatures (RFC 6376), which the gateway verifies itself where no border
//! vouches for an agent's mail. mail-auth does the hashing and hickory the asking; what counts as proof is decided here.

mod clear;
mod key_file;
mod keys;
mod signatures;
#[cfg(test)]
pub(crate) mod signing;
#[cfg(test)]
mod tests;

pub use key_file::KeyFile;
pub use keys::KeySource;

use crate::mail::authentication::DkimShortfall;
use crate::mail::{DkimVerdict, EmailAddress};
use keys::{FoundKeys, Keys};
use mail_auth::common::verify::VerifySignature;
use mail_auth::{AuthenticatedMessage, MessageAuthenticator, Parameters};
use std::time::Duration;

/// Verifies DKIM signatures, with keys out of DNS or a file.
pub struct DkimVerifier {
    /// Only asked with every key at hand: see [`FoundKeys`].
    verifier: MessageAuthenticator,
    keys: Keys,
}

/// How long the keys of one mail may take to come, all together.
pub const LOOKUP_LIMIT: Duration = Duration::from_secs(5);
/// How many signatures of From's domain are looked at in one mail.
pub const MOST_SIGNATURES: usize = 8;
/// The largest mail that is verified, in octets.
pub const LARGEST_MAIL: usize = 25 << 20;

impl DkimVerifier {
    /// Prepares to fetch keys from there. Asks nothing yet; a system without a resolver has no keys.
    ///
    /// # Errors
    /// When the file of keys cannot be read.
    pub fn new(source: &KeySource) -> anyhow::Result<Self> {
        Ok(Self {
            verifier: keys::offline()?,
            keys: Keys::open(source)?,
        })
    }

    /// Whether a signature proves that the whole mail is by `from`. `octets` are all of the mail's.
    ///
    /// Hashes up to [`LARGEST_MAIL`] octets without a pause: not for a thread that others wait for.
    pub async fn verify(&self, octets: &[u8], from: &EmailAddress) -> DkimVerdict {
        match self.signer(octets, from).await {
            Ok(domain) => DkimVerdict::Pass { domain },
            Err(shortfall) => DkimVerdict::None(shortfall),
        }
    }

    /// The domain whose signature holds.
    async fn signer(&self, octets: &[u8], from: &EmailAddress) -> Result<String, DkimShortfall> {
        if octets.len() > LARGEST_MAIL {
            return Err(DkimShortfall::TooLarge);
        }
        let clear = clear::Clear::read(octets)?;
        let message = AuthenticatedMessage::parse(&clear.octets);
        let mut message = message.ok_or(DkimShortfall::Ambiguous)?;
        if message.body_offset() != clear.body_start {
            return Err(DkimShortfall::Ambiguous);
        }
        if !is_sole_sender(&message, from) {
            return Err(DkimShortfall::SeveralSenders);
        }
        let mut shortfalls = signatures::choose(&mut message, from);
        let found = self.fetch(&mut message, &mut shortfalls).await;
        let parameters = Parameters::new(&message).with_txt_cache(&found);
        for output in self.verifier.verify_dkim(parameters).await {
            match signatures::judge(&output) {
                Some(Ok(domain)) => return Ok(domain),
                Some(Err(shortfall)) => shortfalls.push(shortfall),
                None => {}
            }
        }
        Err(DkimShortfall::foremost(shortfalls))
    }

    /// The keys of the signatures; those without one are struck out.
    async fn fetch(&self, message: &mut AuthenticatedMessage<'_>, shortfalls: &mut Vec<DkimShortfall>) -> FoundKeys {
        let deadline = tokio::time::Instant::now() + LOOKUP_LIMIT;
        let mut found = FoundKeys::default();
        let mut kept = vec![];
        for field in std::mem::take(&mut message.dkim_headers) {
            let name = field.header.domain_key();
            match self.keys.key(&name, deadline).await {
                Ok(key) => {
                    found.add(name, key);
                    kept.push(field);
                }
                Err(shortfall) => shortfalls.push(shortfall),
            }
        }
        message.dkim_headers = kept;
        found
    }
}

/// Whether mail-auth too reads this one address in From.
fn is_sole_sender(message: &AuthenticatedMessage<'_>, from: &EmailAddress) -> bool {
    matches!(message.froms(), [only] if EmailAddress::parse(only).is_some_and(|only| only == *from))
}
