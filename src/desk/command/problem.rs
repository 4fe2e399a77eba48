//! What can be wrong with a command, without a word of any language: templates say it.

use super::name::CommandName;
use super::visible::visible;
use crate::desk::names::names;
use crate::desk::ticket::TicketNumber;
use serde::Serialize;

/// The line that stops a mail, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommandError {
    /// Which line.
    pub line: CommandLine,
    /// What is wrong with it.
    pub problem: CommandProblem,
}

/// A line of an agent's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommandLine {
    /// Counted from 1 in what she newly wrote.
    pub number: usize,
    /// What stands there, without controls, cut after [`LONGEST_SHOWN`] characters.
    pub text: String,
}

/// Characters of a line, or of a word in it, that a receipt repeats.
pub const LONGEST_SHOWN: usize = 120;

/// What is wrong with a line. The values are what was written, or what the desk knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CommandProblem {
    /// There is no such command.
    UnknownCommand {
        /// The word behind the `#`.
        given: String,
        /// The command that it looks like.
        nearest: Option<CommandName>,
    },
    /// Text stands behind a command that takes none.
    TakesNothing {
        /// The command.
        command: CommandName,
        /// What stands behind it.
        given: String,
    },
    /// Nothing stands behind a command that needs something.
    Missing {
        /// The command.
        command: CommandName,
    },
    /// What stands behind a command is not what it takes.
    Malformed {
        /// The command.
        command: CommandName,
        /// The part that can't be understood.
        given: String,
    },
    /// A second command stands on the same line.
    TwoOnALine {
        /// The first.
        command: CommandName,
        /// The second.
        second: CommandName,
    },
    /// A value is longer than it may be.
    ValueTooLong {
        /// The command.
        command: CommandName,
        /// Characters that it may have.
        most: usize,
    },
    /// The line is longer than it may be.
    LineTooLong {
        /// Octets that it may have.
        most: usize,
    },
    /// There are more commands than one mail may have.
    TooMany {
        /// How many it may have.
        most: usize,
    },
    /// No queue has that name.
    UnknownQueue {
        /// The name.
        given: String,
        /// The queue that it looks like.
        nearest: Option<String>,
    },
    /// No agent has that name or address.
    UnknownAgent {
        /// The name or address.
        given: String,
        /// The agent that it looks like.
        nearest: Option<String>,
    },
    /// Several agents have that name.
    AmbiguousAgent {
        /// The name.
        given: String,
        /// Their names.
        matches: Vec<String>,
    },
    /// There is no such ticket.
    UnknownTicket {
        /// The command.
        command: CommandName,
        /// Its number.
        given: TicketNumber,
    },
    /// The ticket can't be merged into itself, or into what was merged into it.
    MergeIntoItself {
        /// The number that was given.
        given: TicketNumber,
    },
    /// It says something else than an earlier line.
    Contradicts {
        /// The command.
        command: CommandName,
        /// The earlier line.
        earlier: CommandLine,
    },
    /// `#undo` must be all that a mail says.
    UndoNotAlone,
    /// The command is about a ticket, and this mail belongs to none.
    NeedsTicket {
        /// The command.
        command: CommandName,
    },
    /// The command opens a ticket, and this mail belongs to one already.
    NeedsNewMail {
        /// The command.
        command: CommandName,
    },
    /// The command releases a held mail, and this is no answer to one.
    NothingHeld {
        /// The command.
        command: CommandName,
    },
    /// An answer to a held mail can release it, and nothing else.
    OnlyRelease {
        /// The command.
        command: CommandName,
    },
}

names!(CommandProblem {
    Self::UnknownCommand { .. } => "unknown_command",
    Self::TakesNothing { .. } => "takes_nothing",
    Self::Missing { .. } => "missing",
    Self::Malformed { .. } => "malformed",
    Self::TwoOnALine { .. } => "two_on_a_line",
    Self::ValueTooLong { .. } => "value_too_long",
    Self::LineTooLong { .. } => "line_too_long",
    Self::TooMany { .. } => "too_many",
    Self::UnknownQueue { .. } => "unknown_queue",
    Self::UnknownAgent { .. } => "unknown_agent",
    Self::AmbiguousAgent { .. } => "ambiguous_agent",
    Self::UnknownTicket { .. } => "unknown_ticket",
    Self::MergeIntoItself { .. } => "merge_into_itself",
    Self::Contradicts { .. } => "contradicts",
    Self::UndoNotAlone => "undo_not_alone",
    Self::NeedsTicket { .. } => "needs_ticket",
    Self::NeedsNewMail { .. } => "needs_new_mail",
    Self::NothingHeld { .. } => "nothing_held",
    Self::OnlyRelease { .. } => "only_release",
});

impl CommandProblem {
    /// The right form of the command that it is about, where the form is what is wrong.
    pub fn form(&self) -> Option<&'static str> {
        match self {
            Self::UnknownCommand { nearest, .. } => nearest.map(CommandName::form),
            Self::TakesNothing { command, .. } | Self::Missing { command } | Self::Malformed { command, .. } => {
                Some(command.form())
            }
            _ => None,
        }
    }
}

impl CommandLine {
    pub(super) fn new(number: usize, raw: &str) -> Self {
        Self {
            number,
            text: shortened(&visible(raw)),
        }
    }

    pub(super) fn refused(self, problem: CommandProblem) -> CommandError {
        CommandError { line: self, problem }
    }
}

/// As much of a text as a receipt repeats.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
