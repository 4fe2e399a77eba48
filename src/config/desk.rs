//! `[desk]`: who we are.

use crate::config::checker::{Checker, Place, Section};
use crate::config::given::Given;
use crate::config::names::refuse_beyond_ascii;
use crate::config::secret::{Literal, SecretSource, SecretSources};
use crate::mail::EmailAddress;
use data_encoding::BASE64_NOPAD;
use jiff::tz::TimeZone;
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use serde::Deserialize;
use std::path::PathBuf;
use toml::Spanned;

/// The desk, checked.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The name that customers see.
    pub name: String,
    /// The language of mails to whom no language is known.
    pub locale: String,
    /// The languages that are spoken.
    pub languages: Vec<String>,
    /// Whose clock dates and business hours follow.
    pub timezone: TimeZone,
    /// Signs tokens; at least [`SHORTEST_SECRET`] octets.
    pub secret: SecretSlice<u8>,
    /// Former secrets, which still verify.
    pub previous_secrets: Vec<SecretSlice<u8>>,
    /// The folder whose files override the built-in templates; it need not exist.
    pub templates: PathBuf,
    /// Who hears of trouble: as configured, else the leads.
    pub admin: Vec<EmailAddress>,
}

/// Octets: as many as the HMAC that it keys puts out (SHA-256; RFC 2104 §3).
const SHORTEST_SECRET: usize = 32;
const LOCALE: &str = "en";
/// Those that there are built-in templates for.
const LANGUAGES: [&str; 2] = ["en", "es"];
const TIMEZONE: &str = "Europe/Madrid";
const TEMPLATES: &str = "templates";

/// `[desk]` as it stands.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawDesk {
    name: Given<String>,
    locale: Given<String>,
    languages: Given<Vec<String>>,
    timezone: Given<String>,
    secret: Given<SecretSource>,
    previous_secrets: Given<SecretSources>,
    templates: Given<String>,
    admin: Given<Vec<EmailAddress>>,
}

/// Checks the section; `leads` are the admin's stand-ins.
pub fn check(checker: &mut Checker<'_>, section: Section<'_>, leads: Vec<EmailAddress>) -> Option<Desk> {
    let place = section.place();
    let raw: RawDesk = checker.read(section, &[]);
    let name = checker.required(raw.name, &place, "name");
    let name = name.and_then(|name| checker.filled(name));
    let locale = checker.take(raw.locale);
    let locale = locale.map_or_else(|| Some(LOCALE.to_owned()), |locale| language(checker, locale));
    let languages = languages(checker, raw.languages);
    let timezone = timezone(checker, raw.timezone);
    let secret = secret(checker, raw.secret, &place);
    let previous_secrets = previous_secrets(checker, raw.previous_secrets);
    let templates = checker.text(raw.templates, TEMPLATES);
    // An empty list is a decision, and nothing to warn of.
    let is_decided = raw.admin.is_some();
    let admin = admin(checker, raw.admin).unwrap_or(leads);
    if admin.is_empty() && !is_decided {
        let what = "nobody hears of trouble: there is neither an admin nor a lead among the agents";
        checker.warn(&place, "admin", what, "admin = [\"you@…\"]");
    }
    Some(Desk {
        name: name?,
        locale: locale?,
        languages: languages?,
        timezone: timezone?,
        secret: secret?,
        previous_secrets: previous_secrets?,
        templates: checker.path(&templates),
        admin,
    })
}

fn admin(checker: &mut Checker<'_>, given: Given<Vec<EmailAddress>>) -> Option<Vec<EmailAddress>> {
    let given = checker.take(given)?;
    let at = given.span().start;
    let addresses = given.into_inner();
    for address in &addresses {
        refuse_beyond_ascii(checker, address, at);
    }
    Some(addresses)
}

fn language(checker: &mut Checker<'_>, code: Spanned<String>) -> Option<String> {
    let sound = matches!(code.get_ref().len(), 2..=3) && code.get_ref().chars().all(|c| c.is_ascii_lowercase());
    if !sound {
        let what = format!("`{}` is not a language", code.get_ref());
        checker.error(
            code.span().start,
            what,
            "two letters of ISO 639, such as \"en\" or \"es\"",
        );
        return None;
    }
    Some(code.into_inner())
}

fn languages(checker: &mut Checker<'_>, given: Given<Vec<String>>) -> Option<Vec<String>> {
    let Some(codes) = checker.take(given) else {
        return Some(LANGUAGES.map(str::to_owned).to_vec());
    };
    let span = codes.span();
    if codes.get_ref().is_empty() {
        checker.error(span.start, "names no language", "name at least one, such as [\"en\"]");
        return None;
    }
    let codes = codes.into_inner().into_iter();
    codes
        .map(|code| language(checker, Spanned::new(span.clone(), code)))
        .collect()
}

fn timezone(checker: &mut Checker<'_>, given: Given<String>) -> Option<TimeZone> {
    let name = checker.take(given);
    let at = name.as_ref().map_or(0, |name| name.span().start);
    let name = name.map_or_else(|| TIMEZONE.to_owned(), Spanned::into_inner);
    match TimeZone::get(&name) {
        Ok(zone) => Some(zone),
        Err(_) => {
            let what = format!("`{name}` is not a time zone");
            checker.error(
                at,
                what,
                "a name of the IANA database, such as \"Europe/Madrid\" or \"UTC\"",
            );
            None
        }
    }
}

fn secret(checker: &mut Checker<'_>, given: Given<SecretSource>, place: &Place) -> Option<SecretSlice<u8>> {
    let source = checker.required(given, place, "secret")?;
    let at = source.span().start;
    let text = checker.fetch(source.get_ref(), at, Literal::Refused)?;
    decoded(checker, &text, at)
}

fn previous_secrets(checker: &mut Checker<'_>, given: Given<SecretSources>) -> Option<Vec<SecretSlice<u8>>> {
    let Some(sources) = checker.take(given) else {
        return Some(vec![]);
    };
    let at = sources.span().start;
    let secrets = sources.get_ref().0.iter().map(|source| {
        let text = checker.fetch(source, at, Literal::Refused)?;
        decoded(checker, &text, at)
    });
    // All are fetched, so that each problem is reported.
    let secrets: Vec<_> = secrets.collect();
    secrets.into_iter().collect()
}

fn decoded(checker: &mut Checker<'_>, text: &SecretString, at: usize) -> Option<SecretSlice<u8>> {
    let letters: String = text.expose_secret().split_ascii_whitespace().collect();
    let octets = BASE64_NOPAD.decode(letters.trim_end_matches('=').as_bytes()).ok();
    match octets {
        Some(octets) if octets.len() >= SHORTEST_SECRET => Some(octets.into()),
        _ => {
            let what = format!("is not base64 of at least {SHORTEST_SECRET} octets");
            checker.error(
                at,
                what,
                "`openssl rand -base64 32` makes a good one, and so does `buzon init`",
            );
            None
        }
    }
}
