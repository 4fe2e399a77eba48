use super::*;
use crate::desk::decision::Mark;
use crate::desk::{TicketNumber, TicketStatus};
use crate::mail::EmailAddress;

const ANA: &str = "ana@acme.example";

fn person(name: &str, address: &str) -> Mailbox {
    Mailbox {
        name: name.to_owned(),
        address: EmailAddress::parse(address).unwrap(),
    }
}

fn eva() -> Mailbox {
    person("Eva", "eva@home.example")
}

fn entry(direction: Direction, kind: &str, from: Mailbox, reply: &str) -> MessageEntry {
    MessageEntry {
        at: Timestamp::UNIX_EPOCH,
        direction,
        kind: kind.to_owned(),
        from: Some(from),
        to: vec![eva()],
        message_id: None,
        text: reply.to_owned(),
        reply: reply.to_owned(),
        html: None,
        attachments: vec![],
        delivery: None,
        marks: vec![],
        author: None,
    }
}

/// What an agent wrote, or forwarded.
fn by_ana(direction: Direction, kind: &str, from: Mailbox, reply: &str) -> MessageEntry {
    MessageEntry {
        author: EmailAddress::parse(ANA),
        ..entry(direction, kind, from, reply)
    }
}

fn ticket(subject: &str, messages: Vec<MessageEntry>, events: &[(&str, &str, &str)]) -> TicketDetail {
    let at = Timestamp::UNIX_EPOCH;
    let event = |(kind, by, detail): &(&str, &str, &str)| EventEntry {
        at,
        kind: (*kind).to_owned(),
        by: (*by).to_owned(),
        detail: (*detail).to_owned(),
    };
    TicketDetail {
        head: TicketHead {
            number: TicketNumber(7),
            status: TicketStatus::New,
            subject: subject.to_owned(),
            requester: "eva@home.example".to_owned(),
            queue: "general".to_owned(),
            assignee: None,
            priority: Default::default(),
            tags: vec!["door".to_owned()],
            fields: Default::default(),
            language: "en".to_owned(),
            created_at: at,
            updated_at: at,
        },
        messages,
        events: events.iter().map(event).collect(),
        links: vec![],
        since: at,
    }
}

#[test]
fn a_ticket_reads_like_a_conversation_and_cannot_steer_the_terminal() {
    let mail = |reply: &str| entry(Direction::In, "mail", eva(), reply);
    let messages = vec![
        mail("It sticks.\n\nEva\n"),
        MessageEntry {
            delivery: Some("sent".to_owned()),
            ..entry(Direction::Out, "confirmation", eva(), "We have it.")
        },
        MessageEntry {
            text: "Still.\n\nOn Monday you wrote:\n> Oil it.\n".to_owned(),
            ..mail("Still.\n")
        },
    ];
    let detail = ticket("The door\u{1b}[2J", messages, &[("opened", "eva@home.example", "")]);
    insta::assert_snapshot!(conversation(&detail));
}

#[test]
fn what_agents_did_reads_as_who_did_what_and_who_may_see_it() {
    let ana = || person("Ana Ruiz", ANA);
    let sent = |message: MessageEntry| MessageEntry {
        delivery: Some("sent".to_owned()),
        ..message
    };
    let messages = vec![
        by_ana(Direction::In, "forwarded", eva(), "The door sticks."),
        by_ana(Direction::Note, "note", ana(), "She told me on the phone, too."),
        sent(by_ana(Direction::Out, "answer", ana(), "Please oil it.")),
        MessageEntry {
            marks: vec![Mark::ThirdParty],
            ..entry(Direction::In, "mail", person("", "leo@home.example"), "I have oil.")
        },
        MessageEntry {
            to: vec![person("", "help@partner.example")],
            ..sent(by_ana(Direction::Out, "forward", ana(), "Can you send a carpenter?"))
        },
        by_ana(Direction::Out, "answer", ana(), "The carpenter comes at ten."),
    ];
    let events = [
        ("opened", ANA, "for eva@home.example"),
        ("status_changed", ANA, "solved"),
    ];
    let mut detail = ticket("The door", messages, &events);
    detail.head.status = TicketStatus::OnHold;
    detail.head.assignee = Some(ANA.to_owned());
    detail.head.fields.insert("order".to_owned(), "4711".into());
    insta::assert_snapshot!(conversation(&detail));
}

#[test]
fn the_tickets_that_belong_together_are_named() {
    let mut detail = ticket("The door sticks", vec![], &[]);
    detail.links = vec![TicketNumber(3), TicketNumber(9)];
    assert!(conversation(&detail).contains("\nsee also #3, #9\n"));
}
