//! What is a command, what it says, and what is left below.

use super::{
    AgentCommand, Assignee, CommandBlock, CommandLine, CommandName, CommandProblem, LONGEST_LINE, LONGEST_TAG,
    LONGEST_VALUE, MOST_COMMANDS,
};
use crate::desk::ticket::{Priority, TicketNumber, TicketStatus};
use crate::mail::{EmailAddress, Mailbox};

mod properties;

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn read(text: &str) -> (Vec<AgentCommand>, String) {
    let block = CommandBlock::read(text).unwrap_or_else(|error| panic!("{text:?}: {error:?}"));
    (
        block.commands.into_iter().map(|written| written.command).collect(),
        block.rest,
    )
}

/// The line is that one command, and nothing is left.
fn check(line: &str, wanted: AgentCommand) {
    assert_eq!(read(line), (vec![wanted], String::new()), "{line:?}");
}

fn problem(text: &str) -> (usize, CommandProblem) {
    let error = CommandBlock::read(text).expect_err(text);
    (error.line.number, error.problem)
}

fn malformed(command: CommandName, given: &str) -> CommandProblem {
    let given = given.to_owned();
    CommandProblem::Malformed { command, given }
}

const SOLVED: AgentCommand = AgentCommand::Status(TicketStatus::Solved);

#[test]
fn every_command_is_read() {
    check("#solved", SOLVED);
    check("#pending", AgentCommand::Status(TicketStatus::Pending));
    check("#open", AgentCommand::Status(TicketStatus::Open));
    check("#hold", AgentCommand::Status(TicketStatus::OnHold));
    check("#closed", AgentCommand::Status(TicketStatus::Closed));
    check("#note", AgentCommand::Note);
    check("#confirm", AgentCommand::Confirm);
    check("#spam", AgentCommand::Spam);
    check("#undo", AgentCommand::Undo);
    check("#why", AgentCommand::Why);
    check("#list", AgentCommand::List);
    check("#help", AgentCommand::Help);
    check("#send", AgentCommand::Send);
    check("#queue Second Line", AgentCommand::Queue("Second Line".into()));
    check("#priority Urgent", AgentCommand::Priority(Priority::Urgent));
    check("#merge 17", AgentCommand::Merge(TicketNumber(17)));
    check("#merge #17", AgentCommand::Merge(TicketNumber(17)));
    check("#ticket [#17].", AgentCommand::Ticket(TicketNumber(17)));
    check(
        "#forward <help@partner.example>",
        AgentCommand::Forward(address("help@partner.example")),
    );
    let eva = |name: &str| Mailbox {
        name: name.into(),
        address: address("eva@home.example"),
    };
    check("#requester eva@home.example", AgentCommand::Requester(eva("")));
    check(
        "#requester Eva Díaz <eva@home.example>",
        AgentCommand::Requester(eva("Eva Díaz")),
    );
}

#[test]
fn an_assignee_is_me_somebody_or_nobody() {
    let named = |who: &str| AgentCommand::Assign(Assignee::Named(who.into()));
    check("#assign Me", AgentCommand::Assign(Assignee::Me));
    check("#assign none.", AgentCommand::Assign(Assignee::Nobody));
    check("#assign nobody", AgentCommand::Assign(Assignee::Nobody));
    check("#assign Ana Ruiz", named("Ana Ruiz"));
    check("#assign “Ana Ruiz”", named("Ana Ruiz"));
    check("#assign ana@acme.example", named("ana@acme.example"));
    check("#assign Ana Ruiz <ana@acme.example>", named("ana@acme.example"));
    check(
        "#assign ana@acme.example<mailto:ana@acme.example>",
        named("ana@acme.example"),
    );
}

#[test]
fn a_field_has_a_name_and_a_value() {
    let field = |name: &str, value: &str| AgentCommand::Field {
        name: name.into(),
        value: value.into(),
    };
    check("#field order 1234567", field("order", "1234567"));
    check("#field Order:  12 34", field("order", "12 34"));
    check("#field “Order number” “A, B.”", field("order number", "A, B."));
    check("#field \"order number\": 5", field("order number", "5"));
    check("#field place Calle Mayor 3, 2.º", field("place", "Calle Mayor 3, 2.º"));
    check("#field ref #A17", field("ref", "#A17"));
    check(
        "#field site acme.example <http://acme.example/>",
        field("site", "acme.example"),
    );
    check("#field note it’s \"odd\"", field("note", "it’s \"odd\""));
}

