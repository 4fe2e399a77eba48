//! What the templates of a receipt see.

use super::{Confirmed, EventLine, MessageExcerpt, Receipt, ReceiptContext, Refusal, TicketRow};
use super::{LONGEST_EXCERPT, MOST_EVENTS, MOST_MESSAGES, MOST_ROWS};
use crate::desk::command::{CommandError, CommandProblem};
use crate::template::bar::foreign;
use crate::template::line::{LONGEST_NAME, LONGEST_VALUE, age, line, person, size};
use crate::template::phrases::{AgentPhrases, Phrases};
use crate::template::subject::reply_subject;
use crate::template::undone::Undone;
use minijinja::value::{Serde, ValueKind};
use minijinja::{Value, context};
use std::collections::BTreeMap;

/// The words of one language, and the markers of all.
#[derive(Clone, Copy)]
pub(in crate::template) struct Words<'a> {
    pub(in crate::template) phrases: &'a Phrases,
    pub(in crate::template) agents: &'a AgentPhrases,
    pub(in crate::template) all: &'a BTreeMap<String, Phrases>,
}

/// The most characters of a subject in a row.
const LONGEST_ROW_SUBJECT: usize = 60;
/// The most characters of a name in a row.
const LONGEST_ROW_NAME: usize = 40;

impl ReceiptContext<'_> {
    pub(in crate::template) fn values(&self, language: &str, words: Words<'_>) -> Value {
        let common = context! {
            language => language,
            subject => reply_subject(self.subject, self.subject_tag, &words.phrases.no_subject),
        };
        let own = match &self.receipt {
            Receipt::Refused(refusal) => refusal.values(words),
            Receipt::Opened {
                number,
                customer_name,
                customer,
                confirmation,
            } => context! {
                receipt => "opened",
                number => number.to_string(),
                customer => person(customer_name, *customer),
                not_confirmed => confirmation.missing(),
            },
            Receipt::Undone { number, what } => context! {
                receipt => "undone",
                number => number.to_string(),
                undone => undone(what, words.agents),
            },
            Receipt::Told { what, text } => context! {
                receipt => "told",
                told => words.agents.told(*what),
                text => foreign(text.trim(), words.all),
            },
            Receipt::TooLarge {
                size: octets,
                most,
                text,
            } => context! {
                receipt => "too_large",
                size => size(*octets),
                most => size(*most),
                text => foreign(text.trim(), words.all),
            },
            asked => self.asked(asked, words),
        };
        // Most receipts repeat nothing of hers.
        context! { ..own, ..common, ..context! { text => "" } }
    }

    /// What she asked for.
    fn asked(&self, receipt: &Receipt<'_>, words: Words<'_>) -> Value {
        match receipt {
            Receipt::Why { number, events } => context! {
                receipt => "why",
                number => number.to_string(),
                left_out => events.len() > MOST_EVENTS,
                events => last(events, MOST_EVENTS).iter().map(|event| self.event(event, words)).collect::<Vec<_>>(),
            },
            Receipt::Ticket { ticket, messages } => context! {
                receipt => "ticket",
                ticket => ticket.values(words.phrases, words.agents),
                left_out => messages.len() > MOST_MESSAGES,
                messages => last(messages, MOST_MESSAGES).iter().map(|it| self.message(it, words)).collect::<Vec<_>>(),
            },
            Receipt::List { rows } => context! {
                receipt => "list",
                left_out => rows.len() > MOST_ROWS,
                rows => rows.iter().take(MOST_ROWS).map(|row| row.values(words)).collect::<Vec<_>>(),
            },
            Receipt::Help { commands } => context! {
                receipt => "help",
                commands => commands
                    .iter()
                    .map(|(word, form)| context! { form => *form, what => words.phrases.command(word) })
                    .collect::<Vec<_>>(),
            },
            _ => context! {},
        }
    }

    fn event(&self, event: &EventLine<'_>, words: Words<'_>) -> Value {
        context! {
            at => words.phrases.dates.minute(event.at, self.time_zone),
            what => words.agents.event(event.kind),
            by => line(event.by, LONGEST_NAME),
            detail => line(event.detail, LONGEST_VALUE),
        }
    }

    fn message(&self, message: &MessageExcerpt<'_>, words: Words<'_>) -> Value {
        let text = message.text.trim();
        let mut shown: String = text.chars().take(LONGEST_EXCERPT).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        context! {
            at => words.phrases.dates.minute(message.at, self.time_zone),
            from => line(message.from, LONGEST_VALUE),
            text => foreign(&shown, words.all),
        }
    }
}

