//! An SMTP server inside the test that keeps what it is given, and fails on demand.

use super::ports::wait_for_silence;
use super::wait::{seconds, wait_until};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// A recording SMTP server; ends when dropped.
pub struct SmtpSink {
    /// Where it listens, also after [`Self::down`] and [`Self::up`].
    pub port: u16,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

/// What it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// Everything is accepted.
    Accept,
    /// `550 5.7.1` at MAIL FROM: the account is refused, whoever the recipient is.
    RefuseSender,
    /// `451 4.3.0` at RCPT TO.
    DeferRecipient,
    /// `550 5.1.1` at RCPT TO.
    RefuseRecipient,
    /// The same for everybody but the desk's own people.
    RefuseOutsiders,
    /// Not even a greeting: a TLS handshake hangs, too.
    SilentGreeting,
    /// No answer to EHLO.
    SilentEhlo,
    /// The mail is taken and kept, but its final dot is never answered.
    SilentDot,
    /// No answer to QUIT.
    SilentQuit,
    /// The final dot is answered a quarter of a second late.
    SlowDot,
    /// The final dot is answered three seconds late.
    LateDot,
    /// Every answer comes octet by octet.
    Drip,
}

/// A mail it took; the final dot was answered with 250 unless [`Behaviour::SilentDot`] held the answer back.
#[derive(Debug, Clone)]
pub struct SinkMail {
    /// MAIL FROM without brackets; empty for `<>`.
    pub reverse_path: String,
    /// RCPT TO without brackets, each of them.
    pub recipients: Vec<String>,
    /// The octets, with CRLF line ends and without dot-stuffing.
    pub octets: Vec<u8>,
}

const SLOW: Duration = Duration::from_millis(250);
const LATE: Duration = Duration::from_secs(3);
const DRIP: Duration = Duration::from_millis(150);

struct Shared {
    behaviour: Mutex<Behaviour>,
    mails: Mutex<Vec<SinkMail>>,
    connections: Mutex<Vec<TcpStream>>,
    refusals: Mutex<usize>,
    closing: Mutex<bool>,
}

impl SmtpSink {
    /// Starts it on a free port.
    pub fn start() -> Self {
        let mut sink = Self {
            port: super::ports::free_port(),
            shared: Arc::new(Shared {
                behaviour: Mutex::new(Behaviour::Accept),
                mails: Mutex::default(),
                connections: Mutex::default(),
                refusals: Mutex::default(),
                closing: Mutex::default(),
            }),
            acceptor: None,
        };
        sink.up();
        sink
    }

    /// Changes what it answers from now on.
    pub fn set(&self, behaviour: Behaviour) {
        *self.shared.behaviour.lock().unwrap() = behaviour;
    }

    /// Listens (again).
    pub fn up(&mut self) {
        *self.shared.closing.lock().unwrap() = false;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).expect("the sink's port is free");
        let shared = self.shared.clone();
        self.acceptor = Some(std::thread::spawn(move || accept(&listener, &shared)));
    }

    /// Cuts every connection and refuses new ones, until [`Self::up`].
    pub fn down(&mut self) {
        let Some(acceptor) = self.acceptor.take() else { return };
        *self.shared.closing.lock().unwrap() = true;
        // Wakes the thread that waits in accept(); it sees `closing` and ends.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        let _ = acceptor.join();
        for stream in self.shared.connections.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
        wait_for_silence(self.port, seconds(5), "the sink is down");
    }

    /// What it accepted so far.
    pub fn mails(&self) -> Vec<SinkMail> {
        self.shared.mails.lock().unwrap().clone()
    }

    /// How many mails it accepted so far.
    pub fn count(&self) -> usize {
        self.shared.mails.lock().unwrap().len()
    }

    /// How many MAIL or RCPT commands it refused so far.
    pub fn refusals(&self) -> usize {
        *self.shared.refusals.lock().unwrap()
    }

    /// How many connections there have been since it is up.
    pub fn connections(&self) -> usize {
        self.shared.connections.lock().unwrap().len()
    }

    /// Waits for `count` mails and gives all of them.
    #[track_caller]
    pub fn wait_for(&self, count: usize, limit: Duration) -> Vec<SinkMail> {
        wait_until(limit, &format!("{count} mails at the SMTP sink"), || {
            (self.count() >= count).then(|| self.mails())
        })
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.down();
        if !std::thread::panicking() {
            super::leak::check(&self.mails());
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if *shared.closing.lock().unwrap() {
            return;
        }
        let Ok(stream) = stream else { continue };
        let _ = stream.set_nodelay(true);
        shared.connections.lock().unwrap().extend(stream.try_clone());
        let shared = shared.clone();
        // A cut connection ends the session with an error, which is what the scenario wants.
        std::thread::spawn(move || drop(session(stream, &shared)));
    }
}

