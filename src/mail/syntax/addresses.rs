//! Address lists (RFC 5322 §3.4), read leniently but never so that a display name passes for an address.

use super::{charset, encoded_word};
use crate::mail::{EmailAddress, Mailbox, MessageId};

/// Reads address lists and counts what it has read, so that a mail of many fields is bounded as a whole.
pub(crate) struct AddressReader {
    left: usize,
    over: bool,
}

impl AddressReader {
    /// Reads at most `limit` addresses.
    pub fn new(limit: usize) -> Self {
        Self {
            left: limit,
            over: false,
        }
    }

    /// Whether there were more addresses than the limit.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// The mailboxes of an unfolded field value; groups are opened, what is no address is left out.
    pub fn read(&mut self, value: &str) -> Vec<Mailbox> {
        let mut list = List {
            found: Vec::new(),
            entry: Entry::default(),
        };
        let mut rest = value;
        while let Some(c) = rest.chars().next() {
            if self.left <= list.found.len() {
                self.over |= rest.contains('@');
                break;
            }
            // What an encoded word hides is a name, whatever characters it has.
            if let Some(word) = (c == '=').then(|| encoded_word::leading_word(rest)).flatten() {
                if list.entry.angle.is_some() {
                    // Python's generator hides the comma between two mailboxes in an encoded word.
                    list.end_entry();
                }
                list.entry.shown.push_str(word);
                list.entry.written.push_str(word);
                rest = rest.get(word.len()..).unwrap_or_default();
                continue;
            }
            let tail = rest.get(c.len_utf8()..).unwrap_or_default();
            rest = list.step(c, tail);
        }
        list.end_entry();
        self.left = self.left.saturating_sub(list.found.len());
        list.found
    }
}

struct List {
    found: Vec<Mailbox>,
    entry: Entry,
}

#[derive(Default)]
struct Entry {
    /// The phrase or bare address as it will be shown: quoted strings without their quotes.
    shown: String,
    /// The same as written, from which a bare address is taken.
    written: String,
    comment: String,
    angle: Option<String>,
}

impl List {
    /// Takes what starts with `c`; gives back what is left to read.
    fn step<'a>(&mut self, c: char, tail: &'a str) -> &'a str {
        match c {
            '"' => {
                let (text, raw, rest) = quoted(tail);
                self.entry.shown.push_str(&text);
                self.entry.written.push('"');
                self.entry.written.push_str(raw);
                self.entry.written.push('"');
                rest
            }
            '(' => {
                let (text, rest) = comment(tail);
                if !text.is_empty() {
                    self.entry.comment = text.to_owned();
                }
                rest
            }
            '<' => {
                if self.entry.angle.is_some() {
                    // A second address in one entry counts as a second mailbox: From must not hide one.
                    self.end_entry();
                }
                let (inside, rest) = tail.split_once('>').unwrap_or((tail, ""));
                self.entry.angle = Some(inside.to_owned());
                rest
            }
            ',' | ';' => {
                self.end_entry();
                tail
            }
            ':' if self.entry.angle.is_none() && !self.entry.written.contains('@') => {
                self.entry = Entry::default();
                tail
            }
            c => {
                self.entry.shown.push(c);
                self.entry.written.push(c);
                tail
            }
        }
    }

    fn end_entry(&mut self) {
        let entry = std::mem::take(&mut self.entry);
        if let Some(mailbox) = entry.into_mailbox() {
            self.found.push(mailbox);
        }
    }
}

impl Entry {
    fn into_mailbox(self) -> Option<Mailbox> {
        if let Some(inside) = &self.angle {
            let address = EmailAddress::parse(without_route(inside))?;
            let shown = if self.shown.trim().is_empty() {
                &self.comment
            } else {
                &self.shown
            };
            return Some(Mailbox {
                name: display_name(shown),
                address,
            });
        }
        if let Some(address) = EmailAddress::parse(&self.written) {
            return Some(Mailbox {
                name: display_name(&self.comment),
                address,
            });
        }
        let (token, address) = self
            .written
            .split_whitespace()
            .rev()
            .filter(|token| !token.contains('"'))
            .find_map(|token| Some((token, EmailAddress::parse(token)?)))?;
        let name = self.shown.replacen(token, "", 1);
        Some(Mailbox {
            name: display_name(&name),
            address,
        })
    }
}

/// RFC 5322 §4.4: `<@relay,@relay:user@host>` names a route that nobody follows any more.
fn without_route(inside: &str) -> &str {
    let inside = inside.trim();
    if inside.starts_with('@') {
        return inside.split_once(':').map_or(inside, |(_, address)| address);
    }
    match inside.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => inside.get(7..).unwrap_or_default(),
        _ => inside,
    }
}

fn display_name(text: &str) -> String {
    let decoded = encoded_word::decode(text);
    let name = decoded.trim_start_matches([',', ';', ' ']).trim();
    let unquoted = ['"', '\'']
        .into_iter()
        .find_map(|mark| name.strip_prefix(mark)?.strip_suffix(mark));
    charset::clean_line(unquoted.unwrap_or(name))
}

