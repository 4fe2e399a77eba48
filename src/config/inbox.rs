//! `[[inbox]]`: an address of the desk, with its IMAP and SMTP accounts.

pub mod imap;
mod reply;
pub mod smtp;
mod trust;

use crate::config::checker::{Checker, Place, Section};
use crate::config::given::Given;
use crate::config::names::Names;
use crate::config::queue::Queue;
use crate::config::units::{Period, Size};
use crate::desk::policy::ReplyAddress;
use crate::mail::authentication::Trust;
use crate::mail::{EmailAddress, FirstRun};
use imap::Imap;
use jiff::SignedDuration;
use reply::{RawReply, RawReplyAddress};
use serde::Deserialize;
use smtp::Smtp;
use toml::Spanned;
use trust::RawTrust;

/// An inbox, checked.
#[derive(Debug, Clone)]
pub struct Inbox {
    /// Its name, unique among inboxes.
    pub name: String,
    /// What customers write to, and what they see us write from.
    pub address: EmailAddress,
    /// Other addresses whose mail ends here.
    pub aliases: Vec<EmailAddress>,
    /// The queue of its tickets.
    pub queue: String,
    /// Where customers' replies go.
    pub reply_address: ReplyAddress,
    /// What an empty store takes from a folder that is already full.
    pub first_run: FirstRun,
    /// Older mail is never answered automatically.
    pub stale_after: SignedDuration,
    /// Of larger mails only the start is kept; octets.
    pub max_message: u64,
    /// Whose authentication results are believed.
    pub trust: Trust,
    /// Senders whose Reply-To is the customer.
    pub forms: Vec<EmailAddress>,
    /// List-Ids of our own groups, without angle brackets.
    pub lists: Vec<String>,
    /// Where mail is fetched.
    pub imap: Imap,
    /// Where mail is handed over.
    pub smtp: Smtp,
}

/// `stale_after`
pub const STALE_AFTER: Period = Period::days(3);
const STALE_AFTER_LEAST: Period = Period::hours(1);
const STALE_AFTER_MOST: Period = Period::days(365);
/// `max_message`
pub const MAX_MESSAGE: Size = Size::mib(25);
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
    authserv_position: Given<trust::RawPosition>,
    trusted_arc: Given<Vec<String>>,
    forms: Given<Vec<EmailAddress>>,
    lists: Given<Vec<String>>,
}

/// Checks all inboxes; there must be one, and no address may belong to two.
pub fn check_all(checker: &mut Checker<'_>, sections: Vec<Section<'_>>, queues: &[Queue]) -> Vec<Inbox> {
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
    queues: &[Queue],
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
    let imap = imap::check(checker, imap, address.as_ref().map(Spanned::get_ref));
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
    let first_run = checker.or(raw.first_run, FirstRun::Unseen);
    let stale_after = checker.bounded(raw.stale_after, STALE_AFTER, STALE_AFTER_LEAST..=STALE_AFTER_MOST);
    let max_message = checker.bounded(raw.max_message, MAX_MESSAGE, MAX_MESSAGE_LEAST..=MAX_MESSAGE_MOST);
    let forms = checker.or(raw.forms, vec![]);
    Some(Inbox {
        name: name?,
        address: address?.into_inner(),
        aliases: aliases.map(Spanned::into_inner).unwrap_or_default(),
        queue: queue?,
        reply_address: reply_address?,
        first_run,
        stale_after: stale_after.0,
        max_message: max_message.0,
        trust: trust?,
        forms,
        lists: lists.iter().map(|id| list_id(id)).collect(),
        imap: imap?,
        smtp: smtp?,
    })
}

fn queue(checker: &mut Checker<'_>, given: Given<String>, queues: &[Queue], place: &Place) -> Option<String> {
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
