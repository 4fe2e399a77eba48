//! `mailto:` links for the usual commands (RFC 6068).

use super::line::{LONGEST_NAME, line};
use super::link_kind::LinkKind;
use super::phrases::{AgentPhrases, fill};
use crate::mail::EmailAddress;

/// One link that an agent can choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it does.
    pub kind: LinkKind,
    /// A whole `mailto:` address.
    pub href: String,
}

/// The longest link: Outlook on Windows is said to take 2,083 octets of one.
const LONGEST_HREF: usize = 1_900;

impl Link {
    /// A link of that kind to `address`, which carries the agent's token. `subject` is the whole subject of the mail
    /// that the link stands in, tag included.
    pub fn new(kind: LinkKind, address: &EmailAddress, subject: &str) -> Self {
        let href = mailto(address, subject, &kind.body());
        Self { kind, href }
    }
}

impl LinkKind {
    /// What the agent reads.
    pub(super) fn label(&self, phrases: &AgentPhrases) -> String {
        let phrase = phrases.link(self);
        match self {
            Self::AddThirdParty { address } => {
                let address = line(address.as_str(), LONGEST_NAME);
                fill(phrase, &[("address", &address)])
            }
            _ => phrase.to_owned(),
        }
    }
}

/// A `mailto:` address with subject and body. Nothing but RFC 3986's unreserved characters stands in it as it is: no `+`
/// that a client could take for a space, no `#` that would end it. Of a subject that makes it too long for some clients,
/// only the last word is kept, which is the ticket's tag.
pub fn mailto(address: &EmailAddress, subject: &str, body: &str) -> String {
    let link = |subject: &str| {
        format!(
            "mailto:{}@{}?subject={}&body={}",
            encoded(address.local()),
            encoded(address.domain()),
            encoded(subject),
            encoded(&body.replace("\r\n", "\n").replace('\n', "\r\n"))
        )
    };
    let whole = link(subject);
    if whole.len() <= LONGEST_HREF {
        return whole;
    }
    let tag = subject.rsplit(' ').next().unwrap_or_default();
    link(&format!("Re: {tag}"))
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|octet| match octet {
            b'-' | b'.' | b'_' | b'~' => char::from(octet).to_string(),
            _ if octet.is_ascii_alphanumeric() => char::from(octet).to_string(),
            _ => format!("%{octet:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap()
    }

    #[test]
    fn a_link_is_percent_encoded_as_rfc_6068_asks() {
        let link = Link::new(
            LinkKind::Solve,
            &address("support+atoken@acme.example"),
            "Re: ¿Mi pedido? 100% [#7-abcdef]",
        );
        assert_eq!(
            link.href,
            "mailto:support%2Batoken@acme.example?subject=Re%3A%20%C2%BFMi%20pedido%3F%20100%25%20%5B%237-abcdef%5D\
             &body=%23solved%0D%0A"
        );
        let add = LinkKind::AddThirdParty {
            address: address("a&b=c?@home.example"),
        };
        assert_eq!(
            mailto(&address("x@acme.example"), "", &add.body()),
            "mailto:x@acme.example?subject=&body=%23cc%20a%26b%3Dc%3F%40home.example%0D%0A"
        );
    }

    #[test]
    fn a_subject_that_is_too_long_for_a_link_leaves_its_tag() {
        let subject = format!("Re: {} [#7-abcdef]", "質問".repeat(120));
        let href = mailto(&address("x@acme.example"), &subject, "#solved\n");
        assert!(href.len() < LONGEST_HREF && href.contains("subject=Re%3A%20%5B%237-abcdef%5D&"));
    }
}
