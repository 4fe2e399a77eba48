//! An SMTP server (RFC 5321) that takes mail for its own domains, and relays nothing.

mod reply;
mod session;
mod transfer;

use super::fault::Faults;
use super::listener::Listener;
use super::mailstore::{Mailstore, WaitedTooLong};
use jiff::Timestamp;
pub use reply::SmtpReply;
use session::Session;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// A running server; it stops when it is dropped.
pub struct SmtpServer {
    listener: Listener,
    shared: Arc<Shared>,
}

/// What the connections of a server share.
struct Shared {
    mailstore: Mailstore,
    options: SmtpOptions,
    faults: Faults<SmtpFault>,
    received: Mutex<Vec<ReceivedMail>>,
    /// Counts the mails received.
    arrivals: watch::Sender<u64>,
}

/// What a server takes.
#[derive(Debug, Clone)]
pub struct SmtpOptions {
    /// The domains it has accounts in, in lower case; mail for any other is refused with 550 5.7.1.
    pub domains: Vec<String>,
    /// The longest mail, in octets (RFC 1870).
    pub max_size: usize,
}

/// A mail that was taken with 250, or would have been, had no fault struck.
#[derive(Debug, Clone)]
pub struct ReceivedMail {
    /// The reverse path; empty for `<>`.
    pub reverse_path: String,
    /// The recipients that were taken.
    pub recipients: Vec<String>,
    /// The account that authenticated, when one did.
    pub authenticated_as: Option<String>,
    /// The mail as sent, dot-stuffing undone.
    pub octets: Arc<[u8]>,
    /// When its last octet came.
    pub at: Timestamp,
}

/// A way to misbehave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SmtpFault {
    /// The greeting is this reply, and the connection ends.
    GreetWith(SmtpReply),
    /// MAIL is answered so.
    RefuseMail(SmtpReply),
    /// RCPT for an address that contains this text, in lower case, is answered so.
    RefuseRecipient(String, SmtpReply),
    /// The mail is answered so after its final dot, and is not taken.
    RefuseData(SmtpReply),
    /// AUTH is answered so.
    RefuseAuth(SmtpReply),
    /// Any command is answered 421, and the connection ends.
    ShutDown,
    /// The connection breaks after the final dot; the mail is not taken.
    DropBeforeRecording,
    /// The connection breaks after the final dot; the mail is taken, though the client does not hear of it.
    DropAfterRecording,
    /// Nothing is answered after the final dot, and the mail is not taken.
    Stall,
    /// Connections are accepted, and nothing is ever said.
    HalfOpen,
    /// 8BITMIME is not offered.
    NoEightBitMime,
}

impl SmtpServer {
    /// Listens on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When there is none.
    pub async fn start(mailstore: Mailstore, options: SmtpOptions) -> anyhow::Result<Self> {
        let shared = Arc::new(Shared {
            mailstore,
            options,
            faults: Faults::default(),
            received: Mutex::default(),
            arrivals: watch::Sender::new(0),
        });
        let listener = {
            let shared = shared.clone();
            Listener::start(move |stream| Session::new(stream, shared.clone()).run()).await?
        };
        Ok(Self { listener, shared })
    }

    /// The port; the same again after [`SmtpServer::up`].
    #[must_use]
    pub fn port(&self) -> u16 {
        self.listener.port()
    }

    /// The fault switches.
    #[cfg(feature = "faults")]
    #[must_use]
    pub fn faults(&self) -> &Faults<SmtpFault> {
        &self.shared.faults
    }

    /// Every mail that was taken, oldest first.
    #[must_use]
    pub fn received(&self) -> Vec<ReceivedMail> {
        self.shared.lock_received().clone()
    }

    /// Waits until `wanted` is content with the mails received so far, and gives them.
    ///
    /// # Errors
    /// When that takes longer than `limit`.
    pub async fn wait_for(
        &self,
        wanted: impl Fn(&[ReceivedMail]) -> bool,
        limit: Duration,
    ) -> Result<Vec<ReceivedMail>, WaitedTooLong> {
        let mut arrivals = self.shared.arrivals.subscribe();
        let waiting = async {
            loop {
                let received = self.received();
                if wanted(&received) || arrivals.changed().await.is_err() {
                    return received;
                }
            }
        };
        tokio::time::timeout(limit, waiting)
            .await
            .map_err(|_| WaitedTooLong(limit))
    }

    /// The most connections that were open at once.
    #[must_use]
    pub fn connections_peak(&self) -> usize {
        self.listener.connections().peak.load(Ordering::Relaxed)
    }

    /// How many connections there were altogether.
    #[must_use]
    pub fn connections_total(&self) -> usize {
        self.listener.connections().total.load(Ordering::Relaxed)
    }

    /// Breaks every open connection.
    pub fn drop_connections(&self) {
        self.listener.drop_connections();
    }

    /// Closes the port and every connection; whoever connects now is refused.
    pub async fn down(&self) {
        self.listener.down().await;
    }

    /// Opens the same port again after [`SmtpServer::down`].
    ///
    /// # Errors
    /// When somebody else has it meanwhile.
    pub async fn up(&self) -> anyhow::Result<()> {
        self.listener.up().await
    }
}

impl Shared {
    fn record(&self, mail: ReceivedMail) {
        self.lock_received().push(mail);
        self.arrivals.send_modify(|count| *count += 1);
    }

    fn lock_received(&self) -> std::sync::MutexGuard<'_, Vec<ReceivedMail>> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
