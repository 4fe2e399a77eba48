//! The customer's mail client: sends mail, and answers the way clients do.

use super::stage::{CUSTOMER, INBOX, Stage};
use crate::mail::{EmailAddress, Envelope, InboundMail, ParseLimits, RawMail, ReversePath};
use crate::net::TlsMode;
use crate::smtp::{SendOutcome, SmtpAccount, Transport};
use anyhow::Context;
use jiff::Timestamp;

/// The first mail.
pub(super) fn question() -> String {
    let date = date();
    format!(
        "Date: {date}\nMessage-ID: <{}@home.example>\nFrom: Eva Sanz <{CUSTOMER}>\nTo: {INBOX}\n\
         Subject: The lamp I ordered does not light up\nUser-Agent: Mozilla Thunderbird\nMIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\n\nHello,\n\nthe lamp from order 4711 arrived yesterday, and it does \
         not light up.\nI have tried two bulbs. What can I do?\n\nEva Sanz\n",
        rand::random::<u64>()
    )
}

/// An answer to one of our mails: to its Reply-To, with its id and text, as any client writes it.
pub(super) fn answer(to: &InboundMail) -> anyhow::Result<String> {
    let reply_to = to.reply_to.first().context("the confirmation has no Reply-To")?;
    let id = to.message_id.as_ref().context("the confirmation has no Message-ID")?;
    let references: Vec<String> = to.references.iter().chain([id]).map(ToString::to_string).collect();
    let quoted: String = to.text.lines().map(|line| format!("> {line}\n")).collect();
    Ok(format!(
        "Date: {}\nMessage-ID: <{}@home.example>\nFrom: Eva Sanz <{CUSTOMER}>\nTo: {}\nSubject: {}\n\
         In-Reply-To: {id}\nReferences: {}\nUser-Agent: Mozilla Thunderbird\nMIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\n\nIt is the model with the brass foot.\n\n{quoted}",
        date(),
        rand::random::<u64>(),
        reply_to.address,
        to.subject,
        references.join("\n "),
    ))
}

/// Hands a mail to the customer's SMTP server, with her password.
pub(super) async fn send(stage: &Stage, mail: &str, recipient: &EmailAddress) -> anyhow::Result<()> {
    let transport = Transport::new(SmtpAccount {
        host: "127.0.0.1".to_owned(),
        port: stage.smtp.port(),
        tls: TlsMode::None,
        ca_pem: None,
        user: Some(CUSTOMER.to_owned()),
        password: Some(stage.password.clone().into()),
        connections: 1,
        helo: None,
    })?;
    let sender = EmailAddress::parse(CUSTOMER).context("the customer's address is no address")?;
    let envelope = Envelope {
        reverse_path: ReversePath::Address(sender),
        recipient: recipient.clone(),
    };
    let outcome = transport.send(&envelope, mail.replace('\n', "\r\n").as_bytes()).await;
    transport.close().await;
    match outcome {
        SendOutcome::Accepted { .. } => Ok(()),
        refused => anyhow::bail!("the server did not take the customer's mail: {refused:?}"),
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

fn date() -> String {
    jiff::fmt::rfc2822::to_string(&jiff::Zoned::now()).unwrap_or_default()
}
