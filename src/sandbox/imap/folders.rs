//! Commands about folders: SELECT, LIST, STATUS, CREATE and their like.

use super::ImapFault;
use super::session::{Answer, Session};
use super::view::{Access, View};
use crate::sandbox::mailstore::folder::Folder;
use imap_codec::imap_types::mailbox::{ListMailbox, Mailbox};
use imap_codec::imap_types::status::StatusDataItemName;
use std::io;

/// The name of a folder as it is on the wire (modified UTF-7 is kept as it is).
pub(super) fn folder_name(mailbox: &Mailbox) -> String {
    match mailbox {
        Mailbox::Inbox => "INBOX".to_owned(),
        Mailbox::Other(other) => String::from_utf8_lossy(other.as_ref()).into_owned(),
    }
}

/// Whether LSUB is to show a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subscription {
    /// It is.
    On,
    /// It is not.
    Off,
}

impl Session {
    pub(super) async fn select(&mut self, account: &str, mailbox: &Mailbox<'_>, access: Access) -> io::Result<Answer> {
        let name = folder_name(mailbox);
        // RFC 3501 §6.3.1: a SELECT that fails leaves no folder selected.
        self.view = None;
        let opened = self.mailstore.folder(account, &name, |folder| {
            let unseen = folder.mails().iter().position(|mail| !mail.flags.contains("\\Seen"));
            (View::new(&name, folder, access), folder.uid_next, unseen)
        });
        let Some((view, uid_next, unseen)) = opened else {
            return Ok("NO [NONEXISTENT] no such folder".to_owned());
        };
        let flags = "\\Answered \\Flagged \\Deleted \\Seen \\Draft";
        self.wire.untagged(format!("FLAGS ({flags})")).await?;
        let permanent = match access {
            Access::ReadWrite => format!("{flags} \\*"),
            Access::ReadOnly => String::new(),
        };
        self.wire.untagged(format!("{} EXISTS", view.count())).await?;
        self.wire.untagged("0 RECENT").await?;
        if let Some(unseen) = unseen {
            self.wire.untagged(format!("OK [UNSEEN {}] first", unseen + 1)).await?;
        }
        let permanent = format!("OK [PERMANENTFLAGS ({permanent})] kept");
        self.wire.untagged(permanent).await?;
        let validity = format!("OK [UIDVALIDITY {}] valid", view.uid_validity);
        self.wire.untagged(validity).await?;
        if !self.shared.faults.strikes(&ImapFault::OmitUidNext) {
            self.wire.untagged(format!("OK [UIDNEXT {uid_next}] next")).await?;
        }
        self.view = Some(view);
        Ok(match access {
            Access::ReadWrite => "OK [READ-WRITE] selected".to_owned(),
            Access::ReadOnly => "OK [READ-ONLY] selected".to_owned(),
        })
    }

    pub(super) async fn status(
        &mut self,
        account: &str,
        mailbox: &Mailbox<'_>,
        items: &[StatusDataItemName],
    ) -> io::Result<Answer> {
        let name = folder_name(mailbox);
        let omit = items.contains(&StatusDataItemName::UidNext) && self.shared.faults.strikes(&ImapFault::OmitUidNext);
        let values = self.mailstore.folder(account, &name, |folder| {
            let with = |flag| folder.mails().iter().filter(|mail| mail.flags.contains(flag)).count();
            let item = |item: &StatusDataItemName| match item {
                StatusDataItemName::Messages => Some(format!("MESSAGES {}", folder.mails().len())),
                StatusDataItemName::Recent => Some("RECENT 0".to_owned()),
                StatusDataItemName::UidNext if omit => None,
                StatusDataItemName::UidNext => Some(format!("UIDNEXT {}", folder.uid_next)),
                StatusDataItemName::UidValidity => Some(format!("UIDVALIDITY {}", folder.uid_validity)),
                StatusDataItemName::Unseen => Some(format!("UNSEEN {}", folder.mails().len() - with("\\Seen"))),
                StatusDataItemName::Deleted => Some(format!("DELETED {}", with("\\Deleted"))),
                _ => None,
            };
            items.iter().filter_map(item).collect::<Vec<_>>().join(" ")
        });
        let Some(values) = values else {
            return Ok("NO [NONEXISTENT] no such folder".to_owned());
        };
        self.wire
            .untagged(format!("STATUS {} ({values})", quoted(&name)))
            .await?;
        Ok("OK done".to_owned())
    }

