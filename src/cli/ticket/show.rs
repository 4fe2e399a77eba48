//! A ticket as people read it: a conversation, then what happened.

use crate::desk::message::Direction;
use crate::mail::Mailbox;
use crate::store::{EventEntry, MessageEntry, TicketDetail, TicketHead};
use jiff::Timestamp;
use serde::Serialize;
use std::fmt::Write;

/// The whole ticket as text.
pub(in crate::cli) fn conversation(detail: &TicketDetail) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_head(&mut text, &detail.head, detail.since);
    if !detail.links.is_empty() {
        let links: Vec<String> = detail.links.iter().map(|number| format!("#{number}")).collect();
        let _ = writeln!(text, "see also {}", links.join(", "));
    }
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

fn write_head(text: &mut String, head: &TicketHead, since: Timestamp) -> std::fmt::Result {
    writeln!(text, "#{} {}", head.number, one_line(&head.subject))?;
    let priority = name_of(head.priority);
    write!(
        text,
        "{} · {priority} · queue {} · from {}",
        words_of(head.status.as_str()),
        head.queue,
        head.requester
    )?;
    if let Some(assignee) = &head.assignee {
        write!(text, " · assigned to {assignee}")?;
    }
    if !head.tags.is_empty() {
        write!(text, " · tags {}", head.tags.join(", "))?;
    }
    for (name, value) in &head.fields {
        let value = value.as_str().map_or_else(|| value.to_string(), one_line);
        write!(text, " · {name} {value}")?;
    }
    writeln!(text)?;
    writeln!(
        text,
        "opened {} · {} since {} · changed {}",
        minute(head.created_at),
        words_of(head.status.as_str()),
        minute(since),
        minute(head.updated_at)
    )
}

fn write_message(text: &mut String, message: &MessageEntry) -> std::fmt::Result {
    write!(text, "\n{}  {}", minute(message.at), headline(message))?;
    let remarks = remarks(message);
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

/// Who did what: wrote, noted, answered.
fn headline(message: &MessageEntry) -> String {
    let from = message.from.as_ref().map_or("nobody".to_owned(), mailbox);
    let to: Vec<_> = message.to.iter().map(mailbox).collect();
    let to = to.join(", ");
    match (message.direction, &message.author) {
        (Direction::In, None) => format!("{from} wrote"),
        (Direction::In, Some(agent)) => format!("{from} wrote, forwarded by {agent}"),
        (Direction::Note, _) => format!("{from} noted"),
        (Direction::Out, None) => format!("{} to {to}", message.kind),
        (Direction::Out, Some(_)) if message.kind == "forward" => format!("{from} passed the last mail on to {to}"),
        (Direction::Out, Some(_)) => format!("{from} answered {to}"),
    }
}

/// What there is to say beside the headline: who does not see it, what became of it, what is odd about it.
fn remarks(message: &MessageEntry) -> Vec<String> {
    let by_whom = match (message.direction, &message.author, &message.delivery) {
        (Direction::Note, ..) => Some("internal"),
        // The gateway had no part in it.
        (Direction::Out, Some(_), None) => Some("sent directly, not by the desk"),
        _ => None,
    };
    let delivery = message.delivery.iter().map(|said| one_line(said));
    let marks = message.marks.iter().map(|mark| words_of(mark.as_str()));
    by_whom
        .map(str::to_owned)
        .into_iter()
        .chain(delivery)
        .chain(marks)
        .collect()
}

/// How many lines of the text are not shown.
fn folded(message: &MessageEntry) -> usize {
    let count = |text: &str| text.lines().filter(|line| !line.trim().is_empty()).count();
    count(&message.text).saturating_sub(count(&message.reply))
}

fn write_event(text: &mut String, event: &EventEntry) -> std::fmt::Result {
    let (at, what) = (minute(event.at), words_of(&event.kind));
    write!(text, "{at}  {what} by {}", event.by)?;
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

/// The name of JSON as words.
fn words_of(name: &str) -> String {
    name.replace('_', " ")
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
mod tests;
