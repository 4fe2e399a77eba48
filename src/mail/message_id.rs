//! Message identifiers (RFC 5322 §3.6.4).

use serde::{Deserialize, Serialize};
use std::fmt;

/// A Message-ID without its angle brackets, as it was written: ids are compared octet for octet.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(String);

/// The longest id that is kept, in octets; RFC 5322 §2.1.1 allows no longer line.
const LONGEST_ID: usize = 998;

impl MessageId {
    /// Takes an id with or without brackets; `None` when nothing is left, it has white space or controls, or is too
    /// long to have been a header line.
    pub fn parse(text: &str) -> Option<Self> {
        let id = text.trim().trim_start_matches('<').trim_end_matches('>').trim();
        let sound = !id.is_empty()
            && id.len() <= LONGEST_ID
            && !id
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || c == '<' || c == '>');
        sound.then(|| Self(id.to_owned()))
    }

    /// The id without brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the last `@`, or the whole id when there is none.
    pub fn left(&self) -> &str {
        self.0.rsplit_once('@').map_or(self.0.as_str(), |(left, _)| left)
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::MessageId;

    #[test]
    fn brackets_and_space_around_an_id_are_not_part_of_it() {
        assert_eq!(MessageId::parse(" <a.b@c.example> ").unwrap().as_str(), "a.b@c.example");
        assert_eq!(MessageId::parse("nobrackets@x").unwrap().to_string(), "<nobrackets@x>");
    }

    #[test]
    fn an_id_with_space_or_nothing_in_it_is_none() {
        assert_eq!(MessageId::parse("<a b@c>"), None);
        assert_eq!(MessageId::parse("<>"), None);
        assert_eq!(MessageId::parse("a\r\nBcc: x@y"), None);
    }
}
