//! Transfer encodings (RFC 2045 §6), decoded leniently.

use super::encoded_word::hex;
use mail_parser::decoders::base64::base64_decode;
use std::borrow::Cow;

/// Content-Transfer-Encoding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// 7bit, 8bit and binary: the octets as they are.
    #[default]
    Identity,
    /// quoted-printable.
    QuotedPrintable,
    /// base64.
    Base64,
    /// A name that means nothing to us.
    Unknown,
}

/// Decoded octets, or those that were sent where they cannot be decoded.
pub(crate) enum Decoded<'a> {
    /// As the sender meant them.
    Good(Cow<'a, [u8]>),
    /// With damage, or not decoded at all.
    Bad(Cow<'a, [u8]>),
}

impl<'a> Decoded<'a> {
    /// The octets, whatever their state.
    pub fn into_octets(self) -> Cow<'a, [u8]> {
        match self {
            Self::Good(octets) | Self::Bad(octets) => octets,
        }
    }
}

impl Encoding {
    /// Reads the field's value.
    pub fn parse(value: &str) -> Self {
        let token = value.split(['(', ';']).next().unwrap_or_default().trim();
        match token.to_ascii_lowercase().as_str() {
            "" | "7bit" | "8bit" | "binary" | "7-bit" | "8-bit" => Self::Identity,
            "quoted-printable" => Self::QuotedPrintable,
            "base64" => Self::Base64,
            _ => Self::Unknown,
        }
    }

    /// Decodes content.
    pub fn decode(self, content: &[u8]) -> Decoded<'_> {
        match self {
            Self::Identity => Decoded::Good(Cow::Borrowed(content)),
            Self::Unknown => Decoded::Bad(Cow::Borrowed(content)),
            Self::QuotedPrintable => Decoded::Good(Cow::Owned(decode_quoted_printable(content))),
            Self::Base64 => match base64_decode(content) {
                Some(octets) => Decoded::Good(Cow::Owned(octets)),
                None => decode_damaged_base64(content),
            },
        }
    }
}

/// RFC 2045 §6.8: characters outside of the alphabet are passed over. When there are many, it was never base64.
fn decode_damaged_base64(content: &[u8]) -> Decoded<'_> {
    let in_alphabet = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
    let kept: Vec<u8> = content.iter().copied().filter(in_alphabet).collect();
    let foreign = content
        .iter()
        .filter(|b| !in_alphabet(b) && !b.is_ascii_whitespace())
        .count();
    match base64_decode(&kept) {
        Some(octets) if foreign * 20 <= kept.len() => Decoded::Bad(Cow::Owned(octets)),
        _ => Decoded::Bad(Cow::Borrowed(content)),
    }
}

fn decode_quoted_printable(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len());
    for line in content.split_inclusive(|&b| b == b'\n') {
        let text = line.trim_ascii_end();
        let soft = text.last() == Some(&b'=');
        decode_line(
            if soft {
                text.get(..text.len() - 1).unwrap_or_default()
            } else {
                text
            },
            &mut out,
        );
        if !soft && line.ends_with(b"\n") {
            out.extend_from_slice(if line.ends_with(b"\r\n") { b"\r\n" } else { b"\n" });
        }
    }
    out
}

fn decode_line(line: &[u8], out: &mut Vec<u8>) {
    let mut rest = line;
    while let Some(at) = memchr::memchr(b'=', rest) {
        let (plain, escape) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        out.extend_from_slice(plain);
        rest = match escape {
            [_, high, low, after @ ..] => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    after
                }
                _ => {
                    out.push(b'=');
                    escape.get(1..).unwrap_or_default()
                }
            },
            _ => {
                out.push(b'=');
                escape.get(1..).unwrap_or_default()
            }
        };
    }
    out.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn qp(text: &str) -> String {
        String::from_utf8(
            Encoding::QuotedPrintable
                .decode(text.as_bytes())
                .into_octets()
                .into_owned(),
        )
        .unwrap()
    }

    #[test]
    fn quoted_printable_is_decoded_and_its_faults_are_kept() {
        assert_eq!(qp("a=C3=B1o =\r\nb  \r\nc=20\r\nd=zz=\n=3D"), "año b\r\nc \r\nd=zz=");
        assert_eq!(qp("x=4"), "x=4");
    }

    #[test]
    fn base64_with_a_footer_behind_it_is_still_read() {
        let body = format!("{}\n--\n", "QUJD".repeat(40));
        assert!(
            Encoding::Base64
                .decode(body.as_bytes())
                .into_octets()
                .starts_with(b"ABCABC")
        );
        assert_eq!(
            &*Encoding::Base64.decode(b"no base64, is it?").into_octets(),
            b"no base64, is it?"
        );
    }
}
