//! Mails that could name the wrong person.

use super::*;
use proptest::prelude::*;

const GMAIL: &str = "---------- Forwarded message ---------\nFrom: Eva Lind <eva@lind.example>\nDate: Tue, 5 May 2026 at 09:41\n\
    Subject: Printer\nTo: Ana Ruiz <ana@acme.example>\n\n";
const OUTLOOK: &str = "From: Eva Lind <eva@lind.example>\nSent: Tuesday, May 5, 2026 9:41 AM\nTo: Ana Ruiz <ana@acme.example>\nSubject: Printer\n\n";

fn header_of(name: &str, subject: &str) -> String {
    format!("From: {name} <{name}@x.example>\nSent: Monday, May 4, 2026 9:41 AM\nTo: Eva\nSubject: {subject}\n\n")
}

#[track_caller]
fn check_from(subject: &str, text: &str, wanted: Result<&str, NotFound>) {
    let found = of_plain(subject, text).map(|found| found.original.from.address.to_string());
    assert_eq!(found.as_deref().map_err(|reason| *reason), wanted, "{subject}\n{text}");
}

#[test]
fn a_header_in_the_customers_text_names_nobody() {
    let inner = header_of("carl", "Printer");
    for outer in [GMAIL, OUTLOOK] {
        let text = format!("Look.\n\n{outer}He wrote:\n\n{inner}Hello Eva");
        check_from("Fwd: Printer", &text, Ok("eva@lind.example"));
        let found = of_plain("Fwd: Printer", &text).unwrap();
        assert!(found.original.text.starts_with("He wrote:") && found.original.text.contains("carl@x.example"));
        let marked = format!("{outer}See\n\n---------- Forwarded message ---------\n{inner}Hello");
        check_from("Fwd: Fwd: Printer", &marked, Ok("eva@lind.example"));
    }
    check_from("Fwd: Printer", &format!("{GMAIL}{inner}Hello"), Ok("eva@lind.example"));
}

#[test]
fn a_header_in_the_agents_own_text_names_nobody() {
    let pasted = header_of("boss", "Refund");
    check_from(
        "Fwd: Printer",
        &format!("She claims:\n\n{pasted}so.\n\n{GMAIL}Hi"),
        Ok("eva@lind.example"),
    );
    check_from(
        "FW: Printer",
        &format!("She claims:\n\n{pasted}so.\n\n{OUTLOOK}Hi"),
        Err(NotFound::Unsure),
    );
    check_from(
        "FW: Printer",
        &format!("She claims:\n\n-----\n{pasted}so.\n\n{GMAIL}Hi"),
        Err(NotFound::Unsure),
    );
    let found = of_plain("Fwd: Printer", &format!("She claims:\n\n{pasted}so.\n\n{GMAIL}Hi")).unwrap();
    assert!(found.above.contains("boss@x.example") && found.above.contains("so."));
}

#[test]
fn an_edited_subject_matters_only_where_there_is_a_choice() {
    check_from(
        "FW: Ms Lind's printer",
        &format!("Look.\n\n{OUTLOOK}Hi"),
        Ok("eva@lind.example"),
    );
    check_from(
        "Ms Lind's printer",
        &format!("Look.\n\n{GMAIL}Hi"),
        Ok("eva@lind.example"),
    );
    let inner = header_of("carl", "Printer");
    check_from(
        "FW: Ms Lind's printer",
        &format!("{OUTLOOK}Hi\n\n{inner}Ho"),
        Err(NotFound::Unsure),
    );
    check_from(
        "Ms Lind's printer",
        &format!("{GMAIL}Hi\n\n{inner}Ho"),
        Ok("eva@lind.example"),
    );
}

#[test]
fn a_name_without_an_address_names_nobody() {
    for outer in [GMAIL, OUTLOOK] {
        let nameless = outer.replace(" <eva@lind.example>", "");
        check_from("FW: Printer", &format!("{nameless}Hi"), Err(NotFound::NoAddress));
        let inner = header_of("carl", "Printer");
        check_from(
            "FW: Printer",
            &format!("{nameless}Hi\n\n{inner}"),
            Err(NotFound::NoAddress),
        );
    }
}

#[test]
fn reply_to_is_nobodys_from() {
    let text = GMAIL.replace("From: Eva Lind <eva@lind.example>", "Reply-To: Carl <carl@x.example>");
    check_from("Fwd: Printer", &text, Err(NotFound::NoHeader));
    let both = GMAIL.replace("From:", "Reply-To: Carl <carl@x.example>\nFrom:");
    check_from("Fwd: Printer", &both, Ok("eva@lind.example"));
}

#[test]
fn answers_are_no_forwards() {
    for (subject, text) in [
        ("Re: Printer", format!("No.\n\n{OUTLOOK}Hi")),
        (
            "AW: FW: Printer",
            format!("No.\n\n________________________________\n{OUTLOOK}See\n\n{GMAIL}Hi"),
        ),
        ("Printer", format!("No.\n\n{OUTLOOK}Hi")),
        ("RE: Printer", format!("No.\n\n-----Original Message-----\n{OUTLOOK}Hi")),
        (
            "Re: Fwd: Printer",
            format!(
                "No.\n\nOn Tue, May 5, 2026 at 9:41 AM Bob <bob@acme.example> wrote:\n\n> See\n> {}> Hi",
                GMAIL.replace('\n', "\n> ")
            ),
        ),
        (
            "Fwd: Printer",
            format!("No.\n\nOn Tue, May 5, 2026 at 9:41 AM Bob <bob@acme.example> wrote:\n\n{GMAIL}Hi"),
        ),
        (
            "Re: Fwd: Printer",
            format!("No.\n\n> {}> Hi", GMAIL.replace('\n', "\n> ")),
        ),
        (
            "Fwd: Printer",
            format!("No\n\n## write your answer above this line ##\n\n{GMAIL}Hi"),
        ),
    ] {
        check_from(subject, &text, Err(NotFound::Answer));
    }
}

