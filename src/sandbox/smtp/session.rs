//! One client's session.

use super::{Shared, SmtpFault, SmtpReply};
use data_encoding::BASE64;
use smtp_proto::{AUTH_LOGIN, AUTH_PLAIN, MailFrom, Request};
use std::borrow::Cow;
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The longest command line; RFC 5321 §4.5.3.1 asks for 512, and AUTH for 12,288 octets.
const MAX_LINE: usize = 16 << 10;
/// Recipients of one mail; RFC 5321 §4.5.3.1.8 asks for 100.
const MAX_RECIPIENTS: usize = 1000;

/// A connection and its state.
pub(super) struct Session {
    stream: TcpStream,
    pub(super) input: Vec<u8>,
    pub(super) shared: Arc<Shared>,
    greeted: bool,
    /// Who has authenticated.
    pub(super) account: Option<String>,
    pub(super) transaction: Option<Transaction>,
}

/// From MAIL to DATA.
pub(super) struct Transaction {
    pub(super) reverse_path: String,
    pub(super) recipients: Vec<String>,
}

/// What to do when a command is done.
pub(super) enum Next {
    /// Read another one.
    Command,
    /// End the connection.
    HangUp,
}

impl Session {
    pub(super) fn new(stream: TcpStream, shared: Arc<Shared>) -> Self {
        Self {
            stream,
            input: vec![],
            shared,
            greeted: false,
            account: None,
            transaction: None,
        }
    }

    /// Serves the client until one of both hangs up.
    pub(super) async fn run(mut self) {
        if let Err(error) = self.serve().await {
            tracing::debug!(reason = %error.kind(), "a sandbox SMTP connection ended");
        }
    }

    async fn serve(&mut self) -> io::Result<()> {
        if self.shared.faults.strikes(&SmtpFault::HalfOpen) {
            self.fall_silent().await?;
            return Ok(());
        }
        let refusal = self.shared.faults.strike(|fault| match fault {
            SmtpFault::GreetWith(reply) => Some(*reply),
            _ => None,
        });
        if let Some(reply) = refusal {
            return self.say(&reply.to_string()).await;
        }
        self.say("220 localhost ESMTP buzon sandbox\r\n").await?;
        while let Next::Command = self.command().await? {}
        Ok(())
    }

    async fn command(&mut self) -> io::Result<Next> {
        let line = self.line().await?;
        if self.shared.faults.strikes(&SmtpFault::ShutDown) {
            self.say(&SmtpReply::SHUTTING_DOWN.to_string()).await?;
            return Ok(Next::HangUp);
        }
        let Ok(request) = Request::parse(&mut line.iter()) else {
            return self.reply(SmtpReply::new(500, "5.5.2 not understood")).await;
        };
        match request {
            Request::Ehlo { .. } => self.ehlo().await,
            Request::Helo { .. } => {
                self.greeted = true;
                self.transaction = None;
                self.reply(SmtpReply::new(250, "localhost")).await
            }
            Request::Auth {
                mechanism,
                initial_response,
            } => self.authenticate(mechanism, &initial_response).await,
            Request::Mail { from } => self.mail(&from).await,
            Request::Rcpt { to } => self.recipient(&to.address).await,
            Request::Data => self.data().await,
            Request::Rset => {
                self.transaction = None;
                self.reply(SmtpReply::OK).await
            }
            Request::Noop { .. } => self.reply(SmtpReply::OK).await,
            Request::Vrfy { .. } => self.reply(SmtpReply::new(252, "2.5.0 send and see")).await,
            Request::Quit => {
                self.say("221 2.0.0 see you\r\n").await?;
                Ok(Next::HangUp)
            }
            _ => self.reply(SmtpReply::new(502, "5.5.1 not served here")).await,
        }
    }

    async fn ehlo(&mut self) -> io::Result<Next> {
        self.greeted = true;
        self.transaction = None;
        let eight_bit = match self.shared.faults.is_on(&SmtpFault::NoEightBitMime) {
            true => "",
            false => "250-8BITMIME\r\n",
        };
        let offered = format!(
            "250-localhost\r\n250-PIPELINING\r\n{eight_bit}250-SIZE {}\r\n250-AUTH PLAIN LOGIN\r\n250 ENHANCEDSTATUSCODES\r\n",
            self.shared.options.max_size
        );
        self.say(&offered).await?;
        Ok(Next::Command)
    }

