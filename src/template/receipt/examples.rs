//! Values that reach every branch of a receipt's templates.

use super::values::Words;
use super::*;
use crate::desk::command::{CommandLine, CommandName, CommandProblem};
use crate::desk::ticket::Priority;
use crate::template::phrases::{AgentPhrases, Phrases};
use minijinja::Value;
use std::collections::BTreeMap;

pub(in crate::template) fn examples(language: &str, phrases: &Phrases, agents: &AgentPhrases) -> Vec<Value> {
    let all = BTreeMap::new();
    let words = Words {
        phrases,
        agents,
        all: &all,
    };
    let unknown = refused(CommandProblem::UnknownCommand {
        given: "sloved".to_owned(),
        nearest: Some(CommandName::Solved),
    });
    let bare = refused(CommandProblem::UndoNotAlone);
    let number = TicketNumber(1042);
    let mut receipts = vec![
        Receipt::Refused(Refusal {
            error: &unknown,
            text: "x",
        }),
        Receipt::Refused(Refusal {
            error: &bare,
            text: "x",
        }),
        Receipt::Undone { number, what: &[] },
        Receipt::Told {
            what: Told::NobodyToAnswer,
            text: "x",
        },
        Receipt::TooLarge {
            size: 2,
            most: 1,
            text: "x",
        },
        Receipt::Help {
            commands: &[("help", "#help")],
        },
        Receipt::List { rows: &[] },
    ];
    for confirmation in [Confirmed::Sent, Confirmed::NotSent { why: "x" }] {
        receipts.push(Receipt::Opened {
            number,
            customer_name: "Eva Lind",
            customer: None,
            confirmation,
        });
    }
    let shown = |receipt: Receipt<'_>| {
        let context = ReceiptContext {
            language,
            time_zone: &TimeZone::UTC,
            subject: "",
            subject_tag: "",
            receipt,
        };
        context.values(language, words)
    };
    let mut examples: Vec<_> = receipts.into_iter().map(shown).collect();
    for count in [0, MOST_ROWS + 1] {
        let (events, messages, rows) = (vec![EVENT; count], vec![MESSAGE; count], vec![ROW; count]);
        examples.push(shown(Receipt::Why {
            number,
            events: &events,
        }));
        examples.push(shown(Receipt::Ticket {
            ticket: TICKET,
            messages: &messages,
        }));
        examples.push(shown(Receipt::List { rows: &rows }));
    }
    examples
}

fn refused(problem: CommandProblem) -> CommandError {
    let text = "#sloved".to_owned();
    CommandError {
        line: CommandLine { number: 1, text },
        problem,
    }
}

const EVENT: EventLine<'_> = EventLine {
    at: Timestamp::UNIX_EPOCH,
    kind: "reopened",
    by: "buzon",
    detail: "x",
};
const MESSAGE: MessageExcerpt<'_> = MessageExcerpt {
    at: Timestamp::UNIX_EPOCH,
    from: "Eva Lind",
    text: "x",
};
const ROW: TicketRow<'_> = TicketRow {
    number: TicketNumber(1042),
    status: TicketStatus::Open,
    age: SignedDuration::ZERO,
    requester: "Eva Lind",
    subject: "",
};
const TICKET: TicketFacts<'_> = TicketFacts {
    number: TicketNumber(1042),
    subject: "",
    requester_name: "Eva Lind",
    requester: None,
    queue: "general",
    status: TicketStatus::New,
    priority: Priority::Normal,
    assignee: None,
    tags: &[],
};
