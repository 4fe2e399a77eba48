//! What clients put before the subject when answering and forwarding.

/// What the outermost prefix of a subject says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `Fwd:`.
    Forward,
    /// `Re:`.
    Reply,
    /// There is none.
    Plain,
}

/// Reads the outermost prefix.
pub(super) fn kind(subject: &str) -> Kind {
    prefix(subject).map_or(Kind::Plain, |(kind, _)| kind)
}

/// What the subjects of one conversation have in common: no prefixes, no case, no white space.
pub(super) fn base(subject: &str) -> String {
    let mut rest = subject;
    while let Some((_, behind)) = prefix(rest) {
        rest = behind;
    }
    let kept = rest.chars().filter(|c| !c.is_whitespace() && !"[]*".contains(*c));
    kept.flat_map(char::to_lowercase).collect()
}

/// The kind of the first prefix, and what stands behind it.
fn prefix(subject: &str) -> Option<(Kind, &str)> {
    // Old clients write `[Fwd: Printer]`.
    let subject = subject.trim_start().trim_start_matches('[');
    let (head, behind) = subject.split_once([':', '：'])?;
    if head.len() > LONGEST_PREFIX {
        return None;
    }
    // `RE[2]:` and `Re(3):` count answers.
    let word = head
        .trim()
        .trim_end_matches(|c: char| c.is_ascii_digit() || "[]()".contains(c))
        .to_lowercase();
    let is_in = |list: &[&str]| list.contains(&word.as_str());
    let kind = match () {
        () if is_in(&FORWARD) => Kind::Forward,
        () if is_in(&REPLY) => Kind::Reply,
        () => return None,
    };
    Some((kind, behind))
}

/// In octets, a counter among them.
const LONGEST_PREFIX: usize = 24;
const FORWARD: [&str; 15] = [
    "fw",
    "fwd",
    "wg",
    "rv",
    "tr",
    "i",
    "enc",
    "doorst",
    "vb",
    "vl",
    "pd",
    "ilt",
    "vá",
    "továbbítás",
    "reenv",
];
const REPLY: [&str; 11] = ["re", "aw", "antw", "sv", "vs", "réf", "odp", "res", "rif", "r", "ynt"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outermost_prefix_decides() {
        for (subject, wanted) in [
            ("Fwd: Re: Printer", Kind::Forward),
            ("RE: FW: Printer", Kind::Reply),
            ("WG: Drucker", Kind::Forward),
            ("I: Stampante", Kind::Forward),
            ("ENC: Impressora", Kind::Forward),
            ("TR : Imprimante", Kind::Forward),
            ("[Fwd: Printer]", Kind::Forward),
            ("AW: Drucker", Kind::Reply),
            ("Printer: broken", Kind::Plain),
            ("Retry: x", Kind::Plain),
            ("", Kind::Plain),
        ] {
            assert_eq!(kind(subject), wanted, "{subject}");
        }
    }

    #[test]
    fn prefixes_make_no_other_subject() {
        assert_eq!(base("FW: Re[2]: Printer  broken"), base("printer broken"));
        assert_eq!(base("[Fwd: Printer]"), base("Printer"));
    }
}
