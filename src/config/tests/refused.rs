//! Bad samples: each is refused with its key, its line and a way out.

use super::{Folder, LEAST, line_of, problem};

/// `LEAST` with `from` replaced by `to`: refused at the line that holds `to`, with `what` in the text.
#[track_caller]
fn check(from: &str, to: &str, key: &str, what: &str) {
    assert!(LEAST.contains(from), "{from}");
    let folder = Folder::new(&LEAST.replacen(from, to, 1));
    let problems = folder.problems();
    let problem = problem(&problems, key);
    let text = problem.to_string();
    assert!(text.contains(what), "{text}");
    assert!(!problem.hint.is_empty(), "{text}");
    assert_eq!(problem.file, folder.path("buzon.toml"));
    let last = to.trim_end().lines().last().unwrap();
    assert_eq!(problem.line, line_of(&problem.file, last), "{text}");
}

/// `LEAST` with a line in `[desk]`; the others: in `[[inbox]]`, in its IMAP account, at the end.
#[track_caller]
fn desk(line: &str, key: &str, what: &str) {
    check(
        "name = \"Acme Support\"",
        &format!("name = \"Acme Support\"\n{line}"),
        key,
        what,
    );
}

#[track_caller]
fn inbox(line: &str, key: &str, what: &str) {
    check("name = \"support\"", &format!("name = \"support\"\n{line}"), key, what);
}

#[track_caller]
fn imap(entry: &str, key: &str, what: &str) {
    check("password = \"x\"", &format!("password = \"x\", {entry}"), key, what);
}

#[track_caller]
fn section(lines: &str, key: &str, what: &str) {
    let smtp = "smtp = { host = \"localhost\" }";
    check(smtp, &format!("{smtp}\n{lines}"), key, what);
}

#[test]
fn unknown_keys_name_the_nearest() {
    inbox("adress = \"x\"", "inbox.adress", "did you mean `address`?");
    inbox("oauth = 1", "inbox.oauth", "known are name");
    imap("pasword = \"x\"", "inbox.imap.pasword", "did you mean `password`?");
    section("[sore]", "sore", "did you mean `store`?");
}

#[test]
fn an_address_beyond_ascii_is_refused_where_mails_of_ours_go_to_it() {
    desk("admin = [\"jefe@peñón.example\"]", "desk.admin", "7-bit only");
    section(
        "[[agent]]\nname = \"Ana\"\naddress = \"ana@peñón.example\"",
        "agent.address",
        "7-bit only",
    );
}

#[test]
fn sections_and_keys_of_later_versions_are_unknown() {
    section("[survey]", "survey", "is not a key");
    section(
        "[[queue]]\nname = \"general\"\nsla = \"x\"",
        "queue.sla",
        "is not a key",
    );
    imap("oauth2 = {}", "inbox.imap.oauth2", "is not a key");
}

#[test]
fn desk_values_are_checked() {
    desk("locale = \"Spanish\"", "desk.locale", "ISO 639");
    desk("languages = []", "desk.languages", "no language");
    desk("timezone = \"Europe/Springfield\"", "desk.timezone", "IANA");
    desk("admin = [\"nobody\"]", "desk.admin", "not an e-mail address");
    check("name = \"Acme Support\"", "name = 5", "desk.name", "expected a string");
    check("name = \"Acme Support\"", "name = \" \"", "desk.name", "is empty");
}

#[test]
fn a_file_of_dkim_keys_must_be_sound() {
    section("[agents]\ndkim_keys = \"nowhere\"", "agents.dkim_keys", "cannot read");
    section(
        "[agents]\ndkim_keys = \"buzon.toml\"",
        "agents.dkim_keys",
        "line 2: there is no record",
    );
}

