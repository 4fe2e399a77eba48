//! `[[inbox]]`: an address of the desk, with its IMAP and SMTP accounts.

mod imap;
mod reply;
mod smtp;
mod trust;

use crate::config::checker::{Checker, Place, Section};
use crate::config::given::Given;
use crate::config::names::Names;
use crate::config::units::{Period, Size};
use crate::desk::policy::{InboxPolicy, QueuePolicy};
use crate::imap::ImapAccount;
use crate::mail::authentication::AuthservPosition;
use crate::mail::{EmailAddress, FirstRun};
use crate::smtp::SmtpAccount;
use reply::{RawReply, RawReplyAddress};
use serde::Deserialize;
use std::num::NonZeroU32;
use toml::Spanned;
use trust::RawTrust;

/// An inbox, checked.
#[derive(Debug, Clone)]
pub struct Inbox {
    /// What the desk decides by.
    pub policy: InboxPolicy,
    /// Where mail is fetched.
    pub imap: ImapAccount,
    /// Where mail is handed over.
    pub smtp: SmtpAccount,
    /// Mails a minute that are handed over, at most; `None`: no limit.
    pub per_minute: Option<NonZeroU32>,
}

/// Long enough for a weekend of downtime: what came meanwhile is still confirmed.
const STALE_AFTER: Period = Period::days(3);
const STALE_AFTER_LEAST: Period = Period::hours(1);
const STALE_AFTER_MOST: Period = Period::days(365);
/// What most providers let through.
const MAX_MESSAGE: Size = Size::mib(25);
const MAX_MESSAGE_LEAST: Size = Size::kib(64);
const MAX_MESSAGE_MOST: Size = Size::mib(256);

/// `[[inbox]]` as it stands, without its accounts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawInbox {
    name: Given<String>,
    address: Given<EmailAddress>,
    aliases: Given<Vec<EmailAddress>>,
    queue: Given<String>,
    reply_address: Given<RawReplyAddress>,
    reply_domain: Given<String>,
    first_run: Given<FirstRun>,
    stale_after: Given<Period>,
    max_message: Given<Size>,
    trusted_authserv: Given<String>,
    trusted_hops: Given<Vec<String>>,
    authserv_position: Given<AuthservPosition>,
    trusted_arc: Given<Vec<String>>,
    forms: Given<Vec<EmailAddress>>,
    lists: Given<Vec<String>>,
}

/// Checks all inboxes; there must be one, and no address may belong to two.
pub fn check_all(checker: &mut Checker<'_>, sections: Vec<Section<'_>>, queues: &[QueuePolicy]) -> Vec<Inbox> {
    if sections.is_empty() {
        let nowhere = Place::default();
        checker.refuse(
            &nowhere,
            "inbox",
            "is missing",
            "write `[[inbox]]` with name, address, imap and smtp",
        );
    }
    let mut names = Names::new("inbox");
    let mut addresses = Names::new("inbox's address");
    let sections = sections.into_iter();
    sections
        .filter_map(|section| check(checker, section, queues, &mut names, &mut addresses))
        .collect()
}

fn check(
    checker: &mut Checker<'_>,
    mut section: Section<'_>,
    queues: &[QueuePolicy],
    names: &mut Names,
    addresses: &mut Names,
) -> Option<Inbox> {
    let place = section.place();
    let imap = checker.section(&mut section, "imap");
    let smtp = checker.section(&mut section, "smtp");
    let raw: RawInbox = checker.read(section, &["imap", "smtp"]);
    let name = checker.required(raw.name, &place, "name");
    let name = name.and_then(|name| names.admit(checker, name));
    let address = checker.required(raw.address, &place, "address");
    let aliases = checker.take(raw.aliases);
    addresses.admit_addresses(checker, address.as_ref(), aliases.as_ref());
    let max_message = checker.bounded(raw.max_message, MAX_MESSAGE, MAX_MESSAGE_LEAST..=MAX_MESSAGE_MOST);
    let of_inbox = imap::OfInbox {
        address: address.as_ref().map(Spanned::get_ref),
        first_run: checker.or(raw.first_run, FirstRun::Unseen),
        max_message: max_message.0,
    };
    let imap = imap::check(checker, imap, of_inbox);
    let smtp = smtp::check(checker, smtp, address.as_ref().map(Spanned::get_ref));
    let reply = RawReply {
        address: raw.reply_address,
        domain: raw.reply_domain,
        envelope: smtp.as_ref().map(|smtp| smtp.envelope),
    };
    let reply_address = reply.check(checker, &place, address.as_ref());
    let trust = RawTrust {
        authserv: raw.trusted_authserv,
        hops: raw.trusted_hops,
        position: raw.authserv_position,
        arc: raw.trusted_arc,
    };
    let trust = trust.check(checker, &place);
    let queue = queue(checker, raw.queue, queues, &place);
    let lists = checker.or(raw.lists, vec![]);
    let stale_after = checker.bounded(raw.stale_after, STALE_AFTER, STALE_AFTER_LEAST..=STALE_AFTER_MOST);
    let forms = checker.or(raw.forms, vec![]);
    let smtp = smtp?;
    let policy = InboxPolicy {
        name: name?,
        address: address?.into_inner(),
        aliases: aliases.map(Spanned::into_inner).unwrap_or_default(),
        queue: queue?,
        reply_address: reply_address?,
        envelope: smtp.envelope,
        stale_after: stale_after.0,
        max_message: max_message.0,
        trust: trust?,
        forms,
        lists: lists.iter().map(|id| list_id(id)).collect(),
    };
    Some(Inbox {
        policy,
        imap: imap?,
        smtp: smtp.account,
        per_minute: smtp.per_minute,
    })
}

fn queue(checker: &mut Checker<'_>, given: Given<String>, queues: &[QueuePolicy], place: &Place) -> Option<String> {
    let named = checker.take(given);
    let name = named
        .as_ref()
        .map_or(crate::config::queue::GENERAL, |name| name.get_ref().as_str());
    if queues.iter().any(|queue| queue.name == name) {
        return Some(name.to_owned());
    }
    let hint = crate::config::queue::hint(queues);
    match &named {
        Some(named) => checker.error(named.span().start, format!("there is no queue `{name}`"), hint),
        None => checker.refuse(
            place,
            "queue",
            format!("is missing, and there is no queue `{name}`"),
            hint,
        ),
    }
    None
}

fn list_id(id: &str) -> String {
    id.trim().trim_start_matches('<').trim_end_matches('>').to_lowercase()
}
