//! A private Dovecot (IMAP, IMAPS, LMTP) with Maildirs in a temporary folder.

use super::guard::{GuardedServer, need_root};
use super::lmtp;
use super::mail::ReceivedMail;
use super::ports::{free_port, wait_for_port, wait_for_silence};
use super::sink::SinkMail;
use super::tls::TestCa;
use super::wait::seconds;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;

/// A Dovecot that takes mail for any address, and any address with [`PASSWORD`]; ends when dropped.
pub struct Dovecot {
    /// Plain IMAP with STARTTLS.
    pub imap_port: u16,
    /// IMAP over TLS.
    pub imaps_port: u16,
    /// LMTP, without TLS.
    pub lmtp_port: u16,
    /// The authority that signed its certificate.
    pub tls: TestCa,
    server: Option<GuardedServer>,
    dir: TempDir,
}

/// What a scenario may want otherwise.
#[derive(Default)]
pub struct DovecotOptions {
    /// The whole CAPABILITY line after login, to hide IDLE, MOVE or UIDPLUS from clients.
    pub capability: Option<&'static str>,
}

/// The password of every user.
pub const PASSWORD: &str = "correct-horse";
/// What it calls itself in the Received fields that LMTP adds.
pub const HOSTNAME: &str = "store.acme.example";
/// `nobody` and its group on Debian: the owner of the Maildirs.
const NOBODY: u32 = 65_534;

/// A mail as it lies in a Maildir.
#[derive(Debug, Clone)]
pub struct StoredMail {
    /// Its octets; Dovecot stores lines with a bare LF.
    pub octets: Vec<u8>,
    /// Maildir flags: `S` is `\Seen`, `T` is `\Deleted`, `F` is `\Flagged`.
    pub flags: String,
}

impl Dovecot {
    /// Starts an instance and waits until its ports answer.
    pub fn start(options: DovecotOptions) -> Self {
        need_root("a private Dovecot");
        let dir = tempfile::Builder::new().prefix("buzon-dovecot-").tempdir().unwrap();
        std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let home = dir.path().join("home");
        std::fs::create_dir(&home).unwrap();
        chown(&home, Some(NOBODY), Some(NOBODY)).unwrap();
        let mut dovecot = Self {
            imap_port: free_port(),
            imaps_port: free_port(),
            lmtp_port: free_port(),
            tls: TestCa::create(dir.path()),
            server: None,
            dir,
        };
        std::fs::write(dovecot.path("dovecot.conf"), dovecot.config(&options)).unwrap();
        dovecot.restart();
        dovecot
    }

    /// Starts it again on the same ports, after [`Self::stop`].
    pub fn restart(&mut self) {
        let config = self.path("dovecot.conf");
        let command = ["dovecot", "-F", "-c", config.to_str().unwrap()];
        self.server = Some(GuardedServer::start(&command, &self.path("dovecot.log")));
        for port in [self.imap_port, self.imaps_port, self.lmtp_port] {
            let log = self.log();
            wait_for_port(port, seconds(20), &format!("Dovecot answers on {port}\n{log}"));
        }
    }

    /// Stops it and cuts its connections; mails and ports are kept.
    pub fn stop(&mut self) {
        self.server = None;
        wait_for_silence(self.imap_port, seconds(20), "Dovecot is gone");
    }

    /// Gives a mail to LMTP, as an MTA would: Return-Path and Delivered-To are added.
    pub fn deliver(&self, reverse_path: &str, recipient: &str, octets: &[u8]) {
        lmtp::deliver(self.lmtp_port, reverse_path, &[recipient], octets);
    }