#[test]
fn only_sqlite_is_a_store() {
    let url = "url = \"sqlite:data/buzon.db\"";
    check(url, "url = \"postgres://u:p4ss@h/d\"", "store.url", "not supported yet");
    check(url, "url = \"sqlite::memory:\"", "store.url", "SQLite file");
    check(url, "url = \"data/buzon.db\"", "store.url", "sqlite:data/buzon.db");
}

#[test]
fn inbox_values_are_checked() {
    inbox("queue = \"generel\"", "inbox.queue", "there are general");
    inbox("reply_address = \"minus\"", "inbox.reply_address", "expected one of");
    inbox("reply_domain = \"r.example\"", "inbox.reply_domain", "catch_all");
    inbox("stale_after = \"3\"", "inbox.stale_after", "not a time");
    inbox("stale_after = \"1s\"", "inbox.stale_after", "from 1h to 365d");
    inbox("max_message = \"25\"", "inbox.max_message", "not a size");
    inbox("max_message = \"1B\"", "inbox.max_message", "from 64KiB to 256MiB");
    inbox("authserv_position = \"below\"", "inbox.authserv_position", "above");
    inbox("trusted_authserv = \"\"", "inbox.trusted_authserv", "is empty");
}

#[test]
fn domains_are_checked() {
    section(
        "[guidance]\ndomains = [\"acme.example\", \"a b\"]",
        "guidance.domains",
        "`a b` is not a domain",
    );
    let inbox = "name = \"support\"\nreply_address = \"catch_all\"";
    let missing = Folder::new(&LEAST.replace("name = \"support\"", inbox)).problems();
    assert!(problem(&missing, "inbox.reply_domain").what.contains("is missing"));
    let inbox = format!("{inbox}\nreply_domain = \"a@b@c\"");
    check("name = \"support\"", &inbox, "inbox.reply_domain", "is not a domain");
}

#[test]
fn server_values_are_checked() {
    imap("port = 0", "inbox.imap.port", "not a port");
    imap("port = 65536", "inbox.imap.port", "65536");
    imap("poll = \"0s\"", "inbox.imap.poll", "from 1s to 1d");
    imap("after = \"burn\"", "inbox.imap.after", "expected one of");
    imap(
        "after = { move = \"INBOX\" }",
        "inbox.imap.after",
        "folder that they are in",
    );
    imap("ca_file = \"none.pem\"", "inbox.imap.ca_file", "none.pem");
    imap("ca_file = \"buzon.toml\"", "inbox.imap.ca_file", "no PEM certificate");
    let host = "imap = { host = \"localhost\"";
    check(
        host,
        "imap = { host = \"imaps://x\"",
        "inbox.imap.host",
        "only the name",
    );
    check(
        host,
        "imap = { tls = \"none\", host = \"mx.example\"",
        "inbox.imap.tls",
        "everybody",
    );
    check(
        "smtp = { host = \"localhost\"",
        "smtp = { user = \"x\", host = \"localhost\"",
        "inbox.smtp.password",
        "both",
    );
}

#[test]
fn a_token_must_fit_into_the_local_part() {
    let long = "a".repeat(27);
    let address = format!("address = \"{long}@acme.example\"");
    check(
        "address = \"support@acme.example\"",
        &address,
        "inbox.address",
        "more than 26 letters",
    );
    let catch_all = format!("{address}\nreply_address = \"catch_all\"\nreply_domain = \"r.example\"");
    let text = LEAST.replace("address = \"support@acme.example\"", &catch_all);
    assert!(Folder::new(&text).load(&[]).is_ok());
}

#[test]
fn an_agent_is_not_an_inbox_and_serves_queues_that_exist() {
    let agent = "[[agent]]\nname = \"Ana\"\naddress = \"Support@acme.example\"\n";
    let folder = Folder::new(&format!("{LEAST}{agent}"));
    assert!(
        problem(&folder.problems(), "agent.address")
            .what
            .contains("the inbox `support`")
    );
    let agent = "[[agent]]\nname = \"Ana\"\naddress = \"ana@acme.example\"\nqueues = [\"vip\"]\ntrust = \"blind\"\n";
    let problems = Folder::new(&format!("{LEAST}{agent}")).problems();
    assert!(problem(&problems, "agent.queues").what.contains("`vip`"));
    assert!(problem(&problems, "agent.trust").what.contains("token+aligned"));
}

