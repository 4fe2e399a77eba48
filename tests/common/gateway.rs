//! The gateway as its users run it: a config file, and the binary.

use super::dovecot::{Dovecot, PASSWORD};
use super::wait::{poll, seconds};
use buzon::config::TlsMode;
use serde_json::Value;
use std::fmt::Write as _;
use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A configured gateway in a folder of its own; a running one is killed when dropped.
pub struct Gateway {
    running: Option<Child>,
    dir: TempDir,
}

/// What goes into the config.
pub struct GatewayBuilder {
    inboxes: Vec<Inbox>,
    extra: String,
    store: Option<PathBuf>,
}

/// One `[[inbox]]`.
#[derive(Debug, Clone)]
pub struct Inbox {
    pub name: String,
    pub address: String,
    pub imap_host: String,
    pub imap_port: u16,
    pub imap_tls: TlsMode,
    pub ca: Option<PathBuf>,
    pub password: String,
    /// File mode of the password's file.
    pub password_mode: u32,
    /// `after` as it stands in the config, such as `"seen"` with its quotes.
    pub after: String,
    pub smtp_port: u16,
    pub smtp_tls: TlsMode,
    /// More lines of `[[inbox]]`.
    pub extra: String,
}

/// What a command left behind.
#[derive(Debug)]
pub struct Outcome {
    /// The exit code; -1 when a signal ended it.
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// No command may take longer; a hang is a failure.
const COMMAND_LIMIT: Duration = Duration::from_secs(120);

impl Inbox {
    /// The desk's inbox: IMAP at `dovecot` over implicit TLS, SMTP at a loopback port without TLS.
    pub fn new(dovecot: &Dovecot, smtp_port: u16) -> Self {
        Self {
            name: "support".to_owned(),
            address: super::DESK.to_owned(),
            imap_host: "127.0.0.1".to_owned(),
            imap_port: dovecot.imaps_port,
            imap_tls: TlsMode::Implicit,
            ca: Some(dovecot.tls.ca.clone()),
            password: PASSWORD.to_owned(),
            password_mode: 0o600,
            after: "\"seen\"".to_owned(),
            smtp_port,
            smtp_tls: TlsMode::None,
            extra: String::new(),
        }
    }

    /// An inbox whose IMAP server does not answer, for mail that comes in by other ways.
    pub fn without_imap(smtp_port: u16) -> Self {
        Self {
            name: "support".to_owned(),
            address: super::DESK.to_owned(),
            imap_host: "127.0.0.1".to_owned(),
            imap_port: super::ports::free_port(),
            imap_tls: TlsMode::None,
            ca: None,
            password: PASSWORD.to_owned(),
            password_mode: 0o600,
            after: "\"keep\"".to_owned(),
            smtp_port,
            smtp_tls: TlsMode::None,
            extra: String::new(),
        }
    }

    fn toml(&self, secret: &str) -> String {
        let Self {
            name,
            address,
            after,
            imap_host,
            imap_port,
            smtp_port,
            extra,
            ..
        } = self;
        let ca = self
            .ca
            .as_ref()
            .map(|ca| format!("ca_file = \"{}\"\n", ca.display()))
            .unwrap_or_default();
        format!(
            "[[inbox]]\nname = \"{name}\"\naddress = \"{address}\"\n{extra}\n\
             [inbox.imap]\nhost = \"{imap_host}\"\nport = {imap_port}\ntls = \"{}\"\n{ca}user = \"{address}\"\n\
             password = {{ file = \"{secret}\" }}\nafter = {after}\n\
             [inbox.smtp]\nhost = \"127.0.0.1\"\nport = {smtp_port}\ntls = \"{}\"\n{}\n",
            tls_name(self.imap_tls),
            tls_name(self.smtp_tls),
            if self.smtp_tls == TlsMode::None { "" } else { &ca },
        )
    }
}

fn tls_name(mode: TlsMode) -> &'static str {
    match mode {
        TlsMode::Implicit => "implicit",
        TlsMode::StartTls => "starttls",
        TlsMode::None => "none",
    }
}

impl GatewayBuilder {
    /// A gateway with one inbox.
    pub fn new(inbox: Inbox) -> Self {
        Self {
            inboxes: vec![inbox],
            extra: String::new(),
            store: None,
        }
    }

    pub fn with_inbox(mut self, inbox: Inbox) -> Self {
        self.inboxes.push(inbox);
        self
    }

    /// Appends text to the config.
    pub fn with_config(mut self, toml: &str) -> Self {
        writeln!(self.extra, "{toml}").unwrap();
        self
    }

    /// Puts the store into that folder.
    pub fn with_store_in(mut self, dir: &Path) -> Self {
        self.store = Some(dir.to_owned());
        self
    }

    /// Writes the config and the secrets.
    pub fn build(self) -> Gateway {
        let dir = tempfile::Builder::new().prefix("buzon-gateway-").tempdir().unwrap();
        let gateway = Gateway { running: None, dir };
        gateway.write_secret("secret.key", &data_encoding::BASE64.encode(&[7; 32]), 0o600);
        let store = self.store.unwrap_or_else(|| gateway.path("data"));
        std::fs::create_dir_all(&store).unwrap();
        let mut config = format!(
            "[desk]\nname = \"Acme Support\"\nsecret = {{ file = \"secret.key\" }}\n\
             [store]\nurl = \"sqlite:{}/buzon.db\"\n\
             [limits]\nauto_mails_per_hour = 100000\n[outbox]\nfirst_retry = \"1s\"\nlongest_retry = \"2s\"\n",
            store.display()
        );
        for inbox in &self.inboxes {
            let secret = format!("{}.password", inbox.name);
            gateway.write_secret(&secret, &inbox.password, inbox.password_mode);
            config.push_str(&inbox.toml(&secret));
        }
        config.push_str(&self.extra);
        std::fs::write(gateway.path("buzon.toml"), config).unwrap();
        gateway
    }
}

