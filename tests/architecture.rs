//! Holds the crate to its architecture: imports point one way, and files and functions stay small.
//!
//! `architecture/` beside this file holds the rules' machinery; the rules themselves are the tables here.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice
)]

#[path = "architecture/source.rs"]
mod source;

use source::{Import, Source};
use std::path::Path;

/// Lines of the longest function that is allowed, signature and braces included.
const LONGEST_FUNCTION: usize = 70;
/// Lines of the longest file that is allowed.
const LONGEST_FILE: usize = 400;

/// The floors of the house, highest first. A module imports only from lower floors, never from its own.
const FLOORS: &[&[&str]] = &[
    &["main"],
    &["cli"],
    &["service"],
    &["ingest", "deliver", "clock", "web"],
    &["letters"],
    // Builds the settings of the edges, which do not know it.
    &["config"],
    &["imap", "smtp", "dns", "store", "sandbox"],
    &["template", "retry"],
    &["desk"],
    &["mail"],
];
/// `net` stands beside the edges: it imports nothing of the crate, and only these import it.
const NET_IS_FOR: &[&str] = &["imap", "smtp", "dns", "config", "sandbox", "cli"];

#[test]
fn imports_point_one_way_and_files_and_functions_stay_small() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut offences = vec![];
    for file in source::rust_files(root, "src") {
        let source = Source::read(root, &file);
        offences.extend(layering(&source));
        offences.extend(foreign_crates(&source));
        offences.extend(sizes(&source));
    }
    for file in source::rust_files(root, "tests") {
        offences.extend(sizes(&Source::read(root, &file)));
    }
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

#[test]
fn no_c_library_for_tls_is_in_the_lock_file() {
    let lock = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock")).unwrap();
    let lock: toml::Table = toml::from_str(&lock).unwrap();
    let names: Vec<&str> = lock["package"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"rustls"), "Cargo.lock is read wrongly");
    for banned in [
        "openssl-sys",
        "openssl",
        "native-tls",
        "aws-lc-sys",
        "aws-lc-rs",
        "cmake",
    ] {
        assert!(!names.contains(&banned), "Cargo.lock has {banned}");
    }
}

/// Imports that go up, sideways, or where they have no business.
fn layering(source: &Source) -> Vec<String> {
    let Some(here) = source.module.first().map(String::as_str).or(Some("main")) else {
        return vec![];
    };
    if source.file == "src/lib.rs" {
        return vec![];
    }
    let mut offences = vec![];
    if here != "net" && floor(here).is_none() {
        offences.push(format!(
            "{}:1: `{here}` has no floor in tests/architecture.rs",
            source.file
        ));
    }
    for Import { path, line } in source.imports.iter().filter(|import| import.path[0] == "crate") {
        let Some(there) = path.get(1).map(String::as_str).filter(|there| *there != here) else {
            continue;
        };
        let allowed = match (floor(here), floor(there)) {
            // Items of the crate root, such as a macro, are no modules.
            (_, None) if there != "net" => !source.names_a_module(there),
            (_, None) => NET_IS_FOR.contains(&here),
            (Some(from), Some(to)) => from < to,
            (None, Some(_)) => false,
        };
        if !allowed {
            offences.push(format!("{}:{line}: `{here}` must not import `{there}`", source.file));
        }
    }
    offences
}

/// The floor a module stands on, counted from the top.
fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

/// Crates that belong to one edge, named elsewhere.
fn foreign_crates(source: &Source) -> Vec<String> {
    let here = source.module.first().map_or("main", String::as_str);
    let mut offences = vec![];
    for Import { path, line } in &source.imports {
        let lettre_transport = path[0] == "lettre"
            && path.iter().any(|name| {
                name == "transport"
                    || ["AsyncSmtp", "SmtpTransport", "AsyncTransport"]
                        .iter()
                        .any(|start| name.starts_with(start))
            });
        let owner = match path[0].as_str() {
            "async_imap" => "imap",
            "rusqlite" | "rusqlite_migration" => "store",
            "mail_auth" => "dns",
            "lettre" if lettre_transport => "smtp",
            _ => continue,
        };
        if here != owner {
            offences.push(format!(
                "{}:{line}: `{}` belongs to `{owner}` alone",
                source.file,
                path.join("::")
            ));
        }
    }
    offences
}

