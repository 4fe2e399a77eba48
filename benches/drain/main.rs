//! `cargo bench --bench drain`: how fast `buzon drain` takes a full mailbox, from IMAP to confirmations accepted.
//!
//! Needs root, Dovecot and, for an SMTP sink beside it, Postfix's `smtp-sink`. It asserts nothing about time.
//! `BUZON_BENCH_MAILS` says how many mails, `BUZON_BENCH_AGENTS` how many agents are notified of each, and
//! `BUZON_BENCH_BINARY` names another build to be measured.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice
)]

#[path = "../../tests/common/mod.rs"]
mod common;
mod corpus;
mod sink;
mod usage;

use common::{DESK, Dovecot, DovecotOptions, Gateway, GatewayBuilder, Inbox, TlsMode};
use sink::Sink;
use std::process::{Command, Stdio};
use usage::Usage;

/// How many mails lie in the mailbox, unless `BUZON_BENCH_MAILS` says otherwise.
const MAILS: u64 = 20_000;

fn main() {
    // `cargo test --all-targets` runs benchmarks too, without this argument.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let mails = std::env::var("BUZON_BENCH_MAILS").map_or(MAILS, |text| text.parse().expect("a number of mails"));
    let dovecot = Dovecot::start(DovecotOptions::default());
    let octets = corpus::fill(&dovecot.home(DESK), mails);
    let sink = Sink::start();
    let agents = std::env::var("BUZON_BENCH_AGENTS").map_or(0, |text| text.parse().expect("a number of agents"));
    let gateway = gateway(&dovecot, &sink, agents);
    // The disk would go on writing the mailbox while it is read.
    Command::new("sync").status().expect("sync");
    let usage = Usage::of(drain(&gateway));
    let accepted = sink.accepted();
    let tickets = gateway.buzon(&["ticket", "list", "--json"]).stdout.lines().count();
    report(mails, octets, &usage);
    println!("agents notified          {agents}");
    println!("mails accepted           {accepted}");
    println!("tickets in the store     {tickets}");
}

/// The loopback needs no TLS, and the limits on automatic mails are out of the way.
fn gateway(dovecot: &Dovecot, sink: &Sink, agents: u32) -> Gateway {
    let inbox = Inbox {
        imap_port: dovecot.imap_port,
        imap_tls: TlsMode::None,
        ca: None,
        extra: format!("trusted_authserv = \"{}\"", corpus::BORDER),
        ..Inbox::new(dovecot, sink.port)
    };
    let agent = |number| format!("[[agent]]\nname = \"Agent {number}\"\naddress = \"agent{number}@acme.example\"\n");
    let config: String = (0..agents).map(agent).collect();
    GatewayBuilder::new(inbox).with_config(&config).build()
}

fn drain(gateway: &Gateway) -> Command {
    let log = std::fs::File::create(gateway.path("drain.log")).unwrap();
    let binary = std::env::var("BUZON_BENCH_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_buzon").to_owned());
    let mut drain = Command::new(binary);
    drain.args([
        "--config".as_ref(),
        gateway.path("buzon.toml").as_os_str(),
        "drain".as_ref(),
    ]);
    drain.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    drain
}

fn report(mails: u64, octets: u64, usage: &Usage) {
    let each = |seconds: f64| seconds / mails as f64 * 1e6;
    println!(
        "mails                    {mails}, {} KiB on average",
        octets / mails / 1024
    );
    println!("mails a second           {:.0}", mails as f64 / usage.wall);
    println!(
        "own CPU a mail           {:.0} us ({:.0} user, {:.0} system)",
        each(usage.user + usage.system),
        each(usage.user),
        each(usage.system)
    );
    println!("peak RSS                 {} MiB", usage.peak_kib / 1024);
}
