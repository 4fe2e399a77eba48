//! The octets under a connection: plain or TLS, upgraded in place, and replies made fit for lettre's parser.

use crate::net::{self, ConnectError};
use lettre::transport::smtp::client::AsyncTokioStream;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// A handle to one socket. lettre holds one and we another: that is how STARTTLS can swap what is beneath lettre, which
/// knows no way to do so with a TLS stack that isn't its own.
#[derive(Debug, Clone)]
pub struct Wire(Arc<Mutex<State>>);

/// What carries the octets.
#[derive(Debug)]
pub enum Link {
    /// TCP alone.
    Plain(TcpStream),
    /// TLS over TCP.
    Tls(Box<TlsStream<TcpStream>>),
    /// Taken away for a handshake that has not succeeded.
    Gone,
}

#[derive(Debug)]
struct State {
    link: Link,
    /// Octets that came in and have not become a line yet.
    received: Vec<u8>,
    /// What is left of the line that lettre is reading. It gets one line at a time, and reads no further than the reply.
    line: Vec<u8>,
    reply: Reply,
}

/// How much of a reply has come since the last command.
#[derive(Debug, Default)]
struct Reply {
    octets: usize,
    lines: usize,
}

/// A server that answers so much to one command is none.
const LONGEST_REPLY_RECEIVED: usize = 64 * 1024;
/// lettre reads a reply anew with each of its lines, so that thousands of them would take seconds; of more than these
/// only the last one is kept.
const MOST_LINES_KEPT: usize = 128;
/// RFC 5321 §4.5.3.1.5 allows 512 octets a line, lettre refuses more than 1,000.
const LONGEST_LINE_KEPT: usize = 900;
const READ_SIZE: usize = 4096;

impl Wire {
    /// Takes over a connection.
    pub fn new(link: Link) -> Self {
        Self(Arc::new(Mutex::new(State {
            link,
            received: vec![],
            line: vec![],
            reply: Reply::default(),
        })))
    }

    /// Goes over to TLS, after the server's 220 to STARTTLS.
    ///
    /// # Errors
    /// Untrusted when the server said more than that in clear: it would be taken for something said under TLS
    /// (CVE-2011-0411); and when the handshake fails.
    pub async fn upgrade(&self, connector: &TlsConnector, host: &str) -> Result<(), ConnectError> {
        let untrusted = |reason: &str| ConnectError::Untrusted {
            host: host.to_owned(),
            reason: reason.to_owned(),
        };
        let link = {
            let mut state = self.state();
            if !state.received.is_empty() || !state.line.is_empty() {
                return Err(untrusted("something was said in clear behind STARTTLS"));
            }
            std::mem::replace(&mut state.link, Link::Gone)
        };
        let Link::Plain(stream) = link else {
            return Err(untrusted("STARTTLS under TLS"));
        };
        let stream = net::handshake(connector, host, stream).await?;
        self.state().link = Link::Tls(Box::new(stream));
        Ok(())
    }

    /// Whether the server is connected and has nothing to say, as it should be between two mails.
    pub fn is_quiet(&self) -> bool {
        let mut state = self.state();
        let mut cx = Context::from_waker(Waker::noop());
        state.received.is_empty() && state.line.is_empty() && state.fill(&mut cx).is_pending()
    }

    /// Whether TLS is up.
    pub fn is_encrypted(&self) -> bool {
        matches!(self.state().link, Link::Tls(_))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes the next complete line out of what was received.
    fn next_line(&mut self) -> bool {
        while let Some(end) = self.received.iter().position(|&octet| octet == b'\n') {
            let raw: Vec<u8> = self.received.drain(..=end).collect();
            self.reply.lines += 1;
            if self.reply.lines <= MOST_LINES_KEPT || !is_continued(&raw) {
                self.line = fit_line(&raw);
                return true;
            }
        }
        false
    }

    /// Reads once; the number of octets that came in, 0 at the end.
    fn fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut chunk = [0; READ_SIZE];
        let mut buf = ReadBuf::new(&mut chunk);
        ready!(match &mut self.link {
            Link::Plain(stream) => Pin::new(stream).poll_read(cx, &mut buf),
            Link::Tls(stream) => Pin::new(stream).poll_read(cx, &mut buf),
            Link::Gone => Poll::Ready(Err(gone())),
        })?;
        self.received.extend_from_slice(buf.filled());
        self.reply.octets += buf.filled().len();
        Poll::Ready(Ok(buf.filled().len()))
    }
}

/// A reply line as lettre's parser wants it.
///
/// That parser wants UTF-8, CRLF, a space behind the code, and a second digit up to 5. A reply it cannot read would
/// count as a lost connection, and after the final dot that means the mail is sent twice. RFC 5321 §4.2 allows `250`
/// without text, and tells clients to go by the first digit of a code they don't know (`571`).
fn fit_line(raw: &[u8]) -> Vec<u8> {
    let text = raw.trim_ascii_end().iter().take(LONGEST_LINE_KEPT);
    let mut line: Vec<u8> = text
        .map(|&octet| if matches!(octet, b' '..=b'~') { octet } else { b'?' })
        .collect();
    if let [_, second @ b'6'..=b'9', third, ..] = line.as_mut_slice() {
        (*second, *third) = (b'5', b'0');
    }
    if line.len() == 3 {
        line.push(b' ');
    }
    line.extend_from_slice(b"\r\n");
    line
}

/// Whether more lines of the same reply follow (RFC 5321 §4.2.1).
fn is_continued(line: &[u8]) -> bool {
    line.get(3) == Some(&b'-')
}

fn gone() -> io::Error {
    io::ErrorKind::NotConnected.into()
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut state = self.state();
        while state.line.is_empty() && !state.next_line() {
            if state.reply.octets > LONGEST_REPLY_RECEIVED {
                return Poll::Ready(Err(io::Error::other("a reply without end")));
            }
            if ready!(state.fill(cx))? == 0 {
                return Poll::Ready(Ok(()));
            }
        }
        let size = state.line.len().min(buf.remaining());
        let rest = state.line.split_off(size);
        buf.put_slice(&state.line);
        state.line = rest;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let mut state = self.state();
        state.reply = Reply::default();
        match &mut state.link {
            Link::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Link::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
            Link::Gone => Poll::Ready(Err(gone())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.state().link {
            Link::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Link::Tls(stream) => Pin::new(stream).poll_flush(cx),
            Link::Gone => Poll::Ready(Err(gone())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.state().link {
            Link::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Link::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
            Link::Gone => Poll::Ready(Ok(())),
        }
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        match &self.state().link {
            Link::Plain(stream) => stream.peer_addr(),
            Link::Tls(stream) => stream.get_ref().0.peer_addr(),
            Link::Gone => Err(gone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fit_line;

    #[test]
    fn a_reply_line_is_made_fit_without_changing_what_it_means() {
        let long = format!("250 {}\r\n", "x".repeat(5000));
        for (given, expected) in [
            ("250 Ok\r\n", "250 Ok\r\n"),
            ("250-Ok\n", "250-Ok\r\n"),
            ("250\r\n", "250 \r\n"),
            ("571 5.7.1 no\r\n", "550 5.7.1 no\r\n"),
            ("250 f\u{fc}r\r\n", "250 f??r\r\n"),
            ("\r\n", "\r\n"),
        ] {
            assert_eq!(fit_line(given.as_bytes()), expected.as_bytes(), "{given:?}");
        }
        assert!(fit_line(long.as_bytes()).len() < 1000);
    }
}