/// A file or functions that are too long.
fn sizes(source: &Source) -> Vec<String> {
    let mut offences = vec![];
    if source.lines > LONGEST_FILE {
        offences.push(format!(
            "{}:1: {} lines, {LONGEST_FILE} are allowed",
            source.file, source.lines
        ));
    }
    for function in source
        .functions
        .iter()
        .filter(|function| function.lines > LONGEST_FUNCTION)
    {
        offences.push(format!(
            "{}:{}: `{}` has {} lines, {LONGEST_FUNCTION} are allowed",
            source.file, function.line, function.name, function.lines
        ));
    }
    offences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(file: &str, text: &str, expected: &[&str]) {
        let source = Source::parse(file, text);
        let found: Vec<String> = [layering(&source), foreign_crates(&source), sizes(&source)].concat();
        assert_eq!(found, expected, "{file}: {text}");
    }

    #[test]
    fn an_import_from_a_lower_floor_is_allowed() {
        check(
            "src/store/ticket.rs",
            "use crate::desk::{Ticket, event};\nuse crate::store::Tx;",
            &[],
        );
        check("src/main.rs", "fn main() { buzon::cli::run() }", &[]);
        check("src/imap.rs", "use crate::{mail::RawMail, net};", &[]);
    }

    #[test]
    fn an_import_that_points_up_or_sideways_is_an_offence() {
        check(
            "src/desk/decide.rs",
            "\nuse crate::store::Tx;",
            &["src/desk/decide.rs:2: `desk` must not import `store`"],
        );
        check(
            "src/imap/poller.rs",
            "use crate::{mail, smtp};",
            &["src/imap/poller.rs:1: `imap` must not import `smtp`"],
        );
        check(
            "src/mail/raw.rs",
            "fn f(_: crate::desk::Ticket) {}",
            &["src/mail/raw.rs:1: `mail` must not import `desk`"],
        );
        check(
            "src/store.rs",
            "use crate::config::Config;",
            &["src/store.rs:1: `store` must not import `config`"],
        );
        check(
            "src/desk.rs",
            "use crate::net::TlsMode;",
            &["src/desk.rs:1: `desk` must not import `net`"],
        );
        check(
            "src/net.rs",
            "use crate::mail::RawMail;",
            &["src/net.rs:1: `net` must not import `mail`"],
        );
    }

    #[test]
    fn no_way_of_writing_an_import_escapes() {
        let expected = ["src/desk/routing/action.rs:1: `desk` must not import `store`"];
        check(
            "src/desk/routing/action.rs",
            "use super::super::super::store::Tx;",
            &expected,
        );
        check(
            "src/desk/routing/action.rs",
            "fn f() { anyhow::bail!(\"{}\", crate::store::NAME) }",
            &expected,
        );
        check(
            "src/desk/routing/action.rs",
            "mod tests { use super::super::super::super::store; }",
            &expected,
        );
        check(
            "src/desk/routing/action.rs",
            "pub(crate) use crate::store as s;",
            &expected,
        );
    }

    #[test]
    fn a_module_without_a_floor_is_an_offence() {
        check(
            "src/attic.rs",
            "",
            &["src/attic.rs:1: `attic` has no floor in tests/architecture.rs"],
        );
    }

    #[test]
    fn an_edges_crate_named_elsewhere_is_an_offence() {
        check("src/store/row.rs", "use rusqlite::Row;", &[]);
        check("src/template.rs", "use lettre::message::Mailbox;", &[]);
        check(
            "src/cli/a.rs",
            "use rusqlite::Row;",
            &["src/cli/a.rs:1: `rusqlite::Row` belongs to `store` alone"],
        );
        check(
            "src/deliver.rs",
            "use lettre::transport::smtp::Error;",
            &["src/deliver.rs:1: `lettre::transport::smtp::Error` belongs to `smtp` alone"],
        );
        check(
            "src/cli/b.rs",
            "fn f(_: async_imap::Session<()>) {}",
            &["src/cli/b.rs:1: `async_imap::Session` belongs to `imap` alone"],
        );
    }

    #[test]
    fn a_long_function_or_file_is_an_offence_and_strings_do_not_count_as_code() {
        let body = "let s = \"}\";\n".repeat(LONGEST_FUNCTION - 2);
        check("src/mail/a.rs", &format!("fn fits() {{\n{body}}}"), &[]);
        check(
            "src/mail/a.rs",
            &format!("struct A;\nimpl A {{\nfn long() {{\n{body}\n}}\n}}"),
            &["src/mail/a.rs:3: `long` has 71 lines, 70 are allowed"],
        );
        let long = "//\n".repeat(LONGEST_FILE + 1);
        check("src/mail/a.rs", &long, &["src/mail/a.rs:1: 401 lines, 400 are allowed"]);
    }
}
