use super::*;
use crate::desk::provider::Provider;
use crate::desk::ticket::TicketNumber;
use crate::desk::trouble::{Trouble, TroubleCause};
use crate::mail::EmailAddress;
use std::fs;

pub(super) mod agents;
mod answer;
mod held;
mod receipts;

fn templates() -> Templates {
    Templates::load(None).unwrap()
}

fn context(language: &str) -> ConfirmationContext<'_> {
    ConfirmationContext {
        desk_name: "Acme Support",
        number: TicketNumber(1042),
        subject_tag: "[#1042-k7f3qa]",
        subject: "Where is my order?",
        requester_name: "Eva Núñez",
        language,
        desk_language: "en",
        answer_by: None,
        guidance: None,
    }
}

fn rendered(context: &ConfirmationContext<'_>) -> Rendered {
    templates().confirmation(context).unwrap()
}

fn shown(mail: &Rendered) -> String {
    format!("Subject: {}\n\n{}\n\n{}", mail.subject, mail.text, mail.html)
}

fn guided(language: &str, provider: Provider, check: impl Fn(&Rendered)) {
    let address = EmailAddress::parse("support@acme.example").unwrap();
    let domains = ["acme.example".to_owned(), "mail.acme.example".to_owned()];
    check(&rendered(&ConfirmationContext {
        guidance: Some(GuidanceContext {
            from_address: &address,
            domains: &domains,
            provider,
        }),
        ..context(language)
    }));
}

#[test]
fn an_english_confirmation_reads_so() {
    insta::assert_snapshot!(shown(&rendered(&context("en"))));
}

#[test]
fn a_spanish_confirmation_reads_so() {
    insta::assert_snapshot!(shown(&rendered(&context("es"))));
}

#[test]
fn a_promised_time_reads_so() {
    let promised = |language, answer_by| {
        rendered(&ConfirmationContext {
            answer_by: Some(answer_by),
            requester_name: "",
            ..context(language)
        })
        .text
    };
    let (en, es) = (promised("en", "Monday, 12:00"), promised("es", "el lunes a las 12:00"));
    insta::assert_snapshot!(format!("{en}\n\n=====\n\n{es}"));
}

#[test]
fn english_guidance_reads_so() {
    guided("en", Provider::Gmail, |mail| insta::assert_snapshot!(shown(mail)));
}

#[test]
fn spanish_guidance_reads_so() {
    guided("es", Provider::Outlook, |mail| insta::assert_snapshot!(shown(mail)));
}

#[test]
fn each_provider_is_told_in_its_own_words() {
    let words = [
        (Provider::Gmail, "Never send it to Spam", "No enviarlo nunca a Spam"),
        (
            Provider::Outlook,
            "Safe senders and domains",
            "Remitentes y dominios seguros",
        ),
        (Provider::Yahoo, "Not spam", "No es spam"),
        (Provider::Icloud, "Not Junk", "No es correo no deseado"),
        (
            Provider::Proton,
            "Spam, block, and allow lists",
            "Listas de direcciones permitidas, bloqueadas y spam",
        ),
        (Provider::Gmx, "Whitelist", "Lista blanca"),
        (
            Provider::Other,
            "Add support@acme.example to your contacts",
            "Añada support@acme.example a sus contactos",
        ),
    ];
    for (provider, english, spanish) in words {
        for (language, words) in [("en", english), ("es", spanish)] {
            guided(language, provider, |mail| {
                let text = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
                assert!(text.contains(words) && mail.html.contains(words), "{provider:?}");
                assert!(mail.text.contains("acme.example") && !mail.text.contains(['{', '}']));
            });
        }
    }
}

#[test]
fn the_body_never_repeats_what_the_customer_wrote() {
    let mail = rendered(&ConfirmationContext {
        subject: "Buy pills at pills.example",
        requester_name: "Cheap pills at https://pills.example now",
        ..context("en")
    });
    assert!(mail.subject.contains("pills.example"));
    assert!(!mail.text.contains("pills") && !mail.html.contains("pills"));
}

#[test]
fn what_looks_like_code_is_inert_wherever_it_stands() {
    for evil in [
        "{{7*7}}",
        "<script>alert(1)</script>",
        "{% raw %}",
        "Eva\r\nBcc: eve@evil.example",
    ] {
        let mail = rendered(&ConfirmationContext {
            subject: evil,
            requester_name: evil,
            desk_name: evil,
            ..context("en")
        });
        assert!(!shown(&mail).contains("49"));
        assert!(!mail.html.contains("<script"));
        assert!(!mail.subject.contains(['\r', '\n']));
        assert!(mail.text.starts_with("Hello,"));
    }
}

