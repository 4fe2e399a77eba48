//! The gateway inside the test, between the loopback servers of `buzon::sandbox` and their fault switches.

mod once;
mod settings;

pub use settings::Settings;

use super::gateway::Inbox;
use super::mail::MailBuilder;
use super::{CUSTOMER, DESK, TlsMode};
use buzon::desk::TicketNumber;
use buzon::sandbox::{ImapServer, Mailstore, MailstoreOptions, ReceivedMail, SmtpOptions, SmtpServer, StoredMail};
use buzon::service::{DrainReport, Progress, Service};
use buzon::store::{OutboxFilter, OutboxSummary, QuarantineEntry, Store, TicketDetail, TicketFilter, TicketSummary};
use jiff::Timestamp;
use settings::{load, write_config};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Servers, a config and a store.
pub struct Loopback {
    pub mailstore: Mailstore,
    pub imap: ImapServer,
    pub smtp: SmtpServer,
    pub store: Store,
    pub password: String,
    config_file: PathBuf,
    dir: TempDir,
}

/// A gateway at work; stopped when dropped.
pub struct Running {
    cancel: CancellationToken,
    task: Option<JoinHandle<()>>,
}

/// How long anything may take that a test waits for.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// Who writes Authentication-Results on mail that arrives over SMTP.
pub const AUTHSERV: &str = "mx.acme.example";
const LOOK: Duration = Duration::from_millis(5);

impl Settings {
    /// Starts the servers and opens the store; the gateway does not run yet.
    pub async fn start(self) -> Loopback {
        // Shown when a test fails; a second start in the same process does nothing.
        let log = tracing_subscriber::fmt().with_test_writer().with_ansi(false);
        let _ = log.with_max_level(tracing::Level::INFO).try_init();
        let password = data_encoding::BASE32_NOPAD.encode(&rand::random::<[u8; 10]>());
        let mailstore = Mailstore::new(MailstoreOptions {
            password: password.clone().into(),
            authserv_id: Some(AUTHSERV.to_owned()),
        });
        mailstore.add_account(DESK);
        mailstore.add_account(CUSTOMER);
        mailstore.catch_all("customer.example", CUSTOMER);
        let imap = ImapServer::start(mailstore.clone()).await.unwrap();
        let options = SmtpOptions {
            domains: vec!["acme.example".to_owned(), "customer.example".to_owned()],
            max_size: self.max_size.unwrap_or(25 << 20),
        };
        let smtp = SmtpServer::start(mailstore.clone(), options).await.unwrap();
        let dir = tempfile::Builder::new().prefix("buzon-loopback-").tempdir().unwrap();
        let text = self.toml(DESK, imap.port(), smtp.port(), &password);
        let config_file = write_config(dir.path(), &text);
        let store = Store::open(&load(&config_file).store.path).unwrap();
        Loopback {
            mailstore,
            imap,
            smtp,
            store,
            password,
            config_file,
            dir,
        }
    }
}

impl Loopback {
    /// With nothing out of the ordinary.
    pub async fn start() -> Self {
        Settings::new().start().await
    }

    /// A gateway of its own for another address, with a store of its own, at the same servers.
    pub async fn neighbour(&self, address: &str) -> Neighbour {
        self.mailstore.add_account(address);
        let dir = tempfile::Builder::new().prefix("buzon-neighbour-").tempdir().unwrap();
        let text = Settings::new().toml(address, self.imap.port(), self.smtp.port(), &self.password);
        let config_file = write_config(dir.path(), &text);
        let store = Store::open(&load(&config_file).store.path).unwrap();
        Neighbour {
            store,
            config_file,
            _dir: dir,
        }
    }

    /// The same servers as an inbox of the gateway's binary.
    pub fn inbox(&self) -> Inbox {
        Inbox {
            name: "support".to_owned(),
            address: DESK.to_owned(),
            imap_host: "127.0.0.1".to_owned(),
            imap_port: self.imap.port(),
            imap_tls: TlsMode::None,
            ca: None,
            password: self.password.clone(),
            password_mode: 0o600,
            after: "\"seen\"".to_owned(),
            smtp_port: self.smtp.port(),
            smtp_tls: TlsMode::None,
            extra: String::new(),
        }
    }

    /// The folder that config and store are in.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// One whole pass of the gateway.
    pub async fn drain(&self) -> DrainReport {
        let service = Service::new(load(&self.config_file), self.store.clone()).unwrap();
        service
            .drain(Arc::<Progress>::default(), CancellationToken::new())
            .await
    }

    /// The gateway at work.
    pub fn run(&self) -> Running {
        run(&self.config_file, &self.store)
    }

    /// Puts a mail into the desk's INBOX just as it is, with these flags; gives its UID.
    pub fn receive_flagged(&self, octets: &[u8], flags: &[&str]) -> u32 {
        self.receive_dated(octets, flags, Timestamp::now())
    }

    /// The same, with this INTERNALDATE.
    pub fn receive_dated(&self, octets: &[u8], flags: &[&str], date: Timestamp) -> u32 {
        let flags: BTreeSet<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
        self.mailstore
            .append(DESK, "INBOX", octets.into(), flags, date)
            .unwrap()
    }

