//! Values that reach every branch of a receipt's templates.

use super::values::Words;
use super::*;
use crate::template::phrases::{AgentPhrases, Phrases};
use minijinja::context;
use std::collections::BTreeMap;

pub(in crate::template) fn examples(language: &str, phrases: &Phrases, agents: &AgentPhrases) -> Vec<Value> {
    let all = BTreeMap::new();
    let words = Words {
        phrases,
        agents,
        all: &all,
    };
    let problem = context! { kind => "unknown_command", given => "sloved", nearest => "solved" };
    let bare = context! { kind => OTHER_PROBLEM };
    let commands = ["#solved".to_owned()];
    let number = TicketNumber(1042);
    let mut receipts = vec![
        Receipt::Refused(refusal(&problem, Some("#solved"))),
        Receipt::Refused(refusal(&bare, None)),
        Receipt::Undone { number, what: &[] },
        Receipt::Told {
            what: "nobody_to_answer",
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
        Receipt::NothingToSend {
            number: None,
            commands: &[],
        },
        Receipt::NothingToSend {
            number: Some(number),
            commands: &commands,
        },
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

fn refusal<'a>(problem: &'a Value, form: Option<&'a str>) -> Refusal<'a> {
    Refusal {
        number: 1,
        line: "#sloved",
        problem,
        form,
        text: "#sloved",
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
