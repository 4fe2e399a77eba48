//! Commands that change mails: STORE, COPY, MOVE, EXPUNGE, APPEND.

use super::ImapFault;
use super::folders::folder_name;
use super::session::{Answer, Session};
use super::view::{Access, Numbering, contains, flag_list};
use crate::sandbox::mailstore::Mailstore;
use crate::sandbox::mailstore::folder::StoredMail;
use imap_codec::imap_types::datetime::DateTime;
use imap_codec::imap_types::extensions::binary::LiteralOrLiteral8;
use imap_codec::imap_types::flag::{Flag, StoreResponse, StoreType};
use imap_codec::imap_types::mailbox::Mailbox;
use imap_codec::imap_types::sequence::SequenceSet;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::io;

const TOLD_TO_REFUSE: &str = "NO [CANNOT] the sandbox was told to refuse";
const READ_ONLY: &str = "NO [READ-ONLY] the folder was opened with EXAMINE";
const TRY_CREATE: &str = "NO [TRYCREATE] no such folder";

/// What STORE asks for.
pub(super) struct FlagChange<'a> {
    pub(super) kind: StoreType,
    pub(super) response: StoreResponse,
    pub(super) flags: Vec<Flag<'a>>,
}

impl FlagChange<'_> {
    fn apply(&self, flags: &mut BTreeSet<String>) {
        let named = names(&self.flags);
        match self.kind {
            StoreType::Replace => *flags = named,
            StoreType::Add => flags.extend(named),
            StoreType::Remove => flags.retain(|flag| !named.contains(flag)),
        }
    }
}

fn names(flags: &[Flag]) -> BTreeSet<String> {
    flags.iter().map(ToString::to_string).collect()
}

impl Session {
    pub(super) async fn store(
        &mut self,
        account: &str,
        set: &SequenceSet,
        change: &FlagChange<'_>,
        numbering: Numbering,
    ) -> io::Result<Answer> {
        if self.shared.faults.strikes(&ImapFault::RefuseStore) {
            return Ok(TOLD_TO_REFUSE.to_owned());
        }
        let Some(view) = self.view.as_mut().filter(|view| view.access == Access::ReadWrite) else {
            return Ok(READ_ONLY.to_owned());
        };
        let mut told = vec![];
        let picked = view.resolve(set, numbering);
        let stored = self.mailstore.change_folder(account, &view.folder.clone(), |folder| {
            if folder.uid_validity != view.uid_validity {
                return;
            }
            for (sequence, uid) in picked {
                folder.change_flags(uid, |flags| change.apply(flags));
                let Some(mail) = folder.mail(uid) else { continue };
                view.told_flags(uid, mail.changed);
                if change.response == StoreResponse::Answer {
                    told.push(format!("{sequence} FETCH (UID {uid} FLAGS ({}))", flag_list(mail)));
                }
            }
        });
        for response in told {
            self.wire.untagged(response).await?;
        }
        Ok(match stored {
            Ok(()) => "OK stored".to_owned(),
            Err(_) => "NO [NONEXISTENT] the folder is gone".to_owned(),
        })
    }

    /// Removes what is `\Deleted`, all of it or what a set of UIDs names. Tells nothing; that comes with the answer.
    pub(super) fn expunge(&mut self, account: &str, only: Option<&SequenceSet>) -> Answer {
        let Some(view) = self.view.as_ref().filter(|view| view.access == Access::ReadWrite) else {
            return READ_ONLY.to_owned();
        };
        let last = view.last(Numbering::Uid);
        // Only a folder that is gone has no mails to remove; then the next answer is BYE anyway.
        let _ = self.mailstore.change_folder(account, &view.folder, |folder| {
            if folder.uid_validity == view.uid_validity {
                folder.remove(|mail| {
                    mail.flags.contains("\\Deleted") && only.is_none_or(|set| contains(set, last, mail.uid))
                });
            }
        });
        "OK expunged".to_owned()
    }

    pub(super) fn copy(&mut self, account: &str, set: &SequenceSet, to: &Mailbox, numbering: Numbering) -> Answer {
        if self.shared.faults.strikes(&ImapFault::RefuseCopy) {
            return TOLD_TO_REFUSE.to_owned();
        }
        let mails = self.picked(account, set, numbering);
        match copy_to(&self.mailstore, account, &folder_name(to), &mails) {
            Some(code) => format!("OK {}copied", self.uid_plus(&code)),
            None => TRY_CREATE.to_owned(),
        }
    }

