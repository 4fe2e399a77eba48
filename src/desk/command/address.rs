//! Addresses as an agent writes or pastes them.

use super::link::bare_address;
use super::visible::{PUNCTUATION, is_joiner};
use crate::mail::{EmailAddress, Mailbox};

/// The mailboxes of a list, each once: `Name <a@b>` or bare, by commas or semicolons; bare ones by spaces too.
///
/// # Errors
///
/// The first piece that is none, or that names two.
pub(super) fn mailboxes(list: &str) -> Result<Vec<Mailbox>, String> {
    let list = list.replace(['“', '”', '„', '«', '»'], "\"");
    let mut found: Vec<Mailbox> = Vec::new();
    for piece in pieces(&list)
        .into_iter()
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
    {
        for mailbox in piece_of(piece).ok_or_else(|| piece.to_owned())? {
            if !found.iter().any(|known| known.address == mailbox.address) {
                found.push(mailbox);
            }
        }
    }
    Ok(found)
}

/// Splits at commas and semicolons outside of quotes and angle brackets.
fn pieces(list: &str) -> Vec<&str> {
    let mut quoted = false;
    let mut depth = 0_usize;
    let is_end = |c: char| {
        match c {
            '"' => quoted = !quoted,
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        matches!(c, ',' | ';') && !quoted && depth == 0
    };
    list.split(is_end).collect()
}

fn piece_of(piece: &str) -> Option<Vec<Mailbox>> {
    let piece = piece.trim_end_matches(PUNCTUATION);
    let words = piece.split([' ', '<', '>']).filter(|word| !word.is_empty());
    if !piece.contains('<') {
        return words.map(|word| Some(mailbox("", address(word)?))).collect();
    }
    let words: Vec<&str> = words.collect();
    let (last, name) = words.split_last()?;
    let address = address(last)?;
    // `eva@home.example <bob@home.example>`: whoever reads the name is misled.
    let name: Vec<&str> = match name {
        [only] if self::address(only).as_ref() == Some(&address) => vec![],
        name if name.iter().any(|word| self::address(word).is_some()) => return None,
        name => name.to_vec(),
    };
    Some(vec![mailbox(&name.join(" "), address)])
}

fn mailbox(name: &str, address: EmailAddress) -> Mailbox {
    let name = name.replace('"', "");
    Mailbox {
        name: name.trim_matches([' ', '\'', '‘', '’']).to_owned(),
        address,
    }
}

/// The address that a word is, without what stands around it in text.
fn address(word: &str) -> Option<EmailAddress> {
    const AROUND: [char; 14] = ['"', '\'', '‘', '’', '(', ')', '[', ']', '.', ',', ';', ':', '!', '?'];
    let word: String = word.chars().filter(|c| !is_joiner(*c)).collect();
    let bare = bare_address(word.trim_matches(AROUND)).trim_matches(AROUND);
    // Sound in quotes, which nobody types: here they are a list or a link gone wrong.
    let (local, _) = bare.rsplit_once('@')?;
    let is_odd = local.contains(['"', '(', ')', '[', ']', ':', '\\', '@']);
    EmailAddress::parse(bare).filter(|_| !is_odd)
}

#[cfg(test)]
mod tests {
    use super::mailboxes;

    fn check(list: &str, wanted: &[(&str, &str)]) {
        let found = mailboxes(list).unwrap_or_else(|piece| panic!("{list}: {piece}"));
        let found: Vec<(&str, &str)> = found.iter().map(|m| (m.name.as_str(), m.address.as_str())).collect();
        assert_eq!(found, wanted, "{list}");
    }

    #[test]
    fn addresses_are_read_bare_and_with_names() {
        check("eva@home.example", &[("", "eva@home.example")]);
        check("<eva@home.example>.", &[("", "eva@home.example")]);
        check("Eva Díaz <eva@home.example>", &[("Eva Díaz", "eva@home.example")]);
        check("“Díaz, Eva” <eva@home.example>", &[("Díaz, Eva", "eva@home.example")]);
        check(
            "Eva <mailto:eva@home.example?subject=x>",
            &[("Eva", "eva@home.example")],
        );
        check("mailto:eva@home.example", &[("", "eva@home.example")]);
        check("'eva@home.example' <eva@home.example>", &[("", "eva@home.example")]);
        check("[eva@home.example]", &[("", "eva@home.example")]);
        check("e\u{200D}va@home.example", &[("", "eva@home.example")]);
    }

    #[test]
    fn lists_are_read_by_commas_semicolons_and_spaces_and_each_address_once() {
        let both = [("", "a@home.example"), ("", "b@home.example")];
        check("a@home.example, b@home.example", &both);
        check("a@home.example; b@home.example;", &both);
        check("a@home.example b@home.example A@home.example", &both);
        let named = [("A", "a@home.example"), ("", "b@home.example")];
        check("A <a@home.example>, b@home.example", &named);
    }

    #[test]
    fn what_is_no_address_or_two_is_named() {
        for bad in [
            "eva",
            "eva@",
            "please eva@home.example",
            "Eva <eva@home.example> and more",
            "eva@home.example <bob@home.example>",
            "A <a@home.example> B <b@home.example>",
            "a@b@home.example",
            "Díaz, Eva <eva@home.example>",
            "<>",
        ] {
            assert!(mailboxes(bad).is_err(), "{bad}");
        }
    }
}
