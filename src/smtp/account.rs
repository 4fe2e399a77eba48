//! What is needed to hand mail to one server.

use crate::net::TlsMode;
use secrecy::SecretString;

/// One SMTP account, as the config names it.
#[derive(Debug, Clone)]
pub struct SmtpAccount {
    /// The server's name; its certificate must bear it.
    pub host: String,
    /// Usually 465 (implicit TLS) or 587 (STARTTLS).
    pub port: u16,
    /// How the connection is protected. With [`TlsMode::None`] a password would go in clear: the config allows that on
    /// loopback only.
    pub tls: TlsMode,
    /// PEM certificates that are trusted beside the system's.
    pub ca_pem: Option<Vec<u8>>,
    /// Who logs in; without user or password there is no login.
    pub user: Option<String>,
    /// The password to `user`.
    pub password: Option<SecretString>,
    /// How many connections may be open at a time; at least 1.
    pub connections: usize,
    /// The name in EHLO (RFC 5321 §4.1.1.1); the machine's own when there is none.
    pub helo: Option<String>,
}
