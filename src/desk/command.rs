//! What an agent asks for in the first lines of her mail: `#` and a word, one a line, above the text that is her answer.
//!
//! [`CommandBlock::read`] tells commands from text and needs nothing but the text; [`CommandBlock::check`] holds them
//! against what the desk knows. Any error stops the whole mail, so an error names one line and nothing is half-applied.

mod address;
mod argument;
mod canonical;
mod check;
mod line;
mod link;
mod name;
mod near;
mod problem;
mod release;
mod visible;

pub use check::{Answer, Assigned, CommandContext, Place, ResolvedCommand, TicketState};
pub use name::{CommandName, SYNTAX};
pub use problem::{CommandError, CommandLine, CommandProblem};
pub use release::is_release;

use crate::desk::ticket::{Priority, TicketNumber, TicketStatus};
use crate::mail::{EmailAddress, Mailbox};
use line::Kind;

/// One thing that an agent asks for.
///
/// `W` is how it says who a ticket is assigned to: [`Assignee`] as she wrote it, [`Assigned`] once it was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentCommand<W = Assignee> {
    /// `#solved #pending #open #hold #closed`: the status is set, whatever the answer would have set. Never `New`.
    Status(TicketStatus),
    /// `#note`: the whole mail is internal.
    Note,
    /// `#assign me`: the ticket is hers, a colleague's, or nobody's.
    Assign(W),
    /// `#queue billing`: the ticket moves to that queue.
    Queue(String),
    /// `#priority high`: the ticket is that urgent from now on.
    Priority(Priority),
    /// `#tag vip`: the tag is put on, in lower case. Several on a line are several commands.
    Tag(String),
    /// `#untag vip`: the tag is taken off, in lower case. Several on a line are several commands.
    Untag(String),
    /// `#field order 1234567`: a fact is set, configured or not.
    Field {
        /// The field, in lower case, or as the config spells it once checked.
        name: String,
        /// What it is set to; one line, never empty.
        value: String,
    },
    /// `#cc eva@home.example`: takes part from now on. Several on a line are several commands.
    Cc(EmailAddress),
    /// `#confirm`: the confirmation that was held back is sent.
    Confirm,
    /// `#requester eva@home.example`: a new mail opens a ticket for this person.
    Requester(Mailbox),
    /// `#merge 17`: this ticket moves into that one.
    Merge(TicketNumber),
    /// `#forward help@partner.example`: the ticket's last mail is shown to somebody outside.
    Forward(EmailAddress),
    /// `#spam`: nobody is answered, and the ticket is closed.
    Spam,
    /// `#undo`: what the last mail changed is taken back.
    Undo,
    /// `#why`: asks why the ticket is what and where it is.
    Why,
    /// `#ticket 17`: asks for that ticket.
    Ticket(TicketNumber),
    /// `#list`: asks what is unsolved in her queues or assigned to her.
    List,
    /// `#help`: asks for the commands.
    Help,
    /// `#send`: releases a mail that was held.
    Send,
}

/// Whom an agent names behind `#assign`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assignee {
    /// `me`: whoever writes.
    Me,
    /// A name, a part of one, or an address.
    Named(String),
    /// `none`, `nobody`: it waits in its queue.
    Nobody,
}

/// The commands at the top of a text, and what stands below them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandBlock {
    /// In the order they were written in; at most [`MOST_COMMANDS`].
    pub commands: Vec<WrittenCommand>,
    /// What stands below: a suffix of the text, its leading blank lines dropped.
    pub rest: String,
}

/// A command, and the line it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenCommand {
    /// Where it stands.
    pub line: CommandLine,
    /// What it asks for.
    pub command: AgentCommand,
}

/// Commands in one mail; each tag and each address counts as one.
pub const MOST_COMMANDS: usize = 50;
/// Octets of a line with a command.
pub const LONGEST_LINE: usize = 1_000;
/// Characters of one value: a name, a queue, a field's value.
pub const LONGEST_VALUE: usize = 200;
/// Characters of one tag.
pub const LONGEST_TAG: usize = 50;

impl CommandBlock {
    /// Reads the first non-blank lines of what an agent newly wrote, as text, as long as they are commands.
    ///
    /// A command is `#` and a letter with nothing between; `#1 is broken` and `# Title` are text.
    ///
    /// # Errors
    ///
    /// The first line that is a command and can't be understood.
    pub fn read(text: &str) -> Result<Self, CommandError> {
        let mut commands = Vec::new();
        let mut at = 0;
        for (index, raw) in text.split_inclusive('\n').enumerate() {
            match line::kind(raw) {
                Kind::Blank => {}
                Kind::Text => break,
                Kind::Command(words) => {
                    let line = CommandLine::new(index + 1, raw);
                    let found = words.read().and_then(|found| {
                        let fits = commands.len() + found.len() <= MOST_COMMANDS;
                        fits.then_some(found)
                            .ok_or(CommandProblem::TooMany { most: MOST_COMMANDS })
                    });
                    let found = found.map_err(|problem| line.clone().refused(problem))?;
                    commands.extend(found.into_iter().map(|command| WrittenCommand {
                        line: line.clone(),
                        command,
                    }));
                }
            }
            at += raw.len();
        }
        let rest = text.get(at..).unwrap_or_default().to_owned();
        Ok(Self { commands, rest })
    }

    /// Whether one of the commands names a queue.
    pub fn names_queue(&self) -> bool {
        let mut commands = self.commands.iter();
        commands.any(|written| matches!(written.command, AgentCommand::Queue(_)))
    }

    /// The tickets that commands name: what the context must know about.
    pub fn tickets(&self) -> impl Iterator<Item = TicketNumber> {
        self.commands.iter().filter_map(|written| match written.command {
            AgentCommand::Merge(number) | AgentCommand::Ticket(number) => Some(number),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests;
