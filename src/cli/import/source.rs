//! Mail in files: a Maildir, an mbox, an `.eml` file or a folder of them.

use crate::cli::exit::{CliError, Exit};
use anyhow::Context;
use mail_parser::mailbox::mbox;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// The octets of mails, one after the other.
pub(super) type Mails = Box<dyn Iterator<Item = anyhow::Result<Vec<u8>>>>;

/// The mails at `path`.
///
/// # Errors
/// When nothing is there that could hold mail.
pub(super) fn mails(path: &Path) -> anyhow::Result<Mails> {
    let shown = path.display().to_string();
    let facts = std::fs::metadata(path).map_err(|error| {
        CliError::new(
            Exit::Data,
            format!("cannot read {shown}: {error}"),
            "name a file or folder that holds mail",
        )
    })?;
    if facts.is_file() {
        return file(path);
    }
    let files = if path.join("cur").is_dir() || path.join("new").is_dir() {
        maildir_files(path)
    } else {
        eml_files(path)
    };
    let files = files.with_context(|| format!("cannot read the folder {shown}"))?;
    Ok(Box::new(files.into_iter().map(|path| read(&path))))
}

fn file(path: &Path) -> anyhow::Result<Mails> {
    let mut reader = BufReader::new(File::open(path).with_context(|| format!("cannot open {}", path.display()))?);
    let is_mbox = reader
        .fill_buf()
        .with_context(|| format!("cannot read {}", path.display()))?
        .starts_with(b"From ");
    if !is_mbox {
        return Ok(Box::new(std::iter::once(read(path))));
    }
    let shown = path.display().to_string();
    Ok(Box::new(mbox::MessageIterator::new(reader).map(move |mail| {
        mail.map(mbox::Message::unwrap_contents)
            .with_context(|| format!("cannot read the mbox {shown}"))
    })))
}

/// The mails of a Maildir in the order of their file names, which begin with the time of delivery: an answer must not
/// come before what it answers.
fn maildir_files(maildir: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = vec![];
    for folder in ["new", "cur"].map(|name| maildir.join(name)) {
        if !folder.is_dir() {
            continue;
        }
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            if !hidden && entry.path().is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort_by(|one, other| one.file_name().cmp(&other.file_name()));
    Ok(files)
}

fn eml_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = vec![];
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("eml"))
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}
