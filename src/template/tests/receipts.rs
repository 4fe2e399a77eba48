//! What agents get in answer to their own mails.

use super::agents::mailbox;
use super::templates;
use crate::desk::command::{CommandError, CommandLine, CommandName, CommandProblem};
use crate::desk::ticket::{Priority, TicketNumber, TicketStatus};
use crate::template::receipt::MOST_EVENTS;
use crate::template::*;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

fn answered(receipt: Receipt<'_>, language: &str) -> Rendered {
    let zone = TimeZone::get("Europe/Madrid").unwrap();
    let mail = templates()
        .receipt(&ReceiptContext {
            language,
            time_zone: &zone,
            subject: "Where is my order?",
            subject_tag: "[#1042-k7f3qa]",
            receipt,
        })
        .unwrap();
    assert_eq!(mail.subject, "Re: Where is my order? [#1042-k7f3qa]");
    // The HTML says the same, line by line.
    let seen = crate::mail::html::to_text(&mail.html);
    let lines = |text: &str| {
        let lines: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
        lines.join(" ")
    };
    assert_eq!(lines(&seen), lines(&mail.text));
    mail
}

fn both(receipt: Receipt<'_>) -> String {
    let (en, es) = (answered(receipt, "en"), answered(receipt, "es"));
    format!("{}\n=====\n\n{}", en.text, es.text)
}

fn error(problem: CommandProblem) -> CommandError {
    CommandError {
        line: CommandLine {
            number: 1,
            text: "#sloved".to_owned(),
        },
        problem,
    }
}

fn refused(error: &CommandError) -> Receipt<'_> {
    Receipt::Refused(Refusal {
        error,
        text: "#sloved\n\nIt left on Monday.",
    })
}

/// Each problem once, in the order of their names.
fn problems() -> Vec<CommandProblem> {
    let (command, second) = (CommandName::Assign, CommandName::Solved);
    let (given, number, most) = ("GIVEN".to_owned(), TicketNumber(17), 200);
    let earlier = CommandLine {
        number: 1,
        text: "#open".to_owned(),
    };
    vec![
        CommandProblem::UnknownCommand {
            given: given.clone(),
            nearest: None,
        },
        CommandProblem::TakesNothing {
            command,
            given: given.clone(),
        },
        CommandProblem::Missing { command },
        CommandProblem::Malformed {
            command,
            given: given.clone(),
        },
        CommandProblem::TwoOnALine { command, second },
        CommandProblem::ValueTooLong { command, most },
        CommandProblem::LineTooLong { most },
        CommandProblem::TooMany { most },
        CommandProblem::UnknownQueue {
            given: given.clone(),
            nearest: None,
        },
        CommandProblem::UnknownAgent {
            given: given.clone(),
            nearest: None,
        },
        CommandProblem::AmbiguousAgent {
            given,
            matches: ["Ana Ruiz", "Ana Gil", "Ana Pau"].map(str::to_owned).to_vec(),
        },
        CommandProblem::UnknownTicket { command, given: number },
        CommandProblem::MergeIntoItself { given: number },
        CommandProblem::Contradicts { command, earlier },
        CommandProblem::UndoNotAlone,
        CommandProblem::NeedsTicket { command },
        CommandProblem::NeedsNewMail { command },
        CommandProblem::NothingHeld { command },
        CommandProblem::OnlyRelease { command },
    ]
}

#[test]
fn a_refusal_names_the_line_and_the_nearest_command() {
    let error = error(CommandProblem::UnknownCommand {
        given: "sloved".to_owned(),
        nearest: Some(CommandName::Solved),
    });
    insta::assert_snapshot!(both(refused(&error)));
}

#[test]
fn each_problem_has_its_sentence_with_its_values() {
    let names: Vec<_> = problems().iter().map(CommandProblem::as_str).collect();
    assert_eq!(names, CommandProblem::NAMES);
    let mut all = String::new();
    for language in ["en", "es"] {
        for problem in problems() {
            assert_eq!(serde_json::to_value(&problem).unwrap()["kind"], problem.as_str());
            let text = answered(refused(&error(problem)), language).text;
            let sentence = text.lines().nth(2).unwrap();
            assert!(!sentence.contains(['{', '}']), "{sentence}");
            all.push_str(sentence);
            all.push('\n');
        }
    }
    insta::assert_snapshot!(all);
}

