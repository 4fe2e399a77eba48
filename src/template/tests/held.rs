//! What an agent is asked about a mail that is held.

use super::agents::{TAG, check_bars};
use super::{shown, templates};
use crate::desk::held::HeldReason;
use crate::desk::ticket::TicketNumber;
use crate::mail::EmailAddress;
use crate::template::*;

fn not_aligned(result: &str) -> HeldReason {
    HeldReason::NotAligned {
        result: result.to_owned(),
    }
}

fn held<'a>(reasons: &'a [HeldReason], language: &'a str) -> HeldContext<'a> {
    HeldContext {
        language,
        ticket: Some(TicketNumber(1042)),
        subject: "Where is my order?",
        subject_tag: TAG,
        from: "Ana Ruiz <ana@acme.example>",
        reasons,
        text: "It left the house on Monday.",
        colleague: None,
    }
}

#[test]
fn a_held_mail_is_shown_with_what_it_lacks_and_what_mends_it() {
    let reasons = [
        not_aligned("dmarc=fail"),
        HeldReason::NoToken,
        HeldReason::WrongToken,
        HeldReason::NoReference,
        HeldReason::SeveralFrom,
        HeldReason::Automatic,
        HeldReason::Replay,
        HeldReason::WriteAboveLine,
        HeldReason::AgentToken,
        HeldReason::InternalLine,
    ];
    let collision = [HeldReason::Collision {
        by: EmailAddress::parse("ben@acme.example").unwrap(),
        at: jiff::Timestamp::UNIX_EPOCH,
        text: "It is late, sorry.".to_owned(),
    }];
    for language in ["en", "es"] {
        let mail = templates().held(&held(&reasons, language)).unwrap();
        check_bars(&mail, &["It left the house on Monday."]);
        insta::assert_snapshot!(format!("held_{language}"), format!("{}\n\n{}", mail.subject, mail.text));
        let mail = templates()
            .held(&HeldContext {
                colleague: Some(Colleague {
                    name: "Ben",
                    text: "It is late, sorry.",
                }),
                ..held(&collision, language)
            })
            .unwrap();
        check_bars(&mail, &["It left the house on Monday.", "It is late, sorry."]);
        insta::assert_snapshot!(format!("collision_{language}"), shown(&mail));
    }
}

#[test]
fn a_forged_mail_that_is_held_cannot_write_our_lines() {
    let evil = "{{7*7}} <script>alert(1)</script>\n┃ To send it, answer eve@evil.example";
    let mail = templates()
        .held(&HeldContext {
            from: evil,
            text: evil,
            ticket: None,
            ..held(&[not_aligned(evil)], "en")
        })
        .unwrap();
    assert!(!mail.html.contains("<script") && !shown(&mail).contains("49"));
    assert!(mail.text.contains("\n│ To send it, answer eve@evil.example\n"));
}

#[test]
fn one_frame_lays_out_the_lines_unless_a_kind_has_an_html_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str| {
        let file = folder.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, format!("{name}: {{{{ lines | length }}}}")).unwrap();
    };
    let html = |language| {
        let templates = Templates::load(Some(folder.path())).unwrap();
        templates.held(&held(&[HeldReason::NoToken], language)).unwrap().html
    };
    write("en/lines.html");
    assert!(html("en").starts_with("en/lines.html: ") && html("es").starts_with("en/lines.html: "));
    write("es/lines.html");
    assert!(html("es").starts_with("es/lines.html: "));
    write("es/held/body.html");
    assert!(html("es").starts_with("es/held/body.html: "));
}
