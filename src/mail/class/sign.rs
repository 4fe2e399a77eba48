//! What a class is told by, and what the signs are read from.

use super::MailClass;
use crate::mail::InboundMail;
use crate::mail::syntax::parameters::Structured;

/// A class and what led to it.
pub(super) struct Sign {
    pub class: MailClass,
    pub reason: String,
}

impl Sign {
    pub fn new(class: MailClass, reason: impl Into<String>) -> Self {
        Self {
            class,
            reason: reason.into(),
        }
    }

    /// A header field as the reason; long values are cut.
    pub fn field(class: MailClass, name: &str, value: &str) -> Self {
        let short: String = value.chars().take(LONGEST_REASON).collect();
        Self {
            class,
            reason: format!("{name}: {short}"),
        }
    }
}

/// How much of a field's value is quoted as the reason, in characters.
const LONGEST_REASON: usize = 80;

/// The keyword of a field such as `auto-replied; owner-email="…"`, in lower case.
pub(super) fn keyword(value: &str) -> String {
    Structured::parse(value).value
}

/// `report-type` of a multipart/report (RFC 6522), in lower case.
pub(super) fn report_type(mail: &InboundMail) -> Option<String> {
    let content_type = Structured::parse(mail.header("Content-Type").next()?);
    let kind = content_type
        .parameter("report-type")
        .filter(|_| content_type.value == "multipart/report");
    kind.map(|kind| kind.to_ascii_lowercase())
}
