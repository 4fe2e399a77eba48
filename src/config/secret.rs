//! Secrets: `{ env = "NAME" }`, `{ file = "path" }` or `{ command = […] }`; a literal only where it does no harm.

use crate::config::checker::Checker;
use crate::config::given::Given;
use anyhow::Context;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use toml::Value;

/// Where a secret comes from.
#[derive(Debug, Clone)]
pub enum SecretSource {
    /// It stands in the config.
    Literal(SecretString),
    /// In an environment variable.
    Env(String),
    /// In a file that nobody else can read.
    File(String),
    /// A command prints it.
    Command(Vec<String>),
}

/// A list of secrets.
#[derive(Debug, Clone)]
pub struct SecretSources(pub Vec<SecretSource>);

/// Whether a secret may stand in the config itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Literal {
    /// The server is on loopback.
    Allowed,
    /// It may not.
    Refused,
}

/// What `buzon init` writes where a password has to go.
pub const PLACEHOLDER: &str = "replace-this-line-with-the-password";
/// A longer secret is none.
const LONGEST: u64 = 64 * 1024;
/// A password manager may ask for a key to be touched, but not for ever.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);
const PIPE_TIMEOUT: Duration = Duration::from_secs(5);
const COMMAND_POLL: Duration = Duration::from_millis(10);
const WAYS: &str = "write { env = \"NAME\" }, { file = \"path\" } or { command = [\"pass\", \"show\", \"x\"] }";

impl<'de> Deserialize<'de> for SecretSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // serde's own errors would quote what was given.
        let wrong = || serde::de::Error::custom(format!("is not a secret; {WAYS}"));
        match Value::deserialize(deserializer)? {
            Value::String(literal) => Ok(Self::Literal(literal.into())),
            Value::Table(table) if table.len() == 1 => {
                let entry = table.into_iter().next().ok_or_else(wrong)?;
                Self::from_entry(&entry.0, entry.1).ok_or_else(wrong)
            }
            _ => Err(wrong()),
        }
    }
}

impl<'de> Deserialize<'de> for SecretSources {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wrong = |_: toml::de::Error| serde::de::Error::custom(format!("is not a list of secrets; in it {WAYS}"));
        let value = Value::deserialize(deserializer)?;
        Vec::deserialize(value).map(Self).map_err(wrong)
    }
}

impl SecretSource {
    fn from_entry(key: &str, value: Value) -> Option<Self> {
        match (key, value) {
            ("env", Value::String(name)) => Some(Self::Env(name)),
            ("file", Value::String(path)) => Some(Self::File(path)),
            ("command", Value::Array(words)) if !words.is_empty() => words
                .into_iter()
                .map(|word| word.as_str().map(str::to_owned))
                .collect::<Option<_>>()
                .map(Self::Command),
            _ => None,
        }
    }
}

impl Checker<'_> {
    /// Fetches a secret; reports why that fails.
    pub fn secret(&mut self, given: Given<SecretSource>, literal: Literal) -> Option<SecretString> {
        let source = self.take(given)?;
        self.fetch(source.get_ref(), source.span().start, literal)
    }

    /// As [`Self::secret`], for a source at an offset.
    pub fn fetch(&mut self, source: &SecretSource, at: usize, literal: Literal) -> Option<SecretString> {
        let fetched = match source {
            SecretSource::Literal(_) if literal == Literal::Refused => {
                self.error(at, "a secret must not stand in the configuration", WAYS);
                return None;
            }
            SecretSource::Literal(secret) => Ok(secret.clone()),
            SecretSource::Env(name) => self.variable(name),
            SecretSource::File(path) => {
                let path = self.path(path);
                match others_can_read(&path) {
                    Some(mode) => {
                        let what = format!("{} has mode {mode:04o}: others can read the secret", path.display());
                        self.exposed(at, what, format!("chmod 600 {}", path.display()));
                        return None;
                    }
                    None => from_file(&path),
                }
            }
            SecretSource::Command(words) => from_command(words, &self.folder),
        };
        match fetched.map(|secret| trimmed(&secret)) {
            Ok(secret) if secret.expose_secret().is_empty() => {
                self.error(at, format!("{} is empty", source.name()), "put the secret there");
                None
            }
            Ok(secret) => Some(secret),
            Err(error) => {
                self.error(at, format!("{}: {error:#}", source.name()), source.hint());
                None
            }
        }
    }

    fn variable(&self, name: &str) -> anyhow::Result<SecretString> {
        let value = self.variables.get(name);
        value
            .map(|value| value.as_str().into())
            .ok_or_else(|| anyhow::anyhow!("is not set"))
    }
}

impl SecretSource {
    fn name(&self) -> String {
        match self {
            Self::Literal(_) => "the secret".to_owned(),
            Self::Env(name) => format!("the environment variable {name}"),
            Self::File(path) => format!("the secret file {path}"),
            Self::Command(words) => format!("the command `{}`", words.first().map_or("", String::as_str)),
        }
    }

    fn hint(&self) -> &'static str {
        match self {
            Self::Literal(_) => WAYS,
            Self::Env(_) => "set it where buzon is started, or use { file = \"path\" }",
            Self::File(_) => "write the secret there, alone, with mode 0600",
            Self::Command(_) => "run it by hand as the user that buzon runs as",
        }
    }
}

/// The mode, if the file exists and group or others may read it.
fn others_can_read(path: &std::path::Path) -> Option<u32> {
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o7777;
    (mode & 0o077 != 0).then_some(mode)
}

fn from_file(path: &std::path::Path) -> anyhow::Result<SecretString> {
    let mut text = String::new();
    std::fs::File::open(path)?.take(LONGEST).read_to_string(&mut text)?;
    Ok(text.into())
}

fn from_command(words: &[String], folder: &std::path::Path) -> anyhow::Result<SecretString> {
    let [program, arguments @ ..] = words else {
        anyhow::bail!("there is none");
    };
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let pipe = child.stdout.take();
    let (sender, printed) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut text = String::new();
        let read = pipe.map(|pipe| pipe.take(LONGEST).read_to_string(&mut text));
        // Nobody waits any more once the command has failed.
        let _ = sender.send(read.transpose().map(|_| SecretString::from(text)));
    });
    wait(&mut child)?;
    // An agent that the command left behind may hold the pipe open.
    let printed = printed.recv_timeout(PIPE_TIMEOUT).context("left its output open")?;
    Ok(printed?)
}

fn wait(child: &mut Child) -> anyhow::Result<()> {
    let deadline = Instant::now() + COMMAND_TIMEOUT;
    loop {
        if let Some(status) = child.try_wait()? {
            anyhow::ensure!(status.success(), "failed ({status})");
            return Ok(());
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            anyhow::bail!("took longer than {} s", COMMAND_TIMEOUT.as_secs());
        }
        std::thread::sleep(COMMAND_POLL);
    }
}

/// Editors and commands end the line; the secret ends before that.
fn trimmed(secret: &SecretString) -> SecretString {
    secret.expose_secret().trim_end_matches(['\r', '\n']).into()
}

/// Whether the secret is what `buzon init` left in its place.
pub fn is_placeholder(secret: &SecretString) -> bool {
    secret.expose_secret() == PLACEHOLDER
}
