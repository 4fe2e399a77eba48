//! Subjects of outgoing mails: `Re: <the ticket's subject> [tag]`, the same in every mail of a ticket.

use crate::desk::subject::{without_prefixes, without_tags};

/// The subject of a mail on that ticket. Reply prefixes aren't doubled, tags of ours aren't carried along, white space
/// and controls become single spaces, and a long subject is cut so that the tag still shows.
pub fn reply_subject(subject: &str, tag: &str, no_subject: &str) -> String {
    let one_line = subject
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let bare = without_prefixes(&without_tags(&one_line)).to_owned();
    let kept = match bare.as_str() {
        "" => no_subject.to_owned(),
        _ => cut(&bare),
    };
    format!("Re: {kept} {tag}")
}

/// The most characters of a customer's subject that are kept.
const LONGEST_SUBJECT: usize = 160;
fn cut(subject: &str) -> String {
    if subject.chars().count() <= LONGEST_SUBJECT {
        return subject.to_owned();
    }
    let kept: String = subject.chars().take(LONGEST_SUBJECT - 1).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_subject_gets_one_prefix_and_one_tag() {
        let table = [
            ("Broken lamp", "Re: Broken lamp [#7-abcdef]"),
            ("Re: Broken lamp", "Re: Broken lamp [#7-abcdef]"),
            ("RE: AW: RV: Broken lamp", "Re: Broken lamp [#7-abcdef]"),
            ("Re[2]: Broken lamp", "Re: Broken lamp [#7-abcdef]"),
            ("Re: Broken [#5-zzzzzz] lamp [#7-abcdef]", "Re: Broken lamp [#7-abcdef]"),
            ("[#5-zzzzzz] Re: Broken lamp", "Re: Broken lamp [#7-abcdef]"),
            ("Request: a lamp [#12]", "Re: Request: a lamp [#12] [#7-abcdef]"),
            ("", "Re: your message [#7-abcdef]"),
            (" Re: ", "Re: your message [#7-abcdef]"),
            ("a\r\nBcc: eve@evil.example", "Re: a Bcc: eve@evil.example [#7-abcdef]"),
        ];
        for (subject, expected) in table {
            assert_eq!(reply_subject(subject, "[#7-abcdef]", "your message"), expected);
        }
    }

    #[test]
    fn a_long_subject_is_cut_between_characters_and_keeps_its_tag() {
        let subject = reply_subject(&"ñ".repeat(500), "[#7-abcdef]", "");
        assert_eq!(
            subject.chars().count(),
            "Re: ".len() + LONGEST_SUBJECT + " [#7-abcdef]".len()
        );
        assert!(subject.ends_with("ñ… [#7-abcdef]"));
    }

    proptest! {
        #[test]
        fn a_subject_stays_the_same_however_often_it_comes_back(subject in "[^\\p{C}]{0,200}") {
            let once = reply_subject(&subject, "[#7-abcdef]", "-");
            prop_assert_eq!(reply_subject(&once, "[#7-abcdef]", "-"), once.clone());
            prop_assert!(!once.chars().any(char::is_control));
        }
    }
}
