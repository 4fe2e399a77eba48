//! Values that go into a line: one line each, and bounded.

use crate::mail::EmailAddress;
use jiff::SignedDuration;

/// The most characters of a name in a line of ours.
pub(super) const LONGEST_NAME: usize = 80;
/// The most characters of a value that isn't a name: a tag, a server's words, a line that an agent wrote.
pub(super) const LONGEST_VALUE: usize = 400;

/// The text on one line, without controls, cut behind `most` characters.
pub(super) fn line(text: &str, most: usize) -> String {
    let one_line = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    if one_line.chars().count() <= most {
        return one_line;
    }
    let kept: String = one_line.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// `Eva Lind <eva@home.example>`, or what there is of it.
pub(super) fn person(name: &str, address: Option<&EmailAddress>) -> String {
    let name = line(name, LONGEST_NAME);
    match address {
        Some(address) if name.is_empty() => address.to_string(),
        Some(address) => format!("{name} <{address}>"),
        None => name,
    }
}

/// `12 KB`, in whole numbers, since languages write fractions differently.
pub(super) fn size(octets: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")];
    let unit = UNITS.into_iter().find(|(unit, _)| octets >= *unit);
    let (unit, name) = unit.unwrap_or((1 << 10, "KB"));
    format!("{} {name}", octets.div_ceil(unit))
}

/// `3 d`, `5 h`, `12 min`: the units are written alike in the languages we speak.
pub(super) fn age(age: SignedDuration) -> String {
    let minutes = age.as_mins().max(0);
    match (minutes / (24 * 60), minutes / 60) {
        (0, 0) => format!("{minutes} min"),
        (0, hours) => format!("{hours} h"),
        (days, _) => format!("{days} d"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_one_bounded_line() {
        assert_eq!(line("a\r\nBcc:\u{0}  b", 80), "a Bcc: b");
        assert_eq!(line(&"ñ".repeat(100), 10), format!("{}…", "ñ".repeat(9)));
    }

    #[test]
    fn sizes_and_ages_are_whole_numbers() {
        let sizes = [0, 1, 1024, 1025, 25 << 20, (25 << 20) + 1, 3 << 30].map(size);
        assert_eq!(sizes, ["0 KB", "1 KB", "1 KB", "2 KB", "25 MB", "26 MB", "3 GB"]);
        let ages =
            [-5, 59, 60, 3_599, 3_600, 86_399, 86_400 * 400].map(|seconds| age(SignedDuration::from_secs(seconds)));
        assert_eq!(ages, ["0 min", "0 min", "1 min", "59 min", "1 h", "23 h", "400 d"]);
    }
}
