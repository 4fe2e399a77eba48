//! SEARCH (RFC 3501 §6.4.4).

use super::session::{Answer, Session};
use super::view::{Numbering, View, contains};
use crate::sandbox::mailstore::folder::StoredMail;
use crate::sandbox::mime::{field_values, split_header};
use imap_codec::imap_types::datetime::NaiveDate;
use imap_codec::imap_types::search::SearchKey;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use mail_parser::MessageParser;
use std::cmp::Ordering;
use std::io;

impl Session {
    pub(super) async fn search(
        &mut self,
        account: &str,
        criteria: &[SearchKey<'static>],
        numbering: Numbering,
    ) -> io::Result<Answer> {
        let Some(view) = &self.view else {
            return Ok("BAD select a folder first".to_owned());
        };
        let mails = self.mailstore.mails(account, &view.folder);
        let mut found = String::from("SEARCH");
        for (sequence, uid) in view.all() {
            let Ok(at) = mails.binary_search_by_key(&uid, |mail| mail.uid) else {
                continue;
            };
            let Some(mail) = mails.get(at) else { continue };
            let candidate = Candidate { sequence, mail, view };
            if criteria.iter().all(|key| candidate.matches(key)) {
                let number = match numbering {
                    Numbering::Uid => u64::from(uid),
                    Numbering::Sequence => u64::try_from(sequence).unwrap_or(u64::MAX),
                };
                found.push_str(&format!(" {number}"));
            }
        }
        self.wire.untagged(found).await?;
        Ok("OK searched".to_owned())
    }
}

struct Candidate<'a> {
    sequence: usize,
    mail: &'a StoredMail,
    view: &'a View,
}

impl Candidate<'_> {
    fn matches(&self, key: &SearchKey) -> bool {
        use SearchKey as K;
        match key {
            K::All | K::Old => true,
            // No mail is \Recent here.
            K::New | K::Recent => false,
            K::And(keys) => keys.as_ref().iter().all(|key| self.matches(key)),
            K::Or(one, other) => self.matches(one) || self.matches(other),
            K::Not(key) => !self.matches(key),
            K::SequenceSet(set) => {
                let sequence = u32::try_from(self.sequence).unwrap_or(u32::MAX);
                contains(set, self.view.last(Numbering::Sequence), sequence)
            }
            K::Uid(set) => contains(set, self.view.last(Numbering::Uid), self.mail.uid),
            K::Answered => self.flag("\\Answered"),
            K::Unanswered => !self.flag("\\Answered"),
            K::Deleted => self.flag("\\Deleted"),
            K::Undeleted => !self.flag("\\Deleted"),
            K::Draft => self.flag("\\Draft"),
            K::Undraft => !self.flag("\\Draft"),
            K::Flagged => self.flag("\\Flagged"),
            K::Unflagged => !self.flag("\\Flagged"),
            K::Seen => self.flag("\\Seen"),
            K::Unseen => !self.flag("\\Seen"),
            K::Keyword(keyword) => self.flag(keyword.inner()),
            K::Unkeyword(keyword) => !self.flag(keyword.inner()),
            K::Larger(size) => self.mail.octets.len() > usize::try_from(*size).unwrap_or(usize::MAX),
            K::Smaller(size) => self.mail.octets.len() < usize::try_from(*size).unwrap_or(usize::MAX),
            K::Before(day) => self.arrived(day).is_some_and(Ordering::is_lt),
            K::On(day) => self.arrived(day).is_some_and(Ordering::is_eq),
            K::Since(day) => self.arrived(day).is_some_and(Ordering::is_ge),
            K::SentBefore(day) => self.sent(day).is_some_and(Ordering::is_lt),
            K::SentOn(day) => self.sent(day).is_some_and(Ordering::is_eq),
            K::SentSince(day) => self.sent(day).is_some_and(Ordering::is_ge),
            K::From(text) => self.header_has("From", text.as_ref()),
            K::To(text) => self.header_has("To", text.as_ref()),
            K::Cc(text) => self.header_has("Cc", text.as_ref()),
            K::Bcc(text) => self.header_has("Bcc", text.as_ref()),
            K::Subject(text) => self.header_has("Subject", text.as_ref()),
            K::Header(name, text) => {
                let name = String::from_utf8_lossy(name.as_ref()).into_owned();
                self.header_has(&name, text.as_ref())
            }
            K::Body(text) => self.body_has(text.as_ref()),
            K::Text(text) => {
                has(
                    &String::from_utf8_lossy(split_header(&self.mail.octets).0),
                    text.as_ref(),
                ) || self.header_has("Subject", text.as_ref())
                    || self.body_has(text.as_ref())
            }
        }
    }

    fn flag(&self, flag: &str) -> bool {
        self.mail.flags.contains(flag)
    }

    /// The day of INTERNALDATE, against another.
    fn arrived(&self, day: &NaiveDate) -> Option<Ordering> {
        Some(self.mail.internal_date.to_zoned(TimeZone::UTC).date().cmp(&date(day)?))
    }

    /// The day of the Date field, in the sender's own zone, against another.
    fn sent(&self, day: &NaiveDate) -> Option<Ordering> {
        let value = field_values(split_header(&self.mail.octets).0, "Date")
            .into_iter()
            .next()?;
        let sent = jiff::fmt::rfc2822::parse(&value).ok()?;
        Some(sent.date().cmp(&date(day)?))
    }

    /// Whether a field has this text, as it stands or decoded; an empty text is had by any field of that name.
    fn header_has(&self, name: &str, text: &[u8]) -> bool {
        let values = field_values(split_header(&self.mail.octets).0, name);
        values.iter().any(|value| {
            let field = format!("Subject: {value}\r\n\r\n");
            has(value, text)
                || MessageParser::default()
                    .parse_headers(&field)
                    .and_then(|decoded| decoded.subject().map(|subject| has(subject, text)))
                    .unwrap_or_default()
        })
    }

    fn body_has(&self, text: &[u8]) -> bool {
        if has(&String::from_utf8_lossy(split_header(&self.mail.octets).1), text) {
            return true;
        }
        let Some(parsed) = MessageParser::default().parse(&self.mail.octets) else {
            return false;
        };
        parsed
            .parts
            .iter()
            .any(|part| part.text_contents().is_some_and(|contents| has(contents, text)))
    }
}

fn has(value: &str, text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text).to_lowercase();
    value.to_lowercase().contains(&text)
}

fn date(day: &NaiveDate) -> Option<Date> {
    // ISO 8601, whichever crate wrote it.
    day.as_ref().to_string().parse().ok()
}
