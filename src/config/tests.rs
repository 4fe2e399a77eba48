//! What is accepted, what is refused, and where the error points.

mod layers;
mod refused;
mod secrets;
mod sound;

use crate::config::{Config, Problem, Problems, Variables};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The least that is accepted, with every server on loopback.
const LEAST: &str = r#"
[desk]
name = "Acme Support"
secret = { file = "secret.key" }
[store]
url = "sqlite:data/buzon.db"
[[inbox]]
name = "support"
address = "support@acme.example"
imap = { host = "localhost", password = "x" }
smtp = { host = "localhost" }
"#;

/// A folder with a configuration.
struct Folder(TempDir);

impl Folder {
    fn new(main: &str) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder
            .with("buzon.toml", main, 0o644)
            .with("secret.key", &"A".repeat(44), 0o600)
    }

    fn with(self, name: &str, text: &str, mode: u32) -> Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn load(&self, variables: &[(&str, &str)]) -> Result<Config, Problems> {
        let variables: Variables = variables.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        Config::load_with(Some(&self.path("buzon.toml")), &variables)
    }

    fn problems(&self) -> Vec<Problem> {
        self.load(&[]).unwrap_err().all().to_vec()
    }
}

/// The problem of that key.
#[track_caller]
fn problem<'a>(problems: &'a [Problem], key: &str) -> &'a Problem {
    let found = problems.iter().find(|problem| problem.key == key);
    found.unwrap_or_else(|| panic!("no problem of {key} in {problems:#?}"))
}

/// The number of the line that holds `text`.
fn line_of(file: &Path, text: &str) -> Option<usize> {
    let content = fs::read_to_string(file).unwrap();
    content
        .lines()
        .position(|line| line.contains(text))
        .map(|index| index + 1)
}
