//! Names and addresses that must be unique, over all files.

use crate::config::checker::Checker;
use crate::mail::EmailAddress;
use std::collections::BTreeMap;
use toml::Spanned;

/// An address that mails of ours go to or come from: they are 7-bit, and each would fail.
pub fn refuse_beyond_ascii(checker: &mut Checker<'_>, address: &EmailAddress, at: usize) {
    if !address.as_str().is_ascii() {
        let what = format!("`{address}` is not in ASCII, and mails of the desk are 7-bit only");
        checker.error(
            at,
            what,
            "write its domain in its ASCII form (`xn--…`), or use another address",
        );
    }
}

/// What has been seen, and where.
#[derive(Debug)]
pub struct Names {
    what: &'static str,
    seen: BTreeMap<String, usize>,
}

impl Names {
    /// `what` is called so in errors.
    pub fn new(what: &'static str) -> Self {
        let seen = BTreeMap::new();
        Self { what, seen }
    }

    /// The name, trimmed; `None`, and an error, when it is empty or known.
    pub fn admit(&mut self, checker: &mut Checker<'_>, name: Spanned<String>) -> Option<String> {
        let at = name.span().start;
        let name = checker.filled(name)?;
        self.is_new(checker, &name, name.clone(), at).then_some(name)
    }

    /// Reports each address that is known.
    pub fn admit_addresses(
        &mut self,
        checker: &mut Checker<'_>,
        address: Option<&Spanned<EmailAddress>>,
        aliases: Option<&Spanned<Vec<EmailAddress>>>,
    ) {
        if let Some(address) = address {
            let at = address.span().start;
            refuse_beyond_ascii(checker, address.get_ref(), at);
            self.is_new(checker, address.get_ref().as_str(), address.get_ref().key(), at);
        }
        let Some(aliases) = aliases else { return };
        for alias in aliases.get_ref() {
            self.is_new(checker, alias.as_str(), alias.key(), aliases.span().start);
        }
    }

    fn is_new(&mut self, checker: &mut Checker<'_>, name: &str, key: String, at: usize) -> bool {
        let Some(first) = self.seen.get(&key) else {
            self.seen.insert(key, at);
            return true;
        };
        let what = format!("`{name}` is there twice: {} has it too", checker.name_of(*first));
        checker.error(at, what, format!("each {} must be another", self.what));
        false
    }
}
