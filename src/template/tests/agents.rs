//! What agents are told of customers' mails.

use super::{shown, templates};
use crate::desk::decision::{Cause, Mark};
use crate::desk::ticket::{Priority, TicketNumber, TicketStatus};
use crate::mail::{Alignment, EmailAddress, Mailbox};
use crate::template::*;

pub(super) const TAG: &str = "[#1042-k7f3qa]";

pub(in crate::template) fn mailbox(name: &str, address: &str) -> Mailbox {
    Mailbox {
        name: name.into(),
        address: EmailAddress::parse(address).unwrap(),
    }
}

fn facts(requester: &Mailbox) -> TicketFacts<'_> {
    TicketFacts {
        number: TicketNumber(1042),
        subject: "Where is my order?",
        requester_name: &requester.name,
        requester: Some(&requester.address),
        queue: "general",
        status: TicketStatus::New,
        priority: Priority::Normal,
        assignee: None,
        tags: &[],
    }
}

fn notification<'a>(requester: &'a Mailbox, language: &'a str) -> NotificationContext<'a> {
    NotificationContext {
        language,
        cause: &Cause::NewTicket { not_confirmed: None },
        by: "",
        ticket: facts(requester),
        subject_tag: TAG,
        writer: Some(requester),
        proof: Some(SenderProof {
            alignment: Alignment::Yes,
            reason: "dmarc=pass",
        }),
        marks: &[],
        earlier: &[],
        text: "Hello,\n\nI ordered a lamp on the 3rd.\n\nEva",
        html: None,
        attached: &[],
        left_out: &[],
        links: &[],
    }
}

fn not_confirmed(why: &str) -> Cause {
    Cause::NewTicket {
        not_confirmed: Some(why.to_owned()),
    }
}

fn told(context: &NotificationContext<'_>) -> Rendered {
    templates().notification(context).unwrap()
}

/// Every line that isn't the customer's begins with the bar, in the text and in the HTML.
pub(super) fn check_bars(mail: &Rendered, theirs: &[&str]) {
    let ours = |line: &&str| !line.is_empty() && !theirs.contains(line);
    for line in mail.text.lines().skip(1).filter(ours) {
        assert!(line.starts_with("┃ "), "{line:?}");
    }
    let seen = crate::mail::html::to_text(&mail.html);
    for line in seen.lines().skip(1).filter(ours) {
        assert!(line.starts_with("┃ "), "{line:?} in {seen}");
    }
}

#[test]
fn a_new_ticket_is_told_so() {
    let eva = mailbox("Eva Lind", "eva@home.example");
    let carla = mailbox("", "carla@home.example");
    let reply = EmailAddress::parse("support+atoken@acme.example").unwrap();
    let add = LinkKind::AddThirdParty {
        address: carla.address.clone(),
    };
    let kinds = [
        LinkKind::Solve,
        LinkKind::Pending,
        LinkKind::TakeIt,
        LinkKind::Note,
        LinkKind::Spam,
        add,
    ];
    let tags = ["vip".to_owned(), "lamp".to_owned()];
    for language in ["en", "es"] {
        let templates = templates();
        let subject = templates.ticket_subject("Where is my order?", TAG, language).unwrap();
        let links: Vec<_> = kinds
            .iter()
            .map(|kind| Link::new(kind.clone(), &reply, &subject))
            .collect();
        let earlier = |number, status| EarlierTicket {
            number: TicketNumber(number),
            status,
            subject: "Broken lamp",
        };
        let context = NotificationContext {
            ticket: TicketFacts {
                tags: &tags,
                assignee: Some("Ana Ruiz"),
                ..facts(&eva)
            },
            proof: Some(SenderProof {
                alignment: Alignment::No,
                reason: "dmarc=fail",
            }),
            cause: &not_confirmed("dmarc=fail"),
            earlier: &[earlier(977, TicketStatus::OnHold), earlier(12, TicketStatus::Closed)],
            attached: &[FileFacts {
                name: "lamp.jpg",
                size: 123_456,
            }],
            left_out: &[FileFacts {
                name: "film.mp4",
                size: 80 << 20,
            }],
            links: &links,
            ..notification(&eva, language)
        };
        let mail = told(&context);
        assert_eq!(mail.subject, subject);
        insta::assert_snapshot!(format!("notification_{language}"), shown(&mail));
        check_bars(&mail, &["Hello,", "I ordered a lamp on the 3rd.", "Eva"]);
    }
}

#[test]
fn each_cause_has_its_first_line_and_its_warnings() {
    let eva = mailbox("Eva Lind", "eva@home.example");
    let stranger = mailbox("Some Shop", "no-reply@shop.example");
    let causes = [
        Cause::CustomerReplied,
        Cause::ThirdPartyWrote,
        Cause::UnverifiedWrote,
        Cause::Assigned { by: None },
        Cause::NotDelivered {
            recipient: eva.address.clone(),
            report: "550 5.1.1 <eva@home.example>: Recipient address rejected: User unknown in virtual mailbox table"
                .to_owned(),
        },
        Cause::ColleagueAnswered { name: "Ben".to_owned() },
    ];
    let mut all = String::new();
    for language in ["en", "es"] {
        for cause in &causes {
            let (writer, marks): (_, &[Mark]) = match cause {
                Cause::ThirdPartyWrote => (&stranger, &[Mark::ThirdParty]),
                Cause::UnverifiedWrote => (&eva, &[Mark::Unverified, Mark::Cut]),
                Cause::NotDelivered { .. } => (&eva, &[Mark::Automatic, Mark::Stale, Mark::Limited]),
                _ => (&eva, &[]),
            };
            let mail = told(&NotificationContext {
                cause,
                by: "Ben",
                writer: Some(writer),
                marks,
                proof: Some(SenderProof {
                    alignment: Alignment::Unknown,
                    reason: "",
                }),
                text: "",
                ..notification(&eva, language)
            });
            check_bars(&mail, &[]);
            all.push_str(&mail.text);
            all.push('\n');
        }
    }
    insta::assert_snapshot!(all);
}

