//! Commands and responses over one connection.

use super::error::{ImapError, code_in};
use super::guard::{Guard, OverBound, Stream};
use async_imap::Client;
use async_imap::imap_proto::{MailboxDatum, Outcome, Response, ResponseCode, Status};
use futures::FutureExt;
use std::future::Future;
use std::io;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, timeout, timeout_at};

/// How long a server may be silent while it owes an answer.
pub(super) const STALL: Duration = Duration::from_secs(60);

/// How long one command may take in all, however busy the server looks.
pub(super) const COMMAND_LIMIT: Duration = Duration::from_secs(15 * 60);

/// What a response may bring that carries no mail. Capability lists and UID answers are far below.
pub(super) const LINE_BOUND: u64 = 64 * 1024;

/// One connection. After any error but [`ImapError::Refused`] it must be dropped: what comes next could be the answer
/// to anything.
#[derive(Debug)]
pub(super) struct Wire {
    client: Client<Guard>,
    commands: u64,
    /// Set when the server announced mail; whoever looks at the folder clears it first.
    pub(super) new_mail: bool,
    /// UIDVALIDITY of the selected folder.
    pub(super) uid_validity: Option<u32>,
}

/// What the tagged OK carried.
#[derive(Debug, Default)]
pub(super) struct Completed {
    /// The capabilities in its response code.
    pub(super) capabilities: Option<super::capabilities::Capabilities>,
}

/// How an awaited response ends a wait.
pub(super) enum Heard<T> {
    /// A `+`.
    Continue,
    /// The tagged OK.
    Done(Completed),
    /// Something untagged, as the caller saw it.
    Untagged(T),
}

impl Wire {
    /// Takes over a connection whose greeting has not been read.
    pub(super) fn new(stream: Stream) -> Self {
        Self {
            client: Client::new(Guard::new(stream, LINE_BOUND)),
            commands: 0,
            new_mail: false,
            uid_validity: None,
        }
    }

