//! Every mail in `samples/` becomes what its `.expected.json` says: what `explain` tells of it, and what was read.
//!
//! `UPDATE_SAMPLES=1 cargo test --test samples` writes the files anew; then read the difference.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use buzon::config::{Config, Variables};
use buzon::desk::arrival::{Authenticity, Replies};
use buzon::desk::decision::{Append, ContactChange, NewTicket, Opening};
use buzon::desk::ticket::{Priority, TicketKey, TicketNumber, TicketStatus};
use buzon::desk::token::{Purpose, Reference};
use buzon::desk::{Clues, Explanation};
use buzon::ingest::{Desk, Origin, consider, prepare};
use buzon::mail::class::{OwnSigns, classify};
use buzon::mail::{EmailAddress, InboundMail, MessageId, ParseLimits, RawMail};
use buzon::service;
use buzon::store::{Direction, NewMessage, Store, Tx};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The secret that signed the samples; their tickets' keys are the tickets' numbers.
const SECRET: &str = "buzon samples: not a secret, 32!";

/// The tickets that the samples refer to; older ones are filled in, so that these get their numbers.
const TICKETS: [SampleTicket; 6] = [
    SampleTicket {
        number: 1041,
        requester: "lucia.ferrer@casa.example",
        name: "Lucía Ferrer",
        subject: "¿Cuándo llega mi pedido?",
        language: "es",
        status: TicketStatus::Solved,
        opened_by: "5b0c6a1e-77d4-4f0a-9a41-2f6f0f3f7c11@casa.example",
    },
    SampleTicket {
        number: 1042,
        requester: "martin.hale@northgate.example",
        name: "Martin Hale",
        subject: "Can't sign in to the portal",
        language: "en",
        status: TicketStatus::Pending,
        opened_by: "000001dc4c9d$5a1b7c20$0e527460$@northgate.example",
    },
    SampleTicket {
        number: 1043,
        requester: "eva.lind@home.example",
        name: "Eva Lind",
        subject: "Please call me back",
        language: "en",
        status: TicketStatus::Solved,
        opened_by: "3F6C0B7E-91A4-4D52-8B1E-0C9D8E7F6A5B@home.example",
    },
    SampleTicket {
        number: 1044,
        requester: "h.brandt@lindner.example",
        name: "Brandt, Helene",
        subject: "Your order has shipped",
        language: "en",
        status: TicketStatus::Pending,
        opened_by: "first-1044@lindner.example",
    },
    SampleTicket {
        number: 1045,
        requester: "pablo.soto@correo.example",
        name: "Pablo Soto",
        subject: "Cambio de dirección",
        language: "es",
        status: TicketStatus::Solved,
        opened_by: "first-1045@correo.example",
    },
    SampleTicket {
        number: 1046,
        requester: "old.address@gone.example",
        name: "",
        subject: "Broken hinge",
        language: "en",
        status: TicketStatus::New,
        opened_by: "first-1046@gone.example",
    },
];

struct SampleTicket {
    number: i64,
    requester: &'static str,
    name: &'static str,
    subject: &'static str,
    language: &'static str,
    status: TicketStatus,
    opened_by: &'static str,
}

