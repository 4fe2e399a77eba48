//! Where templates come from: built in, or a file that takes a built-in one's place.

use super::TemplateError;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Every template and phrase file, by its name: `en/confirmation/body.txt`.
pub(super) struct Sources(BTreeMap<String, Source>);

/// One file.
pub(super) struct Source {
    /// Language, kind and file.
    pub(super) name: String,
    /// Where an admin finds it; a built-in one by its name.
    pub(super) origin: PathBuf,
    /// What is in it.
    pub(super) text: String,
}

/// Written by build.rs from `config/templates`.
const BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/builtin_templates.rs"));

impl Sources {
    pub(super) fn gather(overrides: Option<&Path>) -> Result<Self, TemplateError> {
        let mut sources = Self(BTreeMap::new());
        for (name, text) in BUILT_IN {
            sources.insert(
                (*name).to_owned(),
                format!("built-in {name}").into(),
                (*text).to_owned(),
            );
        }
        if let Some(root) = overrides.filter(|root| root.is_dir()) {
            for language in entries(root)?.into_iter().filter(|path| path.is_dir()) {
                sources.add_folder(root, &language)?;
            }
        }
        Ok(sources)
    }

    pub(super) fn get(&self, language: &str, file: &str) -> Result<&Source, TemplateError> {
        self.0
            .get(&format!("{language}/{file}"))
            .ok_or_else(|| TemplateError::Missing {
                language: language.to_owned(),
                file: file.to_owned(),
            })
    }

    pub(super) fn languages(&self) -> BTreeSet<String> {
        let language = |name: &String| name.split('/').next().map(str::to_owned);
        self.0.keys().filter_map(language).collect()
    }

    pub(super) fn origins(&self) -> BTreeMap<String, PathBuf> {
        let origin = |source: &Source| (source.name.clone(), source.origin.clone());
        self.0.values().map(origin).collect()
    }

    fn add_folder(&mut self, root: &Path, folder: &Path) -> Result<(), TemplateError> {
        for path in entries(folder)? {
            if path.is_dir() {
                self.add_folder(root, &path)?;
            } else if path
                .extension()
                .is_some_and(|x| x == "txt" || x == "html" || x == "toml")
            {
                let name = path
                    .strip_prefix(root)
                    .unwrap_or(&path)
                    .to_string_lossy()
                    .replace('\\', "/");
                let text = fs::read_to_string(&path).map_err(|source| unreadable(&path, source))?;
                self.insert(name, path, text);
            }
        }
        Ok(())
    }

    fn insert(&mut self, name: String, origin: PathBuf, text: String) {
        let source = Source {
            name: name.clone(),
            origin,
            text,
        };
        self.0.insert(name, source);
    }
}

/// What is in a folder, but for hidden files: those are an editor's or a version control's.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, TemplateError> {
    let listed = fs::read_dir(folder).map_err(|source| unreadable(folder, source))?;
    let mut paths = Vec::new();
    for entry in listed {
        let entry = entry.map_err(|source| unreadable(folder, source))?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    Ok(paths)
}

fn unreadable(path: &Path, source: std::io::Error) -> TemplateError {
    TemplateError::Read {
        file: path.to_owned(),
        source,
    }
}
