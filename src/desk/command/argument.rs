//! What stands behind each command.

use super::name::CommandName;
use super::problem::{CommandProblem, shortened};
use super::visible::PUNCTUATION;
use super::{AgentCommand, Assignee, LONGEST_TAG, LONGEST_VALUE, address};
use crate::desk::ticket::{Priority, TicketNumber, TicketStatus};
use crate::mail::Mailbox;

type Read<T> = Result<T, CommandProblem>;

/// The commands that a name and what stands behind it make; several where it lists tags or addresses.
pub(super) fn read(name: CommandName, text: &str) -> Read<Vec<AgentCommand>> {
    let given = Given { name, text };
    let one = match name {
        CommandName::Solved => given.nothing(AgentCommand::Status(TicketStatus::Solved)),
        CommandName::Pending => given.nothing(AgentCommand::Status(TicketStatus::Pending)),
        CommandName::Open => given.nothing(AgentCommand::Status(TicketStatus::Open)),
        CommandName::Hold => given.nothing(AgentCommand::Status(TicketStatus::OnHold)),
        CommandName::Closed => given.nothing(AgentCommand::Status(TicketStatus::Closed)),
        CommandName::Note => given.nothing(AgentCommand::Note),
        CommandName::Confirm => given.nothing(AgentCommand::Confirm),
        CommandName::Spam => given.nothing(AgentCommand::Spam),
        CommandName::Undo => given.nothing(AgentCommand::Undo),
        CommandName::Why => given.nothing(AgentCommand::Why),
        CommandName::List => given.nothing(AgentCommand::List),
        CommandName::Help => given.nothing(AgentCommand::Help),
        CommandName::Send => given.nothing(AgentCommand::Send),
        CommandName::Assign => given.assignee().map(AgentCommand::Assign),
        CommandName::Queue => given.value().map(AgentCommand::Queue),
        CommandName::Priority => given.priority().map(AgentCommand::Priority),
        CommandName::Field => given.field(),
        CommandName::Merge => given.ticket().map(AgentCommand::Merge),
        CommandName::Ticket => given.ticket().map(AgentCommand::Ticket),
        CommandName::Requester => given.mailbox().map(AgentCommand::Requester),
        CommandName::Forward => given.mailbox().map(|mailbox| AgentCommand::Forward(mailbox.address)),
        CommandName::Tag => return given.tags(AgentCommand::Tag),
        CommandName::Untag => return given.tags(AgentCommand::Untag),
        CommandName::Cc => {
            let cc = |mailbox: Mailbox| AgentCommand::Cc(mailbox.address);
            return Ok(given.mailboxes()?.into_iter().map(cc).collect());
        }
    };
    one.map(|command| vec![command])
}

/// What stands behind a command.
struct Given<'a> {
    name: CommandName,
    text: &'a str,
}

