//! What is accepted, and with which defaults.

use super::{Folder, LEAST};
use crate::config::agents::SIGNATURE;
use crate::config::{Config, Problem};
use crate::desk::policy::{AgentTrust, AnswerNotices, Assign, Notify};
use crate::desk::policy::{Confirmation, EnvelopeStyle, Guidance, Limits, ReplyAddress};
use crate::dns::KeySource;
use crate::mail::{After, FirstRun};
use crate::net::TlsMode;
use jiff::SignedDuration;
use std::time::Duration;

#[test]
fn the_least_has_the_defaults_of_the_contract() {
    let folder = Folder::new(LEAST);
    let config = folder.load(&[]).unwrap();
    assert_eq!(
        (config.desk.name.as_str(), config.desk.locale.as_str()),
        ("Acme Support", "en")
    );
    assert_eq!(config.desk.languages, ["en", "es"]);
    assert_eq!(config.desk.timezone.iana_name(), Some("Europe/Madrid"));
    assert_eq!(config.desk.templates, folder.path("templates"));
    assert_eq!(config.store.path, folder.path("data/buzon.db"));
    assert_eq!(config.queues.len(), 1);
    assert_eq!(config.queues[0].name, "general");
    assert_eq!(
        (config.queues[0].notify, config.queues[0].assign),
        (Notify::All, Assign::None)
    );
    assert_eq!(config.agent_rules.trust, AgentTrust::TokenAndAligned);
    assert_eq!(config.agent_rules.answers.send_delay, SignedDuration::ZERO);
    assert_eq!(config.agent_rules.answers.notices, AnswerNotices::Off);
    assert_eq!(config.agent_rules.answers.signature, SIGNATURE);
    assert_eq!(config.agent_rules.dkim_keys, KeySource::Dns);
    assert_eq!(config.confirmation, Confirmation::Send);
    let domains = vec!["acme.example".to_owned()];
    assert_eq!(config.guidance, Guidance::Once { domains });
    assert_eq!(config.outbox.first_retry, Duration::from_secs(60));
    assert_eq!(config.outbox.longest_retry, Duration::from_secs(4 * 3600));
    assert_eq!(config.outbox.give_up_after, Duration::from_secs(5 * 24 * 3600));
    let limits = Limits {
        per_address_per_day: 5,
        per_ticket_per_day: 5,
        per_hour: 500,
    };
    assert_eq!(config.limits, limits);
    assert_eq!(config.files, [folder.path("buzon.toml")]);
}

#[test]
fn an_inbox_has_the_defaults_of_the_contract() {
    let config = Folder::new(LEAST).load(&[]).unwrap();
    let inbox = &config.inboxes[0];
    assert_eq!(inbox.policy.queue, "general");
    assert_eq!(inbox.policy.reply_address, ReplyAddress::Plus);
    assert_eq!(inbox.imap.first_run, FirstRun::Unseen);
    assert_eq!(inbox.policy.stale_after, SignedDuration::from_hours(3 * 24));
    assert_eq!(inbox.policy.max_message, 25 * 1024 * 1024);
    assert_eq!(inbox.imap.max_message, inbox.policy.max_message);
    assert_eq!(inbox.policy.trust.authserv, None);
    let imap = &inbox.imap;
    assert_eq!((imap.port, imap.tls), (993, TlsMode::Implicit));
    assert_eq!(
        (imap.user.as_str(), imap.folder.as_str()),
        ("support@acme.example", "INBOX")
    );
    assert_eq!((&imap.after, imap.poll), (&After::Seen, Duration::from_secs(60)));
    let smtp = &inbox.smtp;
    assert_eq!((smtp.port, smtp.tls), (465, TlsMode::Implicit));
    assert!(smtp.user.is_none() && smtp.password.is_none());
    assert_eq!(
        (inbox.policy.envelope, smtp.connections, inbox.per_minute),
        (EnvelopeStyle::Verp, 4, None)
    );
}

#[test]
fn the_port_follows_tls() {
    for (tls, imap, smtp) in [("starttls", 143, 587), ("none", 143, 25), ("implicit", 993, 465)] {
        let text = LEAST.replace(
            "host = \"localhost\"",
            &format!("host = \"localhost\", tls = \"{tls}\""),
        );
        let config = Folder::new(&text).load(&[]).unwrap();
        let inbox = &config.inboxes[0];
        assert_eq!((inbox.imap.port, inbox.smtp.port), (imap, smtp), "{tls}");
    }
}

#[test]
fn what_may_be_left_out_is_warned_of() {
    let config = Folder::new(LEAST).load(&[]).unwrap();
    let keys: Vec<_> = config.warnings.iter().map(|warning| warning.key.as_str()).collect();
    assert_eq!(keys, ["agent", "desk.admin", "inbox.trusted_authserv"]);
}

#[test]
fn a_weak_set_up_is_warned_of() {
    let text = LEAST
        .replace("password = \"x\"", "password = \"x\", after = \"delete\"")
        .replace("smtp = { host = \"localhost\"", "smtp = { host = \"SMTP.gmail.com\"")
        + "[agents]\ntrust = \"token\"\n";
    let config = Folder::new(&text).load(&[]).unwrap();
    let warned = |key: &str| config.warnings.iter().any(|warning| warning.key == key);
    for key in ["inbox.imap.after", "inbox.smtp.envelope", "agents.trust"] {
        assert!(warned(key), "{key}: {:#?}", config.warnings);
    }
}

