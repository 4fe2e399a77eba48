//! What is possible, and which line is named when something is not.

use super::{Answer, Assigned, CommandContext, Place, ResolvedCommand, TicketState};
use crate::desk::command::{AgentCommand, CommandBlock, CommandError, CommandName, CommandProblem};
use crate::desk::policy::{AgentPolicy, AgentTrust, Assign, Notify, QueuePolicy};
use crate::desk::ticket::{TicketNumber, TicketStatus};
use crate::mail::EmailAddress;
use std::collections::BTreeMap;

/// The ticket that replies are about.
const OWN: Place = Place::Ticket(TicketNumber(5));

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn checked(text: &str, place: Place, answer: Answer) -> Result<Vec<ResolvedCommand>, CommandError> {
    let agent = |name: &str, own: &str, aliases: &[&str]| AgentPolicy {
        name: name.into(),
        address: address(own),
        aliases: aliases.iter().map(|alias| address(alias)).collect(),
        queues: vec![],
        trust: AgentTrust::TokenAndAligned,
    };
    let queue = |name: &str| QueuePolicy {
        name: name.into(),
        notify: Notify::All,
        assign: Assign::None,
    };
    let tickets = [
        (TicketNumber(17), TicketState::Standing),
        (TicketNumber(20), TicketState::Standing),
        (TicketNumber(18), TicketState::MergedInto(TicketNumber(17))),
        (TicketNumber(19), TicketState::MergedInto(TicketNumber(5))),
    ];
    let context = CommandContext {
        place,
        answer,
        writer: &address("jp@acme.example"),
        agents: &[
            agent("Ana Ruiz", "ana@acme.example", &["ruiz@acme.example"]),
            agent("Ana Gómez", "gomez@acme.example", &[]),
            agent("José Pérez", "jp@acme.example", &[]),
        ],
        queues: &[queue("general"), queue("Facturación")],
        fields: &["orderNumber".to_owned()],
        tickets: &BTreeMap::from(tickets),
    };
    CommandBlock::read(text).unwrap().check(&context)
}

