//! A private Postfix that takes mail from loopback and hands all of it to Dovecot.

use super::dovecot::Dovecot;
use super::guard::{GuardedServer, need_root};
use super::lmtp;
use super::ports::{free_port, wait_for_port};
use super::wait::seconds;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// Takes no mail: what goes there is accepted, passed on to another address, and bounced by that.
pub const DEAD_ADDRESS: &str = "nobody@customer.example";

/// A Postfix for `acme.example` (the desk) and `customer.example`, and for nothing else; ends when dropped.
pub struct Postfix {
    /// SMTP with STARTTLS, no login; the certificate is Dovecot's.
    pub port: u16,
    server: Option<GuardedServer>,
    dir: TempDir,
}

impl Postfix {
    /// Starts an instance that delivers over LMTP to `dovecot`, and waits until it answers.
    pub fn start(dovecot: &Dovecot) -> Self {
        need_root("a private Postfix");
        let dir = tempfile::Builder::new().prefix("buzon-postfix-").tempdir().unwrap();
        std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let mut postfix = Self {
            port: free_port(),
            server: None,
            dir,
        };
        postfix.write_config(dovecot);
        postfix.create_queue();
        let config = postfix.path("etc");
        let master = format!("{}/master", setting("daemon_directory"));
        // -d keeps it in the foreground; without it the guard would lose it.
        let command = [master.as_str(), "-d", "-c", config.to_str().unwrap()];
        postfix.server = Some(GuardedServer::start(&command, &postfix.path("master.log")));
        let what = format!("Postfix answers on {}\n{}", postfix.port, postfix.log());
        wait_for_port(postfix.port, seconds(20), &what);
        postfix
    }

    /// Hands it a mail over SMTP.
    pub fn submit(&self, reverse_path: &str, recipient: &str, octets: &[u8]) {
        lmtp::submit(self.port, reverse_path, &[recipient], octets);
    }

    /// Lines of its log.
    pub fn log(&self) -> String {
        ["master.log", "maillog"]
            .map(|name| std::fs::read_to_string(self.path(name)).unwrap_or_default())
            .concat()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write_config(&self, dovecot: &Dovecot) {
        let dir = self.dir.path().display();
        let (cert, key) = (dovecot.tls.cert.display(), dovecot.tls.key.display());
        let (port, lmtp_port) = (self.port, dovecot.lmtp_port);
        let main = format!(
            "compatibility_level = 3.6
queue_directory = {dir}/queue
data_directory = {dir}/data
maillog_file = {dir}/maillog
maillog_file_prefixes = {dir}
myhostname = mx.acme.example
mydestination =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = acme.example, customer.example, stranger.example
virtual_mailbox_maps = static:all
virtual_alias_maps = inline:{{ {{ {DEAD_ADDRESS} = gone@moved.example }} }}
transport_maps = inline:{{ {{ moved.example = error:5.1.1 nobody of this name lives here }} }}
virtual_transport = lmtp:inet:127.0.0.1:{lmtp_port}
default_transport = error:no mail leaves the test
relay_transport = error:no mail leaves the test
recipient_delimiter = +
message_size_limit = 60000000
smtpd_relay_restrictions = reject_unauth_destination
smtpd_tls_security_level = may
smtpd_tls_cert_file = {cert}
smtpd_tls_key_file = {key}
in_flow_delay = 0
smtp_dns_support_level = disabled
"
        );
        let service = |private: &str, name: &str, limit: &str, command: &str| {
            format!("{name} unix {private} - n - {limit} {command}\n")
        };
        let master: String = [
            format!("127.0.0.1:{port} inet n - n - - smtpd\n"),
            service("n", "cleanup", "0", "cleanup"),
            service("n", "qmgr", "1", "qmgr"),
            service("n", "flush", "0", "flush"),
            service("-", "tlsmgr", "1", "tlsmgr"),
            service("-", "rewrite", "-", "trivial-rewrite"),
            service("-", "bounce", "0", "bounce"),
            service("-", "defer", "0", "bounce"),
            service("-", "trace", "0", "bounce"),
            service("-", "proxymap", "-", "proxymap"),
            service("-", "error", "-", "error"),
            service("-", "retry", "-", "error"),
            service("-", "lmtp", "-", "lmtp"),
            service("-", "anvil", "1", "anvil"),
            service("-", "scache", "1", "scache"),
            "postlog unix-dgram n - n - 1 postlogd\n".to_owned(),
        ]
        .concat();
        std::fs::create_dir(self.path("etc")).unwrap();
        std::fs::write(self.path("etc/main.cf"), main).unwrap();
        std::fs::write(self.path("etc/master.cf"), master).unwrap();
    }

    /// The folders of the queue with their owners. `postfix check` makes them too, in 3 seconds of shell scripts.
    fn create_queue(&self) {
        let private = "active bounce corrupt defer deferred flush hold incoming private saved trace";
        let queue: Vec<PathBuf> = private
            .split(' ')
            .chain(["public", "maildrop", "pid"])
            .map(|name| self.path("queue").join(name))
            .chain([self.path("data")])
            .collect();
        for folder in &queue {
            std::fs::create_dir_all(folder).unwrap();
        }
        let owner = setting("mail_owner");
        let changed = Command::new("chown").arg(owner).args(&queue).status().expect("chown");
        assert!(changed.success(), "chown of Postfix's queue");
    }
}

fn setting(name: &str) -> String {
    let out = Command::new("postconf").args(["-dh", name]).output().expect("postconf");
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

impl Drop for Postfix {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("-- Postfix --\n{}", self.log());
        }
    }
}
