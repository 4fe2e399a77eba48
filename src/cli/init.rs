//! `buzon init`: a configuration to start from, with all that can be guessed filled in.

mod provider;
mod sample;

use crate::cli::Session;
use crate::cli::exit::{CliError, Exit};
use crate::cli::output::Stdout;
use crate::config::PLACEHOLDER;
use crate::mail::EmailAddress;
use anyhow::Context;
use clap::Args;
use data_encoding::BASE64;
use jiff::tz::TimeZone;
use provider::Provider;
use sample::Sample;
use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The options of `buzon init`.
#[derive(Debug, Args)]
pub struct Init {
    /// Where the folder `config` is made
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
    /// Whose servers are used [default: guessed from the address]
    #[arg(long)]
    pub provider: Option<Provider>,
    /// The address that customers write to
    #[arg(long, value_parser = address)]
    pub address: Option<EmailAddress>,
}

/// Octets of a new desk secret.
const SECRET_LENGTH: usize = 32;
const CONFIG: &str = "buzon.toml";
const SECRET: &str = "secret.key";
const PASSWORD: &str = "support.password";

impl Init {
    /// Writes the configuration, the secret and a file for the password, and says what is left to do.
    ///
    /// # Errors
    /// When one of the files exists already, or can't be written.
    pub fn run(self, _session: &Session<'_>) -> anyhow::Result<Exit> {
        let folder = self.dir.join("config");
        refuse_to_overwrite(&folder)?;
        DirBuilder::new()
            .recursive(true)
            .create(&folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        let secret = BASE64.encode(&rand::random::<[u8; SECRET_LENGTH]>());
        write_new(&folder.join(SECRET), &secret, 0o600)?;
        write_new(&folder.join(PASSWORD), PLACEHOLDER, 0o600)?;
        // Mails lie there: for nobody else's eyes.
        let data = folder.join("data");
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&data)
            .with_context(|| format!("cannot make {}", data.display()))?;
        // Last, so that what failed half-way doesn't look done.
        write_new(&folder.join(CONFIG), &self.text(), 0o644)?;
        self.say_what_is_left(&folder)?;
        Ok(Exit::Done)
    }

    fn text(&self) -> String {
        let provider = self.provider();
        let address = self
            .address
            .as_ref()
            .map_or("support@acme.example", EmailAddress::as_str);
        let domain = self.address.as_ref().map_or("acme.example", EmailAddress::domain);
        let mut sample = Sample::new();
        sample.set_text("desk", "name", &desk_name(provider, domain));
        // Without a system zone that has a name, the default stays.
        if let Some(zone) = TimeZone::system().iana_name().filter(|zone| *zone != "Etc/Unknown") {
            sample.set_text("desk", "timezone", zone);
        }
        sample.set_text("inbox", "address", address);
        sample.set_text("inbox.imap", "user", address);
        sample.set_text("inbox.smtp", "user", address);
        provider.fill_in(&mut sample, domain);
        sample.finish()
    }

    fn provider(&self) -> Provider {
        let domain = self.address.as_ref().map(EmailAddress::domain);
        self.provider
            .or_else(|| domain.and_then(Provider::of_domain))
            .unwrap_or(Provider::Other)
    }

    fn say_what_is_left(&self, folder: &Path) -> anyhow::Result<()> {
        let config = folder.join(CONFIG);
        let mut stdout = Stdout::lock();
        stdout.line(format_args!(
            "Wrote {}, and {SECRET} and {PASSWORD} beside it.\n\nWhat is left to do:",
            config.display()
        ))?;
        if self.address.is_none() {
            stdout.line(format_args!("- write your address and hosts into {}", config.display()))?;
        } else if self.provider() == Provider::Other {
            stdout.line(format_args!(
                "- see whether the guessed hosts in {} are right",
                config.display()
            ))?;
        }
        stdout.line(format_args!(
            "- put the mailbox's password into {}, alone\n- name those who answer: [[agent]] in {}\n- buzon --config {} check",
            folder.join(PASSWORD).display(),
            config.display(),
            config.display()
        ))?;
        stdout.flush()
    }
}

fn address(text: &str) -> Result<EmailAddress, String> {
    EmailAddress::try_from(text.to_owned())
}

/// `info@acme.example` is written to by the customers of "Acme Support".
fn desk_name(provider: Provider, domain: &str) -> String {
    let label = domain.split('.').next().unwrap_or_default();
    let mut letters = label.chars();
    match letters.next() {
        Some(first) if Provider::of_domain(domain).is_none() || provider == Provider::Other => {
            format!("{}{} Support", first.to_uppercase(), letters.as_str())
        }
        _ => "Support".to_owned(),
    }
}

fn refuse_to_overwrite(folder: &Path) -> anyhow::Result<()> {
    for name in [CONFIG, SECRET, PASSWORD] {
        let path = folder.join(name);
        if path.symlink_metadata().is_ok() {
            return Err(exists(&path).into());
        }
    }
    Ok(())
}

fn write_new(path: &Path, text: &str, mode: u32) -> anyhow::Result<()> {
    let file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    let mut file = file.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => exists(path).into(),
        _ => anyhow::Error::new(error).context(format!("cannot write {}", path.display())),
    })?;
    file.write_all(format!("{}\n", text.trim_end()).as_bytes())
        .and_then(|()| file.sync_all())
        .with_context(|| format!("cannot write {}", path.display()))
}

fn exists(path: &Path) -> CliError {
    let what = format!("{} exists already, and is left as it is", path.display());
    CliError::new(
        Exit::Io,
        what,
        "choose another folder with --dir, or move the file away",
    )
}

#[cfg(test)]
mod tests;