#[test]
fn tags_and_addresses_may_share_a_line() {
    let tags = ["vip", "invoice", "späti"].map(|tag| AgentCommand::Tag(tag.into()));
    assert_eq!(read("#tag VIP, invoice späti vip").0, tags);
    let tags = ["a", "b"].map(|tag| AgentCommand::Untag(tag.into()));
    assert_eq!(read("#untag a,b.").0, tags);
    let cc = ["eva@home.example", "bob@home.example"].map(|cc| AgentCommand::Cc(address(cc)));
    assert_eq!(
        read("#cc Eva <eva@home.example<mailto:eva@home.example>>, bob@home.example <mailto:bob@home.example>").0,
        cc
    );
}

#[test]
fn the_block_ends_at_the_first_line_that_is_no_command() {
    let text = "\n\u{a0}\r\n#Solved\r\n\n  #TAG vip\n\n \n  Hi Eva,\r\n\n#note is no command here\n";
    let (commands, rest) = read(text);
    assert_eq!(commands, [SOLVED, AgentCommand::Tag("vip".into())]);
    assert_eq!(rest, "  Hi Eva,\r\n\n#note is no command here\n");
    assert_eq!(read("\n\nHi\n#solved").1, "Hi\n#solved");
    assert_eq!(read(""), (vec![], String::new()));
}

#[test]
fn what_only_looks_like_a_command_is_text() {
    for text in [
        "#1 is broken",
        "# Title",
        "# solved",
        "#",
        "##solved",
        "* #solved",
        "＃solved",
        "> #solved",
        "#️⃣",
        "#-solved",
        "## write your answer above this line ##",
        "solved",
    ] {
        assert_eq!(read(text), (vec![], text.to_owned()), "{text:?}");
    }
}

#[test]
fn what_clients_do_to_a_line_does_not_matter() {
    for line in [
        "\u{feff}#solved",
        "\u{200b}\u{a0}#solved\u{a0}\u{a0}",
        "\u{200c}#solved\u{200d}",
        "#so\u{ad}lved",
        "#solved.",
        "#Solved,",
        "#SOLVED!",
        "*#solved*",
        "#solved …",
        "\t#solved\t\r",
        "#solved <https://social.example/tag/solved>",
        "#solved<https://social.example/tag/solved>",
        "\u{202a}#solved\u{202c}",
    ] {
        check(line, SOLVED);
    }
}

#[test]
fn html_of_clients_becomes_commands_and_text() {
    for html in [
        "<div dir=\"ltr\"><div>#Solved<br></div><div>#cc&nbsp;<a href=\"mailto:eva@home.example\">eva@home.example</a></div>\
         <div><br></div><div>Hello!</div></div>",
        "<p class=\"MsoNormal\"><span>#solved<o:p></o:p></span></p><p class=\"MsoNormal\"><span>#cc <a \
         href=\"mailto:eva@home.example\">Eva &lt;eva@home.example&gt;</a><o:p>&nbsp;</o:p></span></p><p>Hello!</p>",
    ] {
        let (commands, rest) = read(&crate::mail::html::to_text(html));
        assert_eq!(
            commands,
            [SOLVED, AgentCommand::Cc(address("eva@home.example"))],
            "{html}"
        );
        assert_eq!(rest.trim(), "Hello!");
    }
}

#[test]
fn text_behind_a_command_that_takes_none_is_refused() {
    let (line, found) = problem("#tag vip\n#solved thanks!\nHi");
    assert_eq!(line, 2);
    assert_eq!(found.form(), Some("#solved"));
    let given = "thanks!".to_owned();
    let command = CommandName::Solved;
    assert_eq!(found, CommandProblem::TakesNothing { command, given });
    assert!(matches!(
        problem("#note <https://docs.example/>").1,
        CommandProblem::TakesNothing { .. }
    ));
    assert!(matches!(
        problem("#solved\u{2028}Hi").1,
        CommandProblem::TakesNothing { .. }
    ));
}

#[test]
fn an_unknown_command_names_its_line_and_the_nearest() {
    let error = CommandBlock::read("\n#note\n\n #Sovled. \nHi").unwrap_err();
    let text = "#Sovled.".to_owned();
    assert_eq!(error.line, CommandLine { number: 4, text });
    let unknown = |given: &str, nearest| CommandProblem::UnknownCommand {
        given: given.into(),
        nearest,
    };
    assert_eq!(error.problem, unknown("sovled", Some(CommandName::Solved)));
    assert_eq!(
        problem("#queue:billing").1,
        unknown("queue:billing", Some(CommandName::Queue))
    );
    for later in ["split", "snooze", "template"] {
        assert_eq!(problem(&format!("#{later} 2d")), (1, unknown(later, None)));
    }
    assert_eq!(problem("#ñandú").1, unknown("ñandú", None));
}

