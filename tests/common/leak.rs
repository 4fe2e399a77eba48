//! What may be in no octet that leaves for a customer, looked for in every scenario.

use super::agents::{CLIENT, INTERNAL, PRIVATE};
use super::mail::ReceivedMail;
use super::sink::SinkMail;
use regex::Regex;

/// The people of the desk: they may see everything.
const DESK_DOMAIN: &str = "@acme.example";

/// Panics when a mail to anybody outside of the desk shows anything of an agent or of what is said to agents.
#[track_caller]
pub fn check(mails: &[SinkMail]) {
    let agents = Regex::new(r"(?i)\b(?:ana|a\.ruiz|ben)@acme\.example").unwrap();
    let token = Regex::new(r"(?i)(?:^|[+<:\s])[ax][a-z2-7]{36}@|%2b[ax][a-z2-7]{36}|\bbza\.[a-z2-7]{30}").unwrap();
    let above = Regex::new(r"(?i)answer above this line|respuesta encima de esta").unwrap();
    for mail in mails.iter().filter(|mail| leaves(mail)) {
        let everything = ReceivedMail::new(mail.octets.clone()).everything();
        for (what, pattern) in [
            ("an agent's address", &agents),
            ("an agent's token", &token),
            ("our line", &above),
        ] {
            let found = pattern.find(&everything).map(|found| found.as_str());
            assert_eq!(found, None, "{what} left for {:?}:\n{everything}", mail.recipients);
        }
        for secret in [
            CLIENT,
            PRIVATE,
            INTERNAL,
            "203.0.113.77",
            "┃",
            "&#9475;",
            "User-Agent",
            "X-Mailer",
        ] {
            assert!(
                !everything.contains(secret),
                "{secret:?} left for {:?}:\n{everything}",
                mail.recipients
            );
        }
    }
}

fn leaves(mail: &SinkMail) -> bool {
    mail.recipients
        .iter()
        .any(|recipient| !recipient.ends_with(DESK_DOMAIN))
}