    /// Runs a command whose responses are lines.
    pub(super) async fn run(
        &mut self,
        command: &'static str,
        line: &str,
        each: impl FnMut(&Response<'_>) -> Result<(), ImapError>,
    ) -> Result<Completed, ImapError> {
        self.run_bounded(command, line, LINE_BOUND, each).await
    }

    /// Runs a command each of whose responses may bring `bound` octets. `each` sees every untagged response. Only the
    /// tagged OK is success.
    pub(super) async fn run_bounded(
        &mut self,
        command: &'static str,
        line: &str,
        bound: u64,
        mut each: impl FnMut(&Response<'_>) -> Result<(), ImapError>,
    ) -> Result<Completed, ImapError> {
        self.set_bound(bound);
        let limit = Instant::now() + COMMAND_LIMIT;
        let tag = self.send(command, line).await?;
        loop {
            match self.hear(command, &tag, limit, &mut each).await? {
                Heard::Done(completed) => return Ok(completed),
                Heard::Untagged(seen) => seen?,
                Heard::Continue => {}
            }
        }
    }

    /// From now on one response may bring `bound` octets.
    pub(super) fn set_bound(&mut self, bound: u64) {
        self.client.get_mut().set_bound(bound);
    }

    /// Sends a command and returns its tag.
    pub(super) async fn send(&mut self, command: &'static str, line: &str) -> Result<String, ImapError> {
        self.commands += 1;
        let tag = format!("A{}", self.commands);
        self.send_untagged(command, &format!("{tag} {line}")).await?;
        Ok(tag)
    }

    /// Sends a line without a tag.
    pub(super) async fn send_untagged(&mut self, command: &'static str, line: &str) -> Result<(), ImapError> {
        let stream = self.client.get_mut();
        let octets = format!("{line}\r\n");
        let write = async {
            stream.write_all(octets.as_bytes()).await?;
            stream.flush().await
        };
        match timeout(STALL, write).await {
            Err(_) => Err(ImapError::Timeout { command }),
            Ok(written) => written.map_err(|error| of_io(command, &error)),
        }
    }

    /// Awaits one response, at the latest until `limit` or a [`STALL`]. A NO or BAD to `tag` is an error.
    pub(super) async fn hear<T>(
        &mut self,
        command: &'static str,
        tag: &str,
        limit: Instant,
        look: impl FnOnce(&Response<'_>) -> T,
    ) -> Result<Heard<T>, ImapError> {
        let mut look = Some(look);
        let mut look = move |response: &Response<'_>| look.take().map(|look| look(response));
        loop {
            let before = self.client.get_ref().received();
            let until = limit.min(Instant::now() + STALL);
            match self.hear_until(command, tag, until, &mut look).await? {
                Some(Heard::Untagged(Some(seen))) => return Ok(Heard::Untagged(seen)),
                Some(Heard::Done(completed)) => return Ok(Heard::Done(completed)),
                Some(Heard::Continue) => return Ok(Heard::Continue),
                // A large mail on a slow line: as long as octets come, it is not stalled.
                None if self.client.get_ref().received() > before && Instant::now() < limit => {}
                None | Some(Heard::Untagged(None)) => return Err(ImapError::Timeout { command }),
            }
        }
    }

    /// Awaits one response; `None` when there is none by `until`, and then the wait can go on.
    pub(super) async fn hear_until<T>(
        &mut self,
        command: &'static str,
        tag: &str,
        until: Instant,
        look: impl FnOnce(&Response<'_>) -> T,
    ) -> Result<Option<Heard<T>>, ImapError> {
        match timeout_at(until, guarded(self.client.read_response())).await {
            Err(_) => Ok(None),
            Ok(Ok(Ok(Some(response)))) => self.judge(command, tag, response.parsed(), look).map(Some),
            Ok(Ok(Ok(None))) => Err(ImapError::Closed { command, code: None }),
            Ok(Ok(Err(error))) => Err(of_io(command, &error)),
            Ok(Err(Panicked)) => Err(unusable(command)),
        }
    }

    fn judge<T>(
        &mut self,
        command: &'static str,
        tag: &str,
        response: &Response<'_>,
        look: impl FnOnce(&Response<'_>) -> T,
    ) -> Result<Heard<T>, ImapError> {
        match response {
            Response::Continue(_) => return Ok(Heard::Continue),
            Response::Done {
                tag: answered,
                status,
                outcome,
            } => {
                return match status {
                    _ if answered.0 != tag => Err(unusable(command)),
                    Status::Ok => Ok(Heard::Done(Completed {
                        capabilities: capabilities_of(outcome),
                    })),
                    _ => Err(ImapError::Refused {
                        command,
                        code: code_of(outcome),
                    }),
                };
            }
            Response::MailboxData(MailboxDatum::Exists(_)) => self.new_mail = true,
            Response::Data {
                status: Status::Bye,
                outcome,
            } if command != "LOGOUT" => {
                let code = code_of(outcome);
                return Err(ImapError::Closed { command, code });
            }
            Response::Data { outcome, .. } => {
                if let (Some(ResponseCode::UidValidity(now)), Some(known)) = (&outcome.code, self.uid_validity)
                    && *now != known
                {
                    return Err(ImapError::UidValidityChanged);
                }
            }
            _ => {}
        }
        Ok(Heard::Untagged(look(response)))
    }

    /// The greeting: only OK, for PREAUTH would leave us in somebody's session without a login, and perhaps without
    /// TLS (RFC 9051 §7.1.4).
    pub(super) async fn greeting(&mut self) -> Result<Completed, ImapError> {
        let command = "connect";
        let limit = Instant::now() + STALL;
        let greeted = self.hear(command, "", limit, |response| match response {
            Response::Data {
                status: Status::Ok,
                outcome,
            } => Ok(Completed {
                capabilities: capabilities_of(outcome),
            }),
            Response::Data {
                status: Status::PreAuth,
                ..
            } => Err(ImapError::Protocol {
                command,
                problem: "it greets with PREAUTH, so nothing proves whose session this is",
            }),
            _ => Err(unusable(command)),
        });
        match greeted.await? {
            Heard::Untagged(greeting) => greeting,
            _ => Err(unusable(command)),
        }
    }

    /// The bare connection, unless the server has already sent something after its last response.
    pub(super) fn into_silent_stream(mut self) -> Option<Stream> {
        let heard_more = self.client.read_response().now_or_never().is_some();
        (!heard_more && self.client.get_ref().is_between_responses()).then(|| self.client.into_inner().into_stream())
    }
}

struct Panicked;

/// imap-proto panics on `INTERNALDATE NIL` and on a response code directly before a multi-byte character.
async fn guarded<T>(read: impl Future<Output = T>) -> Result<T, Panicked> {
    AssertUnwindSafe(read).catch_unwind().await.map_err(|_| Panicked)
}

fn unusable(command: &'static str) -> ImapError {
    ImapError::Protocol {
        command,
        problem: "it is no IMAP response that belongs here",
    }
}

/// async-imap puts the raw buffer into its errors, so only their kind is kept.
fn of_io(command: &'static str, error: &io::Error) -> ImapError {
    match error.kind() {
        _ if error.get_ref().is_some_and(|inner| inner.is::<OverBound>()) => ImapError::TooLarge { command },
        io::ErrorKind::Other | io::ErrorKind::InvalidData => unusable(command),
        _ => ImapError::Closed { command, code: None },
    }
}

fn capabilities_of(outcome: &Outcome<'_>) -> Option<super::capabilities::Capabilities> {
    match &outcome.code {
        Some(ResponseCode::Capabilities(list)) => Some(super::capabilities::Capabilities::of(list)),
        _ => None,
    }
}

/// The response code by name. imap-proto leaves the ones it does not know in the text.
fn code_of(outcome: &Outcome<'_>) -> Option<String> {
    match &outcome.code {
        Some(ResponseCode::TryCreate) => Some("TRYCREATE".to_owned()),
        Some(ResponseCode::Alert) => Some("ALERT".to_owned()),
        Some(_) => None,
        None => outcome.information.as_deref().and_then(code_in),
    }
}
