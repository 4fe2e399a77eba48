//! One SMTP session: opened, secured, logged in; then mail by mail.

use super::account::SmtpAccount;
use super::facts::ServerFacts;
use super::failure::{Cause, Failure};
use super::outcome::Stage;
use super::reply::Reply;
use super::wire::{Link, Wire};
use crate::mail::{Envelope, ReversePath};
use crate::net::{self, TlsMode};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream};
use lettre::transport::smtp::commands::{Auth, Data, Ehlo, Quit, Starttls};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::{Response, Severity};
use secrecy::ExposeSecret;
use std::error::Error as _;
use std::fmt::Display;
use std::future::Future;
use std::time::Duration;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// A connection on which the login is over.
pub struct Session {
    smtp: AsyncSmtpConnection,
    wire: Wire,
    facts: ServerFacts,
}

// RFC 5321 §4.5.3.2: how long a client should wait at least.
const GREETING_TIMEOUT: Duration = Duration::from_secs(5 * 60);
const COMMAND_TIMEOUT: Duration = Duration::from_secs(5 * 60);
const DATA_TIMEOUT: Duration = Duration::from_secs(2 * 60);
const DOT_TIMEOUT: Duration = Duration::from_secs(10 * 60);
/// On top of [`DOT_TIMEOUT`], for each MiB begun.
const MIB_TIMEOUT: Duration = Duration::from_secs(3 * 60);
const MIB: usize = 1024 * 1024;
/// A server that doesn't answer QUIT is left alone after this.
const QUIT_TIMEOUT: Duration = Duration::from_secs(5);
/// RFC 4954 sets no bound; LOGIN needs two.
const MOST_CHALLENGES: usize = 4;

impl Session {
    /// Connects, secures the connection as the account wants it, and logs in.
    pub async fn open(
        account: &SmtpAccount,
        connector: Option<&TlsConnector>,
        hello: &ClientId,
    ) -> Result<Self, Failure> {
        let stream = net::connect(&account.host, account.port).await?;
        let link = match (account.tls, connector) {
            (TlsMode::Implicit, Some(connector)) => {
                Link::Tls(Box::new(net::handshake(connector, &account.host, stream).await?))
            }
            _ => Link::Plain(stream),
        };
        let wire = Wire::new(link);
        let greeted = AsyncSmtpConnection::connect_with_transport(Box::new(wire.clone()), hello);
        let mut session = Self {
            smtp: within(GREETING_TIMEOUT, Stage::Greeting, greeted).await?,
            wire,
            facts: ServerFacts::default(),
        };
        match session.begin(account, connector, hello).await {
            Ok(()) => Ok(session),
            Err(failure) => Err(session.end(failure).await),
        }
    }

    async fn begin(
        &mut self,
        account: &SmtpAccount,
        connector: Option<&TlsConnector>,
        hello: &ClientId,
    ) -> Result<(), Failure> {
        // lettre has said EHLO, but doesn't tell all of the answer. RFC 5321 §4.1.4: it may be said again.
        self.hello(hello).await?;
        if account.tls == TlsMode::StartTls {
            self.start_tls(account, connector).await?;
            // RFC 3207 §4.2: what was said before TLS counts for nothing.
            self.hello(hello).await?;
        }
        match (&account.user, &account.password) {
            (Some(user), Some(password)) => {
                self.protected(account)?;
                let password = password.expose_secret().to_owned();
                self.log_in(Credentials::new(user.clone(), password)).await
            }
            _ => Ok(()),
        }
    }

    async fn hello(&mut self, hello: &ClientId) -> Result<(), Failure> {
        let response = self
            .ask(Stage::Greeting, COMMAND_TIMEOUT, Ehlo::new(hello.clone()))
            .await?;
        self.facts = ServerFacts::from(&response);
        Ok(())
    }

    async fn start_tls(&mut self, account: &SmtpAccount, connector: Option<&TlsConnector>) -> Result<(), Failure> {
        let untrusted = |text: String| Failure::new(Stage::Greeting, Cause::Untrusted(text));
        let connector = connector.filter(|_| self.facts.parameters("STARTTLS").is_some());
        let Some(connector) = connector else {
            return Err(untrusted("the server doesn't offer STARTTLS".to_owned()));
        };
        match self.ask(Stage::Greeting, COMMAND_TIMEOUT, Starttls).await {
            Ok(response) if response.has_code(220) => {}
            Ok(response) => return Err(untrusted(Reply::from(&response).line)),
            Err(Failure {
                cause: Cause::Refused(reply),
                ..
            }) => return Err(untrusted(reply.line)),
            Err(failure) => return Err(failure),
        }
        Ok(self.wire.upgrade(connector, &account.host).await?)
    }

    /// The last gate before a credential: TLS, or a connection that doesn't leave the machine.
    fn protected(&self, account: &SmtpAccount) -> Result<(), Failure> {
        let is_local = || self.wire.peer_addr().is_ok_and(|peer| peer.ip().is_loopback());
        if self.wire.is_encrypted() || (account.tls == TlsMode::None && is_local()) {
            return Ok(());
        }
        let text = "no password is sent over an unprotected connection".to_owned();
        Err(Failure::new(Stage::Login, Cause::Untrusted(text)))
    }

