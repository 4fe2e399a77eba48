//! Whether what an agent asks for is possible.

mod assignee;
mod conflict;
mod place;

pub use assignee::Assigned;
pub use place::{Answer, Place};

use super::near::{folded, nearest};
use super::problem::{CommandProblem, shortened};
use super::{AgentCommand, CommandBlock, CommandError, CommandName, WrittenCommand};
use crate::desk::policy::{AgentPolicy, QueuePolicy};
use crate::desk::ticket::TicketNumber;
use crate::mail::EmailAddress;
use std::collections::BTreeMap;

/// What the desk knows, as far as commands are about it.
#[derive(Debug, Clone, Copy)]
pub struct CommandContext<'a> {
    /// What the mail is.
    pub place: Place,
    /// Whether its text says something.
    pub answer: Answer,
    /// Who writes: [`AgentPolicy::address`].
    pub writer: &'a EmailAddress,
    /// Every agent.
    pub agents: &'a [AgentPolicy],
    /// Every queue.
    pub queues: &'a [QueuePolicy],
    /// Every configured field's name; others may be set too.
    pub fields: &'a [String],
    /// Those of [`CommandBlock::tickets`] that exist.
    pub tickets: &'a BTreeMap<TicketNumber, TicketState>,
}

/// Where the messages of a ticket are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketState {
    /// In it.
    Standing,
    /// In that one, which stands: all merges are followed to their end.
    MergedInto(TicketNumber),
}

/// A command that is possible: names are those of the config, numbers those of standing tickets.
pub type ResolvedCommand = AgentCommand<Assigned>;

impl CommandBlock {
    /// Holds every command against what the desk knows; what is said twice is there once.
    ///
    /// # Errors
    ///
    /// The first line that is impossible, and then nothing of the mail may be applied.
    pub fn check(&self, context: &CommandContext<'_>) -> Result<Vec<ResolvedCommand>, CommandError> {
        let place = context.place.with(&self.commands);
        let mut resolved: Vec<ResolvedCommand> = Vec::new();
        let mut lines = Vec::new();
        for written in &self.commands {
            let refused = |problem| written.line.clone().refused(problem);
            place.admit(written.command.name()).map_err(refused)?;
            self.admit_undo(written, context.answer).map_err(refused)?;
            let command = context.resolve(&written.command).map_err(refused)?;
            if resolved.contains(&command) {
                continue;
            }
            if let Some(at) = resolved.iter().position(|known| conflict::contradict(known, &command)) {
                let earlier: Option<&WrittenCommand> = lines.get(at).copied();
                return Err(refused(CommandProblem::Contradicts {
                    command: command.name(),
                    earlier: earlier.unwrap_or(written).line.clone(),
                }));
            }
            resolved.push(command);
            lines.push(written);
        }
        Ok(resolved)
    }

    /// What was undone could not be told from what was asked for beside it.
    fn admit_undo(&self, written: &WrittenCommand, answer: Answer) -> Result<(), CommandProblem> {
        let is_alone = self.commands.len() == 1 && answer == Answer::None;
        if written.command == AgentCommand::Undo && !is_alone {
            return Err(CommandProblem::UndoNotAlone);
        }
        Ok(())
    }
}

impl CommandContext<'_> {
    fn resolve(&self, command: &AgentCommand) -> Result<ResolvedCommand, CommandProblem> {
        Ok(match command.clone() {
            AgentCommand::Assign(assignee) => AgentCommand::Assign(assignee::find(assignee, self)?),
            AgentCommand::Queue(given) => AgentCommand::Queue(self.queue(&given)?),
            AgentCommand::Merge(given) => AgentCommand::Merge(self.target(given)?),
            AgentCommand::Ticket(given) => AgentCommand::Ticket(self.standing(CommandName::Ticket, given)?),
            AgentCommand::Field { name, value } => AgentCommand::Field {
                name: same(&name, self.fields.iter().map(String::as_str)).map_or_else(|| name.clone(), str::to_owned),
                value,
            },
            AgentCommand::Status(status) => AgentCommand::Status(status),
            AgentCommand::Priority(priority) => AgentCommand::Priority(priority),
            AgentCommand::Tag(tag) => AgentCommand::Tag(tag),
            AgentCommand::Untag(tag) => AgentCommand::Untag(tag),
            AgentCommand::Cc(address) => AgentCommand::Cc(address),
            AgentCommand::Forward(address) => AgentCommand::Forward(address),
            AgentCommand::Requester(mailbox) => AgentCommand::Requester(mailbox),
            AgentCommand::Note => AgentCommand::Note,
            AgentCommand::Confirm => AgentCommand::Confirm,
            AgentCommand::Spam => AgentCommand::Spam,
            AgentCommand::Undo => AgentCommand::Undo,
            AgentCommand::Why => AgentCommand::Why,
            AgentCommand::List => AgentCommand::List,
            AgentCommand::Help => AgentCommand::Help,
            AgentCommand::Send => AgentCommand::Send,
        })
    }

    fn queue(&self, given: &str) -> Result<String, CommandProblem> {
        let names = self.queues.iter().map(|queue| queue.name.as_str());
        match same(given, names.clone()) {
            Some(name) => Ok(name.to_owned()),
            None => Err(CommandProblem::UnknownQueue {
                given: shortened(given),
                nearest: nearest(given, names).map(str::to_owned),
            }),
        }
    }

    /// The ticket that a merge leads to.
    fn target(&self, given: TicketNumber) -> Result<TicketNumber, CommandProblem> {
        let target = match self.place {
            Place::Ticket(own) if own == given => own,
            _ => self.standing(CommandName::Merge, given)?,
        };
        if self.place == Place::Ticket(target) {
            return Err(CommandProblem::MergeIntoItself { given });
        }
        Ok(target)
    }

    fn standing(&self, command: CommandName, given: TicketNumber) -> Result<TicketNumber, CommandProblem> {
        match self.tickets.get(&given) {
            Some(TicketState::Standing) => Ok(given),
            Some(TicketState::MergedInto(number)) => Ok(*number),
            None => Err(CommandProblem::UnknownTicket { command, given }),
        }
    }
}

/// The name that is written so, else the one that differs in case and accents only.
fn same<'a>(given: &str, mut names: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let exact = names.clone().find(|name| *name == given);
    exact.or_else(|| names.find(|name| folded(name) == folded(given)))
}

#[cfg(test)]
mod tests;