    /// MOVE (RFC 6851).
    pub(super) async fn move_mails(
        &mut self,
        account: &str,
        set: &SequenceSet,
        to: &Mailbox<'_>,
        numbering: Numbering,
    ) -> io::Result<Answer> {
        if self.shared.faults.strikes(&ImapFault::RefuseMove) {
            return Ok(TOLD_TO_REFUSE.to_owned());
        }
        let Some(view) = self.view.as_ref().filter(|view| view.access == Access::ReadWrite) else {
            return Ok(READ_ONLY.to_owned());
        };
        let from = view.folder.clone();
        let mails = self.picked(account, set, numbering);
        let Some(code) = copy_to(&self.mailstore, account, &folder_name(to), &mails) else {
            return Ok(TRY_CREATE.to_owned());
        };
        let uids: BTreeSet<u32> = mails.iter().map(|mail| mail.uid).collect();
        // The folder was there a moment ago; if it is gone, so are the mails.
        let _ = self
            .mailstore
            .change_folder(account, &from, |folder| folder.remove(|mail| uids.contains(&mail.uid)));
        let code = self.uid_plus(&code);
        if !code.is_empty() {
            self.wire.untagged(format!("OK {code}moved")).await?;
        }
        Ok("OK done".to_owned())
    }

    pub(super) fn append(
        &mut self,
        account: &str,
        mailbox: &Mailbox,
        flags: &[Flag],
        date: Option<DateTime>,
        message: LiteralOrLiteral8,
    ) -> Answer {
        let octets = match &message {
            LiteralOrLiteral8::Literal(literal) => literal.as_ref(),
            LiteralOrLiteral8::Literal8(literal) => literal.data.as_ref(),
        };
        let at = date
            .and_then(|date| Timestamp::from_second(date.as_ref().timestamp()).ok())
            .unwrap_or_else(Timestamp::now);
        let name = folder_name(mailbox);
        let appended = self.mailstore.change_folder(account, &name, |folder| {
            let uid = folder.add(octets.into(), names(flags), at);
            format!("APPENDUID {} {uid}", folder.uid_validity)
        });
        match appended {
            Ok(code) => format!("OK {}appended", self.uid_plus(&code)),
            Err(_) => TRY_CREATE.to_owned(),
        }
    }

    /// The mails of the selected folder that a set names and that are still there.
    fn picked(&self, account: &str, set: &SequenceSet, numbering: Numbering) -> Vec<StoredMail> {
        let Some(view) = &self.view else { return vec![] };
        let picked = view.resolve(set, numbering);
        self.mailstore
            .folder(account, &view.folder, |folder| {
                let same = folder.uid_validity == view.uid_validity;
                let mails = picked.iter().filter_map(|(_, uid)| folder.mail(*uid).filter(|_| same));
                mails.cloned().collect()
            })
            .unwrap_or_default()
    }

    /// A response code of UIDPLUS (RFC 4315) in brackets, or nothing when that is switched off.
    fn uid_plus(&self, code: &str) -> String {
        match code.is_empty() || self.has(&ImapFault::NoUidPlus) {
            true => String::new(),
            false => format!("[{code}] "),
        }
    }
}

/// Copies mails and gives the COPYUID code, empty when there was nothing to copy; `None` without such a folder.
fn copy_to(mailstore: &Mailstore, account: &str, to: &str, mails: &[StoredMail]) -> Option<String> {
    let copied = mailstore.change_folder(account, to, |folder| {
        let mut pairs = vec![];
        for mail in mails {
            let uid = folder.add(mail.octets.clone(), mail.flags.clone(), mail.internal_date);
            pairs.push((mail.uid.to_string(), uid.to_string()));
        }
        let (from, to): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        (folder.uid_validity, from.join(","), to.join(","))
    });
    let (validity, from, to) = copied.ok()?;
    Some(match from.is_empty() {
        true => String::new(),
        false => format!("COPYUID {validity} {from} {to}"),
    })
}
