//! `[store]`: where tickets are kept.

use crate::config::checker::{Checker, Section};
use crate::config::given::Given;
use serde::Deserialize;
use std::path::PathBuf;

/// The store, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    /// The SQLite database; it need not exist, nor its folder.
    pub path: PathBuf,
}

const HINT: &str = "url = \"sqlite:data/buzon.db\"";

/// `[store]` as it stands.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawStore {
    url: Given<String>,
}

/// Checks the section.
pub fn check(checker: &mut Checker<'_>, section: Section<'_>) -> Option<Store> {
    let place = section.place();
    let raw: RawStore = checker.read(section, &[]);
    let url = checker.required(raw.url, &place, "url")?;
    let Some(path) = sqlite_path(url.get_ref()) else {
        // Not quoted: a URL of a database server may hold a password.
        let what = match url.get_ref().starts_with("postgres") {
            true => "PostgreSQL is not supported yet",
            false => "is not the URL of an SQLite file",
        };
        checker.error(url.span().start, what, HINT);
        return None;
    };
    Some(Store {
        path: checker.path(path),
    })
}

fn sqlite_path(url: &str) -> Option<&str> {
    let path = url.trim().strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    let is_file = !path.is_empty() && !path.ends_with('/') && !path.contains([':', '?']);
    is_file.then_some(path)
}