impl TicketRow<'_> {
    fn values(&self, words: Words<'_>) -> Value {
        let subject = line(self.subject, LONGEST_ROW_SUBJECT);
        context! {
            number => self.number.to_string(),
            status => words.agents.status(self.status),
            age => age(self.age),
            requester => line(self.requester, LONGEST_ROW_NAME),
            subject => if subject.is_empty() { &words.phrases.no_subject } else { &subject },
        }
    }
}

impl Refusal<'_> {
    fn values(&self, words: Words<'_>) -> Value {
        let CommandError { line: at, problem } = self.error;
        let fields = Value::from(Serde(problem));
        let named: Vec<(String, String)> = fields
            .try_iter()
            .into_iter()
            .flatten()
            .filter_map(|key| {
                let value = fields.get_item(&key).ok()?;
                Some((key.to_string(), shown(&value, words)))
            })
            .collect();
        let named: Vec<(&str, &str)> = named
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        let nearest = named.iter().find(|(key, _)| *key == "nearest");
        let nearest = nearest.map_or("", |(_, value)| *value);
        let is_command = matches!(problem, CommandProblem::UnknownCommand { nearest: Some(_), .. });
        context! {
            receipt => "refused",
            line_number => at.number,
            line => line(&at.text, LONGEST_VALUE),
            problem => words.agents.problem(problem, &named),
            nearest => if is_command { format!("#{nearest}") } else { nearest.to_owned() },
            form => problem.form(),
            text => foreign(self.text.trim(), words.all),
        }
    }
}

/// A value of a problem, as it stands in a sentence.
fn shown(value: &Value, words: Words<'_>) -> String {
    let text = match value.kind() {
        ValueKind::None | ValueKind::Undefined => String::new(),
        ValueKind::Seq => {
            let parts = value.try_iter().into_iter().flatten().map(|part| part.to_string());
            words.phrases.list(&parts.collect::<Vec<_>>())
        }
        ValueKind::Map => value.get_attr("text").map(|text| text.to_string()).unwrap_or_default(),
        _ => value.to_string(),
    };
    line(&text, LONGEST_VALUE)
}

impl<'a> Confirmed<'a> {
    fn missing(&self) -> Option<String> {
        match self {
            Self::Sent => None,
            Self::NotSent { why } => Some(line(why, LONGEST_VALUE)),
        }
    }
}

fn undone(what: &[Undone<'_>], agents: &AgentPhrases) -> Vec<String> {
    if what.is_empty() {
        return vec![agents.nothing_undone().to_owned()];
    }
    what.iter()
        .map(|thing| agents.undone(thing, &value(thing, agents)))
        .collect()
}

/// What it is again, or what it is about.
fn value(undone: &Undone<'_>, agents: &AgentPhrases) -> String {
    match undone {
        Undone::AnswerWithdrawn | Undone::AnswerAlreadySent | Undone::Assignee(None) => String::new(),
        Undone::Status(status) => agents.status(*status).to_owned(),
        Undone::Priority(priority) => agents.priority(*priority).to_owned(),
        Undone::Assignee(Some(name))
        | Undone::Queue(name)
        | Undone::TagRemoved(name)
        | Undone::TagRestored(name)
        | Undone::Field(name) => line(name, LONGEST_NAME),
        Undone::Participant(address) => address.as_str().to_owned(),
        Undone::Merge(number) => number.to_string(),
    }
}

fn last<T>(things: &[T], most: usize) -> &[T] {
    things.get(things.len().saturating_sub(most)..).unwrap_or_default()
}
