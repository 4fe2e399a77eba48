//! Where commands may stand.

use crate::desk::command::{AgentCommand, CommandName, CommandProblem, WrittenCommand};
use crate::desk::ticket::TicketNumber;

/// What the mail is that carries the commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A reply about this ticket.
    Ticket(TicketNumber),
    /// A new mail that opens a ticket for a customer: it forwards the customer's mail. One with `#requester` becomes
    /// this too.
    Opening,
    /// Any other new mail.
    NewMail,
    /// A reply to the request to release a held mail.
    Held,
}

/// Whether the mail says something beside its commands: greetings, signatures and what phones add say nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It does.
    Written,
    /// It does not.
    None,
}

/// What a command is about.
enum About {
    /// A ticket that was there before, and its mails.
    Past,
    /// The ticket at hand, old or just opened.
    Ticket,
    /// A ticket that is yet to be opened.
    New,
    /// The desk.
    Desk,
    /// A held mail.
    Held,
}

impl Place {
    /// The place that these commands make of it.
    pub(super) fn with(self, commands: &[WrittenCommand]) -> Self {
        let opens = |written: &WrittenCommand| matches!(written.command, AgentCommand::Requester(_));
        match self {
            Self::NewMail if commands.iter().any(opens) => Self::Opening,
            place => place,
        }
    }

    pub(super) fn admit(self, command: CommandName) -> Result<(), CommandProblem> {
        match (self, about(command)) {
            (Self::Held, About::Held)
            | (Self::Ticket(_), About::Past | About::Ticket | About::Desk)
            | (Self::Opening, About::Ticket | About::New | About::Desk)
            | (Self::NewMail, About::New | About::Desk) => Ok(()),
            (Self::Held, _) => Err(CommandProblem::OnlyRelease { command }),
            (_, About::Held) => Err(CommandProblem::NothingHeld { command }),
            (Self::Ticket(_), About::New) => Err(CommandProblem::NeedsNewMail { command }),
            (Self::Opening, About::Past) | (Self::NewMail, About::Past | About::Ticket) => {
                Err(CommandProblem::NeedsTicket { command })
            }
        }
    }
}

fn about(command: CommandName) -> About {
    match command {
        CommandName::Merge | CommandName::Forward | CommandName::Spam | CommandName::Undo | CommandName::Why => {
            About::Past
        }
        CommandName::Solved
        | CommandName::Pending
        | CommandName::Open
        | CommandName::Hold
        | CommandName::Closed
        | CommandName::Note
        | CommandName::Assign
        | CommandName::Queue
        | CommandName::Priority
        | CommandName::Tag
        | CommandName::Untag
        | CommandName::Field
        | CommandName::Cc
        | CommandName::Confirm => About::Ticket,
        CommandName::Requester => About::New,
        CommandName::Ticket | CommandName::List | CommandName::Help => About::Desk,
        CommandName::Send => About::Held,
    }
}
