//! The way out for one account.

use super::account::SmtpAccount;
use super::body::with_crlf;
use super::connection::Session;
use super::facts::ServerFacts;
use super::failure::{Cause, Failure};
use super::outcome::{SendOutcome, SmtpError, Stage};
use super::pool::{IDLE_TIMEOUT, Pool};
use super::reply::replaced_id;
use super::throttle::Throttle;
use crate::mail::Envelope;
use crate::net::{TlsMode, tls_connector};
use lettre::transport::smtp::extension::ClientId;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_rustls::TlsConnector;

/// Sends mail through one account, over at most as many connections as the account allows. Clones share them.
#[derive(Clone)]
pub struct Transport(Arc<Inner>);

struct Inner {
    account: SmtpAccount,
    connector: Option<TlsConnector>,
    hello: ClientId,
    permits: Semaphore,
    pool: Arc<Pool>,
    throttle: Mutex<Throttle>,
}

impl Transport {
    /// Prepares the way; connects to nothing yet.
    ///
    /// # Errors
    /// When the account's CA file or EHLO name is no good, or the system's TLS roots cannot be read.
    pub fn new(account: SmtpAccount) -> anyhow::Result<Self> {
        Self::with_pool(account, Pool::new(IDLE_TIMEOUT))
    }

    /// As [`Transport::new`], with a pool of its own patience.
    pub(super) fn with_pool(account: SmtpAccount, pool: Pool) -> anyhow::Result<Self> {
        let connector = match account.tls {
            TlsMode::None => None,
            TlsMode::Implicit | TlsMode::StartTls => Some(tls_connector(account.ca_pem.as_deref())?),
        };
        let hello = account.helo.clone().map_or_else(ClientId::default, ClientId::Domain);
        let is_sound = |name: &str| !name.is_empty() && name.bytes().all(|c| c.is_ascii_graphic());
        anyhow::ensure!(is_sound(&hello.to_string()), "`{hello}` cannot be said in EHLO");
        let permits = Semaphore::new(account.connections.clamp(1, Semaphore::MAX_PERMITS));
        Ok(Self(Arc::new(Inner {
            account,
            connector,
            hello,
            permits,
            pool: Arc::new(pool),
            throttle: Mutex::default(),
        })))
    }

    /// Sends one mail to its one recipient: at most once past the final dot, whatever happens.
    ///
    /// Line ends of `octets` are made CRLF; nothing else is changed. It may be dropped at any time, and then ends the
    /// connection; whether the server took the mail is then unknown.
    pub async fn send(&self, envelope: &Envelope, octets: &[u8]) -> SendOutcome {
        let body = with_crlf(octets);
        let outcome = self.deliver(envelope, &body).await.unwrap_or_else(SendOutcome::from);
        let mut throttle = self.0.throttle.lock().unwrap_or_else(PoisonError::into_inner);
        throttle.judge(&envelope.recipient, outcome)
    }

    /// Connects, logs in, and says what the server offers.
    ///
    /// # Errors
    /// When that isn't possible, and why.
    pub async fn check(&self) -> Result<ServerFacts, SmtpError> {
        let _permit = self.permit().await?;
        if let Some(idle) = self.0.pool.take() {
            // One permit is one connection.
            idle.quit().await;
        }
        let session = self.open().await?;
        let facts = session.facts().clone();
        session.quit().await;
        Ok(facts)
    }

    /// Takes no more mail and ends the connections that wait; those in use end with their mail.
    pub async fn close(&self) {
        self.0.permits.close();
        self.0.pool.close().await;
    }

    async fn deliver(&self, envelope: &Envelope, body: &[u8]) -> Result<SendOutcome, Failure> {
        let _permit = self.permit().await?;
        if let Some(session) = self.0.pool.take() {
            match self.deliver_over(session, envelope, body).await {
                Err(failure) if failure.may_be_stale() => {}
                done => return done,
            }
        }
        let session = self.open().await?;
        self.deliver_over(session, envelope, body).await
    }

    async fn deliver_over(
        &self,
        mut session: Session,
        envelope: &Envelope,
        body: &[u8],
    ) -> Result<SendOutcome, Failure> {
        let reply = match session.deliver(envelope, body).await {
            Ok(reply) => reply,
            Err(failure) => return Err(session.end(failure).await),
        };
        if let Some(session) = self.0.pool.put(session) {
            session.quit().await;
        }
        Ok(SendOutcome::Accepted {
            replaced_id: replaced_id(&self.0.account.host, envelope, &reply),
            reply: reply.line,
        })
    }

    async fn open(&self) -> Result<Session, Failure> {
        let inner = &self.0;
        Session::open(&inner.account, inner.connector.as_ref(), &inner.hello).await
    }

    async fn permit(&self) -> Result<SemaphorePermit<'_>, Failure> {
        let closed = |_| Failure::new(Stage::Connect, Cause::Unreachable("the transport is closed".to_owned()));
        self.0.permits.acquire().await.map_err(closed)
    }
}
