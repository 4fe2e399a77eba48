//! What one connection knows of the folder it has selected. Sequence numbers are places in this list, so it changes only
//! when the client is told.

use crate::sandbox::mailstore::folder::Folder;
use imap_codec::imap_types::sequence::{SeqOrUid, Sequence, SequenceSet};
use std::collections::BTreeSet;

/// The selected folder as the client knows it.
pub(super) struct View {
    pub(super) folder: String,
    pub(super) access: Access,
    pub(super) uid_validity: u32,
    /// The count of the folder's changes that the client knows of.
    changes: u64,
    known: Vec<Known>,
}

/// Whether the client may change the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// After SELECT.
    ReadWrite,
    /// After EXAMINE.
    ReadOnly,
}

/// Whether the client may be told now that mails are gone (RFC 3501 §7.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expunges {
    /// Yes.
    Told,
    /// Not in an answer to FETCH, STORE or SEARCH.
    Withheld,
}

/// Whether numbers are UIDs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbering {
    /// UIDs.
    Uid,
    /// Message sequence numbers.
    Sequence,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    uid: u32,
    changed: u64,
}

impl View {
    pub(super) fn new(name: &str, folder: &Folder, access: Access) -> Self {
        Self {
            folder: name.to_owned(),
            access,
            uid_validity: folder.uid_validity,
            changes: folder.changes,
            known: folder
                .mails()
                .iter()
                .map(|mail| Known {
                    uid: mail.uid,
                    changed: mail.changed,
                })
                .collect(),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.known.len()
    }

    /// Sequence numbers and UIDs of the mails that a set names, in ascending order, each once.
    pub(super) fn resolve(&self, set: &SequenceSet, numbering: Numbering) -> Vec<(usize, u32)> {
        let mut places = BTreeSet::new();
        for (from, to) in ranges(set, self.last(numbering)) {
            let (from, to) = match numbering {
                Numbering::Uid => (
                    self.known.partition_point(|known| known.uid < from),
                    self.known.partition_point(|known| known.uid <= to),
                ),
                Numbering::Sequence => (
                    usize::try_from(from).unwrap_or(usize::MAX).saturating_sub(1),
                    usize::try_from(to).unwrap_or(usize::MAX).min(self.known.len()),
                ),
            };
            places.extend(from..to);
        }
        places
            .into_iter()
            .filter_map(|at| Some((at + 1, self.known.get(at)?.uid)))
            .collect()
    }

    /// Sequence numbers and UIDs of all mails.
    pub(super) fn all(&self) -> impl Iterator<Item = (usize, u32)> {
        (1..).zip(&self.known).map(|(sequence, known)| (sequence, known.uid))
    }

    /// The number that `*` stands for.
    pub(super) fn last(&self, numbering: Numbering) -> u32 {
        match numbering {
            Numbering::Uid => self.known.last().map_or(0, |known| known.uid),
            Numbering::Sequence => u32::try_from(self.known.len()).unwrap_or(u32::MAX),
        }
    }

    /// Takes note that the client was told the flags of a mail as they are after this change.
    pub(super) fn told_flags(&mut self, uid: u32, changed: u64) {
        if let Ok(at) = self.known.binary_search_by_key(&uid, |known| known.uid)
            && let Some(known) = self.known.get_mut(at)
        {
            known.changed = changed;
        }
    }

    /// Catches up with the folder, and gives the untagged responses that tell the client; `None` when the folder was
    /// renumbered, so that there is no catching up.
    pub(super) fn catch_up(&mut self, folder: &Folder, expunges: Expunges) -> Option<Vec<String>> {
        if folder.uid_validity != self.uid_validity {
            return None;
        }
        let mut told = vec![];
        if folder.changes == self.changes {
            return Some(told);
        }
        let gone = match folder.last_removal > self.changes {
            true => self.gone(folder),
            false => vec![],
        };
        if expunges == Expunges::Told {
            // From the highest down, so that each number is right when it is read.
            for at in gone.iter().rev() {
                self.known.remove(*at);
                told.push(format!("{} EXPUNGE", at + 1));
            }
        }
        if folder.last_flagging > self.changes {
            self.tell_flags(folder, &mut told);
        }
        let newest = self.last(Numbering::Uid);
        let first_new = folder.mails().partition_point(|mail| mail.uid <= newest);
        let before = self.known.len();
        self.known
            .extend(folder.mails().iter().skip(first_new).map(|mail| Known {
                uid: mail.uid,
                changed: mail.changed,
            }));
        if self.known.len() > before {
            told.push(format!("{} EXISTS", self.known.len()));
        }
        if gone.is_empty() || expunges == Expunges::Told {
            self.changes = folder.changes;
        }
        Some(told)
    }

    /// The places of the mails that the folder has no more.
    fn gone(&self, folder: &Folder) -> Vec<usize> {
        let mut there = folder.mails().iter().peekable();
        let mut gone = vec![];
        for (at, known) in self.known.iter().enumerate() {
            while there.next_if(|mail| mail.uid < known.uid).is_some() {}
            if there.next_if(|mail| mail.uid == known.uid).is_none() {
                gone.push(at);
            }
        }
        gone
    }

    fn tell_flags(&mut self, folder: &Folder, told: &mut Vec<String>) {
        let mut there = folder.mails().iter().peekable();
        for (sequence, known) in (1..).zip(&mut self.known) {
            while there.next_if(|mail| mail.uid < known.uid).is_some() {}
            let Some(mail) = there.next_if(|mail| mail.uid == known.uid) else {
                continue;
            };
            if mail.changed != known.changed {
                known.changed = mail.changed;
                let sequence: usize = sequence;
                told.push(format!(
                    "{sequence} FETCH (UID {} FLAGS ({}))",
                    mail.uid,
                    flag_list(mail)
                ));
            }
        }
    }
}

/// Whether a set names this number.
pub(super) fn contains(set: &SequenceSet, last: u32, number: u32) -> bool {
    ranges(set, last)
        .iter()
        .any(|(from, to)| (*from..=*to).contains(&number))
}

/// The flags of a mail as they stand between parentheses.
pub(super) fn flag_list(mail: &crate::sandbox::StoredMail) -> String {
    let flags: Vec<_> = mail.flags.iter().map(String::as_str).collect();
    flags.join(" ")
}

fn ranges(set: &SequenceSet, last: u32) -> Vec<(u32, u32)> {
    let number = |number: &SeqOrUid| match number {
        SeqOrUid::Value(value) => value.get(),
        SeqOrUid::Asterisk => last,
    };
    set.0
        .as_ref()
        .iter()
        .map(|sequence| match sequence {
            Sequence::Single(one) => (number(one), number(one)),
            Sequence::Range(from, to) => (number(from).min(number(to)), number(from).max(number(to))),
        })
        .collect()
}