#[test]
fn each_sample_becomes_what_is_expected_of_it() {
    let scene = Scene::new();
    let update = std::env::var_os("UPDATE_SAMPLES").is_some();
    let mut wrong = vec![];
    for sample in files(".eml") {
        let became = scene.becomes(&sample);
        let text = serde_json::to_string_pretty(&became).unwrap() + "\n";
        let expected = sample.with_extension("expected.json");
        if update {
            std::fs::write(&expected, &text).unwrap();
        }
        let wanted: Option<Value> = std::fs::read(&expected)
            .ok()
            .map(|json| serde_json::from_slice(&json).expect("the expected file is JSON"));
        if wanted.as_ref() != Some(&became) {
            wrong.push(format!(
                "{}:\n{}",
                sample.display(),
                difference(wanted.as_ref(), &became)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_expectation_is_left_over_from_a_sample_that_is_gone() {
    let names = |ending: &str| -> BTreeSet<String> {
        let stem = |path: &PathBuf| {
            let name = path.file_name().unwrap().to_str().unwrap();
            name.strip_suffix(ending).unwrap().to_owned()
        };
        files(ending).iter().map(stem).collect()
    };
    assert_eq!(names(".expected.json"), names(".eml"));
}

#[test]
fn the_return_addresses_of_the_postfix_samples_are_signed() {
    let desk = Scene::new().desk;
    for name in ["bounce-rfc-3464-postfix.eml", "delivery-delayed-postfix.eml"] {
        let clues = Clues::of(&parse(&folder().join(name)), &desk.policy.keys);
        let [token] = clues.tokens.as_slice() else {
            panic!("{name}: {clues:?}")
        };
        assert_eq!(
            (token.purpose, token.key, token.reference),
            (Purpose::Bounce, TicketKey(1046), Reference([0, 0, 0, 9])),
            "{name}"
        );
    }
}

/// A desk whose store holds [`TICKETS`].
struct Scene {
    desk: Desk,
    store: Store,
    _folder: TempDir,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let desk = service::desk(&config(folder.path())).unwrap();
        let store = Store::open(&folder.path().join("buzon.db")).unwrap();
        store.write_blocking(fill).unwrap();
        Self {
            desk,
            store,
            _folder: folder,
        }
    }

    /// What `explain` tells of the mail, and what was read of it.
    fn becomes(&self, sample: &Path) -> Value {
        let origin = Origin {
            inbox: "support".into(),
            received_at: now(),
            authenticity: Authenticity::Headers,
            replies: Replies::Allowed,
        };
        let prepared = prepare(&raw(sample), origin, &self.desk).unwrap();
        let decision = self
            .store
            .read_blocking(|view| consider(view, i64::MAX, &prepared, &self.desk, now()))
            .unwrap();
        let mail = &prepared.mail;
        let names: Vec<&str> = mail.attachments.iter().map(|part| part.name.as_str()).collect();
        let unsigned = classify(mail, &OwnSigns::default());
        json!({
            "explain": Explanation::of(&decision, None),
            "mail": {
                "from": mail.from,
                "subject": mail.subject,
                "text": mail.text,
                "reply": mail.reply,
                "attachments": names,
                "language": mail.language,
                "class_without_a_store": unsigned.class,
                "may_auto_respond": decision.classification.may_auto_respond,
                "bounce": mail.delivery_report,
                "defects": mail.defects,
            },
        })
    }
}

fn now() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

fn config(folder: &Path) -> Config {
    let text = r#"
        [desk]
        name = "Acme Support"
        secret = { env = "DESK_SECRET" }
        [store]
        url = "sqlite:buzon.db"
        [[inbox]]
        name = "support"
        address = "support@acme.example"
        trusted_authserv = "mx.acme.example"
        forms = ["form@www.acme.example"]
        imap = { host = "127.0.0.1", tls = "none", password = { env = "DESK_SECRET" } }
        smtp = { host = "127.0.0.1", tls = "none" }
    "#;
    let file = folder.join("buzon.toml");
    std::fs::write(&file, text).unwrap();
    let secret = data_encoding::BASE64.encode(SECRET.as_bytes());
    let variables = Variables::from_iter([("DESK_SECRET".to_owned(), secret)]);
    Config::load_with(Some(&file), &variables).unwrap_or_else(|problems| panic!("{problems}"))
}

fn fill(tx: &Tx<'_>) -> anyhow::Result<()> {
    for number in 1..TICKETS[0].number {
        open(tx, number, None)?;
    }
    TICKETS
        .iter()
        .try_for_each(|ticket| open(tx, ticket.number, Some(ticket)))
}

fn open(tx: &Tx<'_>, number: i64, of: Option<&SampleTicket>) -> anyhow::Result<()> {
    let requester = of.and_then(|ticket| EmailAddress::parse(ticket.requester));
    let new = NewTicket {
        subject: of.map(|ticket| ticket.subject).unwrap_or_default().to_owned(),
        requester: requester.clone(),
        requester_name: of.map(|ticket| ticket.name).unwrap_or_default().to_owned(),
        queue: "general".to_owned(),
        inbox: "support".to_owned(),
        priority: Priority::Normal,
        tags: vec![],
        language: of.map_or("en", |ticket| ticket.language).to_owned(),
        linked_to: None,
        participants: vec![],
        assignee: None,
        opening: Opening::Mail,
        marks: vec![],
        events: vec![],
    };
    let yesterday = now() - SignedDuration::from_hours(24);
    assert_eq!(
        tx.open_ticket(&new, TicketKey(number.cast_unsigned()), yesterday)?,
        TicketNumber(number)
    );
    let Some((ticket, address)) = of.zip(requester) else {
        return Ok(());
    };
    tx.add_message(&first_message(ticket, yesterday))?;
    let status = Append {
        ticket: TicketNumber(number),
        status: Some(ticket.status),
        sender_role: None,
        participants: vec![],
        marks: vec![],
        events: vec![],
    };
    tx.append(&status, None, yesterday)?;
    // Its confirmation went out with the guidance.
    let contact = ContactChange {
        address,
        name: None,
        language: Some(ticket.language.to_owned()),
        has_answered: false,
        guided: true,
    };
    tx.apply_contact(&contact, yesterday)
}

fn first_message(ticket: &SampleTicket, at: Timestamp) -> NewMessage {
    NewMessage {
        ticket: TicketNumber(ticket.number),
        at,
        direction: Direction::In,
        kind: "mail".to_owned(),
        from: None,
        to: vec![],
        message_id: MessageId::parse(ticket.opened_by),
        references: vec![],
        subject: ticket.subject.to_owned(),
        text: String::new(),
        reply: None,
        attachments: vec![],
        marks: vec![],
        intake: None,
        author: None,
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

/// The files in `samples/` whose names end so, in order.
fn files(ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = entries
        .filter(|path| path.to_str().unwrap().ends_with(ending))
        .collect();
    found.sort();
    assert!(!found.is_empty(), "no *{ending} in samples/");
    found
}

fn raw(sample: &Path) -> RawMail {
    let octets = std::fs::read(sample).unwrap();
    RawMail {
        full_size: octets.len() as u64,
        octets,
        received_at: now(),
    }
}

fn parse(sample: &Path) -> InboundMail {
    InboundMail::parse(&raw(sample), &ParseLimits::default())
}

/// The lines that differ.
fn difference(wanted: Option<&Value>, became: &Value) -> String {
    let Some(wanted) = wanted else {
        return format!("no .expected.json; it became {became:#}");
    };
    let [wanted, became] = [wanted, became].map(|value| format!("{value:#}"));
    let only = |in_this: &str, not_in: &str, sign: &str| -> Vec<String> {
        let lines = in_this
            .lines()
            .filter(|line| not_in.lines().all(|other| other != *line));
        lines.map(|line| format!("{sign}{line}")).collect()
    };
    let mut lines = only(&wanted, &became, "-");
    lines.extend(only(&became, &wanted, "+"));
    lines.join("\n")
}