    async fn log_in(&mut self, credentials: Credentials) -> Result<(), Failure> {
        let offered = self.facts.parameters("AUTH").unwrap_or_default();
        let known = [Mechanism::Plain, Mechanism::Login];
        let offers = |mechanism: &Mechanism| {
            let mut names = offered.split(' ');
            names.any(|name| name.eq_ignore_ascii_case(&mechanism.to_string()))
        };
        let no_login = |text: String| Failure::new(Stage::Login, Cause::NoLogin(text));
        let Some(mechanism) = known.into_iter().find(offers) else {
            return Err(no_login(
                "the server offers neither AUTH PLAIN nor AUTH LOGIN".to_owned(),
            ));
        };
        let mut command = Auth::new(mechanism, credentials.clone(), None);
        for _ in 0..=MOST_CHALLENGES {
            let step = command.map_err(|error| no_login(error.to_string()))?;
            let asked = self.smtp.command(step);
            let response = within(COMMAND_TIMEOUT, Stage::Login, asked).await?;
            if response.code().severity == Severity::PositiveCompletion {
                return Ok(());
            }
            command = Auth::new_from_response(mechanism, credentials.clone(), &response);
        }
        Err(no_login("the server asks for more and more".to_owned()))
    }

    /// Hands one mail over. `body` has CRLF line ends only, and none at its end.
    ///
    /// # Errors
    /// After a failure the session is of no use but for [`Session::end`].
    pub async fn deliver(&mut self, envelope: &Envelope, body: &[u8]) -> Result<Reply, Failure> {
        let mail = self.mail_command(envelope, body)?;
        let rcpt = format!("RCPT TO:<{}>\r\n", envelope.recipient);
        self.ask(Stage::Mail, COMMAND_TIMEOUT, mail).await?;
        self.ask(Stage::Rcpt, COMMAND_TIMEOUT, rcpt).await?;
        self.ask(Stage::Data, DATA_TIMEOUT, Data).await?;
        let mebibytes = u32::try_from(body.len().div_ceil(MIB)).unwrap_or(u32::MAX);
        let deadline = DOT_TIMEOUT + MIB_TIMEOUT.saturating_mul(mebibytes);
        let response = within(deadline, Stage::Dot, self.smtp.message(body)).await?;
        Ok(Reply::from(&sensible(Stage::Dot, response)?))
    }

    /// MAIL FROM with the parameters this mail needs, if the server knows them.
    fn mail_command(&self, envelope: &Envelope, body: &[u8]) -> Result<String, Failure> {
        let unfit = |text: String| Failure::new(Stage::Mail, Cause::Unfit(text));
        let from = match &envelope.reverse_path {
            ReversePath::Null => "",
            ReversePath::Address(address) => address.as_str(),
        };
        let mut command = format!("MAIL FROM:<{from}>");
        let needs_utf8 = !from.is_ascii() || !envelope.recipient.as_str().is_ascii();
        for (is_needed, keyword, parameter) in [
            (!body.is_ascii(), "8BITMIME", " BODY=8BITMIME"),
            (needs_utf8, "SMTPUTF8", " SMTPUTF8"),
        ] {
            if is_needed && self.facts.parameters(keyword).is_none() {
                return Err(unfit(format!(
                    "the mail needs {keyword}, which the server doesn't offer"
                )));
            }
            if is_needed {
                command.push_str(parameter);
            }
        }
        match self.facts.size_limit {
            // No SIZE= parameter: a refusal at MAIL shall mean the sender, not the size.
            Some(limit) if limit > 0 && body.len() as u64 > limit => Err(unfit(format!(
                "the mail is larger than the {limit} octets the server takes"
            ))),
            _ => Ok(command + "\r\n"),
        }
    }

    /// Whether the server is still there and silent.
    pub fn is_quiet(&self) -> bool {
        self.wire.is_quiet()
    }

    /// What the server says of itself.
    pub fn facts(&self) -> &ServerFacts {
        &self.facts
    }

    /// Ends the session after a failure, politely if there is somebody to be polite to.
    pub async fn end(self, failure: Failure) -> Failure {
        if failure.leaves_connection() {
            self.quit().await;
        }
        failure
    }

    /// Says QUIT and doesn't insist.
    pub async fn quit(mut self) {
        // Whatever is answered: the connection closes when `self` is dropped.
        let _ = timeout(QUIT_TIMEOUT, self.smtp.command(Quit)).await;
    }

    async fn ask(
        &mut self,
        stage: Stage,
        deadline: Duration,
        command: impl Display + Send,
    ) -> Result<Response, Failure> {
        sensible(stage, within(deadline, stage, self.smtp.command(command)).await?)
    }
}

/// A positive reply of the right kind: 354 to DATA, 2xx to all else. With any other the two sides would no longer agree
/// whether the mail or a command comes next.
fn sensible(stage: Stage, response: Response) -> Result<Response, Failure> {
    let expected = match stage {
        Stage::Data => Severity::PositiveIntermediate,
        _ => Severity::PositiveCompletion,
    };
    if response.code().severity == expected {
        return Ok(response);
    }
    let text = format!("unexpected reply: {}", Reply::from(&response).line);
    Err(Failure::new(stage, Cause::Lost(text)))
}

async fn within<T>(
    deadline: Duration,
    stage: Stage,
    step: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
) -> Result<T, Failure> {
    let cause = match timeout(deadline, step).await {
        Ok(Ok(done)) => return Ok(done),
        Ok(Err(error)) => match error.status() {
            Some(code) => {
                let text = error.source().map(ToString::to_string).unwrap_or_default();
                Cause::Refused(Reply::new(code.into(), &text))
            }
            None => Cause::Lost(error.to_string()),
        },
        Err(_) => Cause::Lost(format!("no reply within {} s", deadline.as_secs())),
    };
    Err(Failure::new(stage, cause))
}