#[test]
fn an_inbox_without_a_queue_needs_one_called_general() {
    let folder = Folder::new(&format!("{LEAST}[[queue]]\nname = \"billing\"\n"));
    assert!(problem(&folder.problems(), "inbox.queue").hint.contains("billing"));
}

#[test]
fn retries_are_in_order() {
    let folder = Folder::new(&format!("{LEAST}[outbox]\nfirst_retry = \"5h\"\n"));
    assert!(
        problem(&folder.problems(), "outbox.longest_retry")
            .what
            .contains("is 4h")
    );
}

#[test]
fn everything_that_is_missing_is_told_at_once() {
    let problems = Folder::new("[[inbox]]\n").problems();
    for key in ["desk.name", "desk.secret", "store.url"] {
        assert_eq!(problem(&problems, key).what, "is missing");
    }
    for key in ["inbox.name", "inbox.address", "inbox.imap.host", "inbox.smtp.host"] {
        assert_eq!(
            (problem(&problems, key).what.as_str(), problem(&problems, key).line),
            ("is missing", Some(1))
        );
    }
    assert_eq!(problem(&Folder::new("").problems(), "inbox").what, "is missing");
}

#[test]
fn a_section_of_the_wrong_kind_is_told_how_it_is_written() {
    assert!(
        problem(&Folder::new("[inbox]\n").problems(), "inbox")
            .hint
            .contains("[[inbox]]")
    );
    assert!(
        problem(&Folder::new("[[desk]]\n").problems(), "desk")
            .hint
            .contains("[desk]")
    );
    assert!(
        problem(&Folder::new("desk = 5\n").problems(), "desk")
            .hint
            .contains("[desk]")
    );
}

#[test]
fn a_signature_that_cannot_be_written_is_refused_with_its_fault() {
    for (signature, what) in [("{{ agent.nam }}", "undefined"), ("{{ agent.name", "line 1")] {
        let folder = Folder::new(&format!("{LEAST}\n[agents]\nsignature = \"{signature}\"\n"));
        let problems = folder.problems();
        let problem = problem(&problems, "agents.signature");
        assert!(
            problem.what.contains(what) && problem.what.contains("agent.name"),
            "{problem}"
        );
        assert!(
            problem.line.is_some() && problem.hint.contains("signature = "),
            "{problem}"
        );
    }
}

#[test]
fn what_is_no_toml_has_a_line() {
    let folder = Folder::new("[desk]\nname = Acme\n").with("conf.d/a.toml", "\n\n= 3", 0o644);
    let problems = folder.problems();
    let places: Vec<_> = problems
        .iter()
        .map(|problem| (problem.file.clone(), problem.line))
        .collect();
    assert!(places.contains(&(folder.path("buzon.toml"), Some(2))), "{problems:?}");
    assert!(
        places.contains(&(folder.path("conf.d/a.toml"), Some(3))),
        "{problems:?}"
    );
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC*", at in 0..400_usize, cut in 0..40_usize) {
        Folder::new(&text).load(&[]).unwrap_err();
        let spoilt: String = LEAST.chars().take(at).chain(text.chars()).chain(LEAST.chars().skip(at + cut)).collect();
        drop(Folder::new(&spoilt).load(&[]));
    }
}

#[test]
fn a_configuration_that_is_not_there_is_named() {
    let folder = Folder::new("");
    std::fs::remove_file(folder.path("buzon.toml")).unwrap();
    let problems = folder.problems();
    assert!(problems[0].to_string().contains("buzon.toml"));
    assert!(problems[0].hint.contains("buzon init"));
}
