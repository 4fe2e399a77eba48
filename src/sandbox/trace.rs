//! What an MTA writes on top of a mail that it takes in (RFC 5321 §4.4, RFC 8601).

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// How a mail came in.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The reverse path; empty for `<>`.
    pub reverse_path: String,
    /// The recipient as given in RCPT, with its `+` part.
    pub recipient: String,
    /// The account that authenticated, when one did.
    pub authenticated_as: Option<String>,
}

impl Arrival {
    /// A mail from outside that nobody vouches for.
    #[must_use]
    pub fn new(reverse_path: &str, recipient: &str) -> Self {
        Self {
            reverse_path: reverse_path.to_owned(),
            recipient: recipient.to_owned(),
            authenticated_as: None,
        }
    }

    /// A mail that an account sent with its password.
    #[must_use]
    pub fn with_authenticated(mut self, account: &str) -> Self {
        self.authenticated_as = Some(account.to_owned());
        self
    }
}

/// The mail with Return-Path, Delivered-To, Received and Authentication-Results on top. Fields that claim our own
/// `authserv_id` already are forged and left out (RFC 8601 §5).
pub(super) fn trace_header(arrival: &Arrival, authserv_id: Option<&str>, at: Timestamp, octets: &[u8]) -> Vec<u8> {
    let Arrival {
        reverse_path,
        recipient,
        authenticated_as,
    } = arrival;
    let by = authserv_id.unwrap_or("localhost");
    let with = authenticated_as.as_ref().map_or("ESMTP", |_| "ESMTPA");
    let date = jiff::fmt::rfc2822::to_string(&at.to_zoned(TimeZone::UTC)).unwrap_or_default();
    let mut mail = format!(
        "Return-Path: <{reverse_path}>\r\nDelivered-To: {recipient}\r\n\
         Received: from localhost ([127.0.0.1]) by {by} with {with}\r\n\tfor <{recipient}>; {date}\r\n"
    );
    let Some(authserv_id) = authserv_id else {
        return [mail.as_bytes(), octets].concat();
    };
    if let Some(account) = authenticated_as {
        mail.push_str(&format!(
            "Authentication-Results: {authserv_id}; auth=pass smtp.auth={account}\r\n"
        ));
    }
    let mut mail = mail.into_bytes();
    let (header, body) = super::mime::split_header(octets);
    for field in super::mime::header_fields(header) {
        if !claims(field, authserv_id) {
            mail.extend_from_slice(field);
        }
    }
    mail.extend_from_slice(body);
    mail
}

/// Whether a field is Authentication-Results of this authserv-id.
fn claims(field: &[u8], authserv_id: &str) -> bool {
    let field = String::from_utf8_lossy(field).to_ascii_lowercase();
    field
        .strip_prefix("authentication-results")
        .and_then(|rest| rest.trim_start().strip_prefix(':'))
        .and_then(|value| value.split([';', ' ', '\t', '\r', '\n']).find(|word| !word.is_empty()))
        .is_some_and(|id| id.eq_ignore_ascii_case(authserv_id))
}
