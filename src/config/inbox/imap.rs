//! `[inbox.imap]`: where mail is fetched.

use crate::config::checker::{Checker, Place, Section};
use crate::config::given::Given;
use crate::config::secret::SecretSource;
use crate::config::server::{self, Ports, RawServer, Server};
use crate::config::units::Period;
use crate::imap::ImapAccount;
use crate::mail::{After, EmailAddress, FirstRun};
use crate::net::TlsMode;
use secrecy::SecretString;
use serde::Deserialize;

/// The keys of `[[inbox]]` that its IMAP account needs, checked.
#[derive(Debug, Clone, Copy)]
pub struct OfInbox<'a> {
    /// Who logs in where no `user` is named; `None` when it is wrong.
    pub address: Option<&'a EmailAddress>,
    /// What is taken from a folder that is already full.
    pub first_run: FirstRun,
    /// Of larger mails only the start is read; octets.
    pub max_message: u64,
}

const PORTS: Ports = Ports {
    implicit: 993,
    starttls: 143,
    plain: 143,
};
/// The one folder that every server has (RFC 9051 §5.1).
const FOLDER: &str = "INBOX";
/// Soon enough where the server has no IDLE, and no burden where it has.
const POLL: Period = Period::seconds(60);
const POLL_LEAST: Period = Period::seconds(1);
const POLL_MOST: Period = Period::days(1);

/// `[inbox.imap]` as it stands.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawImap {
    host: Given<String>,
    port: Given<u16>,
    tls: Given<TlsMode>,
    ca_file: Given<String>,
    user: Given<String>,
    password: Given<SecretSource>,
    folder: Given<String>,
    after: Given<After>,
    poll: Given<Period>,
}

/// Checks the section.
pub fn check(checker: &mut Checker<'_>, section: Section<'_>, inbox: OfInbox<'_>) -> Option<ImapAccount> {
    let place = section.place();
    let raw: RawImap = checker.read(section, &[]);
    let server = RawServer {
        host: raw.host,
        port: raw.port,
        tls: raw.tls,
        ca_file: raw.ca_file,
    };
    let server = server::check(checker, server, &place, PORTS);
    let user = checker.text(raw.user, inbox.address.map_or("", EmailAddress::as_str));
    let password = password(checker, raw.password, server.as_ref(), &place);
    let folder = checker.text(raw.folder, FOLDER);
    let after = after(checker, raw.after, &folder, &place);
    let poll = checker.bounded(raw.poll, POLL, POLL_LEAST..=POLL_MOST).0;
    let server = server?;
    Some(ImapAccount {
        host: server.host,
        port: server.port,
        tls: server.tls,
        ca_pem: server.ca_pem,
        user,
        password: password?,
        folder,
        after: after?,
        poll: poll.unsigned_abs(),
        first_run: inbox.first_run,
        max_message: inbox.max_message,
    })
}

/// The password; empty, and a warning, when none is configured.
fn password(
    checker: &mut Checker<'_>,
    given: Given<SecretSource>,
    server: Option<&Server>,
    place: &Place,
) -> Option<SecretString> {
    if given.is_none() {
        checker.warn(
            place,
            "password",
            "is missing: the login will be refused",
            "password = { env = \"NAME\" }, { file = \"path\" } or { command = [\"pass\", \"show\", \"x\"] }",
        );
        return Some(SecretString::default());
    }
    server::password(checker, given, server, place)
}

fn after(checker: &mut Checker<'_>, given: Given<After>, folder: &str, place: &Place) -> Option<After> {
    let Some(after) = checker.take(given) else {
        return Some(After::Seen);
    };
    if let After::Move(target) = after.get_ref() {
        let mistake = match target.trim() {
            "" => "names no folder",
            target if target == folder => "moves mails to the folder that they are in",
            _ => return Some(after.into_inner()),
        };
        checker.error(after.span().start, mistake, "after = { move = \"Processed\" }");
        return None;
    }
    if *after.get_ref() == After::Delete {
        let what = "removes each original: the store then holds the only copy";
        checker.warn(
            place,
            "after",
            what,
            "back up the store, or after = { move = \"Processed\" }",
        );
    }
    Some(after.into_inner())
}
