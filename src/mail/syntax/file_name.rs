//! File names that are safe to show and to save.

use super::charset;

/// The longest name in octets; file systems allow 255, and something may be put in front of it.
const LONGEST_NAME: usize = 180;

/// Makes a name safe: one path component, no controls or invisible characters, no name Windows keeps for devices,
/// no leading dot. `None` when nothing is left of it.
pub(crate) fn safe(name: &str) -> Option<String> {
    let component = name.rsplit(['/', '\\']).find(|part| !part.trim().is_empty())?;
    let shown: String = charset::clean_line(component)
        .chars()
        .filter(|&c| !charset::is_invisible(c))
        .map(|c| {
            if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\u{FFFD}') {
                '_'
            } else {
                c
            }
        })
        .collect();
    let bare = shown.trim_matches(|c: char| c == '.' || c.is_whitespace());
    if bare.is_empty() {
        return None;
    }
    let short = shorten(bare);
    Some(if is_reserved(&short) {
        format!("_{short}")
    } else {
        short
    })
}

/// Windows keeps these for devices, whatever follows the first dot.
fn is_reserved(name: &str) -> bool {
    let stem = name
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_ascii_uppercase();
    let numbered = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    matches!(
        stem.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$"
    ) || numbered.is_some_and(|n| {
        matches!(
            n,
            "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
        )
    })
}

/// Cuts the stem, not the extension.
fn shorten(name: &str) -> String {
    if name.len() <= LONGEST_NAME {
        return name.to_owned();
    }
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if extension.len() <= 16 => (stem, format!(".{extension}")),
        _ => (name, String::new()),
    };
    let mut kept = String::new();
    for c in stem.chars().take_while({
        let mut room = LONGEST_NAME - extension.len();
        move |c| {
            let fits = c.len_utf8() <= room;
            room = room.saturating_sub(c.len_utf8());
            fits
        }
    }) {
        kept.push(c);
    }
    // A cut may leave a dot at the end, which Windows drops and a second reading would, too.
    let kept = kept.trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    format!("{kept}{extension}")
}

/// What a part without a name is called, from its media type.
pub(crate) fn from_media_type(media_type: &str) -> String {
    let known = match media_type {
        "message/rfc822" | "message/global" => "message.eml",
        "message/delivery-status" | "message/global-delivery-status" => "delivery-status.txt",
        "message/feedback-report" => "feedback-report.txt",
        "message/disposition-notification" | "message/global-disposition-notification" => "read-receipt.txt",
        "text/rfc822-headers" | "message/rfc822-headers" | "message/global-headers" => "headers.txt",
        "text/plain" => "text.txt",
        "text/html" => "text.html",
        "text/calendar" | "application/ics" => "invite.ics",
        "text/vcard" | "text/x-vcard" => "contact.vcf",
        "image/jpeg" => "image.jpg",
        "image/svg+xml" => "image.svg",
        "image/tiff" => "image.tif",
        "application/ms-tnef" | "application/vnd.ms-tnef" => "winmail.dat",
        "application/pgp-encrypted" => "pgp-version.txt",
        "application/pgp-signature" => "signature.asc",
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => "smime.p7s",
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => "smime.p7m",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    match media_type.split_once('/') {
        Some((kind @ ("image" | "audio" | "video"), sub)) if is_plain_extension(sub) => format!("{kind}.{sub}"),
        Some(("application", sub)) if is_plain_extension(sub) && sub.len() <= 4 => format!("attachment.{sub}"),
        _ => "attachment.bin".to_owned(),
    }
}

fn is_plain_extension(text: &str) -> bool {
    (2..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_path_and_no_hidden_or_reserved_name_is_left() {
        for (name, wanted) in [
            ("../../etc/passwd", "passwd"),
            (r"C:\Users\a\b.txt", "b.txt"),
            ("a\0b.txt", "a b.txt"),
            ("\u{200B}.htaccess", "htaccess"),
            ("CON", "_CON"),
            ("nul.txt", "_nul.txt"),
            ("com1 .x", "_com1 .x"),
            ("exe\u{202E}fdp.exe", "exefdp.exe"),
            ("a:b?.txt", "a_b_.txt"),
            ("dir/", "dir"),
        ] {
            assert_eq!(safe(name).as_deref(), Some(wanted), "{name:?}");
        }
        for nothing in ["", ".", "..", "/", "\u{200B}", " . . "] {
            assert_eq!(safe(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn a_long_name_is_not_cut_behind_a_dot() {
        let name = format!("{}.{}", "x".repeat(LONGEST_NAME - 1), "y".repeat(20));
        let cut = safe(&name).unwrap();
        assert_eq!(cut, "x".repeat(LONGEST_NAME - 1));
        assert_eq!(safe(&cut).unwrap(), cut);
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let name = safe(&format!("{}.pdf", "ñ".repeat(400))).unwrap();
        assert!(name.len() <= LONGEST_NAME && name.ends_with("ñ.pdf"));
    }

    proptest! {
        #[test]
        fn a_safe_name_is_one_visible_component(name in "\\PC*|[\\x00-\\x7f]*") {
            if let Some(name) = safe(&name) {
                prop_assert!(!name.is_empty() && name.len() <= LONGEST_NAME + 1);
                prop_assert!(!name.contains(['/', '\\', '\0']) && !name.starts_with('.'));
                prop_assert!(!name.chars().any(char::is_control));
            }
        }
    }
}
