//! Every mail in `samples/` becomes what its `.expected.json` says: what `explain` tells of it, and what was read.
//!
//! `UPDATE_SAMPLES=1 cargo test --test samples` writes the files anew; then read the difference.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice
)]

#[path = "samples/scene.rs"]
mod scene;

use buzon::desk::arrival::{Authenticity, Replies};
use buzon::desk::decision::{AgentMessage, Decision, Opening, Shown, TicketChange};
use buzon::desk::ticket::TicketKey;
use buzon::desk::token::{Purpose, Reference};
use buzon::desk::{Clues, Explanation};
use buzon::mail::class::{OwnSigns, classify};
use buzon::mail::{InboundMail, ParseLimits, RawMail};
use buzon::service::{Origin, consider, prepare};
use scene::{Scene, now};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[test]
fn each_sample_becomes_what_is_expected_of_it() {
    let scene = Scene::new("en");
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
fn agents_quote_notifications_as_they_are_written_now() {
    let eva = "Hello,\n\nMy coffee machine has stopped with the red light on.\n\
               When can somebody come to look at it?\n\nEva Lind";
    let pablo = "Buenos días:\n\nLa cafetera se ha parado y parpadea en rojo.\n\
                 ¿Cuándo pueden venir a verla?\n\nPablo Soto";
    for (sample, locale, number, text) in [
        ("agent-answer-ios-en.eml", "en", 1047, eva),
        ("agent-answer-interleaved-mutt-es.eml", "es", 1048, pablo),
    ] {
        let octets = Scene::new(locale).notification("ana@acme.example", number, None, text);
        let notification = InboundMail::parse(&of(octets), &ParseLimits::default());
        let quoting = parse(&folder().join(sample));
        for line in notification.text.lines().filter(|line| !line.is_empty()) {
            let quoted = format!("> {line}");
            assert!(
                quoting.text.lines().any(|line| line == quoted),
                "{sample} has no {quoted}"
            );
        }
    }
}

#[test]
fn the_return_addresses_of_the_postfix_samples_are_signed() {
    let desk = Scene::new("en").desk;
    for name in ["bounce-rfc-3464-postfix.eml", "delivery-delayed-postfix.eml"] {
        let clues = Clues::of(&parse(&folder().join(name)), &desk.office.policy.keys);
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

impl Scene {
    /// What `explain` tells of the mail, and what was read of it.
    fn becomes(&self, sample: &Path) -> Value {
        let origin = Origin {
            inbox: inbox(&parse(sample)).into(),
            received_at: now(),
            authenticity: Authenticity::Headers,
            replies: Replies::Allowed,
        };
        let prepared = prepare(&raw(sample), origin, &self.desk).unwrap();
        let decision = self
            .store
            .read_blocking(|view| consider(view, &prepared, &self.desk, now()))
            .unwrap();
        let mail = &prepared.mail;
        let names: Vec<&str> = mail.attachments.iter().map(|part| part.name.as_str()).collect();
        let unsigned = classify(mail, &OwnSigns::default());
        let mut became = json!({
            "explain": Explanation::of(&decision, None),
            "mail": {
                "from": mail.from,
                "subject": mail.subject,
                "text": mail.text,
                "reply": mail.reply,
                "attachments": names,
                "language": mail.language,
                "class_without_a_store": unsigned.class,
                "may_auto_respond": decision.evidence.classification.may_auto_respond,
                "bounce": mail.delivery_report,
                "defects": mail.defects,
            },
        });
        if let Some(written) = by_agent(&decision, &prepared.mail) {
            became["agent"] = written;
        }
        became
    }
}

/// The inbox that a mail came to.
fn inbox(mail: &InboundMail) -> &'static str {
    let mut to = mail.to.iter().map(|mailbox| mailbox.address.as_str());
    match to.any(|address| address.starts_with("help")) {
        true => "exchange",
        false => "support",
    }
}

/// What an agent's mail says and to whom; `None` of anybody else's.
fn by_agent(decision: &Decision, mail: &InboundMail) -> Option<Value> {
    if let Some(held) = &decision.effects.held {
        return Some(json!({ "held": held.reasons }));
    }
    match &decision.effects.change {
        TicketChange::Work(work) => work.message.as_ref().map(|message| written(message, mail)),
        TicketChange::Open(new) => match &new.opening {
            Opening::OnBehalf { original, note, .. } => Some(json!({
                "requester": new.requester,
                "subject": new.subject,
                "language": new.language,
                "note": note,
                "original": original.as_ref().map(|original| &original.text),
            })),
            Opening::Mail => None,
        },
        _ => None,
    }
}

fn written(message: &AgentMessage, mail: &InboundMail) -> Value {
    let enclosed = message.enclosed.iter().map(|enclosed| {
        let name = &mail.attachments[enclosed.index].name;
        json!({ "name": name, "shown": enclosed.shown == Shown::Inline })
    });
    let to = message.form.recipients();
    json!({
        "to": to,
        "text": message.text(),
        "html": message.html,
        "between_the_lines": message.is_interleaved,
        "enclosed": enclosed.collect::<Vec<_>>(),
    })
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
    of(std::fs::read(sample).unwrap())
}

fn of(octets: Vec<u8>) -> RawMail {
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