    /// Puts a mail into the desk's INBOX just as it is; gives its UID.
    pub fn receive(&self, mail: &MailBuilder) -> u32 {
        self.receive_flagged(&mail.build(), &[])
    }

    /// Puts the mails of customers with these numbers into the desk's INBOX; see [`numbered`].
    pub fn receive_numbered(&self, numbers: std::ops::Range<usize>) {
        for number in numbers {
            self.receive(&numbered(number));
        }
    }

    /// What is in the desk's INBOX.
    pub fn in_inbox(&self) -> Vec<StoredMail> {
        self.mailstore.mails(DESK, "INBOX")
    }

    pub async fn tickets(&self) -> Vec<TicketSummary> {
        tickets(&self.store).await
    }

    /// A ticket with its messages and events.
    pub async fn ticket(&self, number: TicketNumber) -> TicketDetail {
        let found = self.store.read(move |view| view.ticket_detail(number)).await.unwrap();
        found.unwrap_or_else(|| panic!("there is no ticket {number}"))
    }

    /// Every row of the outbox.
    pub async fn outbox(&self) -> Vec<OutboxSummary> {
        self.store
            .read(|view| {
                let mut rows = vec![];
                view.outbox(OutboxFilter::All, |row| {
                    rows.push(row);
                    Ok(())
                })?;
                Ok(rows)
            })
            .await
            .unwrap()
    }

    pub async fn quarantine(&self) -> Vec<QuarantineEntry> {
        self.store
            .read(|view| {
                let mut entries = vec![];
                view.quarantined(|entry| {
                    entries.push(entry);
                    Ok(())
                })?;
                Ok(entries)
            })
            .await
            .unwrap()
    }

    /// Waits for that many tickets, and then finds no more.
    pub async fn wait_for_tickets(&self, count: usize) -> Vec<TicketSummary> {
        let what = format!("{count} tickets");
        let tickets = until(&what, async || {
            let tickets = self.tickets().await;
            (tickets.len() >= count).then_some(tickets)
        })
        .await;
        assert_eq!(tickets.len(), count, "{tickets:?}");
        tickets
    }

    /// Waits until the SMTP server has taken so many mails, and finds no more.
    pub async fn wait_for_sent(&self, count: usize) -> Vec<ReceivedMail> {
        let sent = self.smtp.wait_for(|mails| mails.len() >= count, PATIENCE).await;
        let sent = sent.unwrap_or_else(|_| panic!("{} of {count} mails went out", self.smtp.received().len()));
        assert_eq!(sent.len(), count, "mails that went out");
        sent
    }

    /// Waits until every mail in the desk's INBOX is `\Seen`.
    pub async fn wait_for_seen(&self) {
        let all_seen = |mails: &[StoredMail]| mails.iter().all(|mail| mail.flags.contains("\\Seen"));
        let seen = self.mailstore.wait_for(DESK, "INBOX", all_seen, PATIENCE).await;
        seen.expect("every mail is flagged");
    }
}

/// Another gateway at the same servers.
pub struct Neighbour {
    pub store: Store,
    config_file: PathBuf,
    _dir: TempDir,
}

impl Neighbour {
    pub fn run(&self) -> Running {
        run(&self.config_file, &self.store)
    }
}

fn run(config_file: &Path, store: &Store) -> Running {
    let service = Service::new(load(config_file), store.clone()).unwrap();
    let cancel = CancellationToken::new();
    let task = Some(tokio::spawn(service.run(cancel.clone())));
    Running { cancel, task }
}

impl Running {
    /// Stops the gateway and waits for its end.
    pub async fn stop(mut self) {
        self.cancel.cancel();
        let task = self.task.take().expect("it is stopped once");
        tokio::time::timeout(PATIENCE, task)
            .await
            .expect("the gateway stops")
            .unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

/// Every ticket of a store.
pub async fn tickets(store: &Store) -> Vec<TicketSummary> {
    let read = store.read(|view| {
        let mut tickets = vec![];
        view.tickets(&TicketFilter::default(), |ticket| {
            tickets.push(ticket);
            Ok(())
        })?;
        Ok(tickets)
    });
    read.await.unwrap()
}

/// Whether a gateway with this store has handled all it has fetched, and sent all it has written.
pub async fn is_at_rest(store: &Store) -> bool {
    let read = store.read(|view| {
        let mut waiting = view.pending(0, 1, usize::MAX)?.len();
        view.outbox(OutboxFilter::Unsent, |row| {
            waiting += usize::from(row.next_at.is_some());
            Ok(())
        })?;
        Ok(waiting == 0)
    });
    read.await.unwrap()
}

/// Asks `look` every few milliseconds until it yields a value.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(value) = look().await {
            return value;
        }
        assert!(Instant::now() < end, "waited {PATIENCE:?} in vain: {what}");
        tokio::time::sleep(LOOK).await;
    }
}

/// The mail of a customer of that number: sender, subject and body name it.
pub fn numbered(number: usize) -> MailBuilder {
    MailBuilder::new()
        .with_from(&format!("c{number}@customer.example"))
        .with_subject(&format!("Question {number}."))
        .with_body(&format!("This is the text of question {number}.\r\n"))
}

/// The most memory this process has had, in MiB (VmHWM).
pub fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    let kibibytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kibibytes / 1024
}
