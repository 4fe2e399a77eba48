//! The mailboxes of a header that a client wrote into text.

use crate::mail::syntax::addresses::AddressReader;
use crate::mail::syntax::charset::is_invisible;
use crate::mail::{EmailAddress, Mailbox};

/// The one mailbox of a From value; `None` when it has no address, more than one, or says more than that.
///
/// `Ana <a@x.example> on behalf of Bob` names two persons.
pub(super) fn sole(value: &str) -> Option<Mailbox> {
    let value = normalised(value);
    let value = match value.contains('<') {
        true => value.as_str(),
        false => value.trim_matches(['\'', '"', ' ']),
    };
    let mut found = AddressReader::new(MOST_SENDERS).read(value);
    let only = found.pop().filter(|_| found.is_empty())?;
    let ends_there = value.ends_with(['>', ')']) || value.to_lowercase().ends_with(&only.address.key());
    (ends_there && is_sound(&only.address)).then(|| clean(only))
}

/// The mailboxes of a To or Cc value that have addresses; `limit` at most.
pub(super) fn all(value: &str, limit: usize) -> Vec<Mailbox> {
    let found = AddressReader::new(limit).read(&normalised(value));
    let sound = found.into_iter().filter(|mailbox| is_sound(&mailbox.address));
    sound.map(clean).collect()
}

/// Without what can't be seen or turns the reading direction, and without a name that is only the address again.
pub(super) fn clean(mailbox: Mailbox) -> Mailbox {
    let visible: String = mailbox.name.chars().filter(|&c| !is_invisible(c)).collect();
    let name = visible.trim_matches(|c: char| c.is_whitespace() || "*\"'".contains(c));
    let says_more = EmailAddress::parse(name).as_ref() != Some(&mailbox.address);
    Mailbox {
        name: if says_more { name.to_owned() } else { String::new() },
        address: mailbox.address,
    }
}

/// Two are as bad as many.
const MOST_SENDERS: usize = 2;

/// The value with each address written once, in angle brackets where a link held it: `Ana [mailto:a@x.example]`,
/// `a@x.example <mailto:a@x.example>`, `<a@x.example<mailto:a@x.example>>`.
fn normalised(value: &str) -> String {
    let visible: String = value.chars().filter(|&c| !is_invisible(c)).collect();
    let visible = visible.trim_matches(|c: char| c.is_whitespace() || "*|".contains(c));
    let mut out = String::with_capacity(visible.len());
    let mut rest = visible;
    while let Some((at, opening, closing)) = next_link(rest) {
        let (before, link) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let inside = link.get(opening..).unwrap_or_default();
        let Some((address, behind)) = inside.split_once(closing) else {
            rest = inside;
            continue;
        };
        out.truncate(out.trim_end().len());
        let shown = out
            .rsplit(|c: char| c.is_whitespace() || "<>(),;\"'*".contains(c))
            .next()
            .and_then(EmailAddress::parse);
        if shown.is_none() || shown != EmailAddress::parse(address) {
            out.push_str(" <");
            out.push_str(address);
            out.push('>');
        }
        rest = behind;
    }
    out.push_str(rest);
    out.replace(['*'], "")
}

/// Where a link starts, how long its opening is, and what closes it.
fn next_link(text: &str) -> Option<(usize, usize, char)> {
    const OPENINGS: [(&str, char); 2] = [("<mailto:", '>'), ("[mailto:", ']')];
    let starts = OPENINGS
        .iter()
        .filter_map(|(opening, closing)| Some((text.find(opening)?, opening.len(), *closing)));
    starts.min_by_key(|(at, ..)| *at)
}

/// No punctuation of the text around it has become a part of the address.
fn is_sound(address: &EmailAddress) -> bool {
    let domain = address.domain();
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.');
    domain.chars().all(is_of_name)
        && domain.ends_with(char::is_alphanumeric)
        && !address.local().starts_with(['\'', '.'])
        && !address.local().contains(['"', '(', ')', '[', ']', ':', '\\', '@', '|'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_read_as_clients_write_it() {
        for (value, name, address) in [
            ("Eva Lind <eva@lind.example>", "Eva Lind", "eva@lind.example"),
            ("eva@lind.example", "", "eva@lind.example"),
            (" <eva@lind.example>", "", "eva@lind.example"),
            ("Eva Lind [mailto:eva@lind.example]", "Eva Lind", "eva@lind.example"),
            ("Eva Lind<mailto:eva@lind.example>", "Eva Lind", "eva@lind.example"),
            (
                "\"Eva\" <eva@lind.example <mailto:eva@lind.example>>",
                "Eva",
                "eva@lind.example",
            ),
            (
                "Eva <eva@lind.example<mailto:eva@lind.example>>",
                "Eva",
                "eva@lind.example",
            ),
            ("eva@lind.example <mailto:eva@lind.example>", "", "eva@lind.example"),
            ("* Eva Lind <eva@lind.example>", "Eva Lind", "eva@lind.example"),
            ("** *Eva Lind* <eva@lind.example>", "Eva Lind", "eva@lind.example"),
            ("'Eva Lind' <eva@lind.example>", "Eva Lind", "eva@lind.example"),
            ("'eva@lind.example'", "", "eva@lind.example"),
            ("eva@lind.example <eva@lind.example>", "", "eva@lind.example"),
            ("\"Lind, Eva\" <eva@lind.example>", "Lind, Eva", "eva@lind.example"),
            (
                "\u{202e}Eva\u{200b} Lind <eva\u{200b}@lind.example>",
                "Eva Lind",
                "eva@lind.example",
            ),
            (
                "boss@acme.example <evil@x.example>",
                "boss@acme.example",
                "evil@x.example",
            ),
            (
                "Pat O'Neil <pat.o'neil@x.example>",
                "Pat O'Neil",
                "pat.o'neil@x.example",
            ),
        ] {
            let found = sole(value).unwrap_or_else(|| panic!("{value}"));
            assert_eq!(
                (found.name.as_str(), found.address.as_str()),
                (name, address),
                "{value}"
            );
        }
    }

    #[test]
    fn no_address_or_two_of_them_are_no_sender() {
        for value in [
            "",
            "Eva Lind",
            "Eva Lind </o=Acme/cn=Recipients/cn=eva>",
            "Eva <eva@lind.example>, Bob <bob@x.example>",
            "Eva <eva@lind.example> on behalf of Bob <bob@x.example>",
            "Eva <eva@lind.example> im Auftrag von Bob",
            "eva@lind.example on behalf of Bob",
            "<eva@lind.example <mailto:bob@x.example>>",
            "eva@lind.example)",
            "@",
        ] {
            assert_eq!(sole(value), None, "{value}");
        }
    }
}
