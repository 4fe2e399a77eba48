//! What a server answered.

use crate::mail::{EmailAddress, Envelope, MessageId, ReversePath};
use lettre::transport::smtp::response::Response;

/// A reply (RFC 5321 §4.2): its code, and its text as one tidy line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Three digits.
    pub code: u16,
    /// Code and text, as [`tidy`] leaves them.
    pub line: String,
}

/// How much of a reply is kept, in characters.
const LONGEST_REPLY: usize = 500;

impl Reply {
    /// Keeps a code and its text.
    pub fn new(code: u16, text: &str) -> Self {
        Self {
            code,
            line: tidy(&format!("{code} {text}")),
        }
    }

    /// The enhanced status (RFC 3463, RFC 2034) that leads the text, such as `4.7.1`.
    pub fn enhanced(&self) -> Option<&str> {
        let word = self.line.split(' ').nth(1)?;
        let mut parts = word.split('.');
        let class = parts.next()?;
        let agrees = self.line.starts_with(class) && class.len() == 1;
        let numbers = parts.clone().all(|part| part.parse::<u16>().is_ok());
        (agrees && numbers && parts.count() == 2).then_some(word)
    }
}

impl From<&Response> for Reply {
    fn from(response: &Response) -> Self {
        let text: Vec<&str> = response.message().collect();
        Self::new(response.code().into(), &text.join(" "))
    }
}

/// One line without control characters, single-spaced, bounded by [`LONGEST_REPLY`].
pub fn tidy(text: &str) -> String {
    let words = text
        .split(|c: char| c.is_control() || c == ' ')
        .filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    line.chars().take(LONGEST_REPLY).collect()
}

/// The Message-ID that the server says it gave the mail in place of ours, as far as its reply to DATA tells.
///
/// It may be our own id again: Microsoft 365 repeats what it got (`250 2.6.0 <id@x> [InternalId=…] Queued mail`).
pub fn replaced_id(host: &str, envelope: &Envelope, reply: &Reply) -> Option<MessageId> {
    named_id(envelope, reply).or_else(|| ses_id(host, reply))
}

/// `<left@right>` in the reply, unless it is one of the mail's own addresses.
fn named_id(envelope: &Envelope, reply: &Reply) -> Option<MessageId> {
    let (_, rest) = reply.line.split_once('<')?;
    let (inside, _) = rest.split_once('>')?;
    let (left, right) = inside.split_once('@')?;
    let is_id = !left.is_empty() && !right.is_empty() && !right.contains('@');
    let is_ours = EmailAddress::parse(inside)
        .is_some_and(|address| address == envelope.recipient || ReversePath::Address(address) == envelope.reverse_path);
    if is_id && !is_ours {
        MessageId::parse(inside)
    } else {
        None
    }
}

/// Amazon SES answers `250 Ok 0102018c…-000000`, and writes `<that@REGION.amazonses.com>` into the mail.
fn ses_id(host: &str, reply: &Reply) -> Option<MessageId> {
    let (_, region) = host.strip_suffix(".amazonaws.com")?.split_once('.')?;
    let (_, word) = reply.line.strip_prefix("250 ")?.split_once(' ')?;
    let lengths: Vec<usize> = word.split('-').map(str::len).collect();
    let digits = word.bytes().all(|c| c.is_ascii_hexdigit() || c == b'-');
    if lengths != [16, 8, 4, 4, 4, 12, 6] || !digits {
        return None;
    }
    // The oldest region has no name of its own there.
    let domain = if region == "us-east-1" { "email" } else { region };
    MessageId::parse(&format!("{word}@{domain}.amazonses.com"))
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_REPLY, Reply, replaced_id, tidy};
    use crate::mail::{EmailAddress, Envelope, ReversePath};

    #[test]
    fn a_reply_is_kept_as_one_bounded_line_without_controls() {
        assert_eq!(tidy("550 a\r\n\x1b[31mb\u{85} c\0"), "550 a [31mb c");
        assert_eq!(Reply::new(550, &"ü".repeat(5000)).line.chars().count(), LONGEST_REPLY);
    }

    #[test]
    fn an_enhanced_status_counts_only_in_front_and_of_the_same_class() {
        for (code, text, expected) in [
            (450, "4.7.1 Greylisted", Some("4.7.1")),
            (550, "5.7.60 SMTP; Client", Some("5.7.60")),
            (450, "5.7.1 no", None),
            (450, "try 4.7.1", None),
            (450, "4.7 no", None),
            (450, "4.7.1.2 no", None),
            (450, "", None),
        ] {
            assert_eq!(Reply::new(code, text).enhanced(), expected, "{text}");
        }
    }

    #[test]
    fn only_an_id_that_the_server_names_replaces_ours() {
        let envelope = Envelope {
            reverse_path: ReversePath::Address(EmailAddress::parse("desk@acme.example").unwrap()),
            recipient: EmailAddress::parse("ana@client.example").unwrap(),
        };
        let uuid = "0102018c1a2b3c4d-01234567-89ab-cdef-0123-456789abcdef-000000";
        let regional = format!("{uuid}@eu-west-1.amazonses.com");
        let first = format!("{uuid}@email.amazonses.com");
        let ses = format!("Ok {uuid}");
        let ireland = "email-smtp.eu-west-1.amazonaws.com";
        let virginia = "email-smtp.us-east-1.amazonaws.com";
        for (host, text, expected) in [
            (ireland, ses.as_str(), Some(regional.as_str())),
            (virginia, ses.as_str(), Some(first.as_str())),
            ("mail.example", ses.as_str(), None),
            (ireland, "Ok 4Xyz", None),
            ("x", "2.0.0 Ok: queued as 4XyZ", None),
            ("x", "2.6.0 <new@server> [InternalId=7] Queued", Some("new@server")),
            ("x", "2.1.5 <Ana@client.example> taken", None),
            ("x", "2.0.0 <desk@acme.example> taken", None),
            ("x", "<@>", None),
            ("x", "<a b@c>", None),
            ("x", "<a@b", None),
        ] {
            let id = replaced_id(host, &envelope, &Reply::new(250, text));
            assert_eq!(id.as_ref().map(|id| id.as_str()), expected, "{host} {text}");
        }
    }
}
