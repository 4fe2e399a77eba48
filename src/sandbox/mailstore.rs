//! The mail of every sandbox account, in memory, shared by the IMAP and the SMTP server.

pub mod folder;

use super::trace::{Arrival, trace_header};
use folder::{Folder, StoredMail};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// Accounts, their folders and mails; clones share them. Every change wakes whoever waits.
#[derive(Debug, Clone)]
pub struct Mailstore {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    options: MailstoreOptions,
    accounts: Mutex<Accounts>,
    /// Counts changes of any kind.
    changes: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Accounts {
    /// Address in lower case -> folder name -> folder.
    folders: BTreeMap<String, BTreeMap<String, Folder>>,
    /// Domain in lower case -> the account that gets what nobody else does.
    catch_all: BTreeMap<String, String>,
}

/// What all accounts of a mailstore have in common.
#[derive(Debug, Clone)]
pub struct MailstoreOptions {
    /// Opens every account, over IMAP and over SMTP; make it random for each run.
    pub password: SecretString,
    /// Writes Authentication-Results with this authserv-id (RFC 8601 §2.5) on mail that arrives; none without.
    pub authserv_id: Option<String>,
}

/// No account takes mail for this address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no account of the sandbox takes mail for this address")]
pub struct UnknownRecipient;

/// There is no such account or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sandbox has no such account or folder")]
pub struct UnknownFolder;

/// What was waited for did not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sandbox waited {0:?} in vain")]
pub struct WaitedTooLong(pub Duration);

impl Mailstore {
    /// A mailstore without accounts.
    #[must_use]
    pub fn new(options: MailstoreOptions) -> Self {
        Self {
            shared: Arc::new(Shared {
                options,
                accounts: Mutex::default(),
                changes: watch::Sender::new(0),
            }),
        }
    }

    /// Opens an account with the folders INBOX, Drafts, Sent and Trash; an account that exists stays as it is.
    pub fn add_account(&self, address: &str) {
        // Seconds since 1970, as many servers do: a client that cached an earlier run sees that this is another one.
        let uid_validity = u32::try_from(Timestamp::now().as_second()).unwrap_or(1);
        self.change(|accounts| {
            accounts
                .folders
                .entry(address.to_ascii_lowercase())
                .or_insert_with(|| Folder::defaults(uid_validity));
        });
    }

    /// Lets an account have the mail for those addresses of a domain that nobody has.
    pub fn catch_all(&self, domain: &str, address: &str) {
        self.change(|accounts| {
            accounts
                .catch_all
                .insert(domain.to_ascii_lowercase(), address.to_ascii_lowercase());
        });
    }

    /// The account that takes mail for `address`: the address itself, the part before `+`, or the domain's catch-all.
    #[must_use]
    pub fn account_for(&self, address: &str) -> Option<String> {
        let address = address.to_ascii_lowercase();
        let (local, domain) = address.rsplit_once('@')?;
        let plain = local.split_once('+').map_or(local, |(user, _)| user);
        let plain = format!("{plain}@{domain}");
        self.look(|accounts| {
            [Some(&address), Some(&plain), accounts.catch_all.get(domain)]
                .into_iter()
                .flatten()
                .find(|candidate| accounts.folders.contains_key(*candidate))
                .cloned()
        })
    }

    /// The account that this name and password open.
    #[must_use]
    pub fn log_in(&self, name: &[u8], password: &[u8]) -> Option<String> {
        let address = str::from_utf8(name).ok()?.to_ascii_lowercase();
        let right = self.shared.options.password.expose_secret().as_bytes() == password;
        (right && self.look(|accounts| accounts.folders.contains_key(&address))).then_some(address)
    }

    /// Puts a mail into its recipient's INBOX with the header fields that a border MTA adds, and gives its UID.
    ///
    /// # Errors
    /// When no account takes mail for the recipient.
    pub fn deliver(&self, arrival: &Arrival, octets: &[u8]) -> Result<u32, UnknownRecipient> {
        let account = self.account_for(&arrival.recipient).ok_or(UnknownRecipient)?;
        let now = Timestamp::now();
        let mail = trace_header(arrival, self.shared.options.authserv_id.as_deref(), now, octets);
        self.append(&account, "INBOX", mail.into(), BTreeSet::new(), now)
            .map_err(|UnknownFolder| UnknownRecipient)
    }

    /// Adds a mail to a folder just as it is, and gives its UID.
    ///
    /// # Errors
    /// When there is no such account or folder.
    pub fn append(
        &self,
        address: &str,
        folder: &str,
        octets: Arc<[u8]>,
        flags: BTreeSet<String>,
        internal_date: Timestamp,
    ) -> Result<u32, UnknownFolder> {
        self.change_folder(address, folder, |folder| folder.add(octets, flags, internal_date))
    }

    /// The mails of a folder, by UID; none of a folder that does not exist.
    #[must_use]
    pub fn mails(&self, address: &str, folder: &str) -> Vec<StoredMail> {
        self.folder(address, folder, |folder| folder.mails().to_vec())
            .unwrap_or_default()
    }

    /// Changes one folder, as another client of the account would: set flags, expunge, renumber.
    ///
    /// # Errors
    /// When there is no such account or folder.
    pub fn change_folder<T>(
        &self,
        address: &str,
        folder: &str,
        job: impl FnOnce(&mut Folder) -> T,
    ) -> Result<T, UnknownFolder> {
        self.change(|accounts| {
            let folders = accounts.folders.get_mut(&address.to_ascii_lowercase());
            folders
                .and_then(|folders| folders.get_mut(folder))
                .map(job)
                .ok_or(UnknownFolder)
        })
    }

    /// Waits until `wanted` is content with the mails of a folder, and gives them.
    ///
    /// # Errors
    /// When that takes longer than `limit`.
    pub async fn wait_for(
        &self,
        address: &str,
        folder: &str,
        wanted: impl Fn(&[StoredMail]) -> bool,
        limit: Duration,
    ) -> Result<Vec<StoredMail>, WaitedTooLong> {
        let mut changes = self.changes();
        let waiting = async {
            loop {
                let mails = self.mails(address, folder);
                if wanted(&mails) || changes.changed().await.is_err() {
                    return mails;
                }
            }
        };
        tokio::time::timeout(limit, waiting)
            .await
            .map_err(|_| WaitedTooLong(limit))
    }

    /// The account whose address comes first.
    pub(super) fn first_account(&self) -> Option<String> {
        self.look(|accounts| accounts.folders.keys().next().cloned())
    }

    /// Wakes at every change.
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.shared.changes.subscribe()
    }

    /// Reads one folder.
    pub(super) fn folder<T>(&self, address: &str, folder: &str, job: impl FnOnce(&Folder) -> T) -> Option<T> {
        self.look(|accounts| {
            accounts
                .folders
                .get(&address.to_ascii_lowercase())?
                .get(folder)
                .map(job)
        })
    }

    /// Changes the set of folders of an account.
    pub(super) fn change_folders<T>(
        &self,
        address: &str,
        job: impl FnOnce(&mut BTreeMap<String, Folder>) -> T,
    ) -> Result<T, UnknownFolder> {
        self.change(|accounts| accounts.folders.get_mut(address).map(job).ok_or(UnknownFolder))
    }

    fn look<T>(&self, job: impl FnOnce(&Accounts) -> T) -> T {
        job(&self.shared.accounts.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn change<T>(&self, job: impl FnOnce(&mut Accounts) -> T) -> T {
        let outcome = job(&mut self.shared.accounts.lock().unwrap_or_else(PoisonError::into_inner));
        self.shared.changes.send_modify(|count| *count += 1);
        outcome
    }
}
