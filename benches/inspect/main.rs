//! `cargo bench --bench inspect -- FOLDER`: how long `buzon inspect` takes for each mail in a folder, without reading and
//! printing. It asserts nothing about time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use buzon::cli::inspect::inspect;
use buzon::mail::RawMail;
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Larger mails are left out, in octets.
const LARGEST: usize = 100 * 1024;
/// How often each mail is understood; the median counts, so that what else the machine does is no part of it.
const ROUNDS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` runs benchmarks too, without this argument.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let folder = arguments.iter().find(|argument| !argument.starts_with('-'));
    let folder = folder.map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("samples"), PathBuf::from);
    let mut times: Vec<(Duration, PathBuf)> = mails(&folder).into_iter().map(measure).collect();
    times.sort();
    assert!(!times.is_empty(), "no .eml file in {}", folder.display());
    let at = |share: f64| &times[((times.len() - 1) as f64 * share).round() as usize];
    let show = |name: &str, (time, path): &(Duration, PathBuf)| {
        println!("{name:<6} {:>7} us  {}", time.as_micros(), path.display());
    };
    println!("mails  {:>7}", times.len());
    show("p50", at(0.5));
    show("p99", at(0.99));
    show("max", at(1.0));
}

fn measure((path, raw): (PathBuf, RawMail)) -> (Duration, PathBuf) {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let began = Instant::now();
            std::hint::black_box(inspect(std::hint::black_box(&raw), None));
            began.elapsed()
        })
        .collect();
    times.sort();
    (times[ROUNDS / 2], path)
}

/// The mails in a folder and those inside of it.
fn mails(folder: &Path) -> Vec<(PathBuf, RawMail)> {
    let mut found = vec![];
    for entry in std::fs::read_dir(folder).expect("a folder of .eml files") {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(mails(&path));
        } else if path.extension().is_some_and(|extension| extension == "eml") {
            let octets = std::fs::read(&path).unwrap();
            if octets.len() < LARGEST {
                let raw = RawMail {
                    full_size: octets.len() as u64,
                    octets,
                    received_at: Timestamp::UNIX_EPOCH,
                };
                found.push((path, raw));
            }
        }
    }
    found
}
