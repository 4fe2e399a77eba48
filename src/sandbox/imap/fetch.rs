//! FETCH (RFC 3501 §6.4.5), honest or not.

use super::ImapFault;
use super::section::{SectionName, section_octets};
use super::session::{Answer, Session};
use super::structure::{body_structure, envelope};
use super::view::{Access, Numbering, flag_list};
use crate::sandbox::mailstore::folder::StoredMail;
use crate::sandbox::mime::{MimePart, split_header};
use imap_codec::imap_types::fetch::{MacroOrMessageDataItemNames, MessageDataItemName as Item};
use imap_codec::imap_types::sequence::SequenceSet;
use std::io;

impl Session {
    pub(super) async fn fetch(
        &mut self,
        account: &str,
        set: &SequenceSet,
        items: MacroOrMessageDataItemNames<'static>,
        numbering: Numbering,
    ) -> io::Result<Answer> {
        let mut items = match &items {
            MacroOrMessageDataItemNames::Macro(items) => items.expand(),
            MacroOrMessageDataItemNames::MessageDataItemNames(items) => items.clone(),
        };
        if numbering == Numbering::Uid && !items.contains(&Item::Uid) {
            items.insert(0, Item::Uid);
        }
        let mut mails = self.mails_to_fetch(account, set, &items, numbering);
        let faults = self.shared.clone();
        let faults = &faults.faults;
        let refused = faults.strikes(&ImapFault::RefuseFetch);
        if refused {
            mails.truncate(mails.len() / 2);
        }
        let shuffled = !mails.is_empty() && faults.strikes(&ImapFault::FetchOutOfOrder);
        if shuffled {
            mails.reverse();
        }
        let renumbers = !mails.is_empty()
            && (faults.strikes(&ImapFault::RenumberDuringFetch)
                || items.iter().any(has_literal) && faults.strikes(&ImapFault::RenumberAmongBodies));
        let renumber_at = renumbers.then_some(mails.len() / 2);
        for (at, (sequence, mail)) in mails.iter().enumerate() {
            if renumber_at == Some(at) {
                return Err(self.renumber(account).await);
            }
            if shuffled {
                self.chatter(&mails, at).await?;
            }
            self.tell_mail(*sequence, mail, &items).await?;
        }
        Ok(match refused {
            true => "NO [SERVERBUG] the sandbox was told to refuse".to_owned(),
            false => "OK fetched".to_owned(),
        })
    }

    /// The mails that a set names, `\Seen` already if these items make them so.
    fn mails_to_fetch(
        &mut self,
        account: &str,
        set: &SequenceSet,
        items: &[Item<'_>],
        numbering: Numbering,
    ) -> Vec<(usize, StoredMail)> {
        let Some(view) = &mut self.view else { return vec![] };
        let picked = view.resolve(set, numbering);
        if view.access == Access::ReadWrite && items.iter().any(sets_seen) {
            // A folder that is gone has nothing to mark, and nothing is fetched from it below.
            let _ = self.mailstore.change_folder(account, &view.folder, |folder| {
                let same = folder.uid_validity == view.uid_validity;
                for (_, uid) in picked.iter().filter(|_| same) {
                    folder.change_flags(*uid, |flags| {
                        flags.insert("\\Seen".to_owned());
                    });
                }
            });
        }
        self.mailstore
            .folder(account, &view.folder, |folder| {
                let same = folder.uid_validity == view.uid_validity;
                let there = picked.iter().filter(|_| same);
                there
                    .filter_map(|(sequence, uid)| folder.mail(*uid).map(|mail| (*sequence, mail.clone())))
                    .collect()
            })
            .unwrap_or_default()
    }

    async fn tell_mail(&mut self, sequence: usize, mail: &StoredMail, items: &[Item<'_>]) -> io::Result<()> {
        let announced = match items.iter().any(has_literal) {
            true => self.shared.faults.strike(|fault| match fault {
                ImapFault::AnnounceLiteral(octets) => Some(*octets),
                _ => None,
            }),
            false => None,
        };
        let mut response = format!("{sequence} FETCH (").into_bytes();
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                response.push(b' ');
            }
            tell_item(&mut response, mail, item, announced);
        }
        response.push(b')');
        if announced.is_some() {
            self.wire.untagged(response).await?;
            self.wire.flush().await?;
            return Err(self.wire.fall_silent().await);
        }
        if items.iter().any(has_literal) && self.shared.faults.strikes(&ImapFault::CutLiteral) {
            let half = response.split_at_checked(response.len() / 2).unwrap_or_default().0;
            return Err(self.wire.cut(&[b"* ", half].concat()).await);
        }
        self.wire.untagged(response).await
    }

