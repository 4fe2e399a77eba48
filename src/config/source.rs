//! Where the configuration comes from: files and the environment; and how an offset leads back to file and line.

use crate::config::problem::{Problem, Severity};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The environment, as a value: what overrides keys, and where `{ env = … }` looks.
pub type Variables = BTreeMap<String, String>;

/// Everything that was read, as if laid end to end: one offset names a place in any of the texts.
#[derive(Debug)]
pub struct Sources {
    main: PathBuf,
    texts: Vec<Source>,
}

/// One text.
#[derive(Debug)]
pub struct Source {
    /// The file, or the environment variable.
    pub name: PathBuf,
    /// What the text is.
    pub kind: SourceKind,
    /// The offset of its first octet.
    pub start: usize,
    /// What was read.
    pub text: String,
}

/// What a text is.
#[derive(Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// A TOML file.
    File,
    /// The value of `BUZON__…`, for this dotted key.
    Variable {
        /// Dotted, in lower case: `desk.name`.
        key: String,
    },
}

/// Where the configuration is when nobody says so.
pub const USUAL_PLACES: [&str; 2] = ["config/buzon.toml", "/etc/buzon/buzon.toml"];
/// A larger file is no configuration.
const LARGEST_FILE: u64 = 4 * 1024 * 1024;

impl Sources {
    /// Reads the file (`None`: the first of [`USUAL_PLACES`] that exists), then `conf.d/*.toml` beside it in name
    /// order, then takes `BUZON__SECTION__KEY` from the variables. What can't be read is a problem.
    pub fn gather(path: Option<&Path>, variables: &Variables) -> (Self, Vec<Problem>) {
        let main = main_file(path);
        // Absolute, so that the process may change its folder, and a reload finds the same files.
        let main = std::path::absolute(&main).unwrap_or(main);
        let mut problems = vec![];
        let files = files(&main, &mut problems);
        let mut sources = Self { main, texts: vec![] };
        for file in files {
            match read(&file) {
                Ok(text) => sources.add(file, SourceKind::File, text),
                Err(error) => problems.push(unreadable(file, &error)),
            }
        }
        for (name, key, value) in overrides(variables) {
            sources.add(PathBuf::from(name), SourceKind::Variable { key }, value);
        }
        (sources, problems)
    }

    /// The file beside which everything else is.
    pub fn main(&self) -> &Path {
        &self.main
    }

    /// Where relative paths start.
    pub fn folder(&self) -> PathBuf {
        self.main.parent().map(Path::to_owned).unwrap_or_default()
    }

    /// The files that were read.
    pub fn files(&self) -> Vec<PathBuf> {
        let files = self.texts.iter().filter(|source| source.kind == SourceKind::File);
        files.map(|source| source.name.clone()).collect()
    }

    /// Each text, in the order in which later ones overrule.
    pub fn texts(&self) -> &[Source] {
        &self.texts
    }

    /// The file and line (from 1) of an offset; no line for a variable.
    pub fn locate(&self, offset: usize) -> (PathBuf, Option<usize>) {
        let Some(source) = self.texts.iter().rev().find(|source| source.start <= offset) else {
            return (PathBuf::new(), None);
        };
        let before = source.text.bytes().take(offset - source.start);
        let line = (source.kind == SourceKind::File).then(|| before.filter(|octet| *octet == b'\n').count() + 1);
        (source.name.clone(), line)
    }

    fn add(&mut self, name: PathBuf, kind: SourceKind, text: String) {
        // One octet between two texts keeps the end of one apart from the start of the next.
        let start = self.texts.last().map_or(0, |last| last.start + last.text.len() + 1);
        self.texts.push(Source {
            name,
            kind,
            start,
            text,
        });
    }
}

/// The file that is meant: the one that is named, else the first that exists in the usual places.
pub fn main_file(path: Option<&Path>) -> PathBuf {
    let [nearest, _] = USUAL_PLACES;
    match path {
        Some(path) => path.to_owned(),
        None => USUAL_PLACES
            .iter()
            .map(PathBuf::from)
            .find(|place| place.exists())
            .unwrap_or_else(|| nearest.into()),
    }
}

fn files(main: &Path, problems: &mut Vec<Problem>) -> Vec<PathBuf> {
    let folder = main.with_file_name("conf.d");
    let mut beside = match std::fs::read_dir(&folder) {
        Ok(entries) => entries
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
            .collect(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => vec![],
        Err(error) => {
            problems.push(unreadable(folder, &error));
            vec![]
        }
    };
    beside.sort();
    beside.insert(0, main.to_owned());
    beside
}

fn read(file: &Path) -> std::io::Result<String> {
    if std::fs::metadata(file)?.len() > LARGEST_FILE {
        return Err(std::io::Error::other("it is larger than 4 MiB"));
    }
    std::fs::read_to_string(file)
}

fn unreadable(file: PathBuf, error: &std::io::Error) -> Problem {
    let hint = match error.kind() {
        std::io::ErrorKind::NotFound => "`buzon init` writes one, `--config FILE` names another",
        std::io::ErrorKind::InvalidData => "save it as UTF-8",
        _ => "make it readable for the user that buzon runs as",
    };
    Problem {
        severity: Severity::Error,
        file,
        line: None,
        key: String::new(),
        what: format!("cannot be read: {error}"),
        hint: hint.to_owned(),
    }
}

/// Name, dotted key and value of each variable that overrides a key, in the order of names.
fn overrides(variables: &Variables) -> Vec<(String, String, String)> {
    let environment = ::config::Environment::with_prefix("BUZON")
        .prefix_separator("__")
        .separator("__")
        .source(Some(variables.clone().into_iter().collect()));
    let collected = ::config::Source::collect(&environment).unwrap_or_default();
    let mut overrides: Vec<_> = collected
        .into_iter()
        .filter_map(|(key, value)| {
            let name = format!("BUZON__{}", key.replace('.', "__").to_uppercase());
            Some((name, key, value.into_string().ok()?))
        })
        .collect();
    overrides.sort();
    overrides
}
