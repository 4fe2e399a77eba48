//! Subjects: our tags in them, and the subject beneath prefixes such as `Re:`.

use crate::desk::TicketNumber;
use regex::Regex;
use std::sync::LazyLock;

/// What a subject says of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectClaim {
    /// The number it names.
    pub number: TicketNumber,
    /// The six letters of check behind the number; without them a number proves nothing.
    pub check: Option<String>,
}

/// How many claims of one subject are looked at.
const MAX_CLAIMS: usize = 8;

static TAG: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)\[#(\d{1,15})-([a-z2-7]{6})\]").ok());
static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"#(\d{1,15})\b").ok());
/// What clients put before a subject when answering or forwarding, in the languages of Europe.
const PREFIXES: [&str; 25] = [
    "re",
    "aw",
    "rv",
    "antw",
    "sv",
    "vs",
    "réf",
    "odp",
    "res",
    "rif",
    "r",
    "fw",
    "fwd",
    "wg",
    "enc",
    "tr",
    "vl",
    "doorst",
    "pd",
    "ynt",
    "ilt",
    "i",
    "vb",
    "vá",
    "továbbítás",
];

/// Every ticket number the subject names, tagged ones first.
pub fn claims(subject: &str) -> Vec<SubjectClaim> {
    let mut found: Vec<SubjectClaim> = Vec::new();
    for tag in TAG.iter().flat_map(|tag| tag.captures_iter(subject)) {
        let number = tag.get(1).and_then(|digits| digits.as_str().parse().ok());
        found.extend(number.map(|number| SubjectClaim {
            number: TicketNumber(number),
            check: tag.get(2).map(|check| check.as_str().to_lowercase()),
        }));
    }
    for bare in NUMBER.iter().flat_map(|number| number.captures_iter(subject)) {
        let number = bare
            .get(1)
            .and_then(|digits| digits.as_str().parse().ok())
            .map(TicketNumber);
        let new = number.filter(|number| found.iter().all(|claim| claim.number != *number));
        found.extend(new.map(|number| SubjectClaim { number, check: None }));
    }
    found.truncate(MAX_CLAIMS);
    found
}

/// The subject without tags of ours and the white space they leave.
pub fn without_tags(subject: &str) -> String {
    let stripped = match TAG.as_ref() {
        Some(tag) => tag.replace_all(subject, " "),
        None => subject.into(),
    };
    stripped.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The subject behind `Re:`, `AW:`, `RE[2]:`, `Fwd:` and their like, however many stand in a row.
pub fn without_prefixes(subject: &str) -> &str {
    let mut rest = subject.trim();
    while let Some((head, tail)) = rest.split_once([':', ':']) {
        // `RE[2]:` and `Re(3):` count answers.
        let word = head
            .trim()
            .trim_end_matches(|c: char| c.is_ascii_digit() || "[]()".contains(c))
            .to_lowercase();
        if !PREFIXES.contains(&word.as_str()) {
            break;
        }
        rest = tail.trim_start();
    }
    rest
}

/// The subject without tags, prefixes and case: what two mails of one conversation have in common.
pub fn base(subject: &str) -> String {
    without_prefixes(&without_tags(subject)).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_in_any_case_and_a_number_without_check_claims_less() {
        let found = claims("RE: [#1042-K7F3QA] Printer #77 broken, #1042");
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].number, found[0].check.as_deref()),
            (TicketNumber(1042), Some("k7f3qa"))
        );
        assert_eq!((found[1].number, found[1].check.as_deref()), (TicketNumber(77), None));
    }

    #[test]
    fn prefixes_and_tags_do_not_make_another_subject() {
        assert_eq!(
            base("RV: Re[2]: AW: Impresora  rota [#3-aaaaaa]"),
            base("impresora rota")
        );
        assert_eq!(without_tags("Re: Impresora [#3-aaaaaa] rota"), "Re: Impresora rota");
        assert_ne!(base("Retry: x"), base("x"));
    }
}
