//! Agents' answers, as customers get them.

use super::agents::mailbox;
use super::{shown, templates};
use crate::template::answer::{MOST_QUOTED_LINES, MOST_QUOTED_OCTETS};
use crate::template::*;
use jiff::tz::TimeZone;

fn answered(language: &str, change: impl FnOnce(&mut AnswerContext<'_>, &mut QuotedMessage<'_>)) -> Rendered {
    let eva = mailbox("Eva Lind", "eva@home.example");
    let zone = TimeZone::get("Europe/Madrid").unwrap();
    let mut quoted = QuotedMessage {
        // Half past midnight of the 26th in Madrid.
        at: "2026-11-25T23:30:00Z".parse().unwrap(),
        from: &eva,
        text: "Where is it?\n\n> I ordered a lamp.\n\nEva",
    };
    let mut context = AnswerContext {
        language,
        desk_language: "en",
        time_zone: &zone,
        subject: "Where is my order?",
        subject_tag: "[#1042-k7f3qa]",
        text: "Hello Eva,\n\nit left on Monday.\nIt will be with you soon.",
        html: None,
        signature: "-- \nAna Ruiz\nAcme Support",
        quoted: None,
    };
    change(&mut context, &mut quoted);
    context.quoted = Some(quoted);
    templates().answer(&context).unwrap()
}

#[test]
fn an_answer_reads_so() {
    for language in ["en", "es"] {
        insta::assert_snapshot!(format!("answer_{language}"), shown(&answered(language, |_, _| {})));
    }
}

#[test]
fn a_language_without_phrases_is_written_in_the_desks() {
    let mail = answered("fr", |context, _| context.desk_language = "es");
    assert!(mail.text.contains("\nEl 26 de noviembre de 2026, Eva Lind escribió:\n"));
    assert!(mail.html.contains("<html lang=\"es\">"));
}

#[test]
fn the_agents_html_is_kept_and_everything_else_is_escaped() {
    let evil = "<script>alert(1)</script> {{7*7}}";
    let mail = answered("en", |context, quoted| {
        context.html = Some("<p>It left on <b>Monday</b>.</p>");
        context.signature = evil;
        quoted.text = evil;
    });
    assert!(mail.html.contains("<p>It left on <b>Monday</b>.</p>"));
    assert!(!mail.html.contains("<script") && !shown(&mail).contains("49"));
    let plain = answered("en", |context, _| context.text = evil);
    assert!(!plain.html.contains("<script") && plain.text.starts_with(evil));
}

#[test]
fn a_name_that_holds_a_placeholder_or_nothing_is_no_trouble() {
    let strange = mailbox("{date} {{7*7}}\r\nBcc: x", "eva@home.example");
    let nameless = mailbox("", "eva@home.example");
    let zone = TimeZone::UTC;
    for (from, wrote) in [
        (&strange, "On 25 November 2026, {date} {{7*7}} Bcc: x wrote:"),
        (&nameless, "On 25 November 2026, eva@home.example wrote:"),
    ] {
        let mail = templates()
            .answer(&AnswerContext {
                language: "en",
                desk_language: "en",
                time_zone: &zone,
                subject: "",
                subject_tag: "",
                text: "Yes.",
                html: None,
                signature: "",
                quoted: Some(QuotedMessage {
                    at: "2026-11-25T23:30:00Z".parse().unwrap(),
                    from,
                    text: "?",
                }),
            })
            .unwrap();
        assert_eq!(mail.text.trim_end(), format!("Yes.\n\n{wrote}\n> ?"));
    }
}

#[test]
fn a_long_message_is_quoted_in_part_and_says_so() {
    let tall = "line\n".repeat(MOST_QUOTED_LINES + 50);
    let mail = answered("en", |_, quoted| quoted.text = Box::leak(tall.into_boxed_str()));
    assert_eq!(mail.text.matches("\n> line").count(), MOST_QUOTED_LINES);
    assert!(mail.text.trim_end().ends_with("\n> […]") && mail.html.contains("<div>[…]</div>"));
    let wide = format!("start\n{}", "ñ".repeat(MOST_QUOTED_OCTETS));
    let mail = answered("en", |_, quoted| quoted.text = Box::leak(wide.into_boxed_str()));
    assert!(mail.text.trim_end().ends_with("\n> start\n> […]"));
}

#[test]
fn an_answer_to_nothing_quotes_nothing() {
    let mail = answered("en", |_, quoted| quoted.text = "  \n ");
    assert!(!mail.text.contains("wrote:") && !mail.html.contains("<blockquote"));
    assert!(mail.text.trim_end().ends_with("-- \nAna Ruiz\nAcme Support"));
}