    /// Puts octets as they are into a user's `Maildir/new`.
    pub fn drop_into(&self, user: &str, octets: &[u8]) {
        static SERIAL: AtomicU64 = AtomicU64::new(0);
        let maildir = self.maildir(user);
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}.M{serial:06}P{}.test", 1_700_000_000 + serial, std::process::id());
        let tmp = maildir.join("tmp").join(&name);
        std::fs::write(&tmp, octets).unwrap();
        chown(&tmp, Some(NOBODY), Some(NOBODY)).unwrap();
        std::fs::rename(&tmp, maildir.join("new").join(&name)).unwrap();
    }

    /// The mails of a user's folder (`INBOX` or a name), in the order of their file names.
    pub fn mails(&self, user: &str, folder: &str) -> Vec<StoredMail> {
        let mut folder_path = self.home(user).join("Maildir");
        if folder != "INBOX" {
            folder_path.push(format!(".{folder}"));
        }
        let mut files: Vec<PathBuf> = ["new", "cur"]
            .iter()
            .filter_map(|part| std::fs::read_dir(folder_path.join(part)).ok())
            .flatten()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort_by(|a, b| a.file_name().cmp(&b.file_name()));
        // A file may be renamed between listing and reading, when a client flags it.
        files.iter().filter_map(|file| read_mail(file)).collect()
    }

    /// What the gateway sent and an MTA delivered here, to any mailbox.
    fn delivered(&self) -> Vec<SinkMail> {
        let users = std::fs::read_dir(self.path("home")).unwrap();
        let users = users.map(|user| user.unwrap().file_name().into_string().unwrap());
        let mails = users.flat_map(|user| {
            let mails = self.mails(&user, "INBOX").into_iter();
            mails.map(move |mail| (user.clone(), ReceivedMail::new(mail.octets)))
        });
        // Other desks' inboxes hold what customers wrote.
        let ours = mails.filter(|(_, mail)| mail.header("X-Buzon-Desk").is_some());
        let sent = ours.map(|(user, mail)| SinkMail {
            reverse_path: String::new(),
            recipients: vec![user],
            octets: mail.octets,
        });
        sent.collect()
    }

    /// Lines of Dovecot's log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("dovecot.log")).unwrap_or_default()
    }

    /// The folder a user's Maildir lies in.
    pub fn home(&self, user: &str) -> PathBuf {
        self.path("home").join(user)
    }

    fn maildir(&self, user: &str) -> PathBuf {
        let maildir = self.home(user).join("Maildir");
        for folder in [self.home(user), maildir.clone()]
            .into_iter()
            .chain(["cur", "new", "tmp"].map(|part| maildir.join(part)))
        {
            if !folder.exists() {
                std::fs::create_dir_all(&folder).unwrap();
                chown(&folder, Some(NOBODY), Some(NOBODY)).unwrap();
            }
        }
        maildir
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn config(&self, options: &DovecotOptions) -> String {
        let dir = self.dir.path().display();
        let capability = options
            .capability
            .map(|line| format!("imap_capability = {line}"))
            .unwrap_or_default();
        let (imap, imaps, lmtp) = (self.imap_port, self.imaps_port, self.lmtp_port);
        let (cert, key) = (self.tls.cert.display(), self.tls.key.display());
        format!(
            "base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/dovecot.log
hostname = {HOSTNAME}
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{cert}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = plain login
first_valid_uid = 100
mail_location = maildir:~/Maildir
mail_max_userip_connections = 1000
postmaster_address = postmaster@acme.example
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
{capability}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={NOBODY} gid={NOBODY} home={dir}/home/%u allow_all_users=yes
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
  unix_listener lmtp {{
    mode = 0
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"
        )
    }
}

fn read_mail(file: &Path) -> Option<StoredMail> {
    let octets = std::fs::read(file).ok()?;
    let name = file.file_name()?.to_str()?;
    let flags = name.rsplit_once(":2,").map(|(_, flags)| flags.to_owned());
    Some(StoredMail {
        octets,
        flags: flags.unwrap_or_default(),
    })
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("-- Dovecot --\n{}", self.log());
            return;
        }
        super::leak::check(&self.delivered());
    }
}