impl Gateway {
    /// Starts `buzon run`.
    pub fn run(&mut self) {
        assert!(self.running.is_none(), "the gateway runs already");
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.path("run.log"))
            .unwrap();
        let child = self
            .command(&["run"])
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn();
        self.running = Some(child.expect("buzon starts"));
    }

    /// kill -9.
    pub fn kill9(&mut self) {
        if let Some(mut child) = self.running.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// SIGTERM, and waits for the end; gives the exit code.
    #[track_caller]
    pub fn stop(&mut self) -> i32 {
        let mut child = self.running.take().expect("the gateway runs");
        Command::new("kill").arg(child.id().to_string()).status().unwrap();
        let ended = poll(seconds(30), || child.try_wait().unwrap());
        let _ = child.kill();
        ended.expect("SIGTERM ends it within 30 s").code().unwrap_or(-1)
    }

    /// The process id of `buzon run`.
    pub fn process_id(&self) -> u32 {
        self.running.as_ref().expect("the gateway runs").id()
    }

    /// Whether `buzon run` is still there.
    pub fn is_running(&mut self) -> bool {
        self.running
            .as_mut()
            .is_some_and(|child| child.try_wait().unwrap().is_none())
    }

    /// What `buzon run` has written, over all its starts.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("run.log")).unwrap_or_default()
    }

    /// SIGHUP.
    pub fn hang_up(&self) {
        let child = self.running.as_ref().expect("the gateway runs");
        let sent = Command::new("kill").args(["-HUP", &child.id().to_string()]).status();
        assert!(sent.unwrap().success(), "SIGHUP");
    }

    /// Writes the config anew, with `old` replaced by `new`.
    #[track_caller]
    pub fn edit_config(&self, old: &str, new: &str) {
        let path = self.path("buzon.toml");
        let config = std::fs::read_to_string(&path).unwrap();
        assert!(config.contains(old), "{old} is in the config:\n{config}");
        std::fs::write(path, config.replace(old, new)).unwrap();
    }

    /// Runs a command to its end.
    #[track_caller]
    pub fn buzon(&self, arguments: &[&str]) -> Outcome {
        self.buzon_with_input(arguments, b"")
    }

    /// Runs a command to its end, with `input` on its standard input.
    #[track_caller]
    pub fn buzon_with_input(&self, arguments: &[&str], input: &[u8]) -> Outcome {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("in"), input).unwrap();
        let [out, err] = ["out", "err"].map(|name| dir.path().join(name));
        let mut child = self
            .command(arguments)
            .stdin(File::open(dir.path().join("in")).unwrap())
            .stdout(File::create(&out).unwrap())
            .stderr(File::create(&err).unwrap())
            .spawn()
            .expect("buzon starts");
        let ended = poll(COMMAND_LIMIT, || child.try_wait().unwrap());
        let _ = child.kill();
        let [stdout, stderr] =
            [out, err].map(|file| String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned());
        let Some(status) = ended else {
            panic!("buzon {arguments:?} is not done after {COMMAND_LIMIT:?}\n{stderr}");
        };
        Outcome {
            code: status.code().unwrap_or(-1),
            stdout,
            stderr,
        }
    }

    /// Starts a command that the test ends or waits for.
    pub fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("buzon starts")
    }

    /// `buzon drain`, which must succeed.
    #[track_caller]
    pub fn drain(&self) {
        let outcome = self.buzon(&["drain"]);
        assert_eq!(outcome.code, 0, "buzon drain\n{}", outcome.stderr);
    }

    /// Records of a command that takes `--json`.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let outcome = self.buzon(&[arguments, &["--json"]].concat());
        assert_eq!(outcome.code, 0, "buzon {arguments:?}\n{}", outcome.stderr);
        let lines = outcome.stdout.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
            .collect()
    }

    /// Every ticket, lowest number first.
    #[track_caller]
    pub fn tickets(&self) -> Vec<Value> {
        self.json(&["ticket", "list"])
    }

    /// One ticket with its messages and events.
    #[track_caller]
    pub fn ticket(&self, listed: &Value) -> Value {
        let number = listed["number"].to_string();
        self.json(&["ticket", "show", &number])
            .pop()
            .expect("a ticket is shown")
    }

    /// Mails that wait to be sent.
    #[track_caller]
    pub fn outbox(&self) -> Vec<Value> {
        self.json(&["outbox", "list"])
    }

    /// Mails that were set aside.
    #[track_caller]
    pub fn quarantine(&self) -> Vec<Value> {
        self.json(&["quarantine", "list"])
    }

    /// A file in the gateway's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_buzon"));
        command
            .args(["--config".as_ref(), self.path("buzon.toml").as_os_str()])
            .args(arguments);
        command
            .current_dir(self.dir.path())
            .env("NO_COLOR", "1")
            .stdin(Stdio::null());
        command
    }

    fn write_secret(&self, name: &str, value: &str, mode: u32) {
        let file = self.path(name);
        std::fs::write(&file, value).unwrap();
        std::fs::set_permissions(&file, PermissionsExt::from_mode(mode)).unwrap();
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.kill9();
        if std::thread::panicking() {
            eprintln!("-- buzon run --\n{}", self.log());
        }
    }
}