impl Given<'_> {
    /// Nothing may stand there: `#solved thanks!` would lose the thanks, or publish what should not be.
    fn nothing(&self, command: AgentCommand) -> Read<AgentCommand> {
        if self.text.chars().all(|c| c == ' ' || PUNCTUATION.contains(&c)) {
            return Ok(command);
        }
        Err(CommandProblem::TakesNothing {
            command: self.name,
            given: shortened(self.text),
        })
    }

    fn assignee(&self) -> Read<Assignee> {
        let who = self.value()?;
        if who.contains('@') {
            let address = self.mailbox()?.address;
            return Ok(Assignee::Named(address.to_string()));
        }
        Ok(match who.to_lowercase().as_str() {
            "me" => Assignee::Me,
            "none" | "nobody" => Assignee::Nobody,
            _ => Assignee::Named(who),
        })
    }

    fn priority(&self) -> Read<Priority> {
        let given = self.value()?;
        Priority::parse(&given.to_lowercase()).ok_or_else(|| self.malformed(&given))
    }

    fn ticket(&self) -> Read<TicketNumber> {
        let given = self.value()?;
        let digits = given.trim_matches(['[', ']', '(', ')']);
        let digits = digits.strip_prefix('#').unwrap_or(digits);
        let is_number = digits.starts_with(|c| matches!(c, '1'..='9')) && digits.bytes().all(|b| b.is_ascii_digit());
        let number = digits.parse().ok().filter(|_| is_number);
        number.map(TicketNumber).ok_or_else(|| self.malformed(&given))
    }

    fn tags(&self, command: fn(String) -> AgentCommand) -> Read<Vec<AgentCommand>> {
        let mut tags: Vec<String> = Vec::new();
        for word in self.text.split([' ', ',', ';']) {
            let tag = unquoted(word.trim_matches(PUNCTUATION)).to_lowercase();
            if tag.chars().count() > LONGEST_TAG {
                return Err(self.too_long(LONGEST_TAG));
            }
            if tag.contains('#') || tag.contains(DOUBLE_QUOTES) {
                return Err(self.malformed(word));
            }
            if !tag.is_empty() && !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        if tags.is_empty() {
            return Err(CommandProblem::Missing { command: self.name });
        }
        Ok(tags.into_iter().map(command).collect())
    }

    /// `order 1234567`, `"order number" 1234567`, `order: 1234567`
    fn field(&self) -> Read<AgentCommand> {
        let quoted = self.text.strip_prefix(DOUBLE_QUOTES);
        let quoted = quoted.and_then(|behind| behind.split_once(DOUBLE_QUOTES));
        let (name, value) = match quoted {
            Some((name, value)) => (name, value.trim_start_matches(':')),
            None => self.text.split_once(' ').unwrap_or((self.text, "")),
        };
        let name = name.trim().trim_end_matches(':').trim_end().to_lowercase();
        let value = unquoted(value);
        if name.is_empty() || value.is_empty() {
            return Err(CommandProblem::Missing { command: self.name });
        }
        if name.contains(DOUBLE_QUOTES) {
            return Err(self.malformed(self.text));
        }
        if name.chars().count().max(value.chars().count()) > LONGEST_VALUE {
            return Err(self.too_long(LONGEST_VALUE));
        }
        let value = value.to_owned();
        Ok(AgentCommand::Field { name, value })
    }

    fn mailbox(&self) -> Read<Mailbox> {
        let mut mailboxes = self.mailboxes()?;
        match (mailboxes.pop(), mailboxes.is_empty()) {
            (Some(mailbox), true) => Ok(mailbox),
            _ => Err(self.malformed(self.text)),
        }
    }

    fn mailboxes(&self) -> Read<Vec<Mailbox>> {
        let found = address::mailboxes(self.text).map_err(|piece| self.malformed(&piece))?;
        if found.is_empty() {
            return Err(CommandProblem::Missing { command: self.name });
        }
        if found.iter().any(|mailbox| mailbox.name.chars().count() > LONGEST_VALUE) {
            return Err(self.too_long(LONGEST_VALUE));
        }
        Ok(found)
    }

    /// All of it as one value, without quotes around it or punctuation behind it.
    fn value(&self) -> Read<String> {
        let value = unquoted(self.text.trim_end_matches(PUNCTUATION));
        if value.is_empty() {
            return Err(CommandProblem::Missing { command: self.name });
        }
        if value.chars().count() > LONGEST_VALUE {
            return Err(self.too_long(LONGEST_VALUE));
        }
        Ok(value.to_owned())
    }

    fn malformed(&self, given: &str) -> CommandProblem {
        CommandProblem::Malformed {
            command: self.name,
            given: shortened(given),
        }
    }

    fn too_long(&self, most: usize) -> CommandProblem {
        CommandProblem::ValueTooLong {
            command: self.name,
            most,
        }
    }
}

/// Straight, and as phones and word processors make them.
const DOUBLE_QUOTES: [char; 6] = ['"', '“', '”', '„', '«', '»'];
const SINGLE_QUOTES: [char; 3] = ['\'', '‘', '’'];

/// The text without one pair of quotes around all of it.
fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let inside = |quotes: &[char]| text.strip_prefix(quotes)?.strip_suffix(quotes);
    let inside = inside(&DOUBLE_QUOTES).or_else(|| inside(&SINGLE_QUOTES));
    inside.map_or(text, str::trim)
}
