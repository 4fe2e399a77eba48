//! The commands' names and forms.

use super::AgentCommand;
use crate::desk::ticket::TicketStatus;
use serde::Serialize;

/// What each command is called; phrases that explain it stand under its [key](CommandName::key).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CommandName {
    /// The ticket is done.
    Solved,
    /// It waits for the customer.
    Pending,
    /// It waits for us.
    Open,
    /// It waits for something else.
    Hold,
    /// It is done for good.
    Closed,
    /// The whole mail is internal.
    Note,
    /// Whose ticket it is.
    Assign,
    /// Which queue it is in.
    Queue,
    /// How urgent it is.
    Priority,
    /// Puts tags on.
    Tag,
    /// Takes tags off.
    Untag,
    /// Sets a fact.
    Field,
    /// Who takes part from now on.
    Cc,
    /// Sends the confirmation that was held back.
    Confirm,
    /// Whom a new mail opens a ticket for.
    Requester,
    /// Which ticket it moves into.
    Merge,
    /// Who outside is shown its last mail.
    Forward,
    /// Closes it, and answers nobody.
    Spam,
    /// Takes back what her last mail changed.
    Undo,
    /// Asks what happened on it, and why.
    Why,
    /// Asks for a ticket.
    Ticket,
    /// Asks what is unsolved in her queues, or hers.
    List,
    /// Asks for the commands.
    Help,
    /// Releases a held mail.
    Send,
}

/// Every command and its form, in the order `#help` shows them.
pub const SYNTAX: [(CommandName, &str); 24] = [
    shown(CommandName::Solved),
    shown(CommandName::Pending),
    shown(CommandName::Open),
    shown(CommandName::Hold),
    shown(CommandName::Closed),
    shown(CommandName::Note),
    shown(CommandName::Assign),
    shown(CommandName::Queue),
    shown(CommandName::Priority),
    shown(CommandName::Tag),
    shown(CommandName::Untag),
    shown(CommandName::Field),
    shown(CommandName::Cc),
    shown(CommandName::Confirm),
    shown(CommandName::Requester),
    shown(CommandName::Merge),
    shown(CommandName::Forward),
    shown(CommandName::Spam),
    shown(CommandName::Undo),
    shown(CommandName::Why),
    shown(CommandName::Ticket),
    shown(CommandName::List),
    shown(CommandName::Help),
    shown(CommandName::Send),
];

const fn shown(name: CommandName) -> (CommandName, &'static str) {
    (name, name.form())
}

impl CommandName {
    /// An example of the right form: the same in every language, and itself a command.
    pub const fn form(self) -> &'static str {
        match self {
            Self::Solved => "#solved",
            Self::Pending => "#pending",
            Self::Open => "#open",
            Self::Hold => "#hold",
            Self::Closed => "#closed",
            Self::Note => "#note",
            Self::Assign => "#assign me",
            Self::Queue => "#queue billing",
            Self::Priority => "#priority high",
            Self::Tag => "#tag vip",
            Self::Untag => "#untag vip",
            Self::Field => "#field order 1234567",
            Self::Cc => "#cc eva@home.example",
            Self::Confirm => "#confirm",
            Self::Requester => "#requester eva@home.example",
            Self::Merge => "#merge 17",
            Self::Forward => "#forward help@partner.example",
            Self::Spam => "#spam",
            Self::Undo => "#undo",
            Self::Why => "#why",
            Self::Ticket => "#ticket 17",
            Self::List => "#list",
            Self::Help => "#help",
            Self::Send => "#send",
        }
    }

    /// The word behind the `#`, in lower case.
    pub fn key(self) -> &'static str {
        let word = self.form().split(' ').next().unwrap_or_default();
        word.trim_start_matches('#')
    }

    /// The command of that key.
    pub(super) fn of(key: &str) -> Option<Self> {
        SYNTAX.iter().map(|(name, _)| *name).find(|name| name.key() == key)
    }
}

impl<W> AgentCommand<W> {
    /// What it is called.
    pub fn name(&self) -> CommandName {
        match self {
            Self::Status(TicketStatus::Solved) => CommandName::Solved,
            Self::Status(TicketStatus::Pending) => CommandName::Pending,
            Self::Status(TicketStatus::New | TicketStatus::Open) => CommandName::Open,
            Self::Status(TicketStatus::OnHold) => CommandName::Hold,
            Self::Status(TicketStatus::Closed) => CommandName::Closed,
            Self::Note => CommandName::Note,
            Self::Assign(_) => CommandName::Assign,
            Self::Queue(_) => CommandName::Queue,
            Self::Priority(_) => CommandName::Priority,
            Self::Tag(_) => CommandName::Tag,
            Self::Untag(_) => CommandName::Untag,
            Self::Field { .. } => CommandName::Field,
            Self::Cc(_) => CommandName::Cc,
            Self::Confirm => CommandName::Confirm,
            Self::Requester(_) => CommandName::Requester,
            Self::Merge(_) => CommandName::Merge,
            Self::Forward(_) => CommandName::Forward,
            Self::Spam => CommandName::Spam,
            Self::Undo => CommandName::Undo,
            Self::Why => CommandName::Why,
            Self::Ticket(_) => CommandName::Ticket,
            Self::List => CommandName::List,
            Self::Help => CommandName::Help,
            Self::Send => CommandName::Send,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CommandName, SYNTAX};
    use crate::desk::command::CommandBlock;

    #[test]
    fn every_command_is_in_the_syntax_once() {
        let source = syn::parse_file(include_str!("name.rs")).unwrap();
        let variants = source.items.iter().find_map(|item| match item {
            syn::Item::Enum(names) if names.ident == "CommandName" => Some(&names.variants),
            _ => None,
        });
        let declared: Vec<String> = variants
            .unwrap()
            .iter()
            .map(|variant| variant.ident.to_string())
            .collect();
        let shown: Vec<String> = SYNTAX.iter().map(|(name, _)| format!("{name:?}")).collect();
        assert_eq!(shown, declared);
    }

    #[test]
    fn every_form_is_itself_a_command_of_that_name() {
        for (name, form) in SYNTAX {
            let block = CommandBlock::read(form).unwrap();
            assert_eq!(block.commands.len(), 1, "{form}");
            assert_eq!(block.commands[0].command.name(), name);
        }
    }

    #[test]
    fn a_template_sees_the_key_that_phrases_stand_under() {
        for (name, _) in SYNTAX {
            assert_eq!(serde_json::to_value(name).unwrap(), name.key());
            assert_eq!(CommandName::of(name.key()), Some(name));
        }
    }
}
