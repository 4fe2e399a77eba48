//! `[inbox.smtp]`: where mail is handed over.

use crate::config::checker::{Checker, Section};
use crate::config::given::Given;
use crate::config::secret::SecretSource;
use crate::config::server::{self, Ports, RawServer};
use crate::desk::policy::EnvelopeStyle;
use crate::mail::EmailAddress;
use crate::net::TlsMode;
use crate::smtp::SmtpAccount;
use serde::Deserialize;
use std::num::NonZeroU32;

/// `[inbox.smtp]`, checked.
#[derive(Debug, Clone)]
pub struct Smtp {
    /// The account; without a password there is no login.
    pub account: SmtpAccount,
    /// Whose address the envelope names.
    pub envelope: EnvelopeStyle,
    /// Mails a minute, at most; `None`: no limit.
    pub per_minute: Option<NonZeroU32>,
}

const PORTS: Ports = Ports {
    implicit: 465,
    starttls: 587,
    plain: 25,
};
/// Providers limit the connections of an account, and some to very few.
const CONNECTIONS: u32 = 4;
const CONNECTIONS_MOST: u32 = 64;
const PER_MINUTE_MOST: u32 = 100_000;

/// `[inbox.smtp]` as it stands.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawSmtp {
    host: Given<String>,
    port: Given<u16>,
    tls: Given<TlsMode>,
    ca_file: Given<String>,
    user: Given<String>,
    password: Given<SecretSource>,
    envelope: Given<EnvelopeStyle>,
    connections: Given<u32>,
    per_minute: Given<u32>,
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
        password.map(|password| (Some(user), Some(password)))
    } else if user_given {
        checker.refuse(&place, "password", "is missing beside `user`", "set both, or neither");
        None
    } else {
        Some((None, None))
    };
    let envelope = checker.or(raw.envelope, EnvelopeStyle::Verp);
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
    let (server, (user, password)) = (server?, login?);
    Some(Smtp {
        account: SmtpAccount {
            host: server.host,
            port: server.port,
            tls: server.tls,
            ca_pem: server.ca_pem,
            user,
            password,
            connections: connections as usize,
            helo: None,
        },
        envelope,
        per_minute: NonZeroU32::new(per_minute),
    })
}

/// Gmail rewrites every sender that is not the account's, Exchange Online refuses it.
fn refuses_foreign_senders(host: &str) -> bool {
    const HOSTS: [&str; 3] = ["smtp.gmail.com", "smtp.office365.com", "smtp-mail.outlook.com"];
    HOSTS.iter().any(|known| host.eq_ignore_ascii_case(known))
}
