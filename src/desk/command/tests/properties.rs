//! What holds for any text, and for any command.

use super::SOLVED;
use crate::desk::command::{AgentCommand, Assignee, CommandBlock, is_release};
use crate::desk::ticket::{Priority, TicketNumber, TicketStatus};
use crate::mail::{EmailAddress, Mailbox};
use proptest::prelude::*;

/// Each command with values as people type them.
fn commands() -> impl Strategy<Value = AgentCommand> {
    let name = || "[A-Z][a-zé]{1,9}( [A-Z][a-z]{1,9})?";
    let address =
        || "[a-z][a-z0-9.+-]{0,8}[a-z0-9]@[a-z]{1,8}\\.example".prop_map(|text| EmailAddress::parse(&text).unwrap());
    let plain = prop::sample::select(vec![
        SOLVED,
        AgentCommand::Status(TicketStatus::Pending),
        AgentCommand::Status(TicketStatus::Open),
        AgentCommand::Status(TicketStatus::OnHold),
        AgentCommand::Status(TicketStatus::Closed),
        AgentCommand::Note,
        AgentCommand::Assign(Assignee::Me),
        AgentCommand::Assign(Assignee::Nobody),
        AgentCommand::Priority(Priority::Low),
        AgentCommand::Priority(Priority::Normal),
        AgentCommand::Priority(Priority::High),
        AgentCommand::Priority(Priority::Urgent),
        AgentCommand::Confirm,
        AgentCommand::Spam,
        AgentCommand::Undo,
        AgentCommand::Why,
        AgentCommand::List,
        AgentCommand::Help,
        AgentCommand::Send,
    ]);
    let number = || (1..=i64::MAX).prop_map(TicketNumber);
    prop_oneof![
        plain,
        "[A-Z][a-zé]{4,9}( [A-Z][a-z]{1,9})?"
            .prop_filter("nobody", |name| name != "Nobody")
            .prop_map(|who| AgentCommand::Assign(Assignee::Named(who))),
        address().prop_map(|who| AgentCommand::Assign(Assignee::Named(who.to_string()))),
        name().prop_map(AgentCommand::Queue),
        "[a-zé0-9-]{1,20}[a-z]".prop_map(AgentCommand::Tag),
        "[a-zé0-9-]{1,20}[a-z]".prop_map(AgentCommand::Untag),
        (
            "[a-zé]{1,9}( [a-z]{1,9})?",
            "[A-Za-z0-9.,/ñ€]{1,9}( [A-Za-z0-9:.,!]{1,9}){0,3}"
        )
            .prop_map(|(name, value)| AgentCommand::Field { name, value }),
        address().prop_map(AgentCommand::Cc),
        address().prop_map(AgentCommand::Forward),
        (
            prop_oneof![Just(String::new()), name().prop_map(String::from)],
            address()
        )
            .prop_map(|(name, address)| AgentCommand::Requester(Mailbox { name, address })),
        number().prop_map(AgentCommand::Merge),
        number().prop_map(AgentCommand::Ticket),
    ]
}

/// Lines that come close to commands.
fn lines() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "\\PC{0,12}",
        "#[a-z]{2,9}",
        prop::sample::select(vec![
            "#field",
            "#cc",
            "#tag",
            "#merge",
            "#assign",
            "\"",
            "“",
            "<",
            ">",
            "[",
            "]",
            "mailto:",
            "https://",
            "a@b.example",
            " ",
            ",",
            "\u{200b}",
            "\u{200d}",
            "\u{301}",
            "\r",
            "\0",
            "İ",
            "ß",
            "#17",
        ])
        .prop_map(str::to_owned),
    ];
    let line = prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat());
    prop::collection::vec(line, 0..6).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #[test]
    fn no_text_panics_and_the_rest_is_its_last_lines(text in lines()) {
        is_release(&text);
        match CommandBlock::read(&text) {
            Ok(block) => {
                let above = text.strip_suffix(&block.rest);
                prop_assert!(above.is_some_and(|above| above.is_empty() || above.ends_with('\n') || block.rest.is_empty()));
                for written in &block.commands {
                    prop_assert!(!written.command.to_string().contains(char::is_control), "{:?}", written);
                }
                let below = CommandBlock::read(&block.rest).unwrap();
                prop_assert!(below.commands.is_empty());
                prop_assert_eq!(below.rest, block.rest);
            }
            Err(error) => {
                prop_assert!(error.line.number <= text.lines().count());
                prop_assert!(!error.line.text.contains(char::is_control), "{:?}", error);
            }
        }
    }

    #[test]
    fn the_canonical_form_reads_as_the_command(command in commands(), below in "[A-Za-z ]{0,9}") {
        let text = format!("{command}\n\n{below}");
        let block = CommandBlock::read(&text).unwrap();
        prop_assert_eq!(block.commands.len(), 1, "{}", text);
        prop_assert_eq!(&block.commands[0].command, &command, "{}", text);
        prop_assert_eq!(block.rest.trim(), below.trim());
    }
}
