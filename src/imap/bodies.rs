//! The octets of listed mail, in batches bounded by count and octets.

use super::cut::{HEAD_KEPT, kept};
use super::error::ImapError;
use super::listing::{Listed, uid_of};
use super::sink::FetchedMail;
use super::uid_set::{MAX_UIDS, uid_set};
use super::wire::{LINE_BOUND, Wire};
use crate::mail::RawMail;
use async_imap::imap_proto::{AttributeValue, Response};
use std::collections::{HashMap, HashSet};

/// The command's name in errors.
const COMMAND: &str = "FETCH BODY";

/// How many octets of mail one command asks for; a larger mail is asked for alone. Two batches are in memory at a
/// time: one that comes and one that is being stored.
const BATCH_OCTETS: u64 = 4 * 1024 * 1024;

/// How far RFC822.SIZE may be wrong: some servers count line ends as one octet, or guess.
const SIZE_SLACK: u64 = 256 * 1024;

/// How mail is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// Many mails a command.
    Batches,
    /// One mail a command and never more of it than `max_message`, after a batch has failed.
    OneByOne,
}

/// Mails that one command asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Batch {
    mails: Vec<Listed>,
    part: Part,
}

/// How much of each mail is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    /// The mail is over `max_message`.
    Head,
    /// RFC822.SIZE is not to be trusted: so many octets, one more than `max_message`.
    AtMost(u64),
}

/// What came of a batch.
#[derive(Debug)]
pub(super) struct Bodies {
    /// The mails up to the first that the server withholds; an expunged one is just absent.
    pub(super) mails: Vec<FetchedMail>,
    /// A UID that is in the folder and whose body the server withholds, asked twice.
    pub(super) withheld: Option<u32>,
}

impl ImapError {
    /// Whether reading mail one by one may get further than reading it in batches.
    pub(super) fn is_about_one_mail(&self) -> bool {
        match self {
            Self::TooLarge { .. } | Self::BodyMissing { .. } => true,
            Self::Refused { command, .. } | Self::Protocol { command, .. } | Self::Timeout { command } => {
                *command == COMMAND
            }
            _ => false,
        }
    }
}

impl Part {
    fn asked(self) -> Option<u64> {
        match self {
            Self::Whole => None,
            Self::Head => Some(HEAD_KEPT),
            Self::AtMost(octets) => Some(octets),
        }
    }
}

impl Batch {
    /// Splits the next batch off.
    pub(super) fn next(listed: &[Listed], max_message: u64, pace: Pace) -> Option<(Self, &[Listed])> {
        let first = listed.first()?;
        let part = part(first, max_message, pace);
        let most = match pace {
            Pace::Batches => MAX_UIDS,
            Pace::OneByOne => 1,
        };
        let mut octets = 0;
        let fits = |mail: &&Listed| {
            octets += cost(mail, part);
            self::part(mail, max_message, pace) == part && octets <= BATCH_OCTETS
        };
        let count = listed.iter().take(most).take_while(fits).count().max(1);
        let (mails, rest) = listed.split_at(count);
        let mails = mails.to_vec();
        Some((Self { mails, part }, rest))
    }

    /// The cursor once this batch is stored.
    pub(super) fn uid_next(&self) -> u32 {
        self.mails.last().map_or(1, |mail| mail.uid.saturating_add(1))
    }

    /// Fetches the batch.
    pub(super) async fn fetch(&self, wire: &mut Wire) -> Result<Bodies, ImapError> {
        let mut found = self.ask(wire, &self.mails).await?;
        let missing: Vec<Listed> = self
            .mails
            .iter()
            .filter(|it| !found.contains_key(&it.uid))
            .copied()
            .collect();
        let mut withheld = None;
        if !missing.is_empty() {
            let still_there = existing(wire, &missing).await?;
            for mail in missing.iter().filter(|it| still_there.contains(&it.uid)) {
                found.extend(self.ask(wire, std::slice::from_ref(mail)).await?);
                if !found.contains_key(&mail.uid)
                    && existing(wire, std::slice::from_ref(mail)).await?.contains(&mail.uid)
                {
                    withheld = Some(mail.uid);
                    break;
                }
            }
        }
        let upto = self.mails.iter().take_while(|mail| Some(mail.uid) != withheld);
        let mails = upto.filter_map(|mail| {
            let octets = found.remove(&mail.uid)?;
            let (octets, full_size) = kept(octets, mail.size, self.part.asked());
            let raw = RawMail {
                octets,
                full_size,
                received_at: mail.received_at,
            };
            Some(FetchedMail { uid: mail.uid, raw })
        });
        let mails = mails.collect();
        Ok(Bodies { mails, withheld })
    }

