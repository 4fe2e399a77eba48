//! Folder names and other strings as they stand in a command.

/// A folder's name in modified UTF-7 (RFC 3501 §5.1.3), quoted. CR, LF and NUL end up encoded too.
pub(super) fn folder_name(name: &str) -> String {
    quoted(&modified_utf7(name))
}

/// A quoted string; the caller sees to it that `text` is [`quotable`].
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Whether a text may stand in a quoted string of every IMAP server.
pub(super) fn quotable(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

fn modified_utf7(name: &str) -> String {
    let mut written = String::new();
    let mut shifted: Vec<u8> = vec![];
    for c in name.chars() {
        if (' '..='~').contains(&c) {
            unshift(&mut written, &mut shifted);
            written.push(c);
            if c == '&' {
                written.push('-');
            }
        } else {
            let mut units = [0; 2];
            shifted.extend(c.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    unshift(&mut written, &mut shifted);
    written
}

fn unshift(written: &mut String, shifted: &mut Vec<u8>) {
    if !shifted.is_empty() {
        let base64 = data_encoding::BASE64_NOPAD.encode(shifted).replace('/', ",");
        written.push_str(&format!("&{base64}-"));
        shifted.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_names_are_modified_utf7() {
        assert_eq!(folder_name("INBOX"), "\"INBOX\"");
        assert_eq!(
            folder_name("~peter/mail/台北/日本語"),
            "\"~peter/mail/&U,BTFw-/&ZeVnLIqe-\""
        );
        assert_eq!(folder_name("Q&A \"x\""), "\"Q&-A \\\"x\\\"\"");
    }

    #[test]
    fn a_folder_name_cannot_end_the_command() {
        assert!(quotable(&folder_name("a\r\nx DELETE INBOX")));
    }
}
