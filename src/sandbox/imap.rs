//! An IMAP4rev1 server (RFC 3501) over a [`Mailstore`], with IDLE, MOVE, UIDPLUS, LITERAL+, SASL-IR, SPECIAL-USE, ID,
//! NAMESPACE, ENABLE and UNSELECT.

mod change;
mod fetch;
mod folders;
mod idle;
mod login;
mod search;
mod section;
mod session;
mod structure;
mod view;
mod wire;

use super::fault::Faults;
use super::listener::Listener;
use super::mailstore::{Mailstore, WaitedTooLong};
use session::Session;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::watch;

/// A running server; it stops when it is dropped.
pub struct ImapServer {
    listener: Listener,
    shared: Arc<Shared>,
}

/// What the connections of a server share.
#[derive(Default)]
struct Shared {
    faults: Faults<ImapFault>,
    /// Command name -> how often.
    commands: watch::Sender<BTreeMap<String, u64>>,
}

/// A way to misbehave. The `No...` ones are states: they last until they are switched off, however often they show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImapFault {
    /// LOGIN and AUTHENTICATE answer `NO [AUTHENTICATIONFAILED]`.
    RefuseLogin,
    /// IDLE is not offered, and BAD.
    NoIdle,
    /// MOVE is not offered, and BAD.
    NoMove,
    /// UIDPLUS is not offered; UID EXPUNGE is BAD, and no APPENDUID or COPYUID is given.
    NoUidPlus,
    /// The folder is renumbered when half of a FETCH is answered, then the connection ends with BYE. To renumber at any
    /// other time, see [`super::Folder::renumber`].
    RenumberDuringFetch,
    /// As [`ImapFault::RenumberDuringFetch`], but only at a FETCH of literals: the client has its list, with old UIDs.
    RenumberAmongBodies,
    /// The connection breaks when it has sent this many octets.
    DropAfterOctets(u64),
    /// The connection breaks when it has sent this many untagged responses, the greeting not counted.
    DropAfterResponses(u64),
    /// A connection is accepted, and nothing is ever said on it; an open one falls silent at its next command.
    HalfOpen,
    /// FETCH answers come last mail first, with unsolicited lines between them.
    FetchOutOfOrder,
    /// The literals of a FETCH announce this many octets, and less comes; then silence.
    AnnounceLiteral(u64),
    /// A FETCH answer with a literal breaks off in the middle, and so does the connection.
    CutLiteral,
    /// Every command but CAPABILITY, LOGIN, AUTHENTICATE and LOGOUT answers `NO [LIMIT]`.
    Limit,
    /// `* BYE` instead of the greeting, or of the next answer.
    Bye,
    /// IDLE is accepted, and does not say a word until its DONE; from the next IDLE on.
    IdleNeverSpeaks,
    /// In IDLE, EXISTS is told again and again of a mail that is gone at once: it never gets a UID that lasts.
    ExistsWithoutNewUid,
    /// FETCH answers for half of the mails, then NO.
    RefuseFetch,
    /// STORE answers NO.
    RefuseStore,
    /// MOVE answers NO.
    RefuseMove,
    /// COPY answers NO.
    RefuseCopy,
    /// CREATE answers NO.
    RefuseCreate,
    /// SELECT, EXAMINE and STATUS leave UIDNEXT out.
    OmitUidNext,
    /// The greeting is PREAUTH, as the first account of the mailstore.
    Preauth,
}

impl ImapServer {
    /// Listens on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When there is none.
    pub async fn start(mailstore: Mailstore) -> anyhow::Result<Self> {
        let shared = Arc::<Shared>::default();
        let listener = {
            let shared = shared.clone();
            Listener::start(move |stream| Session::new(stream, mailstore.clone(), shared.clone()).run()).await?
        };
        Ok(Self { listener, shared })
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.listener.port()
    }

    /// The fault switches.
    #[cfg(feature = "faults")]
    #[must_use]
    pub fn faults(&self) -> &Faults<ImapFault> {
        &self.shared.faults
    }

    /// How many commands of this name came in, such as `UID FETCH` or `LOGIN`.
    #[must_use]
    pub fn commands_named(&self, name: &str) -> u64 {
        self.shared.commands.borrow().get(name).copied().unwrap_or_default()
    }

    /// Waits until this command has come in so often; a client in IDLE, for one, has come to rest.
    ///
    /// # Errors
    /// When that takes longer than `limit`.
    pub async fn wait_for_command(&self, name: &str, times: u64, limit: Duration) -> Result<(), WaitedTooLong> {
        let mut commands = self.shared.commands.subscribe();
        let enough = commands.wait_for(|commands| commands.get(name).is_some_and(|count| *count >= times));
        match tokio::time::timeout(limit, enough).await {
            Ok(_) => Ok(()),
            Err(_) => Err(WaitedTooLong(limit)),
        }
    }

    /// How many commands came in, well-formed or not.
    #[must_use]
    pub fn commands(&self) -> u64 {
        self.shared.commands.borrow().values().sum()
    }

    /// How many connections are open.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.listener.connections().now.load(Ordering::Relaxed)
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

    /// Closes the port and every connection.
    pub async fn stop(&self) {
        self.listener.down().await;
    }

    /// Opens the same port again after [`ImapServer::stop`].
    ///
    /// # Errors
    /// When somebody else has it meanwhile.
    pub async fn restart(&self) -> anyhow::Result<()> {
        self.listener.up().await
    }
}

impl Shared {
    fn count(&self, command: &str) {
        self.commands.send_modify(|commands| {
            *commands.entry(command.to_owned()).or_default() += 1;
        });
    }
}