    /// Asks for the bodies of these mails; the answers may come in any order.
    async fn ask(&self, wire: &mut Wire, mails: &[Listed]) -> Result<HashMap<u32, Vec<u8>>, ImapError> {
        let items = match self.part.asked() {
            None => "BODY.PEEK[]".to_owned(),
            Some(octets) => format!("BODY.PEEK[]<0.{octets}>"),
        };
        let set = uid_set(mails.iter().map(|mail| mail.uid));
        let line = format!("UID FETCH {set} (UID {items})");
        let (largest, mut room) = bounds(mails, self.part);
        let asked: HashSet<u32> = mails.iter().map(|mail| mail.uid).collect();
        let mut found = HashMap::with_capacity(mails.len());
        let look = |response: &Response<'_>| {
            let Response::Fetch(_, attributes) = response else {
                return Ok(());
            };
            let uid = uid_of(attributes).filter(|uid| asked.contains(uid));
            if let (Some(uid), Some(octets)) = (uid, body_of(attributes)) {
                room = room
                    .checked_sub(octets.len() as u64)
                    .ok_or(ImapError::TooLarge { command: COMMAND })?;
                found.insert(uid, octets.to_vec());
            }
            Ok(())
        };
        wire.run_bounded(COMMAND, &line, largest, look).await?;
        Ok(found)
    }
}

/// Which of these mails are in the folder.
async fn existing(wire: &mut Wire, mails: &[Listed]) -> Result<HashSet<u32>, ImapError> {
    let line = format!("UID FETCH {} (UID)", uid_set(mails.iter().map(|mail| mail.uid)));
    let mut there = HashSet::new();
    let look = |response: &Response<'_>| {
        if let Response::Fetch(_, attributes) = response {
            there.extend(uid_of(attributes));
        }
        Ok(())
    };
    wire.run("FETCH", &line, look).await?;
    Ok(there)
}

fn part(mail: &Listed, max_message: u64, pace: Pace) -> Part {
    match pace {
        _ if mail.size > max_message => Part::Head,
        Pace::Batches => Part::Whole,
        Pace::OneByOne => Part::AtMost(max_message.saturating_add(1)),
    }
}

fn cost(mail: &Listed, part: Part) -> u64 {
    part.asked().unwrap_or(mail.size)
}

/// What one response, and all together, may bring.
fn bounds(mails: &[Listed], part: Part) -> (u64, u64) {
    let slack = |octets: u64| octets.saturating_mul(2).saturating_add(SIZE_SLACK);
    match part {
        Part::Whole => {
            let largest = mails.iter().map(|mail| mail.size).max().unwrap_or(0);
            (slack(largest), slack(mails.iter().map(|mail| mail.size).sum()))
        }
        Part::Head | Part::AtMost(_) => {
            let each = mails.first().map_or(0, |mail| cost(mail, part));
            let count = mails.len() as u64;
            (each.saturating_add(LINE_BOUND), each.saturating_mul(count))
        }
    }
}

/// The whole body, or its first octets, among a FETCH response's attributes.
fn body_of<'a>(attributes: &'a [AttributeValue<'_>]) -> Option<&'a [u8]> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::BodySection {
            section: None,
            index: None | Some(0),
            data: Some(octets),
        } => Some(octets.as_ref()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    const MAX: u64 = 25 * 1024 * 1024;

    fn mail(uid: u32, size: u64) -> Listed {
        Listed {
            uid,
            size,
            received_at: Timestamp::UNIX_EPOCH,
            seen: false,
        }
    }

    fn batches(mails: &[Listed], pace: Pace) -> Vec<usize> {
        let mut rest = mails;
        let mut counts = vec![];
        while let Some((batch, after)) = Batch::next(rest, MAX, pace) {
            counts.push(batch.mails.len());
            rest = after;
        }
        counts
    }

    #[test]
    fn batches_are_bounded_by_count_and_octets() {
        let small: Vec<_> = (1..=1200).map(|uid| mail(uid, 2000)).collect();
        assert_eq!(batches(&small, Pace::Batches), [500, 500, 200]);
        let large: Vec<_> = (1..=5).map(|uid| mail(uid, BATCH_OCTETS * 3 / 8)).collect();
        assert_eq!(batches(&large, Pace::Batches), [2, 2, 1]);
        let mixed = [
            mail(1, 10),
            mail(2, BATCH_OCTETS + 1),
            mail(3, MAX + 1),
            mail(4, MAX + 2),
            mail(5, 10),
        ];
        assert_eq!(batches(&mixed, Pace::Batches), [1, 1, 2, 1]);
        assert_eq!(batches(&mixed, Pace::OneByOne), [1, 1, 1, 1, 1]);
    }
}