#[test]
fn the_other_receipts_read_so() {
    let eva = mailbox("Eva Lind", "eva@home.example");
    let number = TicketNumber(1042);
    let opened = |confirmation| Receipt::Opened {
        number,
        customer_name: &eva.name,
        customer: Some(&eva.address),
        confirmation,
    };
    let undone = [
        Undone::AnswerWithdrawn,
        Undone::AnswerAlreadySent,
        Undone::Status(TicketStatus::OnHold),
        Undone::Assignee(Some("Ben")),
        Undone::Assignee(None),
        Undone::Queue("billing"),
        Undone::Priority(Priority::High),
        Undone::TagRemoved("vip"),
        Undone::TagRestored("lamp"),
        Undone::Field("order"),
        Undone::Participant(&eva.address),
        Undone::Merge(TicketNumber(17)),
    ];
    let receipts = [
        opened(Confirmed::Sent),
        opened(Confirmed::NotSent { why: "dmarc=fail" }),
        Receipt::Undone { number, what: &undone },
        Receipt::Undone { number, what: &[] },
        Receipt::Told {
            what: Told::NothingToSend,
            text: "",
        },
        Receipt::TooLarge {
            size: 40 << 20,
            most: 25 << 20,
            text: "It left on Monday.",
        },
    ];
    insta::assert_snapshot!(receipts.map(both).join("\n=====\n\n"));
}

#[test]
fn what_she_asks_for_reads_so() {
    let eva = mailbox("Eva Lind", "eva@home.example");
    let at = |text: &str| text.parse().unwrap();
    let events = [
        EventLine {
            at: at("2026-11-25T23:30:00Z"),
            kind: "opened",
            by: "eva@home.example",
            detail: "",
        },
        EventLine {
            at: at("2026-11-26T09:00:00Z"),
            kind: "not_sent",
            by: "buzon",
            detail: "confirmation: dmarc=fail",
        },
        EventLine {
            at: at("2026-11-26T09:00:00Z"),
            kind: "unheard_of",
            by: "buzon",
            detail: "",
        },
    ];
    let messages = [
        MessageExcerpt {
            at: at("2026-11-25T23:30:00Z"),
            from: "Eva Lind",
            text: "Where is it?",
        },
        MessageExcerpt {
            at: at("2026-11-26T09:00:00Z"),
            from: "Ana Ruiz",
            text: "┃ It left on Monday. {{7*7}}",
        },
    ];
    let ticket = TicketFacts {
        number: TicketNumber(17),
        subject: "Broken lamp",
        requester_name: &eva.name,
        requester: Some(&eva.address),
        queue: "general",
        status: TicketStatus::Pending,
        priority: Priority::High,
        assignee: Some("Ana Ruiz"),
        tags: &["vip".to_owned()],
    };
    let asked = [
        Receipt::Why {
            number: TicketNumber(17),
            events: &events,
        },
        Receipt::Why {
            number: TicketNumber(17),
            events: &[],
        },
        Receipt::Ticket {
            ticket,
            messages: &messages,
        },
    ];
    insta::assert_snapshot!(asked.map(both).join("\n=====\n\n"));
}

#[test]
fn lists_and_help_read_so() {
    let row = |number, status, seconds, subject| TicketRow {
        number: TicketNumber(number),
        status,
        age: SignedDuration::from_secs(seconds),
        requester: "Eva Lind",
        subject,
    };
    let rows = [
        row(17, TicketStatus::Open, 3 * 86_400, "Broken lamp"),
        row(18, TicketStatus::New, 600, ""),
    ];
    let asked = [
        Receipt::List { rows: &rows },
        Receipt::List { rows: &[] },
        Receipt::Help {
            commands: &[("solved", "#solved"), ("assign", "#assign me"), ("undo", "#undo")],
        },
    ];
    insta::assert_snapshot!(asked.map(both).join("\n=====\n\n"));
}

#[test]
fn long_answers_are_bounded_and_say_so() {
    let row = TicketRow {
        number: TicketNumber(17),
        status: TicketStatus::Open,
        age: SignedDuration::ZERO,
        requester: &"x".repeat(500),
        subject: &"y".repeat(500),
    };
    let rows = vec![row; MOST_ROWS + 1];
    let text = answered(Receipt::List { rows: &rows }, "en").text;
    assert_eq!(text.matches("┃ #17 ").count(), MOST_ROWS);
    assert!(text.contains("┃ There are more.\n") && text.len() < 40_000);
    let event = EventLine {
        at: jiff::Timestamp::UNIX_EPOCH,
        kind: "opened",
        by: "buzon",
        detail: "",
    };
    let events = vec![event; MOST_EVENTS + 1];
    let text = answered(
        Receipt::Why {
            number: TicketNumber(17),
            events: &events,
        },
        "en",
    )
    .text;
    assert_eq!(text.matches("· opened ·").count(), MOST_EVENTS);
    assert!(text.contains("┃ Earlier entries are left out.\n"));
}