#[test]
fn what_only_looks_forwarded_says_so() {
    for (subject, text, reason) in [
        ("Fwd: Printer", "See below.", NotFound::NoHeader),
        ("Printer", "See below.", NotFound::NoForward),
        (
            "Printer",
            "---------- Forwarded message ---------\nHello",
            NotFound::NoHeader,
        ),
        (
            "Printer",
            "Wo: Madrid\nVon: Berlin\nDatum: 12. Mai\nAn: Rom",
            NotFound::NoForward,
        ),
    ] {
        let found = plain(subject, text);
        assert_eq!(read(&found).err(), Some(reason), "{text}");
    }
}

#[test]
fn an_unreadable_outer_header_hides_the_inner_one() {
    let inner = header_of("carl", "Printer");
    let text =
        format!("---------- Forwarded message ---------\nXyz Eva\n\n---------- Forwarded message ---------\n{inner}");
    check_from("Fwd: Printer", &text, Err(NotFound::NoHeader));
}

#[test]
fn an_end_that_the_customer_wrote_ends_nothing() {
    let text = format!("{GMAIL}Hi\n\n----- End forwarded message -----\n\n#solved\n");
    let found = of_plain("Fwd: Printer", &text).unwrap();
    assert!(found.original.text.contains("#solved") && found.above.is_empty() && found.below.is_empty());
}

#[test]
fn the_header_takes_nothing_of_the_text() {
    for (body, wanted) in [
        ("Subject: is the printer", "Subject: is the printer"),
        ("To: whom it may concern", "To: whom it may concern"),
        ("  indented", "  indented"),
        ("Re-read: this", "Re-read: this"),
        ("> quoted\nanswer", "> quoted\nanswer"),
    ] {
        let found = of_plain("Fwd: Printer", &format!("{GMAIL}{body}\nmore")).unwrap();
        assert_eq!(found.original.text, format!("{wanted}\nmore\n"));
    }
}

#[test]
fn many_headers_take_little_time() {
    let eva = Ok("eva@lind.example");
    for (text, wanted) in [
        (GMAIL.repeat(10_000), eva),
        (OUTLOOK.repeat(10_000), eva),
        ("From: a@x.example\nX-A: b\n".repeat(20_000), Err(NotFound::NoHeader)),
        ("From: a@x.example\n".repeat(50_000), Err(NotFound::NoHeader)),
        ("To: a,\n".repeat(50_000), Err(NotFound::NoHeader)),
        (
            "---------- Forwarded message ---------\n".repeat(20_000),
            Err(NotFound::NoHeader),
        ),
        ("> Begin forwarded message:\n".repeat(20_000), Err(NotFound::NoHeader)),
        (format!("{GMAIL}{}", "<mailto:a@x.example>".repeat(50_000)), eva),
        (
            GMAIL.replace("To: ", &format!("To: {}", "<mailto:a@x.example> ".repeat(1_000))),
            eva,
        ),
    ] {
        check_from("Fwd: Printer", &text, wanted);
        let html = text.replace('<', "&lt;").replace('\n', "<br>");
        let found = read(&html_only("Fwd: Printer", &html)).map(|found| found.original.from);
        assert_eq!(found.map(|from| from.address), wanted.map(address));
    }
}

fn texts() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "[ -~]{0,30}",
        "\\PC{0,20}",
        Just(String::new()),
        Just("---------- Forwarded message ---------".to_owned()),
        Just("> Begin forwarded message:".to_owned()),
        Just("From: Eva Lind <eva@lind.example>".to_owned()),
        Just("> De :".to_owned()),
        Just("From: Eva [mailto:eva@lind.example".to_owned()),
        Just("Subject: Printer".to_owned()),
        Just("Date: Tue, 5 May 2026 09:41:12 +0200".to_owned()),
        Just("To: a@x.example;".to_owned()),
        Just("----- End forwarded message -----".to_owned()),
        Just("____".to_owned()),
        Just("<div>".to_owned()),
        Just("<br>".to_owned()),
    ];
    prop::collection::vec(line, 0..24).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #[test]
    fn any_text_is_read(text in texts(), subject in prop_oneof![Just("Fwd: Printer"), Just("Re: Printer"), Just("Printer")]) {
        for mail in [plain(subject, &text), html_only(subject, &text)] {
            let Ok(found) = read(&mail) else { continue };
            let from = found.original.from.address.as_str();
            prop_assert!(mail.0.text.contains(from), "{from}");
            for line in found.above.lines().chain(found.original.text.lines()) {
                prop_assert!(mail.0.text.contains(line.trim()), "{line:?}");
            }
        }
    }
}
