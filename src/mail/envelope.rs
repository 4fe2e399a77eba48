//! The SMTP envelope (RFC 5321 §2.3.1).

use super::EmailAddress;
use serde::{Deserialize, Serialize};

/// RFC 5321 §3.3: where failures are reported to, or nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReversePath {
    /// `<>`: nobody is to be told of a failure.
    Null,
    /// An address that takes delivery reports.
    Address(EmailAddress),
}

/// One mail's way: from whom, and to the single recipient an outbox row has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// MAIL FROM.
    pub reverse_path: ReversePath,
    /// RCPT TO.
    pub recipient: EmailAddress,
}
