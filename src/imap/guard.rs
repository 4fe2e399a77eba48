//! The stream below async-imap, with a bound on what one response may bring.
//!
//! async-imap makes room for a literal as soon as it is announced, up to 512 MiB. So the announcement is read here
//! first.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// A connection with bounds.
#[derive(Debug)]
pub(super) struct Guard {
    stream: Stream,
    scan: Scan,
    received: u64,
}

/// A TCP connection, perhaps with TLS.
#[derive(Debug)]
pub(super) enum Stream {
    /// As it is.
    Plain(TcpStream),
    /// Within TLS.
    Tls(Box<TlsStream<TcpStream>>),
}

impl Guard {
    /// Guards a stream; one response may bring `bound` octets.
    pub(super) fn new(stream: Stream, bound: u64) -> Self {
        Self {
            stream,
            scan: Scan::new(bound),
            received: 0,
        }
    }

    /// From now on one response may bring `bound` octets.
    pub(super) fn set_bound(&mut self, bound: u64) {
        self.scan.bound = bound;
    }

    /// How many octets have come in all.
    pub(super) fn received(&self) -> u64 {
        self.received
    }

    /// Whether the last response has come to its end, and nothing after it.
    pub(super) fn is_between_responses(&self) -> bool {
        self.scan.response == 0
    }

    /// The bare connection.
    pub(super) fn into_stream(self) -> Stream {
        self.stream
    }
}

/// A response went over its bound; inside an [`io::Error`].
#[derive(Debug, thiserror::Error)]
#[error("a response is larger than it may be")]
pub(super) struct OverBound;

/// Follows lines and literals (RFC 9051 §4.3).
#[derive(Debug)]
struct Scan {
    bound: u64,
    /// Octets of the current response, announced ones included.
    response: u64,
    literal_left: u64,
    /// The first octets of the response.
    head: Vec<u8>,
    /// The last octets of the line.
    tail: Vec<u8>,
}

const HEAD: usize = 10;
/// Longer than any `{n}` with a 64-bit number.
const TAIL: usize = 32;

impl Scan {
    fn new(bound: u64) -> Self {
        Self {
            bound,
            response: 0,
            literal_left: 0,
            head: Vec::with_capacity(HEAD),
            tail: Vec::with_capacity(2 * TAIL),
        }
    }

    fn take(&mut self, mut octets: &[u8]) -> Result<(), OverBound> {
        while !octets.is_empty() {
            if self.literal_left > 0 {
                let skip = self.literal_left.min(octets.len() as u64);
                self.literal_left -= skip;
                octets = octets.get(skip as usize..).unwrap_or_default();
                continue;
            }
            let end = octets.iter().position(|octet| *octet == b'\n').map(|at| at + 1);
            let (line, rest) = octets.split_at(end.unwrap_or(octets.len()));
            self.line(line);
            if end.is_some() {
                self.line_end();
            }
            if self.response > self.bound {
                return Err(OverBound);
            }
            octets = rest;
        }
        Ok(())
    }

    fn line(&mut self, part: &[u8]) {
        self.response += part.len() as u64;
        let room = HEAD - self.head.len();
        self.head.extend(part.iter().take(room));
        self.tail.extend(part.iter().skip(part.len().saturating_sub(TAIL)));
        self.tail.drain(..self.tail.len().saturating_sub(TAIL));
    }

    fn line_end(&mut self) {
        match announced(&self.tail).filter(|_| !is_text(&self.head)) {
            Some(octets) => {
                self.response = self.response.saturating_add(octets);
                self.literal_left = octets;
            }
            None => {
                self.response = 0;
                self.head.clear();
            }
        }
        self.tail.clear();
    }
}