#[test]
fn html_of_a_customer_stands_between_our_blocks_and_cannot_pass_for_one() {
    let eva = mailbox("Eva Lind", "eva@home.example");
    let forged = "┃ Confirm: <mailto:eve@evil.example>\n## write your answer above this line ##";
    let html = "<p>Hello</p><div>┃ Confirm</div><div>&#9475; Confirm</div>\
                <div>## escriba su respuesta encima de esta línea ##</div>";
    let mail = told(&NotificationContext {
        text: forged,
        html: Some(html),
        ..notification(&eva, "en")
    });
    assert!(
        mail.html
            .contains("<p>Hello</p><div>│ Confirm</div><div>│ Confirm</div>"),
        "{}",
        mail.html
    );
    assert!(
        mail.text
            .contains("\n│ Confirm: <mailto:eve@evil.example>\nwrite your answer above this line\n")
    );
    for line in templates().write_above_lines() {
        assert!(
            mail.text.matches(line).count() + mail.html.matches(line).count() <= 2,
            "{line}"
        );
    }
    let plain = told(&NotificationContext {
        text: forged,
        ..notification(&eva, "en")
    });
    assert!(!plain.html.contains("┃ Confirm"));
}

#[test]
fn no_value_of_a_customer_is_a_template_or_markup_or_a_line_of_its_own() {
    for evil in [
        "{{7*7}}",
        "<script>alert(1)</script>",
        "a\nSolve: <mailto:eve@evil.example>",
        "{% raw %}",
    ] {
        let eva = mailbox(evil, "eva@home.example");
        let value = [evil.to_owned()];
        let causes = [
            not_confirmed(evil),
            Cause::Assigned { by: None },
            Cause::ColleagueAnswered { name: evil.to_owned() },
            Cause::NotDelivered {
                recipient: eva.address.clone(),
                report: evil.to_owned(),
            },
        ];
        for cause in &causes {
            let mail = told(&NotificationContext {
                cause,
                by: evil,
                ticket: TicketFacts {
                    subject: evil,
                    queue: evil,
                    assignee: Some(evil),
                    tags: &value,
                    ..facts(&eva)
                },
                proof: Some(SenderProof {
                    alignment: Alignment::No,
                    reason: evil,
                }),
                earlier: &[EarlierTicket {
                    number: TicketNumber(1),
                    status: TicketStatus::New,
                    subject: evil,
                }],
                text: "",
                attached: &[FileFacts { name: evil, size: 1 }],
                ..notification(&eva, "en")
            });
            assert!(
                !shown(&mail).contains("49") && !mail.html.contains("<script"),
                "{}",
                mail.html
            );
            assert!(!mail.html.contains("<mailto"));
            check_bars(&mail, &[]);
        }
    }
}

#[test]
fn long_values_are_bounded() {
    let long = "x".repeat(10_000);
    let eva = mailbox(&long, "eva@home.example");
    let many = vec![FileFacts { name: &long, size: 1 }; 500];
    let earlier = vec![
        EarlierTicket {
            number: TicketNumber(1),
            status: TicketStatus::New,
            subject: &long
        };
        500
    ];
    let mail = told(&NotificationContext {
        ticket: TicketFacts {
            subject: &long,
            ..facts(&eva)
        },
        attached: &many,
        earlier: &earlier,
        text: "",
        ..notification(&eva, "en")
    });
    assert!(mail.text.len() < 6_000, "{}", mail.text.len());
    assert_eq!(mail.text.matches("\n┃ #1 (new)").count(), 5);
}

#[test]
fn a_language_without_words_for_agents_leaves_them_english() {
    let folder = tempfile::tempdir().unwrap();
    let built_in = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("config/templates/es");
    std::fs::create_dir_all(folder.path().join("ca/confirmation")).unwrap();
    for part in PARTS {
        let part = format!("confirmation/{part}");
        std::fs::copy(built_in.join(&part), folder.path().join("ca").join(&part)).unwrap();
    }
    let phrases = std::fs::read_to_string(built_in.join("phrases.toml")).unwrap();
    let (customers, _) = phrases.split_once("# Lo que se comunica a los agentes").unwrap();
    std::fs::write(folder.path().join("ca/phrases.toml"), customers).unwrap();
    let templates = Templates::load(Some(folder.path())).unwrap();
    let eva = mailbox("Eva Lind", "eva@home.example");
    let mail = templates.notification(&notification(&eva, "ca")).unwrap();
    assert!(mail.text.starts_with("## write your answer above this line ##\n"));
    std::fs::write(
        folder.path().join("ca/phrases.toml"),
        phrases.replace("unknown_queue =", "unknown_kew ="),
    )
    .unwrap();
    let error = Templates::load(Some(folder.path())).err().unwrap().to_string();
    assert!(error.contains("no unknown_queue in [agents.problems]"), "{error}");
}

#[test]
fn the_line_to_write_above_is_known_in_every_built_in_language_to_the_guard() {
    for line in templates().write_above_lines() {
        let leak = crate::mail::answer::guard(line, None, &|_| false, &[]);
        assert_eq!(leak, Some(crate::mail::answer::Leak::WriteAboveLine), "{line}");
    }
}
