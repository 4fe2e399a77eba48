//! One folder (RFC 3501 calls it a mailbox) and its mails.

use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A folder; UIDs only ever grow, until it is renumbered.
#[derive(Debug, Clone)]
pub struct Folder {
    pub(in crate::sandbox) uid_validity: u32,
    pub(in crate::sandbox) uid_next: u32,
    /// The special use of RFC 6154, such as `\Sent`.
    pub(in crate::sandbox) special_use: Option<&'static str>,
    pub(in crate::sandbox) subscribed: bool,
    /// Counts the changes of this folder, so that a connection can tell quickly that there was none.
    pub(in crate::sandbox) changes: u64,
    /// The change that removed a mail last.
    pub(in crate::sandbox) last_removal: u64,
    /// The change that touched flags last.
    pub(in crate::sandbox) last_flagging: u64,
    mails: Vec<StoredMail>,
}

/// A mail in a folder.
#[derive(Debug, Clone)]
pub struct StoredMail {
    /// The UID (RFC 3501 §2.3.1.1).
    pub uid: u32,
    /// The whole mail.
    pub octets: Arc<[u8]>,
    /// System flags with their backslash, and keywords.
    pub flags: BTreeSet<String>,
    /// When it came in.
    pub internal_date: Timestamp,
    /// The change of the folder that touched it last.
    pub(in crate::sandbox) changed: u64,
}

impl Folder {
    /// An empty folder.
    #[must_use]
    pub fn new(uid_validity: u32) -> Self {
        Self {
            uid_validity,
            uid_next: 1,
            special_use: None,
            subscribed: true,
            changes: 1,
            last_removal: 0,
            last_flagging: 0,
            mails: vec![],
        }
    }

    /// The folders of a new account.
    pub(in crate::sandbox) fn defaults(uid_validity: u32) -> BTreeMap<String, Self> {
        [
            ("INBOX", None),
            ("Drafts", Some("\\Drafts")),
            ("Sent", Some("\\Sent")),
            ("Trash", Some("\\Trash")),
        ]
        .into_iter()
        .map(|(name, special_use)| {
            let folder = Self {
                special_use,
                ..Self::new(uid_validity)
            };
            (name.to_owned(), folder)
        })
        .collect()
    }

    /// The mails, by UID.
    #[must_use]
    pub fn mails(&self) -> &[StoredMail] {
        &self.mails
    }

    /// The mail with this UID.
    #[must_use]
    pub fn mail(&self, uid: u32) -> Option<&StoredMail> {
        let at = self.mails.binary_search_by_key(&uid, |mail| mail.uid).ok()?;
        self.mails.get(at)
    }

    /// Adds a mail and gives its UID.
    pub fn add(&mut self, octets: Arc<[u8]>, flags: BTreeSet<String>, internal_date: Timestamp) -> u32 {
        let uid = self.uid_next;
        self.uid_next += 1;
        self.changes += 1;
        self.mails.push(StoredMail {
            uid,
            octets,
            flags,
            internal_date,
            changed: self.changes,
        });
        uid
    }

    /// Changes the flags of a mail, if there is one with this UID.
    pub fn change_flags(&mut self, uid: u32, change: impl FnOnce(&mut BTreeSet<String>)) {
        let Ok(at) = self.mails.binary_search_by_key(&uid, |mail| mail.uid) else {
            return;
        };
        let Some(mail) = self.mails.get_mut(at) else { return };
        let before = mail.flags.clone();
        change(&mut mail.flags);
        if mail.flags != before {
            self.changes += 1;
            mail.changed = self.changes;
            self.last_flagging = self.changes;
        }
    }

    /// Removes the mails that `gone` picks, and gives them.
    pub fn remove(&mut self, gone: impl Fn(&StoredMail) -> bool) -> Vec<StoredMail> {
        let removed: Vec<_> = self.mails.extract_if(.., |mail| gone(mail)).collect();
        if !removed.is_empty() {
            self.changes += 1;
            self.last_removal = self.changes;
        }
        removed
    }

    /// Gives the folder a new UIDVALIDITY and its mails new UIDs from 1, so that old UIDs name other mails.
    pub fn renumber(&mut self) {
        self.uid_validity += 1;
        self.changes += 1;
        self.uid_next = 1;
        for mail in &mut self.mails {
            mail.uid = self.uid_next;
            mail.changed = self.changes;
            self.uid_next += 1;
        }
    }
}
