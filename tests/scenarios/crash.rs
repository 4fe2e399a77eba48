//! kill -9 at random points: nothing is lost, and no ticket is made twice.

use crate::common::random::Random;
use crate::common::sink::SinkMail;
use crate::common::wait::{seconds, wait_until};
use crate::common::{
    DESK, Dovecot, DovecotOptions, Gateway, GatewayBuilder, Inbox, MailBuilder, ReceivedMail, SmtpSink,
};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const MAILS: usize = 500;
const KILLS: usize = 40;
/// The longest a gateway lives before it is killed, in milliseconds: some die at start, some amid the work.
const LONGEST_LIFE: u64 = 900;
/// How many outcomes of SMTP may wait for their commit, and so be repeated after a kill (behaviour.md).
const REPEATED_PER_KILL: usize = 16;

#[test]
fn forty_kills_while_500_mails_pass_lose_nothing_and_double_nothing() {
    let mut random = Random::seeded("BUZON_CRASH_SEED", 1042);
    let dovecot = Dovecot::start(DovecotOptions::default());
    let sink = SmtpSink::start();
    let mut gateway = GatewayBuilder::new(Inbox::new(&dovecot, sink.port)).build();
    let mut arrived = 0;
    for kill in 0..KILLS {
        gateway.run();
        let life = random.below(LONGEST_LIFE);
        std::thread::sleep(Duration::from_millis(life / 2));
        let due = MAILS * (kill + 1) / KILLS;
        (arrived..due).for_each(|number| dovecot.drop_into(DESK, &mail(number)));
        arrived = due;
        std::thread::sleep(Duration::from_millis(life / 2));
        gateway.kill9();
    }
    println!("{} of {MAILS} confirmations before the last start", sink.count());
    let killed = gateway.log().len();
    gateway.run();
    // All may have been sent before: without this the end could come before it catches signals.
    wait_until(seconds(20), "the last start", || {
        gateway.log()[killed..].contains("the gateway runs").then_some(())
    });
    let distinct = |mails: &[SinkMail]| {
        mails
            .iter()
            .map(|mail| mail.recipients[0].clone())
            .collect::<BTreeSet<_>>()
            .len()
    };
    wait_until(seconds(120), "every customer has a confirmation", || {
        (distinct(&sink.mails()) == MAILS).then_some(())
    });
    wait_until(seconds(30), "every mail is flagged on the server", || {
        dovecot
            .mails(DESK, "INBOX")
            .iter()
            .all(|mail| mail.flags.contains('S'))
            .then_some(())
    });
    assert_eq!(gateway.stop(), 0);
    check_store(&gateway);
    check_confirmations(&sink.mails());
}

fn mail(number: usize) -> Vec<u8> {
    let from = format!("c{number}@customer.example");
    MailBuilder::new()
        .with_from(&from)
        .with_subject(&format!("Request {number}"))
        .build()
}

fn check_store(gateway: &Gateway) {
    let tickets = gateway.tickets();
    let requesters: BTreeSet<String> = tickets.iter().map(|ticket| ticket["requester"].to_string()).collect();
    let subjects: BTreeSet<String> = tickets.iter().map(|ticket| ticket["subject"].to_string()).collect();
    assert_eq!((tickets.len(), requesters.len(), subjects.len()), (MAILS, MAILS, MAILS));
    assert_eq!(gateway.outbox(), Vec::<serde_json::Value>::new());
    assert_eq!(gateway.quarantine(), Vec::<serde_json::Value>::new());

    let store = rusqlite::Connection::open(gateway.path("data/buzon.db")).unwrap();
    let sound: String = store.query_row("PRAGMA quick_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    let states = store
        .prepare("SELECT state, count(*) FROM intake GROUP BY state")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<Vec<(String, i64)>, _>>()
        .unwrap();
    assert_eq!(
        states,
        [("ticket".to_owned(), MAILS as i64)],
        "each mail is in one state, once"
    );
}

/// A mail that went out twice is the same mail: one Message-ID a customer, and one customer a Message-ID.
fn check_confirmations(mails: &[SinkMail]) {
    let mut by_id: BTreeMap<String, &SinkMail> = BTreeMap::new();
    for mail in mails {
        let id = ReceivedMail::new(mail.octets.clone()).message_id();
        let first = by_id.entry(id).or_insert(mail);
        assert_eq!((&first.recipients, &first.octets), (&mail.recipients, &mail.octets));
    }
    assert_eq!(by_id.len(), MAILS, "distinct confirmations by Message-ID");
    let repeated = mails.len() - MAILS;
    println!("{repeated} confirmations went out twice over {KILLS} kills");
    assert!(
        repeated <= KILLS * REPEATED_PER_KILL,
        "{repeated} confirmations were repeated"
    );
}
