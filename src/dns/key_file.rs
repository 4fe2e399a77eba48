//! A file with the keys that DNS would answer, for networks without it.

use anyhow::{Context, bail, ensure};
use mail_auth::common::parse::TxtRecordParser;
use mail_auth::common::verify::DomainKey;
use std::collections::HashMap;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// The keys of a file. A line is `selector._domainkey.domain.example v=DKIM1; k=rsa; p=…`, and what begins with `#` is
/// a comment.
pub struct KeyFile {
    keys: HashMap<String, Arc<DomainKey>>,
}

/// The largest file, in octets.
const LARGEST_FILE: u64 = 1 << 20;

impl KeyFile {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, or a line holds no key; it names the line.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let mut text = String::new();
        let file = std::fs::File::open(path);
        let length = file.and_then(|file| file.take(LARGEST_FILE + 1).read_to_string(&mut text));
        let length = length.with_context(|| format!("cannot read {}", path.display()))?;
        ensure!(
            length as u64 <= LARGEST_FILE,
            "{} has more than {LARGEST_FILE} octets",
            path.display()
        );
        Self::parse(&text).with_context(|| path.display().to_string())
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let mut keys = HashMap::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (name, key) = entry(line).with_context(|| format!("line {}", index + 1))?;
            if keys.insert(name, Arc::new(key)).is_some() {
                bail!("line {}: the key stands there twice", index + 1);
            }
        }
        Ok(Self { keys })
    }

    /// The key of that name, which ends in a dot.
    pub(super) fn key(&self, name: &str) -> Option<Arc<DomainKey>> {
        self.keys.get(name).cloned()
    }
}

fn entry(line: &str) -> anyhow::Result<(String, DomainKey)> {
    let (name, record) = line.split_once(char::is_whitespace).context("there is no record")?;
    let name = name.trim_end_matches('.').to_lowercase();
    ensure!(name.contains("._domainkey."), "`{name}` is no name of a DKIM key");
    let key = DomainKey::parse(record.trim().as_bytes()).context("it holds no usable key")?;
    Ok((format!("{name}."), key))
}

#[cfg(test)]
mod tests {
    use super::KeyFile;

    const RECORD: &str = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    #[test]
    fn a_line_is_a_name_and_a_record() {
        let text = format!("# ours\n\nS1._domainkey.acme.example.\t {RECORD}\ns2._domainkey.acme.example {RECORD}");
        let keys = KeyFile::parse(&text).unwrap();
        assert!(keys.key("s1._domainkey.acme.example.").is_some());
        assert!(keys.key("s2._domainkey.acme.example.").is_some());
        assert!(keys.key("s3._domainkey.acme.example.").is_none());
    }

    #[test]
    fn a_line_without_a_key_is_named() {
        let name = "s1._domainkey.acme.example";
        for (text, said) in [
            (format!("#\n{name}"), "line 2: there is no record"),
            (
                format!("acme.example {RECORD}"),
                "line 1: `acme.example` is no name of a DKIM key",
            ),
            (format!("{name} v=DKIM1; p="), "line 1: it holds no usable key"),
            (format!("{name} v=spf1 -all"), "line 1: it holds no usable key"),
            (
                format!("{name} {RECORD}\n{name} {RECORD}"),
                "line 2: the key stands there twice",
            ),
        ] {
            let error = KeyFile::parse(&text).err().unwrap();
            assert!(format!("{error:#}").starts_with(said), "{error:#}");
        }
    }
}
