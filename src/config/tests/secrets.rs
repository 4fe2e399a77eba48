//! Where secrets may come from, and that nobody gets to see them.

use super::{Folder, LEAST, problem};
use crate::config::{Config, PLACEHOLDER, Severity};
use secrecy::ExposeSecret;

/// `LEAST` with this password for IMAP, on `host`.
fn with_password(host: &str, password: &str) -> Folder {
    let imap = format!("imap = {{ host = \"{host}\", password = {password} }}");
    Folder::new(&LEAST.replace("imap = { host = \"localhost\", password = \"x\" }", &imap))
}

fn password(config: &Config) -> &str {
    config.inboxes[0].imap.password.expose_secret()
}

#[test]
fn a_secret_comes_from_the_environment_a_file_or_a_command() {
    let folder = with_password("mx.example", "{ env = \"PASSWORD\" }");
    assert_eq!(password(&folder.load(&[("PASSWORD", "p4ss")]).unwrap()), "p4ss");
    let folder = with_password("mx.example", "{ file = \"p\" }").with("p", "p4 ss\r\n", 0o400);
    assert_eq!(password(&folder.load(&[]).unwrap()), "p4 ss");
    let folder = with_password("mx.example", "{ command = [\"cat\", \"p\"] }").with("p", "p4ss\n", 0o644);
    assert_eq!(password(&folder.load(&[]).unwrap()), "p4ss");
}

#[test]
fn what_fails_is_named() {
    for (source, what) in [
        ("{ env = \"PASSWORD\" }", "PASSWORD: is not set"),
        ("{ file = \"nowhere\" }", "nowhere"),
        ("{ file = \"empty\" }", "is empty"),
        ("{ command = [\"false\"] }", "`false`"),
        ("{ command = [\"/no/such/command\"] }", "/no/such/command"),
        ("{ command = [] }", "not a secret"),
        ("{ vault = \"x\" }", "not a secret"),
    ] {
        let folder = with_password("mx.example", source).with("empty", "\n", 0o600);
        let problems = folder.problems();
        let problem = problem(&problems, "inbox.imap.password");
        assert!(problem.what.contains(what), "{problem}");
        assert_eq!(problem.line, Some(10), "{problem}");
    }
}

#[test]
fn a_literal_is_refused_unless_the_server_is_on_loopback() {
    assert_eq!(
        password(&with_password("127.0.0.1", "\"p4ss\"").load(&[]).unwrap()),
        "p4ss"
    );
    for literal in ["\"p4ss\"", "4477", "[\"p4ss\"]"] {
        let problems = with_password("mx.example", literal).problems();
        let text = problem(&problems, "inbox.imap.password").to_string();
        assert!(!text.contains("p4ss") && !text.contains("4477"), "{text}");
    }
}

#[test]
fn a_file_that_others_can_read_is_refused_and_counts_as_exposed() {
    for mode in [0o644, 0o640, 0o604] {
        let folder = with_password("mx.example", "{ file = \"p\" }").with("p", "p4ss", mode);
        let problems = folder.load(&[]).unwrap_err();
        assert!(problems.expose_a_secret());
        let problem = problem(problems.all(), "inbox.imap.password");
        assert_eq!(problem.severity, Severity::ExposedSecret);
        assert!(problem.hint.contains("chmod 600"), "{problem}");
    }
}

#[test]
fn the_desk_secret_is_never_a_literal_and_never_short() {
    let literal = LEAST.replace("{ file = \"secret.key\" }", &format!("\"{}\"", "A".repeat(44)));
    assert!(
        problem(&Folder::new(&literal).problems(), "desk.secret")
            .what
            .contains("must not stand")
    );
    for short in [
        "A".repeat(40).as_str(),
        "not base64 but long enough to be a good secret",
    ] {
        let folder = Folder::new(LEAST).with("secret.key", short, 0o600);
        assert!(problem(&folder.problems(), "desk.secret").what.contains("base64"));
    }
}

#[test]
fn an_error_never_quotes_a_secret() {
    for line in [
        "secret = 4477",
        "previous_secrets = \"p4ss\"",
        "previous_secrets = [\"p4ss\"]",
        "secret = p4ss",
    ] {
        let kept = if line.starts_with("secret") {
            ""
        } else {
            "secret = { file = \"secret.key\" }\n"
        };
        let text = LEAST.replace("secret = { file = \"secret.key\" }", &format!("{kept}{line}"));
        let text = Folder::new(&text).load(&[]).unwrap_err().to_string();
        assert!(!text.contains("p4ss") && !text.contains("4477"), "{text}");
    }
}

#[test]
fn previous_secrets_are_fetched_too() {
    let previous = "previous_secrets = [{ file = \"old.key\" }, { env = \"OLDER\" }]\n[store]";
    let folder = Folder::new(&LEAST.replace("[store]", previous)).with("old.key", &"B".repeat(44), 0o600);
    let older = "C".repeat(44);
    let config = folder.load(&[("OLDER", older.as_str())]).unwrap();
    assert_eq!(config.desk.previous_secrets.len(), 2);
    assert_eq!(problem(&folder.problems(), "desk.previous_secrets").line, Some(5));
}

#[test]
fn the_placeholder_of_init_is_warned_of() {
    let folder = with_password("mx.example", "{ file = \"p\" }").with("p", PLACEHOLDER, 0o600);
    let config = folder.load(&[]).unwrap();
    assert!(
        problem(&config.warnings, "inbox.imap.password")
            .what
            .contains("buzon init")
    );
}

#[test]
fn debug_shows_no_secret() {
    let folder = with_password("localhost", "\"p4ss\"");
    let shown = format!("{:?}", folder.load(&[]).unwrap());
    assert!(
        !shown.contains("p4ss") && !shown.contains("AAAA") && !shown.contains("[0, 0"),
        "{shown}"
    );
}
