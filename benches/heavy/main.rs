//! `cargo bench --bench heavy`: what one mail of 10 MB costs that ten agents are notified of: the longest time for which
//! nobody else can write to the store, memory, and the octets that are left of what went out.
//!
//! Needs root, Dovecot and, for an SMTP sink beside it, Postfix's `smtp-sink`. It asserts nothing.
//! `BUZON_BENCH_BINARY` names another build to be measured.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice
)]

#[path = "../../tests/common/mod.rs"]
mod common;
mod lock;
#[path = "../drain/sink.rs"]
mod sink;
#[path = "../drain/usage.rs"]
mod usage;

use common::random::Random;
use common::{CUSTOMER, DESK, Dovecot, DovecotOptions, Gateway, GatewayBuilder, Inbox, TlsMode};
use lock::LockWatch;
use rusqlite::Connection;
use sink::Sink;
use std::process::{Command, Stdio};
use usage::Usage;

/// Octets of the attached file.
const ATTACHED: usize = 7 << 20;
const AGENTS: u32 = 10;

fn main() {
    // `cargo test --all-targets` runs benchmarks too, without this argument.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let dovecot = Dovecot::start(DovecotOptions::default());
    let mail = mail();
    dovecot.drop_into(DESK, &mail);
    let sink = Sink::start();
    let gateway = gateway(&dovecot, &sink);
    // The store's tables are there before it is watched.
    let made = buzon(&gateway, "ticket").arg("list").output().unwrap();
    assert!(made.status.success(), "the store is made");
    let store = gateway.path("data/buzon.db");
    let watch = LockWatch::start(&store);
    let mut drain = buzon(&gateway, "drain");
    drain.stderr(std::fs::File::create(gateway.path("drain.log")).unwrap());
    let usage = Usage::of(drain);
    let longest = watch.stop();
    let store = Connection::open(store).unwrap();
    println!("octets of the mail       {}", mail.len());
    println!("mails accepted           {}", sink.accepted());
    println!("longest write lock       {:.1} ms", longest.as_secs_f64() * 1e3);
    println!("peak RSS                 {} MiB", usage.peak_kib / 1024);
    println!(
        "seconds, own CPU         {:.2}, {:.2}",
        usage.wall,
        usage.user + usage.system
    );
    println!("outbox octets left       {}", left(&store));
}

fn mail() -> Vec<u8> {
    let mut random = Random::seeded("BUZON_BENCH_SEED", 42);
    let octets: Vec<u8> = (0..ATTACHED / 8)
        .flat_map(|_| random.below(u64::MAX).to_le_bytes())
        .collect();
    let encoded = data_encoding::BASE64_MIME.encode(&octets);
    format!(
        "From: Carla <{CUSTOMER}>\r\nTo: <{DESK}>\r\nSubject: The plans\r\nMessage-ID: <heavy@customer.example>\r\n\
         Date: Mon, 2 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"m\"\r\n\r\n--m\r\nContent-Type: text/plain\r\n\r\nHere they are.\r\n\
         \r\n--m\r\nContent-Type: application/pdf; name=\"plans.pdf\"\r\n\
         Content-Disposition: attachment; filename=\"plans.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\
         {encoded}\r\n--m--\r\n"
    )
    .into_bytes()
}

fn gateway(dovecot: &Dovecot, sink: &Sink) -> Gateway {
    let inbox = Inbox {
        imap_port: dovecot.imap_port,
        imap_tls: TlsMode::None,
        ca: None,
        ..Inbox::new(dovecot, sink.port)
    };
    let agent = |number| format!("[[agent]]\nname = \"Agent {number}\"\naddress = \"agent{number}@acme.example\"\n");
    let config: String = (0..AGENTS).map(agent).collect();
    GatewayBuilder::new(inbox).with_config(&config).build()
}

/// A command of the build that is measured.
fn buzon(gateway: &Gateway, command: &str) -> Command {
    let binary = std::env::var("BUZON_BENCH_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_buzon").to_owned());
    let mut buzon = Command::new(binary);
    buzon.arg("--config").arg(gateway.path("buzon.toml")).arg(command);
    buzon.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    buzon
}

/// Octets of mails that went out and are no message of a ticket.
fn left(store: &Connection) -> i64 {
    let count = |sql: &str| -> i64 { store.query_row(sql, [], |row| row.get(0)).unwrap() };
    if count("SELECT count(*) FROM sqlite_master WHERE name = 'outbox_octets'") == 1 {
        return count(
            "SELECT coalesce(sum(length(octets)), 0) FROM outbox_octets JOIN outbox ON id = outbox WHERE message IS NULL",
        );
    }
    count("SELECT coalesce(sum(length(octets)), 0) FROM outbox_own")
        + count(
            "SELECT coalesce(sum(length(octets)), 0) FROM raw
             WHERE id NOT IN (SELECT raw FROM intake)
               AND id NOT IN (SELECT raw FROM message WHERE raw IS NOT NULL)",
        )
}
