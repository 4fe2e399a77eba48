//! Octets of a mail, made fit for DATA (RFC 5321 §2.3.8 and §4.5.2).

use std::borrow::Cow;

/// Makes every line end CRLF, and takes the last one away (it belongs to the final `CRLF . CRLF`).
///
/// A bare CR or LF counts as a line end: servers disagree about them, and a dot behind one could end the mail there and
/// smuggle in a second one. lettre doubles the dots at line starts, but only behind CRLF, so this comes first.
pub fn with_crlf(octets: &[u8]) -> Cow<'_, [u8]> {
    let fit = if is_fit(octets) {
        Cow::Borrowed(octets)
    } else {
        Cow::Owned(rewritten(octets))
    };
    match fit {
        Cow::Borrowed(octets) => Cow::Borrowed(octets.strip_suffix(b"\r\n").unwrap_or(octets)),
        Cow::Owned(mut octets) => {
            if octets.ends_with(b"\r\n") {
                octets.truncate(octets.len() - 2);
            }
            Cow::Owned(octets)
        }
    }
}

fn is_fit(octets: &[u8]) -> bool {
    let mut previous = 0;
    for &octet in octets {
        if (previous == b'\r') != (octet == b'\n') {
            return false;
        }
        previous = octet;
    }
    previous != b'\r'
}

fn rewritten(octets: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(octets.len() + octets.len() / 32);
    let mut previous = 0;
    for &octet in octets {
        match octet {
            b'\r' => out.extend_from_slice(b"\r\n"),
            b'\n' if previous == b'\r' => {}
            b'\n' => out.extend_from_slice(b"\r\n"),
            _ => out.push(octet),
        }
        previous = octet;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::with_crlf;
    use proptest::prelude::*;
    use std::borrow::Cow;

    #[test]
    fn every_kind_of_line_end_becomes_crlf_and_the_last_is_left_to_the_final_dot() {
        for (given, expected) in [
            ("", ""),
            ("a", "a"),
            ("a\r\nb\r\n", "a\r\nb"),
            ("a\nb\n", "a\r\nb"),
            ("a\rb\r", "a\r\nb"),
            ("a\n.\nb", "a\r\n.\r\nb"),
            ("a\r.\rb", "a\r\n.\r\nb"),
            ("a\r\r\nb", "a\r\n\r\nb"),
            ("a\n\r\nb", "a\r\n\r\nb"),
            ("\n", ""),
        ] {
            assert_eq!(with_crlf(given.as_bytes()), expected.as_bytes(), "{given:?}");
        }
    }

    #[test]
    fn a_mail_that_is_fit_is_not_copied() {
        assert!(matches!(with_crlf(b"a\r\nb\r\n"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn nothing_but_crlf_is_left(given in "[a.\r\n]{0,40}") {
            let text = String::from_utf8(with_crlf(given.as_bytes()).into_owned()).unwrap();
            prop_assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
        }
    }
}