/// The warnings of a desk with those lines in its only inbox, and those sections.
fn warnings(inbox: &str, sections: &str) -> Vec<Problem> {
    let text = LEAST.replace("name = \"support\"", &format!("name = \"support\"\n{inbox}"));
    let config = Folder::new(&format!("{text}{sections}")).load(&[]).unwrap();
    config.warnings
}

const TRUSTED: &str = "trusted_authserv = \"mx.acme.example\"";
const ANA: &str = "[[agent]]\nname = \"Ana Ruiz\"\naddress = \"ana@acme.example\"\nlead = true\n";

#[test]
fn agents_whose_answers_would_all_be_held_are_warned_of() {
    let held = |inbox: &str, sections: &str| -> Vec<String> {
        let warnings = warnings(inbox, sections).into_iter();
        let held = warnings.filter(|warning| warning.what.contains("is held"));
        held.map(|warning| format!("{} {}", warning.key, warning.what))
            .collect()
    };
    let found = held("", ANA);
    assert!(
        found[0].starts_with("inbox.trusted_authserv") && found[0].contains("Ana Ruiz"),
        "{found:?}"
    );
    assert_eq!(held(TRUSTED, ANA), [] as [String; 0]);
    assert_eq!(held("", &format!("{ANA}trust = \"token\"\n")), [] as [String; 0]);
    assert_eq!(
        held("", &format!("{ANA}[agents]\ntrust = \"token\"\n")),
        [] as [String; 0]
    );
    assert_eq!(held("", &format!("{ANA}[agents]\ntrust = \"aligned\"\n")).len(), 1);
}

#[test]
fn what_weakens_the_proof_of_agents_or_leaves_them_untold_is_warned_of() {
    let keys = |inbox: &str, sections: &str| -> Vec<String> {
        let warnings = warnings(inbox, sections).into_iter();
        warnings.map(|warning| warning.key).collect()
    };
    let without_addresses = format!("{TRUSTED}\nreply_address = \"none\"");
    let cases = [
        (TRUSTED, format!("{ANA}trust = \"token\"\n"), "agent.trust"),
        (
            &without_addresses,
            format!("{ANA}[agents]\ntrust = \"token\"\n"),
            "inbox.reply_address",
        ),
        (TRUSTED, format!("{ANA}{BEN}queues = []\n"), "agent.queues"),
        (
            TRUSTED,
            format!("{ANA}[[queue]]\nname = \"general\"\nnotify = \"none\"\n"),
            "queue.notify",
        ),
    ];
    for (inbox, sections, key) in cases {
        assert!(keys(inbox, &sections).iter().any(|found| found == key), "{key}");
    }
    assert_eq!(keys(&without_addresses, ANA), [] as [String; 0]);
}

const BEN: &str = "[[agent]]\nname = \"Ben Ode\"\naddress = \"ben@gmail.com\"\n";

#[test]
fn an_agent_at_a_free_mail_provider_or_among_the_admins_is_fine() {
    let admin = "[desk]\nadmin = [\"ana@acme.example\"]\n";
    let text = LEAST.replace("name = \"support\"", &format!("name = \"support\"\n{TRUSTED}"));
    let config = Folder::new(&format!("{}{ANA}{BEN}", text.replace("[desk]\n", admin)))
        .load(&[])
        .unwrap();
    assert_eq!(config.warnings, [] as [Problem; 0]);
}

#[test]
fn a_complete_configuration_has_no_warnings() {
    let text = LEAST.replace(
        "name = \"support\"",
        "name = \"support\"\ntrusted_authserv = \"microsoft365\"",
    ) + "[[agent]]\nname = \"Ana\"\naddress = \"ana@acme.example\"\nlead = true\n";
    let config = Folder::new(&text).load(&[]).unwrap();
    assert_eq!(config.warnings, [] as [Problem; 0]);
    assert_eq!(config.desk.admin, [config.agents[0].address.clone()]);
    assert_eq!(config.policy().agents[0].address, config.desk.admin[0]);
}

#[test]
fn mails_may_be_moved() {
    let text = LEAST.replace("password = \"x\"", "password = \"x\", after = { move = \"Processed\" }");
    let config = Folder::new(&text).load(&[]).unwrap();
    assert_eq!(config.inboxes[0].imap.after, After::Move("Processed".to_owned()));
}

#[test]
fn dkim_keys_may_come_from_a_file_beside_the_configuration() {
    let folder = Folder::new(&format!("{LEAST}[agents]\ndkim_keys = \"dkim.keys\"\n"));
    let folder = folder.with("dkim.keys", "# none yet\n", 0o644);
    let rules = folder.load(&[]).unwrap().agent_rules;
    assert_eq!(rules.dkim_keys, KeySource::File(folder.path("dkim.keys")));
}

/// Everything but secrets and warnings.
fn shown(config: &Config) -> String {
    let mut config = config.clone();
    config.warnings.clear();
    config.files.clear();
    format!("{config:#?}")
}

#[test]
fn what_the_sample_shows_as_defaults_are_the_defaults() {
    let sample = include_str!("../../../config/buzon.sample.toml");
    let is_default = |line: &&str| line.starts_with('#') && line.chars().nth(1).is_some_and(char::is_alphabetic);
    let uncommented: Vec<_> = sample
        .lines()
        .map(|line| {
            if is_default(&line) {
                line.trim_start_matches('#')
            } else {
                line
            }
        })
        .collect();
    assert!(sample.lines().filter(is_default).count() > 30);
    let plain = Folder::new(sample).with("support.password", "x", 0o600);
    let explicit = plain.load(&[]).unwrap();
    let folder = plain.with("buzon.toml", &uncommented.join("\n"), 0o644);
    assert_eq!(shown(&explicit), shown(&folder.load(&[]).unwrap()));
}
