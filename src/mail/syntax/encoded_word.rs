//! Encoded words (RFC 2047), decoded so that a character split over two of them stays whole.

use super::charset;
use mail_parser::decoders::base64::base64_decode;

/// The longest encoded word that is read, in octets; RFC 2047 §2 allows 75, real mailers write more.
const LONGEST_WORD: usize = 8192;

/// Replaces the encoded words of a header value by their text.
pub(crate) fn decode(value: &str) -> String {
    if !value.contains("=?") {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len());
    let mut run = Run::default();
    let mut rest = value;
    while let Some(start) = rest.find("=?") {
        let (before, from_mark) = rest.split_at_checked(start).unwrap_or((rest, ""));
        let Some((word, after)) = Word::parse(from_mark) else {
            run.flush(&mut out);
            out.push_str(before);
            out.push_str("=?");
            rest = from_mark.get(2..).unwrap_or_default();
            continue;
        };
        // RFC 2047 §6.2: white space between two encoded words is not part of the text.
        if !(run.is_open() && before.trim().is_empty()) {
            run.flush(&mut out);
            out.push_str(before);
        }
        run.push(word, &mut out);
        rest = after;
    }
    run.flush(&mut out);
    out.push_str(rest);
    out
}

struct Word<'a> {
    charset: &'a str,
    octets: Vec<u8>,
}

impl<'a> Word<'a> {
    fn parse(text: &'a str) -> Option<(Self, &'a str)> {
        let inner = text.strip_prefix("=?")?;
        let charset_end = inner.as_bytes().iter().take(80).position(|&b| b == b'?')?;
        let charset = inner.get(..charset_end)?;
        let coded = inner.get(charset_end + 1..)?;
        let encoding = coded.as_bytes().first()?.to_ascii_lowercase();
        let payload = coded.get(1..)?.strip_prefix('?')?;
        if charset.is_empty() || charset.contains(char::is_whitespace) {
            return None;
        }
        let end = word_end(payload.as_bytes())?;
        let body = payload.get(..end)?;
        let octets = match encoding {
            b'b' => decode_b(body)?,
            b'q' => decode_q(body),
            _ => return None,
        };
        // RFC 2231 §5: the language may follow the charset.
        let charset = charset.split('*').next().unwrap_or(charset);
        Some((Word { charset, octets }, payload.get(end + 2..)?))
    }
}

/// Where `?=` stands; another word's start ends the search, which keeps it linear.
fn word_end(payload: &[u8]) -> Option<usize> {
    for (at, pair) in payload.windows(2).take(LONGEST_WORD).enumerate() {
        match pair {
            b"?=" => return Some(at),
            // Base64 padding before the end looks like a start.
            b"=?" if payload.get(at + 2) != Some(&b'=') => return None,
            _ => {}
        }
    }
    None
}

/// The encoded word at the start of a text, as it was written.
pub(crate) fn leading_word(text: &str) -> Option<&str> {
    let (_, after) = Word::parse(text)?;
    text.get(..text.len() - after.len())
}

fn decode_b(body: &str) -> Option<Vec<u8>> {
    base64_decode(body.as_bytes()).or_else(|| {
        let kept: Vec<u8> = body
            .bytes()
            .filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
            .collect();
        base64_decode(&kept)
    })
}

fn decode_q(body: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut octets = body.bytes();
    while let Some(b) = octets.next() {
        match b {
            b'_' => out.push(b' '),
            b'=' => {
                let mut ahead = octets.clone();
                match (ahead.next().and_then(hex), ahead.next().and_then(hex)) {
                    (Some(high), Some(low)) => {
                        out.push(high << 4 | low);
                        octets = ahead;
                    }
                    _ => out.push(b'='),
                }
            }
            b => out.push(b),
        }
    }
    out
}

/// The value of a hexadecimal digit.
pub(crate) fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

/// Neighbouring words of one charset, whose octets are joined before they are decoded.
#[derive(Default)]
struct Run {
    charset: Option<String>,
    octets: Vec<u8>,
}

impl Run {
    fn is_open(&self) -> bool {
        self.charset.is_some()
    }

    fn push(&mut self, word: Word<'_>, out: &mut String) {
        if self
            .charset
            .as_deref()
            .is_some_and(|c| !c.eq_ignore_ascii_case(word.charset))
        {
            self.flush(out);
        }
        self.charset.get_or_insert_with(|| word.charset.to_owned());
        self.octets.extend_from_slice(&word.octets);
    }

    fn flush(&mut self, out: &mut String) {
        if let Some(label) = self.charset.take() {
            out.push_str(&charset::decode(&self.octets, Some(&label)).0);
            self.octets.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn a_character_split_over_two_words_stays_whole() {
        assert_eq!(decode("=?utf-8?Q?a=C3?= =?utf-8?Q?=B1o?="), "año");
        assert_eq!(decode("=?UTF-8?B?YcM=?=\t=?utf-8?B?sW8=?= x"), "año x");
    }

    #[test]
    fn words_of_two_charsets_stand_side_by_side() {
        assert_eq!(decode("Re: =?iso-8859-1?q?=F1_?= =?utf-8?q?=C3=B1?= !"), "Re: ñ ñ !");
        assert_eq!(decode("=?utf-8*en?q?ok?="), "ok");
    }

    #[test]
    fn what_is_no_encoded_word_stays() {
        for text in ["=?", "=?utf-8?q?x", "a =?x?z?y?= b", "=?utf-8?", "1 =? 2"] {
            assert_eq!(decode(text), text);
        }
    }
}
