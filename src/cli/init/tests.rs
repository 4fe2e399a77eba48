//! What `init` writes is accepted by `check`.

use crate::cli::exit::Exit;
use crate::config::{Config, Inbox, Variables};
use crate::desk::policy::EnvelopeStyle;
use crate::mail::authentication::Authserv;
use crate::net::TlsMode;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn buzon(arguments: &[&str]) -> Exit {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let arguments = std::iter::once(&"buzon").chain(arguments);
    crate::cli::main(arguments.map(Into::into), &runtime)
}

fn load(folder: &Path) -> Config {
    Config::load_with(Some(&folder.join("config/buzon.toml")), &Variables::new()).unwrap()
}

/// Runs `init` with these arguments; `check` accepts what it wrote. Returns the inbox, and the keys warned of.
fn init(arguments: &[&str]) -> (Inbox, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_str().unwrap();
    assert_eq!(buzon(&[&["init", "--dir", dir], arguments].concat()), Exit::Done);
    let file = folder.path().join("config/buzon.toml");
    assert_eq!(buzon(&["check", "--config", file.to_str().unwrap()]), Exit::Done);
    let config = load(folder.path());
    let warned = config.warnings.into_iter().map(|warning| warning.key).collect();
    (config.inboxes.into_iter().next().unwrap(), warned)
}

#[test]
fn without_any_argument_check_accepts_it() {
    let (inbox, warned) = init(&[]);
    assert_eq!(inbox.imap.host, "imap.acme.example");
    assert!(
        warned.contains(&"inbox.imap.password".to_owned()),
        "the placeholder is warned of"
    );
}

#[test]
fn each_provider_has_its_servers() {
    let rows = [
        ("gmail", "imap.gmail.com", "smtp.gmail.com", 465, TlsMode::Implicit),
        (
            "microsoft365",
            "outlook.office365.com",
            "smtp.office365.com",
            587,
            TlsMode::StartTls,
        ),
        (
            "fastmail",
            "imap.fastmail.com",
            "smtp.fastmail.com",
            465,
            TlsMode::Implicit,
        ),
    ];
    for (provider, imap, smtp, port, tls) in rows {
        let (inbox, _) = init(&["--provider", provider, "--address", "help@acme.example"]);
        assert_eq!((inbox.imap.host.as_str(), inbox.imap.port), (imap, 993));
        assert_eq!((inbox.smtp.host.as_str(), inbox.smtp.port), (smtp, port));
        assert_eq!((inbox.smtp.tls, inbox.policy.envelope), (tls, EnvelopeStyle::Plain));
        assert_eq!(inbox.imap.user, "help@acme.example");
        assert_eq!(inbox.smtp.user.unwrap(), "help@acme.example");
        let limit = (provider == "microsoft365").then_some(30);
        assert!(limit.is_none() || inbox.per_minute.map(Into::into) == limit);
    }
}

#[test]
fn the_border_of_known_providers_is_trusted() {
    let authserv = |provider| init(&["--provider", provider]).0.policy.trust.authserv;
    assert_eq!(authserv("gmail"), Some(Authserv::Id("mx.google.com".to_owned())));
    assert_eq!(authserv("microsoft365"), Some(Authserv::Microsoft365));
    assert_eq!(authserv("fastmail"), None);
}

#[test]
fn the_provider_is_guessed_from_the_address() {
    assert_eq!(init(&["--address", "acme@gmail.com"]).0.imap.host, "imap.gmail.com");
    assert_eq!(
        init(&["--address", "help@firma.example"]).0.imap.host,
        "imap.firma.example"
    );
}

#[test]
fn nothing_is_overwritten_and_secrets_are_private() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_str().unwrap();
    assert_eq!(buzon(&["init", "--dir", dir]), Exit::Done);
    let read = |name: &str| std::fs::read_to_string(folder.path().join("config").join(name)).unwrap();
    let before = (read("buzon.toml"), read("secret.key"));
    assert_eq!(buzon(&["init", "--dir", dir]), Exit::Io);
    assert_eq!((read("buzon.toml"), read("secret.key")), before);
    for name in ["secret.key", "support.password"] {
        let path = folder.path().join("config").join(name);
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn two_secrets_are_two() {
    let [one, other] = [(), ()].map(|()| {
        let folder = tempfile::tempdir().unwrap();
        buzon(&["init", "--dir", folder.path().to_str().unwrap()]);
        std::fs::read_to_string(folder.path().join("config/secret.key")).unwrap()
    });
    assert_ne!(one, other);
}
