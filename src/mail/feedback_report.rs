//! Complaints about mail of ours (RFC 5965).

/// What a feedback report says of the mail it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedbackReport {
    /// Feedback-Type in lower case: `abuse`, `fraud`, `virus`, `other`, `not-spam` or one of a later RFC.
    pub feedback_type: String,
    /// Original-Rcpt-To, the first: the bare address.
    pub original_recipient: Option<String>,
    /// Original-Mail-From: the bare address.
    pub original_sender: Option<String>,
}
