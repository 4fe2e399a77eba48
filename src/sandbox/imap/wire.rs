//! Octets in, commands out; responses in, octets out. The faults of the transport strike here.

use super::{ImapFault, Shared};
use imap_codec::CommandCodec;
use imap_codec::decode::{CommandDecodeError, Decoder};
use imap_codec::imap_types::command::Command;
use imap_codec::imap_types::core::LiteralMode;
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The longest command with its literals; a longer one ends the connection.
const MAX_COMMAND: usize = 128 << 20;
/// Responses are sent on when this much has gathered.
const FLUSH_AT: usize = 64 << 10;

/// One connection.
pub(super) struct Wire {
    stream: TcpStream,
    input: Vec<u8>,
    output: Vec<u8>,
    shared: Arc<Shared>,
    octets_sent: u64,
    responses_sent: u64,
}

/// What a client sent.
pub(super) enum Sent {
    /// A command.
    Command(Command<'static>),
    /// A line that is none; its tag, as far as one can tell.
    Garbage(String),
}

impl Wire {
    pub(super) fn new(stream: TcpStream, shared: Arc<Shared>) -> Self {
        Self {
            stream,
            input: vec![],
            output: vec![],
            shared,
            octets_sent: 0,
            responses_sent: 0,
        }
    }

    /// The next command; asks for the literals that wait to be asked for.
    pub(super) async fn command(&mut self) -> io::Result<Sent> {
        // Octets that must be there before it is worth while to parse again.
        let mut needed = 1;
        loop {
            while self.input.len() < needed {
                self.fill().await?;
            }
            match CommandCodec::default().decode_static(&self.input) {
                Ok((rest, command)) => {
                    let used = self.input.len() - rest.len();
                    self.input.drain(..used);
                    return Ok(Sent::Command(command));
                }
                Err(CommandDecodeError::Incomplete) => needed = self.input.len() + 1,
                Err(CommandDecodeError::LiteralFound { length, mode, .. }) => {
                    let length = usize::try_from(length).unwrap_or(usize::MAX);
                    needed = self.input.len().saturating_add(length).saturating_add(1);
                    if needed > MAX_COMMAND {
                        return Err(io::ErrorKind::FileTooLarge.into());
                    }
                    if mode == LiteralMode::Sync {
                        self.send("+ go on\r\n").await?;
                    }
                }
                Err(CommandDecodeError::Failed) => return self.garbage().await,
            }
        }
    }

    async fn garbage(&mut self) -> io::Result<Sent> {
        let line = self.line().await?;
        let tag = line.split(' ').next().filter(|tag| !tag.is_empty()).unwrap_or("*");
        Ok(Sent::Garbage(tag.to_owned()))
    }

    /// The next line, without its end. Safe to cancel.
    pub(super) async fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(end) = self.input.iter().position(|octet| *octet == b'\n') {
                let line: Vec<u8> = self.input.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(line.trim_ascii_end()).into_owned());
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> io::Result<()> {
        if self.input.len() > MAX_COMMAND {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        match self.stream.read_buf(&mut self.input).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    /// Sends a line, or several, at once.
    pub(super) async fn send(&mut self, lines: &str) -> io::Result<()> {
        self.output.extend_from_slice(lines.as_bytes());
        self.flush().await
    }

    /// Puts an untagged response, without its end, into the queue.
    pub(super) async fn untagged(&mut self, response: impl AsRef<[u8]>) -> io::Result<()> {
        self.output.extend_from_slice(b"* ");
        self.output.extend_from_slice(response.as_ref());
        self.output.extend_from_slice(b"\r\n");
        self.responses_sent += 1;
        let limit = self.shared.faults.strike(|fault| match fault {
            ImapFault::DropAfterResponses(limit) => (self.responses_sent >= *limit).then_some(()),
            _ => None,
        });
        if limit.is_some() {
            self.flush().await?;
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        if self.output.len() > FLUSH_AT {
            self.flush().await?;
        }
        Ok(())
    }

    /// Sends these octets and breaks the connection.
    pub(super) async fn cut(&mut self, octets: &[u8]) -> io::Error {
        self.output.extend_from_slice(octets);
        match self.flush().await {
            Ok(()) => io::ErrorKind::ConnectionAborted.into(),
            Err(error) => error,
        }
    }

    /// Sends what waits to be sent.
    pub(super) async fn flush(&mut self) -> io::Result<()> {
        let waiting = u64::try_from(self.output.len()).unwrap_or(u64::MAX);
        let limit = self.shared.faults.strike(|fault| match fault {
            ImapFault::DropAfterOctets(limit) => (self.octets_sent + waiting > *limit).then_some(*limit),
            _ => None,
        });
        if let Some(limit) = limit {
            let left = usize::try_from(limit.saturating_sub(self.octets_sent)).unwrap_or(usize::MAX);
            self.output.truncate(left);
        }
        self.stream.write_all(&self.output).await?;
        self.octets_sent += waiting;
        self.output.clear();
        match limit {
            Some(_) => Err(io::ErrorKind::ConnectionAborted.into()),
            None => Ok(()),
        }
    }

    /// Never answers again, until the client hangs up.
    pub(super) async fn fall_silent(&mut self) -> io::Error {
        loop {
            self.input.clear();
            if let Err(error) = self.fill().await {
                return error;
            }
        }
    }
}
