//! Mail in files: a Maildir, an mbox, an `.eml` file or a folder of them.

use crate::cli::exit::{CliError, Exit};
use anyhow::Context;
use mail_parser::mailbox::{maildir, mbox};
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
    if path.join("cur").is_dir() || path.join("new").is_dir() {
        let mails = maildir::MessageIterator::new(path).with_context(|| format!("cannot read the Maildir {shown}"))?;
        return Ok(Box::new(mails.map(move |mail| {
            mail.map(maildir::Message::unwrap_contents)
                .with_context(|| format!("cannot read a mail in {shown}"))
        })));
    }
    let files = eml_files(path).with_context(|| format!("cannot read the folder {shown}"))?;
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
