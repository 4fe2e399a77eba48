//! Which signatures of a mail could prove From, and what came out of verifying them.

use super::MOST_SIGNATURES;
use crate::mail::EmailAddress;
use crate::mail::authentication::{DkimShortfall, KeyName, same_organisation};
use mail_auth::common::crypto::{Algorithm, CryptoError};
use mail_auth::common::verify::VerifySignature;
use mail_auth::dkim::{DkimError, Signature};
use mail_auth::{AuthenticatedMessage, DkimOutput, DkimResult, Error};

/// Leaves only those signatures in `message` that can prove From, and says what the others fall short of. What is left
/// names keys of From's own organisation alone: a forger cannot make us ask for names of her choice.
pub(super) fn choose(message: &mut AuthenticatedMessage<'_>, from: &EmailAddress) -> Vec<DkimShortfall> {
    let is_signature = |name: &[u8]| name.eq_ignore_ascii_case(b"DKIM-Signature");
    let unread = std::mem::take(&mut message.errors).into_iter();
    let mut shortfalls: Vec<DkimShortfall> = unread
        .filter(|field| is_signature(field.name))
        .map(|field| refused(field.value, &field.header, from))
        .collect();
    for mut field in std::mem::take(&mut message.dkim_headers) {
        match flaw(&field.header, from) {
            Some(flaw) => shortfalls.push(flaw),
            None if message.dkim_headers.len() < MOST_SIGNATURES => {
                // Both would ask DNS for more than the key (RFC 6541, RFC 6651).
                field.header.atps = None;
                field.header.r = false;
                message.dkim_headers.push(field);
            }
            None => {}
        }
    }
    shortfalls
}

/// Why mail-auth refused a field: with any `l=` it does (RFC 6376 §8.2).
fn refused(value: &[u8], error: &Error, from: &EmailAddress) -> DkimShortfall {
    match (error, Signature::parse(value)) {
        (Error::Dkim(DkimError::SignatureLength), Ok(signature)) => {
            flaw(&signature, from).unwrap_or(DkimShortfall::PartOfBody)
        }
        _ => DkimShortfall::Malformed,
    }
}

/// What a signature lacks however well it verifies.
fn flaw(signature: &Signature, from: &EmailAddress) -> Option<DkimShortfall> {
    let is_name = |text: &str| {
        text.chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
    };
    if !is_name(&signature.d) || !is_name(&signature.s) {
        return Some(DkimShortfall::Malformed);
    }
    if !same_organisation(&signature.d, from.domain()) {
        return Some(DkimShortfall::OtherDomain(signature.d.clone()));
    }
    if !signature.h.iter().any(|name| name.eq_ignore_ascii_case("from")) {
        return Some(DkimShortfall::FromNotSigned);
    }
    (signature.a == Algorithm::RsaSha1).then_some(DkimShortfall::Sha1)
}

/// The signing domain, or why the signature does not hold; `None` where there was none.
pub(super) fn judge(output: &DkimOutput<'_>) -> Option<Result<String, DkimShortfall>> {
    let signature = output.signature()?;
    let key = || KeyName(signature.domain_key().trim_end_matches('.').to_owned());
    let error = match output.result() {
        DkimResult::Pass => return Some(Ok(signature.d.clone())),
        DkimResult::None => return None,
        DkimResult::Neutral(error)
        | DkimResult::Fail(error)
        | DkimResult::PermError(error)
        | DkimResult::TempError(error) => error,
    };
    Some(Err(match error {
        Error::Dkim(DkimError::SignatureExpired) => DkimShortfall::Expired,
        Error::Dkim(DkimError::FailedBodyHashMatch) => DkimShortfall::BodyChanged,
        Error::Dkim(DkimError::FailedAuidMatch) => DkimShortfall::ForeignIdentity,
        Error::Crypto(CryptoError::IncompatibleAlgorithms) => DkimShortfall::KeyUnusable(key()),
        Error::Crypto(_) => DkimShortfall::HeaderChanged,
        _ => DkimShortfall::Failed,
    }))
}
