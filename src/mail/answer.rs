//! From an agent's mail to what the customer may see of it, and the guard before the outbox.
//!
//! Her text is what she newly wrote without the commands above it, without our notification and her own signature. Her
//! HTML is kept only where it says the same: whatever else it holds is dropped with it.

mod align;
mod contact;
mod enclosed;
mod fragment;
mod guard;
mod laid_out;
mod marked;
mod nothing;
mod rich;
mod text;

pub use guard::{Leak, guard};
pub use nothing::is_no_answer;

use super::{EmailAddress, InboundMail};
use rich::Rich;
use text::Written;

/// What an agent's mail says to the customer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// As text, without white space at its ends; empty when she wrote nothing. Never holds a line of ours.
    pub text: String,
    /// As a fragment of sanitised HTML that says what `text` says; `None` where the two differ.
    pub html: Option<String>,
    /// What of her attachments belongs to it, in their order.
    pub enclosed: Vec<Enclosed>,
    /// It stands between lines of the customer's, which `text` then quotes.
    pub is_interleaved: bool,
}

/// An attachment that belongs to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enclosed {
    /// In [`InboundMail::attachments`].
    pub index: usize,
    /// The answer's HTML shows it, by `cid:`.
    pub is_shown: bool,
}

impl Answer {
    /// Takes it out of a mail whose reply has so many lines of commands, blank ones not counted, above its text.
    /// `own_addresses` are those the agent writes from.
    pub fn of(mail: &InboundMail, command_lines: usize, own_addresses: &[EmailAddress]) -> Self {
        let written = Written::of(mail, command_lines, own_addresses);
        let rich = mail.html.as_deref().map(Rich::read).unwrap_or_default();
        let kept = rich.kept(&written, mail, own_addresses);
        Self {
            enclosed: enclosed::of(mail, &kept),
            html: kept.html,
            is_interleaved: written.is_interleaved,
            text: written.text,
        }
    }
}

#[cfg(test)]
mod tests;