#[test]
fn a_name_that_reads_like_one_is_greeted() {
    for name in ["Eva", "José Luis O'Neill-Pérez", "Dr. Ana M. Ruiz", "王 小明"] {
        let text = rendered(&ConfirmationContext {
            requester_name: name,
            ..context("en")
        })
        .text;
        assert!(text.starts_with(&format!("Hello {name},")), "{name}");
    }
}

#[test]
fn a_language_without_templates_falls_back_to_the_desks() {
    let spanish = |language, desk_language| {
        let context = ConfirmationContext {
            desk_language,
            ..context(language)
        };
        rendered(&context).text.starts_with("Hola")
    };
    assert!(spanish("es", "en") && spanish("es-MX", "en") && spanish("fr", "es") && spanish("", "es"));
    assert!(!spanish("fr", "en") && !spanish("fr", "de"));
}

#[test]
fn a_file_in_the_folder_takes_one_built_in_files_place() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("en/confirmation")).unwrap();
    fs::write(
        folder.path().join("en/confirmation/body.txt"),
        "Hi from {{ desk_name }}",
    )
    .unwrap();
    let mail = Templates::load(Some(folder.path()))
        .unwrap()
        .confirmation(&context("en"))
        .unwrap();
    assert_eq!(mail.text, "Hi from Acme Support");
    assert!(mail.html.contains("Kind regards"));
}

#[test]
fn a_folder_with_all_files_is_a_new_language() {
    let folder = tempfile::tempdir().unwrap();
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/templates/es");
    fs::create_dir_all(folder.path().join("ca/confirmation")).unwrap();
    for file in ["phrases.toml", "confirmation/subject.txt", "confirmation/body.txt"] {
        fs::copy(built_in.join(file), folder.path().join("ca").join(file)).unwrap();
    }
    let missing = Templates::load(Some(folder.path())).err().unwrap().to_string();
    assert!(
        missing.contains("ca") && missing.contains("confirmation/body.html"),
        "{missing}"
    );
    fs::write(folder.path().join("ca/confirmation/body.html"), "<p>Bon dia</p>").unwrap();
    let templates = Templates::load(Some(folder.path())).unwrap();
    assert_eq!(Vec::from_iter(templates.languages()), ["ca", "en", "es"]);
    assert_eq!(templates.confirmation(&context("ca")).unwrap().html, "<p>Bon dia</p>");
}

#[test]
fn a_missing_folder_overrides_nothing() {
    assert!(Templates::load(Some(Path::new("/nonexistent/templates"))).is_ok());
}

#[test]
fn a_slip_in_a_template_is_found_at_load_with_file_and_line() {
    for slip in [
        "one\n{{ desk_nam }}",
        "one\n{% if %}",
        "one\n{% if guidance %}{{ guidance.adress }}{% endif %}",
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("es/confirmation")).unwrap();
        let file = folder.path().join("es/confirmation/body.txt");
        fs::write(&file, slip).unwrap();
        let error = Templates::load(Some(folder.path())).err().unwrap().to_string();
        assert!(error.starts_with(&format!("{}, line 2: ", file.display())), "{error}");
    }
}

#[test]
fn a_slip_in_the_phrases_is_found_at_load_with_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("en")).unwrap();
    fs::write(
        folder.path().join("en/phrases.toml"),
        "no_subject = \"x\"\nadn = \"and\"\n",
    )
    .unwrap();
    let error = Templates::load(Some(folder.path())).err().unwrap().to_string();
    assert!(
        error.contains("phrases.toml") && error.contains("line 2") && error.contains("adn"),
        "{error}"
    );
}

#[test]
fn the_admin_reads_what_is_wrong_and_what_to_do() {
    let trouble = |cause, detail: &str| Trouble {
        cause,
        inbox: Some("support".to_owned()),
        detail: detail.to_owned(),
    };
    let notice = |trouble: &Trouble, language| {
        let mail = templates().admin_notice("Acme Support", trouble, language).unwrap();
        format!("Subject: {}\n\n{}", mail.subject, mail.text)
    };
    let paused = trouble(TroubleCause::SendingPaused, "the login is refused");
    insta::assert_snapshot!(notice(&paused, "en"));
    insta::assert_snapshot!(notice(&paused, "es"));
    let limited = trouble(TroubleCause::LimitReached, "auto_mails_per_hour");
    insta::assert_snapshot!(notice(&limited, "en"));
}
