//! The syntax of header fields and of MIME parts: what everything that reads a mail stands on.

pub(super) mod addresses;
pub(super) mod charset;
pub(super) mod encoded_word;
pub(super) mod file_name;
pub(super) mod header;
pub(super) mod parameters;
pub(super) mod transfer;

use jiff::Timestamp;
use mail_parser::DateTime;

/// A date as RFC 5322 §3.3 writes it.
pub(super) fn date(value: &str) -> Option<Timestamp> {
    let parsed = DateTime::parse_rfc822(value).filter(DateTime::is_valid)?;
    Timestamp::from_second(parsed.to_timestamp()).ok()
}
