//! The answer to a held mail's request.

use super::visible::visible;

/// Whether the first non-blank line of what an agent newly wrote says to send the mail that was held.
///
/// `yes`, `sí`, `ok` and `#send` do, with any case and punctuation; whoever says more has not agreed.
pub fn is_release(text: &str) -> bool {
    let first = text.lines().map(visible).find(|line| !line.is_empty());
    let said = first.unwrap_or_default().to_lowercase();
    // An accent by itself, as some keyboards write it.
    let said = said.replace("i\u{301}", "í");
    let said = said
        .trim_start_matches('¡')
        .trim_end_matches([' ', '.', ',', ';', ':', '!', '…']);
    matches!(said, "yes" | "sí" | "si" | "ok" | "#send")
}

#[cfg(test)]
mod tests {
    use super::is_release;

    #[test]
    fn yes_in_english_and_spanish_and_send_release() {
        for text in [
            "yes",
            "Yes.",
            "\n \u{a0}\nOK!\n\nAna",
            "sí",
            "Sí, ",
            "SI\u{301}",
            "¡Sí!",
            "si\r\n-- \r\nAna Ruiz",
            "\u{feff}#send",
            "#Send.",
            "ok…",
        ] {
            assert!(is_release(text), "{text:?}");
        }
    }

    #[test]
    fn whoever_says_more_or_something_else_does_not() {
        for text in [
            "",
            "\n\n",
            "yes but not to Bob",
            "yes?",
            "no",
            "okay then",
            "Hi,\nyes",
            "> yes",
            "#sendit",
            "# send",
            "#send to eva@home.example",
            "I am out of office until Monday.",
            "yesterday",
        ] {
            assert!(!is_release(text), "{text:?}");
        }
    }
}
