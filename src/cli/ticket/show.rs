//! A ticket as people read it: a conversation, then what happened.

use crate::mail::Mailbox;
use crate::store::{Direction, EventEntry, MessageEntry, TicketDetail, TicketHead};
use jiff::Timestamp;
use serde::Serialize;
use std::fmt::Write;

/// The whole ticket as text.
pub(in crate::cli) fn conversation(detail: &TicketDetail) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_head(&mut text, &detail.head);
    for message in &detail.messages {
        let _ = write_message(&mut text, message);
    }
    let _ = writeln!(text, "\nWhat happened");
    for event in &detail.events {
        let _ = write_event(&mut text, event);
    }
    harmless(&text)
}

/// A time to the minute, in UTC.
pub(super) fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%MZ").to_string()
}

/// The name of a value of a closed set, as in JSON.
pub(super) fn name_of(value: impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn write_head(text: &mut String, head: &TicketHead) -> std::fmt::Result {
    writeln!(text, "#{} {}", head.number, one_line(&head.subject))?;
    let priority = name_of(head.priority);
    write!(
        text,
        "{} · {priority} · queue {} · from {}",
        head.status.as_str(),
        head.queue,
        head.requester
    )?;
    if let Some(assignee) = &head.assignee {
        write!(text, " · assigned to {assignee}")?;
    }
    if !head.tags.is_empty() {
        write!(text, " · tags {}", head.tags.join(", "))?;
    }
    writeln!(text)?;
    writeln!(
        text,
        "opened {} · changed {}",
        minute(head.created_at),
        minute(head.updated_at)
    )
}

fn write_message(text: &mut String, message: &MessageEntry) -> std::fmt::Result {
    let from = message.from.as_ref().map_or("nobody".to_owned(), mailbox);
    write!(text, "\n{}  ", minute(message.at))?;
    match message.direction {
        Direction::In => write!(text, "{from} wrote")?,
        Direction::Note => write!(text, "{from} noted")?,
        Direction::Out => {
            let to: Vec<_> = message.to.iter().map(mailbox).collect();
            write!(text, "{} to {}", message.kind, to.join(", "))?;
        }
    }
    let marks = message.marks.iter().map(name_of);
    let remarks: Vec<_> = message
        .delivery
        .iter()
        .map(|said| one_line(said))
        .chain(marks)
        .collect();
    if !remarks.is_empty() {
        write!(text, " ({})", remarks.join(", "))?;
    }
    writeln!(text, ":")?;
    for line in message.reply.trim_end().lines() {
        writeln!(text, "{}", format!("    {line}").trim_end())?;
    }
    match folded(message) {
        0 => {}
        1 => writeln!(text, "    [… 1 line quoted]")?,
        count => writeln!(text, "    [… {count} lines quoted]")?,
    }
    for attachment in &message.attachments {
        let (name, size) = (one_line(&attachment.name), attachment.size);
        writeln!(text, "    [{name}, {}, {size} octets]", attachment.media_type)?;
    }
    Ok(())
}

/// How many lines of the text are not shown.
fn folded(message: &MessageEntry) -> usize {
    let count = |text: &str| text.lines().filter(|line| !line.trim().is_empty()).count();
    count(&message.text).saturating_sub(count(&message.reply))
}

fn write_event(text: &mut String, event: &EventEntry) -> std::fmt::Result {
    write!(text, "{}  {} by {}", minute(event.at), event.kind, event.by)?;
    match event.detail.as_str() {
        "" => writeln!(text),
        detail => writeln!(text, ": {}", one_line(detail)),
    }
}

fn mailbox(mailbox: &Mailbox) -> String {
    match mailbox.name.as_str() {
        "" => mailbox.address.to_string(),
        name => format!("{name} <{}>", mailbox.address),
    }
}

fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}

/// Mails may hold escape sequences; a terminal must not see them.
fn harmless(text: &str) -> String {
    let harmless = |c: char| {
        if c.is_control() && c != '\n' && c != '\t' {
            ' '
        } else {
            c
        }
    };
    text.chars().map(harmless).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::{TicketNumber, TicketStatus};
    use crate::mail::EmailAddress;

    #[test]
    fn a_ticket_reads_like_a_conversation_and_cannot_steer_the_terminal() {
        let eva = Mailbox {
            name: "Eva".to_owned(),
            address: EmailAddress::parse("eva@home.example").unwrap(),
        };
        let at = Timestamp::UNIX_EPOCH;
        let entry = |direction, reply: &str, quoted: &str, delivery: Option<&str>| MessageEntry {
            at,
            direction,
            kind: "confirmation".to_owned(),
            from: Some(eva.clone()),
            to: vec![eva.clone()],
            message_id: None,
            text: format!("{reply}{quoted}"),
            reply: reply.to_owned(),
            html: None,
            attachments: vec![],
            delivery: delivery.map(str::to_owned),
            marks: vec![],
        };
        let detail = TicketDetail {
            head: TicketHead {
                number: TicketNumber(7),
                status: TicketStatus::New,
                subject: "The door\u{1b}[2J".to_owned(),
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
            messages: vec![
                entry(Direction::In, "It sticks.\n\nEva\n", "", None),
                entry(Direction::Out, "We have it.", "", Some("sent")),
                entry(Direction::In, "Still.\n", "\nOn Monday you wrote:\n> Oil it.\n", None),
            ],
            events: vec![EventEntry {
                at,
                kind: "opened".to_owned(),
                by: "eva@home.example".to_owned(),
                detail: String::new(),
            }],
        };
        insta::assert_snapshot!(conversation(&detail));
    }
}
