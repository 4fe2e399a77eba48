//! What agents are told of a ticket.

use super::line::{LONGEST_NAME, LONGEST_VALUE, line, person, size};
use super::phrases::{AgentPhrases, Phrases};
use crate::desk::policy::Policy;
use crate::desk::ticket::{Priority, Ticket, TicketNumber, TicketStatus};
use crate::mail::EmailAddress;
use minijinja::{Value, context};

/// A ticket as it stands.
#[derive(Debug, Clone, Copy)]
pub struct TicketFacts<'a> {
    /// Its number.
    pub number: TicketNumber,
    /// Its subject, as the customer wrote it.
    pub subject: &'a str,
    /// The customer's display name; may be empty.
    pub requester_name: &'a str,
    /// The customer's address; `None` for a mail without a sender.
    pub requester: Option<&'a EmailAddress>,
    /// The queue it is in.
    pub queue: &'a str,
    /// Where it stands.
    pub status: TicketStatus,
    /// How urgent it is.
    pub priority: Priority,
    /// The name of the agent it is assigned to.
    pub assignee: Option<&'a str>,
    /// Its tags.
    pub tags: &'a [String],
}

/// A file that came with a mail.
#[derive(Debug, Clone, Copy)]
pub struct FileFacts<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its size in octets.
    pub size: u64,
}

impl<'a> TicketFacts<'a> {
    /// Those of a ticket with these tags.
    pub fn of(ticket: &'a Ticket, tags: &'a [String], policy: &'a Policy) -> Self {
        let assignee = ticket.assignee.as_ref().and_then(|address| policy.agent(address));
        Self {
            number: ticket.number,
            subject: &ticket.subject,
            requester_name: &ticket.requester_name,
            requester: ticket.requester.as_ref(),
            queue: &ticket.queue,
            status: ticket.status,
            priority: ticket.priority,
            assignee: assignee.map(|agent| agent.name.as_str()),
            tags,
        }
    }
}

impl TicketFacts<'_> {
    /// What the templates see of it.
    pub(super) fn values(&self, phrases: &Phrases, agents: &AgentPhrases) -> Value {
        let subject = line(self.subject, LONGEST_VALUE);
        context! {
            number => self.number.to_string(),
            subject => if subject.is_empty() { &phrases.no_subject } else { &subject },
            requester => person(self.requester_name, self.requester),
            queue => line(self.queue, LONGEST_NAME),
            status => agents.status(self.status),
            priority => agents.priority(self.priority),
            assignee => self.assignee.map(|name| line(name, LONGEST_NAME)),
            tags => line(&self.tags.join(", "), LONGEST_VALUE),
        }
    }
}

/// How many files are named; of the others only that there are some.
const MOST_NAMED: usize = 20;

/// `a.pdf (12 KB), b.png (3 MB)`
pub(super) fn files(files: &[FileFacts<'_>]) -> String {
    let named = files.iter().take(MOST_NAMED);
    let mut names: Vec<_> = named
        .map(|file| format!("{} ({})", line(file.name, LONGEST_NAME), size(file.size)))
        .collect();
    if files.len() > MOST_NAMED {
        names.push("…".to_owned());
    }
    names.join(", ")
}