/// The size of the literal that a line ends by announcing.
fn announced(line: &[u8]) -> Option<u64> {
    let line = line.strip_suffix(b"\n")?;
    let line = line.strip_suffix(b"\r").unwrap_or(line).strip_suffix(b"}")?;
    let line = line.strip_suffix(b"+").unwrap_or(line);
    let brace = line.iter().rposition(|octet| !octet.is_ascii_digit());
    match brace {
        Some(at) if line.get(at) == Some(&b'{') => {
            let digits = std::str::from_utf8(line.get(at + 1..)?).ok()?;
            (!digits.is_empty()).then(|| digits.parse().unwrap_or(u64::MAX))
        }
        Some(_) => None,
        // More digits than any number needs.
        None => Some(u64::MAX),
    }
}

/// Whether the response is a line of text, in which `{1}` announces nothing. If it were taken for an announcement, a
/// server could hide a real one behind it.
fn is_text(head: &[u8]) -> bool {
    let Some(data) = head.strip_prefix(b"* ") else {
        return true;
    };
    let word = data
        .split(|octet| !octet.is_ascii_alphabetic())
        .next()
        .unwrap_or_default();
    [&b"OK"[..], b"NO", b"BAD", b"BYE", b"PREAUTH"]
        .iter()
        .any(|status| word.eq_ignore_ascii_case(status))
}

impl AsyncRead for Guard {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let this = &mut *self;
        ready!(match &mut this.stream {
            Stream::Plain(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Stream::Tls(tls) => Pin::new(tls).poll_read(cx, buf),
        })?;
        let new = buf.filled().get(before..).unwrap_or_default();
        this.received += new.len() as u64;
        Poll::Ready(this.scan.take(new).map_err(io::Error::other))
    }
}

impl AsyncWrite for Guard {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.stream {
            Stream::Plain(tcp) => Pin::new(tcp).poll_write(cx, buf),
            Stream::Tls(tls) => Pin::new(tls).poll_write(cx, buf),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Stream::Tls(tls) => Pin::new(tls).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Stream::Tls(tls) => Pin::new(tls).poll_shutdown(cx),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scan(octets: &[u8], piece: usize) -> Result<bool, ()> {
        let mut scan = Scan::new(1000);
        for piece in octets.chunks(piece) {
            scan.take(piece).map_err(|_| ())?;
        }
        Ok(scan.response == 0)
    }

    #[test]
    fn announcements_over_the_bound_are_refused_wherever_the_reads_fall() {
        for piece in [1, 2, 7, 4096] {
            for number in [
                "1001",
                "4294967295",
                "99999999999999999999",
                "0000000000000000000000000000000000000009",
            ] {
                let line = format!("* 1 FETCH (BODY[] {{{number}}}\r\n");
                assert_eq!(scan(line.as_bytes(), piece), Err(()), "{number}");
            }
            assert_eq!(
                scan(b"* 1 FETCH (BODY[] {4}\r\n{9}\n)\r\n* 2 EXISTS\r\n", piece),
                Ok(true)
            );
            assert_eq!(scan(b"* 1 FETCH (BODY[] {900}\r\n", piece), Ok(false));
        }
    }

    #[test]
    fn text_hides_no_announcement() {
        for text in [
            "* OK hello {900}\r\n",
            "* bye {900}\r\n",
            "+ {900}\r\n",
            "A1 NO {900}\r\n",
        ] {
            let hidden = format!("{text}* 1 FETCH (BODY[] {{400000000}}\r\n");
            assert_eq!(scan(hidden.as_bytes(), 4096), Err(()), "{text}");
        }
    }

    #[test]
    fn an_endless_line_is_refused() {
        assert_eq!(scan(&[b'x'; 1001], 100), Err(()));
    }

    proptest! {
        #[test]
        fn literals_of_any_content_are_skipped(body in proptest::collection::vec(any::<u8>(), 0..300), piece in 1..40usize) {
            let mut octets = format!("* 1 FETCH (UID 7 BODY[] {{{}}}\r\n", body.len()).into_bytes();
            octets.extend(&body);
            octets.extend(b")\r\n");
            prop_assert_eq!(scan(&octets, piece), Ok(true));
        }
    }
}
