//! Addresses: RFC 5322's mailbox (a name and an address) and the bare address (RFC 5321 §4.1.2).

use serde::{Deserialize, Serialize};
use std::fmt;

/// `local@domain`, fit for an SMTP envelope: no controls, no white space, no angle brackets.
///
/// The domain is kept in lower case. Two addresses are equal without regard to case: no provider is known to keep
/// two people apart by it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress {
    text: String,
    at: usize,
}

/// RFC 5321 §4.5.3.1.3: a path has 256 octets, its brackets among them.
const LONGEST_ADDRESS: usize = 254;

impl EmailAddress {
    /// Parses a bare address; `None` when it is no address that could be written to.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@')?;
        let sound = !local.is_empty()
            && !domain.is_empty()
            && text.len() <= LONGEST_ADDRESS
            && !text
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';'))
            && !domain.starts_with('.')
            && !domain.contains('"');
        sound.then(|| Self {
            text: format!("{local}@{}", domain.to_lowercase()),
            at: local.len(),
        })
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands before the `@`.
    pub fn local(&self) -> &str {
        self.text.get(..self.at).unwrap_or_default()
    }

    /// What stands behind the `@`, in lower case.
    pub fn domain(&self) -> &str {
        self.text.get(self.at + 1..).unwrap_or_default()
    }

    /// The form in which addresses are compared and looked up: all in lower case.
    pub fn key(&self) -> String {
        self.text.to_lowercase()
    }
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.text.eq_ignore_ascii_case(&other.text) || self.key() == other.key()
    }
}

impl Eq for EmailAddress {}

impl std::hash::Hash for EmailAddress {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.text
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or_else(|| format!("`{text}` is not an e-mail address"))
    }
}

/// A display name and an address (RFC 5322 §3.4). The name is decoded, and free of control characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    /// The display name; empty when there is none.
    pub name: String,
    /// The address.
    pub address: EmailAddress,
}

#[cfg(test)]
mod tests {
    use super::EmailAddress;

    #[test]
    fn addresses_are_equal_without_regard_to_case() {
        let a = EmailAddress::parse("Ana@Acme.Example").unwrap();
        assert_eq!(a, EmailAddress::parse("ana@acme.example").unwrap());
        assert_eq!((a.local(), a.domain()), ("Ana", "acme.example"));
    }

    #[test]
    fn what_could_break_an_envelope_is_no_address() {
        for bad in ["", "@", "a@", "@b", "a b@c", "a@b>", "a@b\r\nRCPT TO:<x@y>", "a@b,c@d"] {
            assert_eq!(EmailAddress::parse(bad), None, "{bad:?}");
        }
    }
}
