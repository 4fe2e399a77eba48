//! An SMTP server whose answers a test may replace.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What the server does at one point of the dialogue.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The usual.
    Usual,
    /// Exactly these octets.
    Say(&'static str),
    /// These, and then it closes.
    Leave(&'static str),
}

/// Called with the number of the connection (from 1) and the point in the dialogue: `greeting`, a command line, or `dot`.
pub type Script = dyn Fn(usize, &str) -> Answer + Send + Sync;

#[derive(Default)]
pub struct Seen {
    /// All command lines, with the number of the connection.
    pub commands: Vec<(usize, String)>,
    /// All mails, as they came over the wire, with the final `CRLF . CRLF`.
    pub mails: Vec<Vec<u8>>,
    pub connections: usize,
    open: usize,
    pub most_open: usize,
}

impl Seen {
    fn count_connection(&mut self) -> usize {
        self.connections += 1;
        self.open += 1;
        self.most_open = self.most_open.max(self.open);
        self.connections
    }
}

pub struct Server {
    pub port: u16,
    pub seen: Arc<Mutex<Seen>>,
    task: tokio::task::JoinHandle<()>,
}

trait Io: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Io for T {}

impl Server {
    pub async fn start(script: impl Fn(usize, &str) -> Answer + Send + Sync + 'static) -> Self {
        Self::listen(script, None, false).await
    }

    pub async fn start_tls(
        script: impl Fn(usize, &str) -> Answer + Send + Sync + 'static,
        acceptor: TlsAcceptor,
        implicit: bool,
    ) -> Self {
        Self::listen(script, Some(acceptor), implicit).await
    }

    async fn listen(
        script: impl Fn(usize, &str) -> Answer + Send + Sync + 'static,
        acceptor: Option<TlsAcceptor>,
        implicit: bool,
    ) -> Self {
        let listener = TcpListener::bind("localhost:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen: Arc<Mutex<Seen>> = Arc::default();
        let script: Arc<Script> = Arc::new(script);
        let shared = seen.clone();
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let number = shared.lock().unwrap().count_connection();
                let dialogue = Dialogue {
                    number,
                    script: script.clone(),
                    seen: shared.clone(),
                    acceptor: acceptor.clone(),
                };
                tokio::spawn(dialogue.serve(stream, implicit));
            }
        });
        Self { port, seen, task }
    }

    pub fn mails(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        seen.mails
            .iter()
            .map(|mail| String::from_utf8(mail.clone()).unwrap())
            .collect()
    }

    pub fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }

    /// The command verbs of one connection, `MAIL RCPT DATA`.
    pub fn verbs(&self, connection: usize) -> String {
        let seen = self.seen.lock().unwrap();
        let lines = seen.commands.iter().filter(|(number, _)| *number == connection);
        let verbs: Vec<&str> = lines.map(|(_, line)| line.split(' ').next().unwrap()).collect();
        verbs.join(" ")
    }

    pub fn has_seen(&self, what: &str) -> bool {
        let seen = self.seen.lock().unwrap();
        seen.commands.iter().any(|(_, line)| line.contains(what))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Dialogue {
    number: usize,
    script: Arc<Script>,
    seen: Arc<Mutex<Seen>>,
    acceptor: Option<TlsAcceptor>,
}

impl Dialogue {
    async fn serve(self, stream: TcpStream, implicit: bool) {
        let seen = self.seen.clone();
        let io: Option<Box<dyn Io>> = match &self.acceptor {
            Some(acceptor) if implicit => match acceptor.accept(stream).await {
                Ok(stream) => Some(Box::new(stream)),
                Err(_) => None,
            },
            _ => Some(Box::new(stream)),
        };
        let farewell = match io {
            Some(io) => self.run(io).await,
            None => Ok(None),
        };
        // Counted before the client hears of it: it may connect anew at once.
        seen.lock().unwrap().open -= 1;
        if let Ok(Some((mut io, text))) = farewell {
            // A client that hangs up is no failure of the server.
            let _ = io.get_mut().write_all(text.as_bytes()).await;
            let _ = io.get_mut().shutdown().await;
        }
    }

    /// Ends with what is still to be said, unless the client has gone.
    async fn run(self, io: Box<dyn Io>) -> std::io::Result<Option<(BufReader<Box<dyn Io>>, &'static str)>> {
        let usual = HashMap::from([
            ("greeting", "220 test ESMTP\r\n"),
            (
                "EHLO",
                "250-test\r\n250-SIZE 1000000\r\n250-8BITMIME\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS\r\n",
            ),
            ("STARTTLS", "220 go\r\n"),
            ("AUTH", "235 2.7.0 in\r\n"),
            ("MAIL", "250 2.1.0 Ok\r\n"),
            ("RCPT", "250 2.1.5 Ok\r\n"),
            ("DATA", "354 go on\r\n"),
            ("dot", "250 2.0.0 Ok: queued as 4XyZ\r\n"),
            ("QUIT", "221 bye\r\n"),
        ]);
        let mut io = BufReader::new(io);
        let mut point = "greeting".to_owned();
        loop {
            let verb = point.split(' ').next().unwrap().to_owned();
            let text = match (self.script)(self.number, &point) {
                Answer::Usual => usual.get(verb.as_str()).copied().unwrap_or("500 what?\r\n"),
                Answer::Say(text) => text,
                Answer::Leave(text) => return Ok(Some((io, text))),
            };
            if verb == "QUIT" {
                return Ok(Some((io, text)));
            }
            io.get_mut().write_all(text.as_bytes()).await?;
            io.get_mut().flush().await?;
            if verb == "STARTTLS" && text.starts_with("220") {
                let Some(acceptor) = &self.acceptor else {
                    return Ok(None);
                };
                io = BufReader::new(Box::new(acceptor.accept(io.into_inner()).await?));
            }
            if verb == "DATA" && text.starts_with("354") {
                self.read_mail(&mut io).await?;
                point = "dot".to_owned();
                continue;
            }
            let mut line = String::new();
            if io.read_line(&mut line).await? == 0 {
                return Ok(None);
            }
            point = line.trim_end().to_owned();
            self.seen.lock().unwrap().commands.push((self.number, point.clone()));
        }
    }

    async fn read_mail(&self, io: &mut BufReader<Box<dyn Io>>) -> std::io::Result<()> {
        let mut mail = vec![];
        while !mail.ends_with(b"\r\n.\r\n") {
            if io.read_until(b'\n', &mut mail).await? == 0 {
                return Ok(());
            }
        }
        self.seen.lock().unwrap().mails.push(mail);
        Ok(())
    }
}
