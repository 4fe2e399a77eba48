//! What the poller has to know of an inbox.

use crate::mail::{After, FirstRun};
use crate::net::TlsMode;
use secrecy::SecretString;
use std::time::Duration;

/// One folder of one IMAP account.
#[derive(Debug, Clone)]
pub struct ImapAccount {
    /// Host name or address, as the certificate names it.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: TlsMode,
    /// PEM certificates trusted beside the system's.
    pub ca_pem: Option<Vec<u8>>,
    /// Login name.
    pub user: String,
    /// Password.
    pub password: SecretString,
    /// The folder that is read, in UTF-8 with the server's own hierarchy delimiter.
    pub folder: String,
    /// What happens on the server to mail that is safe on disk.
    pub after: After,
    /// How long at most between two looks at the folder.
    pub poll: Duration,
    /// What is taken from a folder that is seen for the first time.
    pub first_run: FirstRun,
    /// Mail of more octets is cut to its header and the first 64 KiB.
    pub max_message: u64,
}