    /// Lines that may come at any time and mean nothing for this FETCH.
    async fn chatter(&mut self, mails: &[(usize, StoredMail)], at: usize) -> io::Result<()> {
        let count = self.view.as_ref().map_or(0, super::view::View::count);
        self.wire.untagged("OK still here").await?;
        self.wire.untagged(format!("{count} EXISTS")).await?;
        // Flags of the mail that comes last, without its UID.
        if let Some((sequence, mail)) = mails.last().filter(|_| at == 0) {
            let flags = format!("{sequence} FETCH (FLAGS ({}))", flag_list(mail));
            self.wire.untagged(flags).await?;
        }
        Ok(())
    }

    async fn renumber(&mut self, account: &str) -> io::Error {
        if let Some(view) = &self.view {
            // A folder that is gone needs no new UIDs.
            let _ = self
                .mailstore
                .change_folder(account, &view.folder, |folder| folder.renumber());
        }
        self.wire.cut(b"* BYE the folder has a new UIDVALIDITY\r\n").await
    }
}

fn sets_seen(item: &Item<'_>) -> bool {
    matches!(
        item,
        Item::BodyExt { peek: false, .. } | Item::Binary { peek: false, .. } | Item::Rfc822 | Item::Rfc822Text
    )
}

fn has_literal(item: &Item<'_>) -> bool {
    matches!(
        item,
        Item::BodyExt { .. } | Item::Rfc822 | Item::Rfc822Header | Item::Rfc822Text
    )
}

fn tell_item(out: &mut Vec<u8>, mail: &StoredMail, item: &Item<'_>, announced: Option<u64>) {
    let octets: &[u8] = &mail.octets;
    match item {
        Item::Flags => out.extend(format!("FLAGS ({})", flag_list(mail)).into_bytes()),
        Item::Uid => out.extend(format!("UID {}", mail.uid).into_bytes()),
        Item::Rfc822Size => out.extend(format!("RFC822.SIZE {}", octets.len()).into_bytes()),
        Item::InternalDate => {
            let date = mail.internal_date.strftime("%d-%b-%Y %H:%M:%S +0000");
            out.extend(format!("INTERNALDATE \"{date}\"").into_bytes());
        }
        Item::Envelope => {
            out.extend_from_slice(b"ENVELOPE ");
            envelope(out, &MimePart::parse(octets));
        }
        Item::Body => {
            out.extend_from_slice(b"BODY ");
            body_structure(out, &MimePart::parse(octets), super::structure::Extent::Basic);
        }
        Item::BodyStructure => {
            out.extend_from_slice(b"BODYSTRUCTURE ");
            body_structure(out, &MimePart::parse(octets), super::structure::Extent::Extended);
        }
        Item::Rfc822 => tell_octets(out, "RFC822", Some(octets), announced),
        Item::Rfc822Header => tell_octets(out, "RFC822.HEADER", Some(split_header(octets).0), announced),
        Item::Rfc822Text => tell_octets(out, "RFC822.TEXT", Some(split_header(octets).1), announced),
        Item::BodyExt { section, partial, .. } => {
            let found = section_octets(octets, section.as_ref());
            let mut name = format!("BODY[{}]", SectionName(section.as_ref()));
            let found = match (found, partial) {
                (Some(found), Some((from, length))) => {
                    name.push_str(&format!("<{from}>"));
                    let from = usize::try_from(*from).unwrap_or(usize::MAX);
                    let length = usize::try_from(length.get()).unwrap_or(usize::MAX);
                    Some(found.iter().skip(from).take(length).copied().collect())
                }
                (found, _) => found,
            };
            tell_octets(out, &name, found.as_deref(), announced);
        }
        // BINARY (RFC 3516) is not offered; a client that asks all the same learns nothing.
        _ => out.extend_from_slice(b"BINARY[] NIL"),
    }
}

fn tell_octets(out: &mut Vec<u8>, name: &str, octets: Option<&[u8]>, announced: Option<u64>) {
    let Some(octets) = octets else {
        out.extend(format!("{name} NIL").into_bytes());
        return;
    };
    let length = announced.unwrap_or(u64::try_from(octets.len()).unwrap_or(u64::MAX));
    out.extend(format!("{name} {{{length}}}\r\n").into_bytes());
    out.extend_from_slice(octets);
}
