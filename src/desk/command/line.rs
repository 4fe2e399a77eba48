//! Tells lines with commands from text, whatever mail clients put around them.

use super::name::CommandName;
use super::near::nearest;
use super::problem::{CommandProblem, shortened};
use super::visible::{PUNCTUATION, is_joiner, visible};
use super::{AgentCommand, LONGEST_LINE, argument, link};

/// What a line is.
pub(super) enum Kind {
    /// Nothing can be seen in it.
    Blank,
    /// Anything else.
    Text,
    /// `#` and a letter stand first in it.
    Command(Words),
}

/// A command line, taken apart.
pub(super) struct Words {
    /// The word behind the `#`, in lower case, without the punctuation that clients and people put behind it.
    key: String,
    /// What stands behind the word, on one line.
    argument: String,
}

pub(super) fn kind(raw: &str) -> Kind {
    let line = visible(raw);
    let Some(behind) = without_bold(&line).strip_prefix('#') else {
        return if line.is_empty() { Kind::Blank } else { Kind::Text };
    };
    // A link around the command may be glued to it: `#solved<https://…>`.
    let end = behind.find([' ', '<']).unwrap_or(behind.len());
    let (word, argument) = behind.split_at_checked(end).unwrap_or((behind, ""));
    let word: String = word.chars().filter(|c| !is_joiner(*c)).collect();
    if !word.starts_with(char::is_alphabetic) {
        return Kind::Text;
    }
    let key = word.trim_end_matches(PUNCTUATION).to_lowercase();
    let argument = link::without_own(argument.trim(), &key).to_owned();
    Kind::Command(Words { key, argument })
}

/// The line without the asterisks that Gmail's plain text has for bold.
fn without_bold(line: &str) -> &str {
    let inside = line.strip_prefix('*').and_then(|line| line.strip_suffix('*'));
    inside.filter(|line| line.starts_with('#')).unwrap_or(line)
}

impl Words {
    /// The commands on the line: several where it lists tags or addresses.
    pub(super) fn read(&self) -> Result<Vec<AgentCommand>, CommandProblem> {
        let name = CommandName::of(&self.key).ok_or_else(|| unknown(&self.key))?;
        if self.argument.len() > LONGEST_LINE {
            return Err(CommandProblem::LineTooLong { most: LONGEST_LINE });
        }
        let argument = link::without_repeats(&self.argument);
        if let Some(second) = argument.split(' ').find_map(command_in) {
            return Err(CommandProblem::TwoOnALine { command: name, second });
        }
        argument::read(name, &argument)
    }
}

fn unknown(key: &str) -> CommandProblem {
    // Of `queue:billing`, `queue` is what was meant for a name.
    let word = key
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()
        .unwrap_or(key);
    let keys = super::SYNTAX.iter().map(|(name, _)| name.key());
    CommandProblem::UnknownCommand {
        given: shortened(key),
        nearest: nearest(word, keys).and_then(CommandName::of),
    }
}

/// The command that a word behind a command is: two of them on one line.
fn command_in(word: &str) -> Option<CommandName> {
    let key = word.strip_prefix('#')?.trim_end_matches(PUNCTUATION);
    CommandName::of(&key.to_lowercase())
}