    /// LIST and LSUB.
    pub(super) async fn list(
        &mut self,
        command: &str,
        account: &str,
        reference: &Mailbox<'_>,
        wildcard: &ListMailbox<'_>,
    ) -> io::Result<Answer> {
        let wildcard = match wildcard {
            ListMailbox::Token(token) => String::from_utf8_lossy(token.as_ref()).into_owned(),
            ListMailbox::String(string) => String::from_utf8_lossy(string.as_ref()).into_owned(),
        };
        if wildcard.is_empty() {
            self.wire.untagged(format!("{command} (\\Noselect) \"/\" \"\"")).await?;
            return Ok("OK done".to_owned());
        }
        let pattern = folder_name(reference) + &wildcard;
        let listed = self.mailstore.change_folders(account, |folders| {
            folders
                .iter()
                .filter(|(name, folder)| matches(&pattern, name) && (command == "LIST" || folder.subscribed))
                .map(|(name, folder)| {
                    format!(
                        "{command} ({}) \"/\" {}",
                        folder.special_use.unwrap_or(""),
                        quoted(name)
                    )
                })
                .collect::<Vec<_>>()
        });
        for line in listed.unwrap_or_default() {
            self.wire.untagged(line).await?;
        }
        Ok("OK done".to_owned())
    }

    pub(super) fn create(&mut self, account: &str, mailbox: &Mailbox) -> Answer {
        if self.shared.faults.strikes(&ImapFault::RefuseCreate) {
            return "NO [CANNOT] the sandbox was told to refuse".to_owned();
        }
        let name = folder_name(mailbox).trim_end_matches('/').to_owned();
        let created = self.mailstore.change_folders(account, |folders| {
            let uid_validity = folders.values().map(|folder| folder.uid_validity).max().unwrap_or(0) + 1;
            match folders.contains_key(&name) || name.is_empty() {
                true => false,
                false => folders.insert(name, Folder::new(uid_validity)).is_none(),
            }
        });
        match created {
            Ok(true) => "OK created".to_owned(),
            _ => "NO [ALREADYEXISTS] there is one".to_owned(),
        }
    }

    pub(super) fn delete(&mut self, account: &str, mailbox: &Mailbox) -> Answer {
        let name = folder_name(mailbox);
        let deleted = self.mailstore.change_folders(account, |folders| match name.as_str() {
            "INBOX" => None,
            _ => folders.remove(&name),
        });
        if self.view.as_ref().is_some_and(|view| view.folder == name) && matches!(deleted, Ok(Some(_))) {
            self.view = None;
        }
        match deleted {
            Ok(Some(_)) => "OK deleted".to_owned(),
            _ => "NO [NONEXISTENT] nothing to delete".to_owned(),
        }
    }

    pub(super) fn rename(&mut self, account: &str, from: &Mailbox, to: &Mailbox) -> Answer {
        let (from, to) = (folder_name(from), folder_name(to));
        if from == "INBOX" {
            return "NO [CANNOT] INBOX stays".to_owned();
        }
        let renamed = self.mailstore.change_folders(account, |folders| {
            if folders.contains_key(&to) {
                return false;
            }
            let inner = format!("{from}/");
            let moved: Vec<_> = folders
                .extract_if(.., |name, _| *name == from || name.starts_with(&inner))
                .collect();
            let found = !moved.is_empty();
            for (name, folder) in moved {
                let rest = name.strip_prefix(&from).unwrap_or_default();
                folders.insert(format!("{to}{rest}"), folder);
            }
            found
        });
        match renamed {
            Ok(true) => "OK renamed".to_owned(),
            _ => "NO no such folder, or the name is taken".to_owned(),
        }
    }

    /// SUBSCRIBE and UNSUBSCRIBE.
    pub(super) fn subscribe(&mut self, account: &str, mailbox: &Mailbox, wish: Subscription) -> Answer {
        let set = self.mailstore.change_folder(account, &folder_name(mailbox), |folder| {
            folder.subscribed = wish == Subscription::On
        });
        match set {
            Ok(()) => "OK done".to_owned(),
            Err(_) => "NO [NONEXISTENT] no such folder".to_owned(),
        }
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Whether a name matches a pattern with `*` (anything) and `%` (anything but `/`).
fn matches(pattern: &str, name: &str) -> bool {
    let mut pattern_chars = pattern.chars();
    match pattern_chars.next() {
        None => name.is_empty(),
        Some(wildcard @ ('*' | '%')) => {
            let rest = pattern_chars.as_str();
            let mut name = name.chars();
            loop {
                if matches(rest, name.as_str()) {
                    return true;
                }
                match name.next() {
                    None => return false,
                    Some('/') if wildcard == '%' => return false,
                    Some(_) => {}
                }
            }
        }
        Some(first) => {
            let mut name = name.chars();
            name.next()
                .is_some_and(|other| other == first && matches(pattern_chars.as_str(), name.as_str()))
        }
    }
}
