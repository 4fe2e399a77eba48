//! Commands as they are written.

use super::{AgentCommand, Assignee};
use std::fmt;

/// The line that reads as this command.
impl fmt::Display for AgentCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.name().key())?;
        match self {
            Self::Assign(Assignee::Me) => f.write_str(" me"),
            Self::Assign(Assignee::Nobody) => f.write_str(" none"),
            Self::Assign(Assignee::Named(text)) | Self::Queue(text) | Self::Tag(text) | Self::Untag(text) => {
                write!(f, " {text}")
            }
            Self::Priority(priority) => write!(f, " {}", priority.as_str()),
            Self::Field { name, value } if name.contains(' ') => write!(f, " \"{name}\" {value}"),
            Self::Field { name, value } => write!(f, " {name} {value}"),
            Self::Cc(address) | Self::Forward(address) => write!(f, " {address}"),
            Self::Requester(mailbox) if mailbox.name.is_empty() => write!(f, " {}", mailbox.address),
            Self::Requester(mailbox) => write!(f, " \"{}\" <{}>", mailbox.name, mailbox.address),
            Self::Merge(number) | Self::Ticket(number) => write!(f, " {number}"),
            Self::Status(_)
            | Self::Note
            | Self::Confirm
            | Self::Spam
            | Self::Undo
            | Self::Why
            | Self::List
            | Self::Help
            | Self::Send => Ok(()),
        }
    }
}
