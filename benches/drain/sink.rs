//! Where confirmations go: Postfix's `smtp-sink` in a process of its own, else the tests' sink in this one.

use crate::common::SmtpSink;
use crate::common::guard::GuardedServer;
use crate::common::ports::{free_port, wait_for_port};
use crate::common::wait::seconds;
use tempfile::TempDir;

/// A running sink; ends when dropped.
pub struct Sink {
    /// Where it listens.
    pub port: u16,
    kind: Kind,
}

enum Kind {
    Process { _server: GuardedServer, dir: TempDir },
    Here(SmtpSink),
}

impl Sink {
    /// Starts a sink and waits until it answers.
    pub fn start() -> Self {
        let program = ["/usr/sbin/smtp-sink", "/usr/local/sbin/smtp-sink"]
            .into_iter()
            .find(|path| std::path::Path::new(path).exists());
        let Some(program) = program else {
            let sink = SmtpSink::start();
            return Self {
                port: sink.port,
                kind: Kind::Here(sink),
            };
        };
        let port = free_port();
        let dir = tempfile::tempdir().unwrap();
        let address = format!("127.0.0.1:{port}");
        // -c: it writes counters.
        let command = [program, "-c", "-u", "nobody", &address, "1000"];
        let server = GuardedServer::start(&command, &dir.path().join("log"));
        wait_for_port(port, seconds(20), "smtp-sink answers");
        Self {
            port,
            kind: Kind::Process { _server: server, dir },
        }
    }

    /// How many mails it has accepted.
    pub fn accepted(&self) -> u64 {
        match &self.kind {
            Kind::Process { dir, .. } => {
                let log = std::fs::read_to_string(dir.path().join("log")).unwrap();
                let last = log.rsplit_once("mesg=").map_or("0", |(_, rest)| rest);
                last.trim_end().parse().expect("smtp-sink's counter")
            }
            Kind::Here(sink) => sink.count() as u64,
        }
    }
}