/// The text of a quoted string, the same as written, and what follows it.
fn quoted(text: &str) -> (String, &str, &str) {
    let mut out = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                let (raw, rest) = text.split_at_checked(at).unwrap_or((text, ""));
                return (out, raw, rest.get(1..).unwrap_or_default());
            }
            '\\' => out.extend(chars.next().map(|(_, c)| c)),
            c => out.push(c),
        }
    }
    (out, text, "")
}

/// The text of a comment, nested ones within it, and what follows it.
fn comment(text: &str) -> (&str, &str) {
    let mut depth = 1_usize;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    let (inside, rest) = text.split_at_checked(at).unwrap_or((text, ""));
                    return (inside, rest.get(1..).unwrap_or_default());
                }
            }
            _ => {}
        }
    }
    (text, "")
}

/// The message ids of a field: what stands in angle brackets, or without any brackets each word with an `@`.
pub(crate) fn message_ids(value: &str) -> Vec<MessageId> {
    if value.contains('<') {
        return value
            .split('<')
            .skip(1)
            .filter_map(|piece| MessageId::parse(piece.split_once('>').map_or(piece, |(id, _)| id)))
            .collect();
    }
    value
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|w| w.contains('@'))
        .filter_map(MessageId::parse)
        .collect()
}

/// The first of them.
pub(crate) fn first_id(value: &str) -> Option<MessageId> {
    message_ids(value).into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Vec<(String, String)> {
        let found = AddressReader::new(500).read(value);
        found.into_iter().map(|m| (m.name, m.address.to_string())).collect()
    }

    fn pairs(wanted: &[(&str, &str)]) -> Vec<(String, String)> {
        wanted.iter().map(|(n, a)| ((*n).to_owned(), (*a).to_owned())).collect()
    }

    #[test]
    fn names_come_quoted_encoded_bare_or_as_comments() {
        assert_eq!(
            read(r#""Ruiz, Ana" <ana@a.example>, bob@b.example (Bob)"#),
            pairs(&[("Ruiz, Ana", "ana@a.example"), ("Bob", "bob@b.example")])
        );
        assert_eq!(
            read("=?utf-8?q?Jos=C3=A9?= <j@c.example>"),
            pairs(&[("José", "j@c.example")])
        );
        assert_eq!(
            read("Team: a@x.example, B <b@x.example>;"),
            pairs(&[("", "a@x.example"), ("B", "b@x.example")])
        );
        assert_eq!(read("Ana Ruiz ana@a.example"), pairs(&[("Ana Ruiz", "ana@a.example")]));
        assert_eq!(read("<@r1,@r2:u@h.example>"), pairs(&[("", "u@h.example")]));
    }

    #[test]
    fn only_quotes_around_a_whole_name_are_taken_off() {
        assert_eq!(
            read(
                r#""Bob \"Ace\"" <b@x.example>, 'Ana' <a@x.example>, =?utf-8?q?=22Eva=22?= <e@x.example>, O' <o@x.example>"#
            ),
            pairs(&[
                (r#"Bob "Ace""#, "b@x.example"),
                ("Ana", "a@x.example"),
                ("Eva", "e@x.example"),
                ("O'", "o@x.example"),
            ])
        );
    }

    #[test]
    fn a_comma_hidden_in_an_encoded_word_loses_nobody() {
        assert_eq!(
            read("=?utf-8?q?Jos=C3=A9?= <j@x.example> =?utf-8?q?=2C?= =?utf-8?q?=C3=81na?= <a@x.example>, b@x.example"),
            pairs(&[("José", "j@x.example"), ("Ána", "a@x.example"), ("", "b@x.example")])
        );
    }

    #[test]
    fn an_address_in_a_name_is_not_the_address() {
        assert_eq!(
            read(r#""boss@acme.example" <evil@x.example>"#),
            pairs(&[("boss@acme.example", "evil@x.example")])
        );
        assert_eq!(
            read("boss@acme.example <evil@x.example>"),
            pairs(&[("boss@acme.example", "evil@x.example")])
        );
        assert_eq!(
            read("=?utf-8?q?a=40b.example=3E?= <evil@x.example>"),
            pairs(&[("a@b.example>", "evil@x.example")])
        );
    }

    #[test]
    fn two_addresses_in_one_entry_are_two_mailboxes() {
        assert_eq!(read("A <a@x.example> <b@y.example>").len(), 2);
    }

    #[test]
    fn no_control_gets_into_a_name() {
        assert_eq!(
            read("=?utf-8?q?A=0D=0ABcc:_x?= <a@x.example>"),
            pairs(&[("A Bcc: x", "a@x.example")])
        );
    }

    #[test]
    fn the_limit_holds_over_all_fields() {
        let mut reader = AddressReader::new(3);
        assert_eq!(reader.read("a@x.example, b@x.example").len(), 2);
        assert!(!reader.is_over());
        assert_eq!(reader.read("c@x.example, d@x.example").len(), 1);
        assert!(reader.is_over());
    }

    #[test]
    fn ids_are_found_with_and_without_brackets() {
        let ids = |v| message_ids(v).iter().map(|i| i.as_str().to_owned()).collect::<Vec<_>>();
        assert_eq!(ids("<a@b><c@d> (x) <e@f>"), ["a@b", "c@d", "e@f"]);
        assert_eq!(ids("a@b, c@d"), ["a@b", "c@d"]);
        assert!(ids("your message of Monday").is_empty());
    }
}
