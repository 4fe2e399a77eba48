//! The config of a gateway between loopback servers.

use buzon::config::Config;
use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// More lines for the sections of the config.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    inbox: String,
    imap: String,
    smtp: String,
    rest: String,
    pub max_size: Option<usize>,
}

impl Settings {
    pub fn new() -> Self {
        Self::default()
    }

    /// A line of `[[inbox]]`.
    pub fn with_inbox(mut self, line: &str) -> Self {
        writeln!(self.inbox, "{line}").unwrap();
        self
    }

    /// A line of `[inbox.imap]`.
    pub fn with_imap(mut self, line: &str) -> Self {
        writeln!(self.imap, "{line}").unwrap();
        self
    }

    /// A line of `[inbox.smtp]`.
    pub fn with_smtp(mut self, line: &str) -> Self {
        writeln!(self.smtp, "{line}").unwrap();
        self
    }

    /// Whole sections, in place of the usual `[outbox]`.
    pub fn with_config(mut self, toml: &str) -> Self {
        writeln!(self.rest, "{toml}").unwrap();
        self
    }

    /// The SMTP server takes no larger mail, in octets.
    pub fn with_max_size(mut self, octets: usize) -> Self {
        self.max_size = Some(octets);
        self
    }

    /// The whole config, for servers at these ports.
    pub fn toml(&self, address: &str, imap: u16, smtp: u16, password: &str) -> String {
        let rest = match self.rest.contains("[outbox]") {
            true => "",
            false => "[outbox]\nfirst_retry = \"1s\"\nlongest_retry = \"2s\"\n",
        };
        format!(
            "[desk]\nname = \"Acme Support\"\nsecret = {{ file = \"secret.key\" }}\n\
             [store]\nurl = \"sqlite:data/buzon.db\"\n\
             [[inbox]]\nname = \"support\"\naddress = \"{address}\"\n{}\n\
             [inbox.imap]\nhost = \"127.0.0.1\"\nport = {imap}\ntls = \"none\"\npassword = \"{password}\"\n{}\n\
             [inbox.smtp]\nhost = \"127.0.0.1\"\nport = {smtp}\ntls = \"none\"\npassword = \"{password}\"\n{}\n\
             {rest}{}",
            self.inbox, self.imap, self.smtp, self.rest
        )
    }
}

/// Writes config and secret as the gateway wants them.
pub fn write_config(dir: &Path, text: &str) -> PathBuf {
    let private = |name: &str, text: &str| {
        let file = dir.join(name);
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        file
    };
    let secret: [u8; 32] = std::array::from_fn(|_| rand::random());
    private("secret.key", &data_encoding::BASE64.encode(&secret));
    std::fs::create_dir_all(dir.join("data")).unwrap();
    private("buzon.toml", text)
}

/// Loads the config, which must be sound.
pub fn load(config_file: &Path) -> Config {
    Config::load(Some(config_file)).unwrap_or_else(|error| panic!("{error:?}"))
}
