//! The transport against a server that answers by script, on loopback.

mod accounts;
mod delivery;
mod reuse;
mod server;
mod tls;

use super::{SendOutcome, SmtpAccount, Stage, Transport};
use crate::mail::{EmailAddress, Envelope, ReversePath};
use crate::net::TlsMode;
use server::Server;

const MAIL: &[u8] = b"Subject: hi\r\n\r\nhi\r\n";

fn account(server: &Server) -> SmtpAccount {
    SmtpAccount {
        host: "localhost".to_owned(),
        port: server.port,
        tls: TlsMode::None,
        ca_pem: None,
        user: None,
        password: None,
        connections: 1,
        helo: Some("desk.example".to_owned()),
    }
}

fn with_login(mut account: SmtpAccount) -> SmtpAccount {
    account.user = Some("support".to_owned());
    account.password = Some("open sesame".into());
    account
}

fn transport(server: &Server) -> Transport {
    Transport::new(account(server)).unwrap()
}

fn envelope_to(recipient: &str) -> Envelope {
    Envelope {
        reverse_path: ReversePath::Address(EmailAddress::parse("desk@acme.example").unwrap()),
        recipient: EmailAddress::parse(recipient).unwrap(),
    }
}

fn envelope() -> Envelope {
    envelope_to("ana@client.example")
}

/// `transient RCPT TO 450 4.2.2 full`, and so on.
fn summary(outcome: &SendOutcome) -> String {
    match outcome {
        SendOutcome::Accepted { reply, .. } => format!("accepted {reply}"),
        SendOutcome::Transient { stage, reply } => format!("transient {stage}: {reply}"),
        SendOutcome::Permanent { stage, reply } => format!("permanent {stage}: {reply}"),
        SendOutcome::Account { stage, reply, trouble } => format!("account {trouble:?} {stage}: {reply}"),
    }
}

fn stage_of_transient(outcome: &SendOutcome) -> Option<Stage> {
    match outcome {
        SendOutcome::Transient { stage, .. } => Some(*stage),
        _ => None,
    }
}
