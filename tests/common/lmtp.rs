//! A client that speaks just enough SMTP or LMTP to hand a mail to a server.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

/// Delivers over LMTP (RFC 2033): one answer for each recipient. Panics on any refusal.
pub fn deliver(port: u16, reverse_path: &str, recipients: &[&str], octets: &[u8]) {
    send(port, "LHLO", reverse_path, recipients, octets, recipients.len());
}

/// Submits over SMTP (RFC 5321). Panics on any refusal.
pub fn submit(port: u16, reverse_path: &str, recipients: &[&str], octets: &[u8]) {
    send(port, "EHLO", reverse_path, recipients, octets, 1);
}

fn send(port: u16, hello: &str, reverse_path: &str, recipients: &[&str], octets: &[u8], answers: usize) {
    let mut client = Client::connect(port);
    client.expect("220");
    client.command(&format!("{hello} test.example"), "250");
    client.command(&format!("MAIL FROM:<{reverse_path}>"), "250");
    for recipient in recipients {
        client.command(&format!("RCPT TO:<{recipient}>"), "250");
    }
    client.command("DATA", "354");
    client.stream.write_all(&stuffed(octets)).unwrap();
    for _ in 0..answers {
        client.expect("250");
    }
    client.command("QUIT", "221");
}

struct Client {
    stream: TcpStream,
    lines: BufReader<TcpStream>,
}

impl Client {
    fn connect(port: u16) -> Self {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the server is up");
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let lines = BufReader::new(stream.try_clone().unwrap());
        Self { stream, lines }
    }

    #[track_caller]
    fn command(&mut self, line: &str, code: &str) {
        self.stream.write_all(format!("{line}\r\n").as_bytes()).unwrap();
        self.expect(code);
    }

    #[track_caller]
    fn expect(&mut self, code: &str) {
        loop {
            let mut line = String::new();
            self.lines.read_line(&mut line).unwrap();
            assert!(line.starts_with(code), "expected {code}, the server said {line:?}");
            if line.as_bytes().get(3) != Some(&b'-') {
                return;
            }
        }
    }
}

/// Lines end CRLF, leading dots are doubled, and the final dot is added (RFC 5321 §4.5.2).
fn stuffed(octets: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(octets.len() + 64);
    let text = octets.strip_suffix(b"\n").unwrap_or(octets);
    for line in text.split(|&octet| octet == b'\n') {
        if line.first() == Some(&b'.') {
            out.push(b'.');
        }
        out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}
