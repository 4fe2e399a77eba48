//! The servers, driven line by line as a client would.

mod faults;
mod imap;
mod smtp;

use super::{ImapServer, Mailstore, MailstoreOptions, SmtpOptions, SmtpServer};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

const LIMIT: Duration = Duration::from_secs(10);
const HELP: &str = "help@desk.test";
const PASSWORD: &str = "correct horse";

fn mailstore() -> Mailstore {
    let store = Mailstore::new(MailstoreOptions {
        password: PASSWORD.into(),
        authserv_id: Some("mx.desk.test".to_owned()),
    });
    store.add_account(HELP);
    store.add_account("ada@desk.test");
    store
}

async fn imap() -> (Mailstore, ImapServer) {
    let store = mailstore();
    let server = ImapServer::start(store.clone()).await.unwrap();
    (store, server)
}

async fn smtp() -> (Mailstore, SmtpServer) {
    let store = mailstore();
    let options = SmtpOptions {
        domains: vec!["desk.test".to_owned()],
        max_size: 1 << 20,
    };
    let server = SmtpServer::start(store.clone(), options).await.unwrap();
    (store, server)
}

/// Puts a mail into an INBOX just as it is.
fn put(store: &Mailstore, octets: &str) -> u32 {
    let date = "2026-11-20T12:00:00Z".parse().unwrap();
    let octets = octets.as_bytes().into();
    store.append(HELP, "INBOX", octets, Default::default(), date).unwrap()
}

struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    async fn connect(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        Self {
            stream: BufReader::new(stream),
        }
    }

    /// An IMAP client that has read the greeting, logged in and selected INBOX.
    async fn in_inbox(port: u16) -> Self {
        let mut client = Self::connect(port).await;
        client.line().await;
        let login = format!("LOGIN {HELP} \"{PASSWORD}\"");
        assert!(client.command(&login).await.contains("t OK"));
        assert!(client.command("SELECT INBOX").await.contains("t OK [READ-WRITE]"));
        client
    }

    async fn send(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).await.unwrap();
    }

    /// The next line; empty at the end of the connection.
    async fn line(&mut self) -> String {
        let mut line = vec![];
        timeout(LIMIT, self.stream.read_until(b'\n', &mut line))
            .await
            .unwrap()
            .unwrap();
        String::from_utf8(line).unwrap()
    }

    /// All lines up to and including the one that begins so, or the end.
    async fn until(&mut self, beginning: &str) -> String {
        let mut lines = String::new();
        loop {
            let line = self.line().await;
            lines.push_str(&line);
            if line.starts_with(beginning) || line.is_empty() {
                return lines;
            }
        }
    }

    /// Sends an IMAP command with the tag `t`, and gives everything up to its answer.
    async fn command(&mut self, command: &str) -> String {
        self.send(&format!("t {command}\r\n")).await;
        self.until("t ").await
    }

    /// Sends an SMTP command, and gives the reply.
    async fn ask(&mut self, command: &str) -> String {
        self.send(&format!("{command}\r\n")).await;
        loop {
            let line = self.line().await;
            if line.as_bytes().get(3) != Some(&b'-') {
                return line;
            }
        }
    }

    async fn rest(&mut self) -> Vec<u8> {
        let mut octets = vec![];
        timeout(LIMIT, self.stream.read_to_end(&mut octets))
            .await
            .unwrap()
            .unwrap();
        octets
    }
}
