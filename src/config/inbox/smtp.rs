//! `[inbox.smtp]`: where mail is handed over.

use crate::config::checker::{Checker, Section};
use crate::config::given::Given;
use crate::config::secret::SecretSource;
use crate::config::server::{self, Ports, RawServer, RawTls, Server};
use crate::desk::policy::EnvelopeStyle;
use crate::mail::EmailAddress;
use secrecy::SecretString;
use serde::Deserialize;
use std::num::NonZeroU32;

/// An inbox's SMTP account, checked.
#[derive(Debug, Clone)]
pub struct Smtp {
    /// The server.
    pub server: Server,
    /// Who logs in; `None`: the server takes our mail as it is.
    pub login: Option<Login>,
    /// Whose address the envelope names.
    pub envelope: EnvelopeStyle,
    /// Connections at a time, at most.
    pub connections: u32,
    /// Mails a minute, at most; `None`: no limit.
    pub per_minute: Option<NonZeroU32>,
}

/// A user and a password.
#[derive(Debug, Clone)]
pub struct Login {
    /// The user.
    pub user: String,
    /// The password.
    pub password: SecretString,
}

const PORTS: Ports = Ports {
    implicit: 465,
    starttls: 587,
    plain: 25,
};
/// `connections`
pub const CONNECTIONS: u32 = 4;
const CONNECTIONS_MOST: u32 = 64;
const PER_MINUTE_MOST: u32 = 100_000;

/// `[inbox.smtp]` as it stands.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawSmtp {
    host: Given<String>,
    port: Given<u16>,
    tls: Given<RawTls>,
    ca_file: Given<String>,
    user: Given<String>,
    password: Given<SecretSource>,
    envelope: Given<RawEnvelope>,
    connections: Given<u32>,
    per_minute: Given<u32>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawEnvelope {
    Verp,
    Plain,
}

/// Checks the section; `address` is the inbox's, if it is known.
pub fn check(checker: &mut Checker<'_>, section: Section<'_>, address: Option<&EmailAddress>) -> Option<Smtp> {
    let place = section.place();
    let raw: RawSmtp = checker.read(section, &[]);
    let server = RawServer {
        host: raw.host,
        port: raw.port,
        tls: raw.tls,
        ca_file: raw.ca_file,
    };
    let server = server::check(checker, server, &place, PORTS);
    let user_given = raw.user.is_some();
    let user = checker.text(raw.user, address.map_or("", EmailAddress::as_str));
    let login = if raw.password.is_some() {
        let password = server::password(checker, raw.password, server.as_ref(), &place);
        password.map(|password| Some(Login { user, password }))
    } else if user_given {
        checker.refuse(&place, "password", "is missing beside `user`", "set both, or neither");
        None
    } else {
        Some(None)
    };
    let envelope = match checker.or(raw.envelope, RawEnvelope::Verp) {
        RawEnvelope::Verp => EnvelopeStyle::Verp,
        RawEnvelope::Plain => EnvelopeStyle::Plain,
    };
    if let Some(server) = server.as_ref().filter(|server| refuses_foreign_senders(&server.host))
        && envelope == EnvelopeStyle::Verp
    {
        let what = format!(
            "{} refuses or rewrites the return address that `verp` gives each mail",
            server.host
        );
        checker.warn(&place, "envelope", what, "envelope = \"plain\"");
    }
    let connections = checker.bounded(raw.connections, CONNECTIONS, 1..=CONNECTIONS_MOST);
    let per_minute = checker.bounded(raw.per_minute, 0, 0..=PER_MINUTE_MOST);
    Some(Smtp {
        server: server?,
        login: login?,
        envelope,
        connections,
        per_minute: NonZeroU32::new(per_minute),
    })
}

/// Gmail rewrites every sender that is not the account's, Exchange Online refuses it.
fn refuses_foreign_senders(host: &str) -> bool {
    const HOSTS: [&str; 3] = ["smtp.gmail.com", "smtp.office365.com", "smtp-mail.outlook.com"];
    HOSTS.iter().any(|known| host.eq_ignore_ascii_case(known))
}