    /// AUTH (RFC 4954), PLAIN or the LOGIN that never became an RFC.
    async fn authenticate(&mut self, mechanism: u64, initial_response: &str) -> io::Result<Next> {
        let refused = self.shared.faults.strike(|fault| match fault {
            SmtpFault::RefuseAuth(reply) => Some(*reply),
            _ => None,
        });
        if let Some(reply) = refused {
            return self.reply(reply).await;
        }
        if self.account.is_some() || !self.greeted || self.transaction.is_some() {
            return self.reply(SmtpReply::OUT_OF_SEQUENCE).await;
        }
        let first = match (initial_response, mechanism) {
            ("", AUTH_PLAIN) => self.challenge("").await?,
            ("", AUTH_LOGIN) => self.challenge("Username:").await?,
            ("=", _) => Some(vec![]),
            (response, _) => BASE64.decode(response.as_bytes()).ok(),
        };
        let credentials = match (mechanism, first) {
            (AUTH_PLAIN, Some(response)) => {
                let mut fields = response.split(|octet| *octet == 0).skip(1);
                fields
                    .next()
                    .zip(fields.next())
                    .map(|(name, word)| (name.to_vec(), word.to_vec()))
            }
            (AUTH_LOGIN, Some(name)) => self.challenge("Password:").await?.map(|word| (name, word)),
            (AUTH_PLAIN | AUTH_LOGIN, None) => None,
            _ => return self.reply(SmtpReply::new(504, "5.5.4 PLAIN or LOGIN")).await,
        };
        let Some((name, password)) = credentials else {
            return self.reply(SmtpReply::new(501, "5.5.2 cancelled, or no base64")).await;
        };
        self.account = self.shared.mailstore.log_in(&name, &password);
        match self.account {
            Some(_) => self.reply(SmtpReply::new(235, "2.7.0 welcome")).await,
            None => self.reply(SmtpReply::BAD_CREDENTIALS).await,
        }
    }

    async fn challenge(&mut self, prompt: &str) -> io::Result<Option<Vec<u8>>> {
        self.say(&format!("334 {}\r\n", BASE64.encode(prompt.as_bytes())))
            .await?;
        let line = self.line().await?;
        Ok(BASE64.decode(line.trim_ascii()).ok())
    }

    async fn mail(&mut self, from: &MailFrom<Cow<'_, str>>) -> io::Result<Next> {
        let refused = self.shared.faults.strike(|fault| match fault {
            SmtpFault::RefuseMail(reply) => Some(*reply),
            _ => None,
        });
        if let Some(reply) = refused {
            return self.reply(reply).await;
        }
        if !self.greeted || self.transaction.is_some() {
            return self.reply(SmtpReply::OUT_OF_SEQUENCE).await;
        }
        if from.size > self.shared.options.max_size {
            return self.reply(SmtpReply::TOO_LONG).await;
        }
        self.transaction = Some(Transaction {
            reverse_path: from.address.to_string(),
            recipients: vec![],
        });
        self.reply(SmtpReply::OK).await
    }

    async fn recipient(&mut self, address: &str) -> io::Result<Next> {
        let lower = address.to_ascii_lowercase();
        let refused = self.shared.faults.strike(|fault| match fault {
            SmtpFault::RefuseRecipient(part, reply) if lower.contains(part) => Some(*reply),
            _ => None,
        });
        let Some(transaction) = &mut self.transaction else {
            return self.reply(SmtpReply::OUT_OF_SEQUENCE).await;
        };
        let domain = lower.rsplit_once('@').map_or("", |(_, domain)| domain);
        let reply = match refused {
            Some(reply) => reply,
            None if !self.shared.options.domains.iter().any(|own| own == domain) => SmtpReply::NO_RELAYING,
            None if self.shared.mailstore.account_for(&lower).is_none() => SmtpReply::NO_SUCH_USER,
            None if transaction.recipients.len() >= MAX_RECIPIENTS => SmtpReply::new(452, "4.5.3 too many"),
            None => {
                transaction.recipients.push(address.to_owned());
                SmtpReply::OK
            }
        };
        self.reply(reply).await
    }

    pub(super) async fn reply(&mut self, reply: SmtpReply) -> io::Result<Next> {
        self.say(&reply.to_string()).await?;
        Ok(Next::Command)
    }

    pub(super) async fn say(&mut self, lines: &str) -> io::Result<()> {
        self.stream.write_all(lines.as_bytes()).await
    }

    async fn line(&mut self) -> io::Result<Vec<u8>> {
        loop {
            if let Some(end) = self.input.iter().position(|octet| *octet == b'\n') {
                return Ok(self.input.drain(..=end).collect());
            }
            if self.input.len() > MAX_LINE {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            self.fill().await?;
        }
    }

    pub(super) async fn fill(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.input).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    /// Never answers again, until the client hangs up.
    pub(super) async fn fall_silent(&mut self) -> io::Result<Next> {
        loop {
            self.input.clear();
            self.fill().await?;
        }
    }
}
