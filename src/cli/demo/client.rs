//! The mail clients of the customer and the agent: they write mail, and answer it the way clients do.

use super::stage::{AGENT, CUSTOMER, INBOX, Stage};
use crate::mail::{EmailAddress, Envelope, InboundMail, ParseLimits, RawMail, ReversePath};
use crate::net::TlsMode;
use crate::smtp::{SendOutcome, SmtpAccount, Transport};
use anyhow::Context;
use jiff::Timestamp;

/// Somebody with a mail client.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person {
    /// Name and address, as in From.
    pub(super) mailbox: &'static str,
    /// The account.
    pub(super) address: &'static str,
    /// What the client calls itself.
    pub(super) client: &'static str,
    /// What the client puts below every mail; empty for nothing.
    pub(super) signature: &'static str,
}

/// The customer.
pub(super) const EVA: Person = Person {
    mailbox: "Eva Sanz <eva@home.example>",
    address: CUSTOMER,
    client: "Mozilla Thunderbird",
    signature: "",
};

/// The agent. Her client tells more about her than a customer should see.
pub(super) const ANA: Person = Person {
    mailbox: "Ana Ruiz <ana@acme.example>",
    address: AGENT,
    client: "Apple Mail (2.3826.700.81)",
    signature: "-- \nAna Ruiz, second floor, extension 217\n",
};

/// A mail that is being written: what it says, and to whom it goes.
pub(super) struct Draft {
    /// The recipient of the envelope.
    pub(super) to: EmailAddress,
    /// The whole mail, with LF for line ends.
    pub(super) text: String,
}

impl Person {
    /// A new mail to the desk.
    pub(super) fn writes(&self, subject: &str, text: &str) -> anyhow::Result<Draft> {
        let to = EmailAddress::parse(INBOX).context("the inbox's address is no address")?;
        let text = self.mail(&to, subject, "", text);
        Ok(Draft { to, text })
    }

    /// An answer: to Reply-To, with the id of the mail, and with its text quoted below.
    pub(super) fn answers(&self, mail: &InboundMail, text: &str) -> anyhow::Result<Draft> {
        let reply_to = mail.reply_to.first().context("the mail has no Reply-To")?;
        let id = mail.message_id.as_ref().context("the mail has no Message-ID")?;
        let references: Vec<String> = mail.references.iter().chain([id]).map(ToString::to_string).collect();
        let threading = format!("In-Reply-To: {id}\nReferences: {}\n", references.join("\n "));
        let writer = mail.from.first().map(|from| from.name.as_str()).unwrap_or_default();
        let quoted: String = mail.text.lines().map(|line| format!("> {line}\n")).collect();
        let date = mail.date.unwrap_or_default().strftime("%d %b %Y, at %H:%M");
        let text = format!("{text}\n{}\nOn {date}, {writer} wrote:\n\n{quoted}", self.signature);
        let text = self.mail(&reply_to.address, &mail.subject, &threading, &text);
        Ok(Draft {
            to: reply_to.address.clone(),
            text,
        })
    }

    fn mail(&self, to: &EmailAddress, subject: &str, threading: &str, text: &str) -> String {
        let date = jiff::fmt::rfc2822::to_string(&jiff::Zoned::now()).unwrap_or_default();
        let host = to_host(self.address);
        format!(
            "Date: {date}\nMessage-ID: <{:016x}@{host}>\nFrom: {}\nTo: {to}\nSubject: {subject}\n{threading}\
             User-Agent: {}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}",
            rand::random::<u64>(),
            self.mailbox,
            self.client,
        )
    }

    /// Hands a mail to the SMTP server, with the account's password.
    pub(super) async fn sends(&self, stage: &Stage, draft: &Draft) -> anyhow::Result<()> {
        let transport = Transport::new(SmtpAccount {
            host: "127.0.0.1".to_owned(),
            port: stage.smtp.port(),
            tls: TlsMode::None,
            ca_pem: None,
            user: Some(self.address.to_owned()),
            password: Some(stage.password.clone().into()),
            connections: 1,
            helo: None,
        })?;
        let sender = EmailAddress::parse(self.address).context("the sender's address is no address")?;
        let envelope = Envelope {
            reverse_path: ReversePath::Address(sender),
            recipient: draft.to.clone(),
        };
        let octets = draft.text.replace('\n', "\r\n");
        let outcome = transport.send(&envelope, octets.as_bytes()).await;
        transport.close().await;
        match outcome {
            SendOutcome::Accepted { .. } => Ok(()),
            refused => anyhow::bail!("the server did not take the mail of {}: {refused:?}", self.address),
        }
    }
}

/// A mail from a folder of the sandbox, understood.
pub(super) fn read(octets: &[u8]) -> InboundMail {
    let raw = RawMail {
        octets: octets.to_vec(),
        full_size: octets.len() as u64,
        received_at: Timestamp::now(),
    };
    InboundMail::parse(&raw, &ParseLimits::default())
}

fn to_host(address: &str) -> &str {
    address.rsplit_once('@').map_or(address, |(_, domain)| domain)
}