#[test]
fn a_missing_or_wrong_argument_shows_the_right_form() {
    for name in [
        "assign",
        "queue",
        "priority",
        "tag",
        "untag",
        "field",
        "cc",
        "requester",
        "merge",
        "forward",
        "ticket",
    ] {
        for nothing in ["", " ", " .", " ,"] {
            let (line, found) = problem(&format!("#{name}{nothing}\n"));
            let command = CommandName::of(name).unwrap();
            assert_eq!(
                (line, &found),
                (1, &CommandProblem::Missing { command }),
                "{name}{nothing}"
            );
            assert_eq!(found.form(), Some(command.form()));
        }
    }
    for (line, wanted) in [
        ("#merge seventeen", malformed(CommandName::Merge, "seventeen")),
        ("#merge 0", malformed(CommandName::Merge, "0")),
        ("#merge -3", malformed(CommandName::Merge, "-3")),
        ("#merge 17 18", malformed(CommandName::Merge, "17 18")),
        (
            "#ticket 99999999999999999999",
            malformed(CommandName::Ticket, "99999999999999999999"),
        ),
        ("#priority asap", malformed(CommandName::Priority, "asap")),
        ("#cc a@x.example, Eva", malformed(CommandName::Cc, "Eva")),
        ("#assign ana@", malformed(CommandName::Assign, "ana@")),
        (
            "#field order",
            CommandProblem::Missing {
                command: CommandName::Field,
            },
        ),
        ("#tag a #b", malformed(CommandName::Tag, "#b")),
        (
            "#forward a@x.example b@x.example",
            malformed(CommandName::Forward, "a@x.example b@x.example"),
        ),
    ] {
        assert_eq!(problem(line), (1, wanted), "{line}");
    }
}

#[test]
fn two_commands_on_a_line_are_refused() {
    let second = CommandName::Solved;
    for (line, command) in [
        ("#note #solved", CommandName::Note),
        ("#tag vip #Solved.", CommandName::Tag),
        ("#field order 12 #solved", CommandName::Field),
    ] {
        assert_eq!(
            problem(line).1,
            CommandProblem::TwoOnALine { command, second },
            "{line}"
        );
    }
}

#[test]
fn bounds_are_held() {
    let many = "#tag a b c d e\n".repeat(MOST_COMMANDS / 5);
    assert_eq!(read(&many).0.len(), MOST_COMMANDS);
    let too_many = CommandProblem::TooMany { most: MOST_COMMANDS };
    assert_eq!(problem(&format!("{many}#note")), (MOST_COMMANDS / 5 + 1, too_many));

    let long = "é".repeat(LONGEST_VALUE);
    check(&format!("#queue {long}"), AgentCommand::Queue(long.clone()));
    let command = CommandName::Queue;
    let most = LONGEST_VALUE;
    assert_eq!(
        problem(&format!("#queue {long}e")).1,
        CommandProblem::ValueTooLong { command, most }
    );
    let command = CommandName::Tag;
    let most = LONGEST_TAG;
    assert_eq!(
        problem(&format!("#tag {long}")).1,
        CommandProblem::ValueTooLong { command, most }
    );
    let most = LONGEST_LINE;
    let line = format!("#cc {}", "a@x.example ".repeat(LONGEST_LINE));
    let error = CommandBlock::read(&line).unwrap_err();
    assert_eq!(error.problem, CommandProblem::LineTooLong { most });
    assert!(error.line.text.chars().count() < 130);
}

#[test]
fn a_problem_is_data_for_a_template() {
    let error = CommandBlock::read("#sovled").unwrap_err();
    let wanted = serde_json::json!({
        "line": {"number": 1, "text": "#sovled"},
        "problem": {"kind": "unknown_command", "given": "sovled", "nearest": "solved"},
    });
    assert_eq!(serde_json::to_value(error).unwrap(), wanted);
}

#[test]
fn the_tickets_that_commands_name_can_be_asked_for_before_the_check() {
    let block = CommandBlock::read("#merge 17\n#ticket 18\n#tag 19").unwrap();
    assert_eq!(
        block.tickets().collect::<Vec<_>>(),
        [TicketNumber(17), TicketNumber(18)]
    );
}