fn session(mut out: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let mut input = BufReader::new(out.try_clone()?);
    if shared.behaves(Behaviour::SilentGreeting) {
        return wait_for_end(&mut input);
    }
    shared.say(&mut out, "220 sink.example ESMTP")?;
    let mut reverse_path = String::new();
    let mut recipients = vec![];
    let mut line = String::new();
    loop {
        line.clear();
        if input.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let behaviour = *shared.behaviour.lock().unwrap();
        let verb = line
            .split([' ', ':', '\r'])
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" if behaviour == Behaviour::SilentEhlo => return wait_for_end(&mut input),
            "QUIT" if behaviour == Behaviour::SilentQuit => return wait_for_end(&mut input),
            "EHLO" => {
                "250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE 60000000"
            }
            "MAIL" if behaviour == Behaviour::RefuseSender => refuse(shared, "550 5.7.1 this account may not send"),
            "MAIL" => {
                reverse_path = path(&line);
                recipients.clear();
                "250 2.1.0 ok"
            }
            "RCPT" if behaviour == Behaviour::DeferRecipient => refuse(shared, "451 4.3.0 try again later"),
            "RCPT" if behaviour == Behaviour::RefuseRecipient => refuse(shared, "550 5.1.1 no such user"),
            "RCPT" if behaviour == Behaviour::RefuseOutsiders && !path(&line).ends_with("@acme.example") => {
                refuse(shared, "550 5.1.1 no such user")
            }
            "RCPT" => {
                recipients.push(path(&line));
                "250 2.1.5 ok"
            }
            "DATA" if recipients.is_empty() => "503 5.5.1 no recipient",
            "DATA" => {
                shared.say(&mut out, "354 go on")?;
                let octets = read_data(&mut input)?;
                shared.mails.lock().unwrap().push(SinkMail {
                    reverse_path: std::mem::take(&mut reverse_path),
                    recipients: std::mem::take(&mut recipients),
                    octets,
                });
                match behaviour {
                    Behaviour::SilentDot => return wait_for_end(&mut input),
                    Behaviour::SlowDot => std::thread::sleep(SLOW),
                    Behaviour::LateDot => std::thread::sleep(LATE),
                    _ => {}
                }
                "250 2.0.0 kept"
            }
            "QUIT" => return shared.say(&mut out, "221 2.0.0 bye"),
            "HELO" | "RSET" | "NOOP" => "250 2.0.0 ok",
            _ => "500 5.5.2 unknown command",
        };
        shared.say(&mut out, answer)?;
    }
}

impl Shared {
    fn behaves(&self, behaviour: Behaviour) -> bool {
        *self.behaviour.lock().unwrap() == behaviour
    }

    fn say(&self, out: &mut TcpStream, answer: &str) -> std::io::Result<()> {
        let answer = format!("{answer}\r\n");
        if !self.behaves(Behaviour::Drip) {
            return out.write_all(answer.as_bytes());
        }
        answer.bytes().try_for_each(|octet| {
            std::thread::sleep(DRIP);
            out.write_all(&[octet])
        })
    }
}

/// Says nothing any more, until the client is gone.
fn wait_for_end(input: &mut impl Read) -> std::io::Result<()> {
    std::io::copy(input, &mut std::io::sink()).map(drop)
}

fn refuse(shared: &Shared, answer: &'static str) -> &'static str {
    *shared.refusals.lock().unwrap() += 1;
    answer
}

fn path(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map(|(path, _)| path.to_owned()).unwrap_or_default()
}

fn read_data(input: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut octets = vec![];
    let mut line = vec![];
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(octets);
        }
        octets.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}
