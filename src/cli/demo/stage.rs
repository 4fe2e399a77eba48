//! The servers, the configuration and the store of the demo.

use crate::cli::gateway;
use crate::config::Config;
use crate::sandbox::{ImapServer, Mailstore, MailstoreOptions, SmtpOptions, SmtpServer};
use crate::store::{Store, StoreLock};
use anyhow::Context;
use data_encoding::{BASE32_NOPAD, BASE64};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The inbox that the gateway reads.
pub(super) const INBOX: &str = "support@acme.example";
/// The customer.
pub(super) const CUSTOMER: &str = "eva@home.example";
/// The agent.
pub(super) const AGENT: &str = "ana@acme.example";

/// Who writes the border's authentication results.
const AUTHSERV: &str = "mx.acme.example";
const LARGEST_MAIL: usize = 25 << 20;

/// Everything the play needs.
pub(super) struct Stage {
    pub(super) mailstore: Mailstore,
    pub(super) smtp: SmtpServer,
    pub(super) config: Config,
    pub(super) store: Store,
    pub(super) password: String,
    imap: ImapServer,
    config_file: PathBuf,
    _lock: StoreLock,
}

impl Stage {
    /// Starts the servers and writes a configuration that points at them.
    pub(super) async fn build(folder: &Path) -> anyhow::Result<Self> {
        let password = BASE32_NOPAD.encode(&rand::random::<[u8; 10]>()).to_lowercase();
        let options = MailstoreOptions {
            password: password.clone().into(),
            authserv_id: Some(AUTHSERV.to_owned()),
        };
        let mailstore = Mailstore::new(options);
        for address in [INBOX, CUSTOMER, AGENT] {
            mailstore.add_account(address);
        }
        let imap = ImapServer::start(mailstore.clone()).await?;
        let domains = vec!["acme.example".to_owned(), "home.example".to_owned()];
        let smtp = SmtpServer::start(
            mailstore.clone(),
            SmtpOptions {
                domains,
                max_size: LARGEST_MAIL,
            },
        )
        .await?;
        let config_file = write_config(folder, &config_text(imap.port(), smtp.port(), &password))?;
        let config = Config::load(Some(&config_file))?;
        let lock = gateway::lock(&config)?;
        let store = gateway::open_store(&config)?;
        Ok(Self {
            mailstore,
            smtp,
            config,
            store,
            password,
            imap,
            config_file,
            _lock: lock,
        })
    }

    /// How to play on with mail clients of one's own.
    pub(super) fn invitation(&self) -> String {
        let (imap, smtp) = (self.imap.port(), self.smtp.port());
        let (password, config) = (&self.password, self.config_file.display());
        format!(
            "\nThe servers stay up until you press Ctrl-C. Set up the customer and the agent in any mail client, without \
             TLS,\nwith the address as user name for IMAP and for SMTP:\n\n\
             \x20 IMAP      127.0.0.1 port {imap}\n\
             \x20 SMTP      127.0.0.1 port {smtp}\n\
             \x20 password  {password}\n\
             \x20 customer  {CUSTOMER}\n\
             \x20 agent     {AGENT}\n\
             \x20 the desk  {INBOX}\n\n\
             Write to {INBOX} as the customer; answer the notification as the agent.\n\
             In another terminal: buzon -c {config} ticket list"
        )
    }
}

fn config_text(imap: u16, smtp: u16, password: &str) -> String {
    format!(
        r#"# Written by `buzon demo`; its servers are gone when it ends.
[desk]
name = "Acme Support"
secret = {{ file = "secret.key" }}

[store]
url = "sqlite:data/buzon.db"

[[inbox]]
name = "support"
address = "{INBOX}"
trusted_authserv = "{AUTHSERV}"

[inbox.imap]
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "{INBOX}"
password = "{password}"

[inbox.smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"
user = "{INBOX}"
password = "{password}"

[[agent]]
name = "Ana Ruiz"
address = "{AGENT}"
lead = true
"#
    )
}

fn write_config(folder: &Path, text: &str) -> anyhow::Result<PathBuf> {
    let config = folder.join("config");
    std::fs::create_dir_all(&config).with_context(|| format!("cannot make the folder {}", config.display()))?;
    let secret = config.join("secret.key");
    if !secret.exists() {
        private_file(&secret, &BASE64.encode(&rand::random::<[u8; 32]>()))?;
    }
    let file = config.join("buzon.toml");
    private_file(&file, text)?;
    Ok(file)
}

fn private_file(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    let opened = options.write(true).create(true).truncate(true).mode(0o600).open(path);
    let written = opened.and_then(|mut file| file.write_all(text.as_bytes()));
    written.with_context(|| format!("cannot write {}", path.display()))
}