/// What a reply about ticket 5 resolves to.
fn resolved(text: &str) -> Vec<ResolvedCommand> {
    checked(text, OWN, Answer::None).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

fn problem(text: &str, place: Place) -> (usize, CommandProblem) {
    let error = checked(text, place, Answer::None).expect_err(text);
    (error.line.number, error.problem)
}

#[test]
fn names_become_those_of_the_config() {
    let queue = |name: &str| vec![ResolvedCommand::Queue(name.into())];
    assert_eq!(resolved("#queue General"), queue("general"));
    assert_eq!(resolved("#queue facturacion"), queue("Facturación"));
    let field = |name: &str| {
        vec![ResolvedCommand::Field {
            name: name.into(),
            value: "7".into(),
        }]
    };
    assert_eq!(resolved("#field ordernumber 7"), field("orderNumber"));
    assert_eq!(resolved("#field Colour 7"), field("colour"));
}

#[test]
fn an_agent_is_found_by_address_name_or_a_part_that_only_she_has() {
    for (who, wanted) in [
        ("me", "jp@acme.example"),
        ("RUIZ@acme.example", "ana@acme.example"),
        ("ana ruiz", "ana@acme.example"),
        ("Ruiz, Ana", "ana@acme.example"),
        ("Ruiz", "ana@acme.example"),
        ("gomez", "gomez@acme.example"),
        ("jose", "jp@acme.example"),
        ("jp", "jp@acme.example"),
    ] {
        let assigned = ResolvedCommand::Assign(Assigned::To(address(wanted)));
        assert_eq!(resolved(&format!("#assign {who}")), [assigned], "{who}");
    }
    assert_eq!(resolved("#assign none"), [ResolvedCommand::Assign(Assigned::Nobody)]);
}

#[test]
fn an_unknown_or_ambiguous_name_is_refused_with_who_may_be_meant() {
    let unknown = |given: &str, nearest: Option<&str>| CommandProblem::UnknownAgent {
        given: given.into(),
        nearest: nearest.map(str::to_owned),
    };
    for (given, nearest) in [
        ("Ana Riuz", Some("Ana Ruiz")),
        ("Gomes", Some("Ana Gómez")),
        ("ruis@acme.example", Some("ruiz@acme.example")),
        ("Wolfgang", None),
    ] {
        let found = problem(&format!("#note\n#assign {given}"), OWN);
        assert_eq!(found, (2, unknown(given, nearest)));
    }
    let ambiguous = CommandProblem::AmbiguousAgent {
        given: "Ana".into(),
        matches: vec!["Ana Ruiz".into(), "Ana Gómez".into()],
    };
    assert_eq!(problem("#assign Ana", OWN), (1, ambiguous));
    let queue = CommandProblem::UnknownQueue {
        given: "genral".into(),
        nearest: Some("general".into()),
    };
    assert_eq!(problem("#queue genral", OWN), (1, queue));
}

#[test]
fn a_merge_leads_to_another_ticket_that_stands() {
    assert_eq!(resolved("#merge 17"), [ResolvedCommand::Merge(TicketNumber(17))]);
    assert_eq!(resolved("#merge 18"), [ResolvedCommand::Merge(TicketNumber(17))]);
    assert_eq!(
        resolved("#merge 17\n#merge 18"),
        [ResolvedCommand::Merge(TicketNumber(17))]
    );
    for own in [5, 19] {
        let given = TicketNumber(own);
        assert_eq!(
            problem(&format!("#merge {own}"), OWN),
            (1, CommandProblem::MergeIntoItself { given })
        );
    }
    for (line, command) in [("#merge 99", CommandName::Merge), ("#ticket 99", CommandName::Ticket)] {
        let given = TicketNumber(99);
        assert_eq!(
            problem(line, OWN),
            (1, CommandProblem::UnknownTicket { command, given })
        );
    }
}

#[test]
fn what_contradicts_an_earlier_line_is_refused_and_what_repeats_it_is_not() {
    for (text, command) in [
        ("#solved\n#note\n#pending", CommandName::Pending),
        ("#assign me\n#note\n#assign none", CommandName::Assign),
        ("#queue general\n#note\n#queue facturacion", CommandName::Queue),
        ("#priority low\n#note\n#priority high", CommandName::Priority),
        ("#tag a b\n#note\n#untag c b", CommandName::Untag),
        ("#field ordernumber 1\n#note\n#field OrderNumber 2", CommandName::Field),
        ("#merge 17\n#note\n#merge 20", CommandName::Merge),
    ] {
        let (line, found) = problem(text, OWN);
        assert_eq!(line, 3, "{text}");
        let CommandProblem::Contradicts {
            command: found,
            earlier,
        } = found
        else {
            panic!("{text}: {found:?}")
        };
        assert_eq!((found, earlier.number), (command, 1), "{text}");
    }
    let (line, found) = problem("#requester a@x.example\n#requester b@x.example", Place::NewMail);
    assert!(line == 2 && matches!(found, CommandProblem::Contradicts { .. }));
    assert_eq!(
        resolved("#solved\n#Solved"),
        [AgentCommand::Status(TicketStatus::Solved)]
    );
    assert_eq!(resolved("#assign jose\n#assign me").len(), 1);
    assert_eq!(resolved("#cc a@x.example\n#cc b@x.example\n#tag a\n#untag b").len(), 4);
}

#[test]
fn undo_stands_alone() {
    assert_eq!(resolved("#undo"), [ResolvedCommand::Undo]);
    assert_eq!(problem("#undo\n#note", OWN), (1, CommandProblem::UndoNotAlone));
    assert_eq!(problem("#note\n#undo", OWN), (2, CommandProblem::UndoNotAlone));
    let with_text = checked("#undo\nHello", OWN, Answer::Written).unwrap_err();
    assert_eq!(with_text.problem, CommandProblem::UndoNotAlone);
}

#[test]
fn each_command_is_admitted_where_it_means_something() {
    use CommandName as N;
    let needs_ticket = |command| CommandProblem::NeedsTicket { command };
    for (line, place, wanted) in [
        (
            "#requester eva@home.example",
            OWN,
            CommandProblem::NeedsNewMail { command: N::Requester },
        ),
        ("#send", OWN, CommandProblem::NothingHeld { command: N::Send }),
        (
            "#send",
            Place::NewMail,
            CommandProblem::NothingHeld { command: N::Send },
        ),
        ("#solved", Place::NewMail, needs_ticket(N::Solved)),
        ("#tag vip", Place::NewMail, needs_ticket(N::Tag)),
        ("#undo", Place::NewMail, needs_ticket(N::Undo)),
        ("#merge 17", Place::Opening, needs_ticket(N::Merge)),
        ("#spam", Place::Opening, needs_ticket(N::Spam)),
        (
            "#solved",
            Place::Held,
            CommandProblem::OnlyRelease { command: N::Solved },
        ),
        ("#list", Place::Held, CommandProblem::OnlyRelease { command: N::List }),
    ] {
        assert_eq!(problem(line, place), (1, wanted), "{line} {place:?}");
    }
    for (text, place) in [
        ("#send", Place::Held),
        ("#list\n#help\n#ticket 17", Place::NewMail),
        (
            "#tag vip\n#requester eva@home.example\n#queue general\n#assign me",
            Place::NewMail,
        ),
        ("#tag vip\n#solved", Place::Opening),
        ("#why\n#list\n#confirm\n#forward a@x.example\n#spam", OWN),
    ] {
        assert!(checked(text, place, Answer::None).is_ok(), "{text} {place:?}");
    }
}

#[test]
fn a_mail_without_commands_is_possible_anywhere() {
    for place in [OWN, Place::Opening, Place::NewMail, Place::Held] {
        assert_eq!(checked("Hello", place, Answer::Written), Ok(vec![]));
    }
}
