//! The guard before the outbox: what must never reach a customer is looked for in what is about to be sent.

mod views;

use super::super::EmailAddress;
use crate::mail::reply_text::marker::{self, BAR};
use views::{View, views};

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Leak {
    /// The line above which agents write, in any language we have.
    WriteAboveLine,
    /// A token made for an agent, in an address or a Message-ID.
    AgentToken,
    /// A line of the blocks of facts in our notifications.
    InternalLine,
    /// An address that the agent writes from.
    AgentAddress,
}

/// Looks through a text and its HTML, decoded: entities, percent signs, tags within words, wrapped lines.
///
/// `is_agent_token` says of an address, its local part, a part of one, or a Message-ID whether it is a token made for
/// an agent; it is asked about each word that could be one.
pub fn guard(
    text: &str,
    html: Option<&str>,
    is_agent_token: &dyn Fn(&str) -> bool,
    own_addresses: &[EmailAddress],
) -> Option<Leak> {
    let views = views(text, html);
    let any = |found: &dyn Fn(&View) -> bool| views.iter().any(found);
    if any(&|view| marker::says_write_above(&view.text)) {
        return Some(Leak::WriteAboveLine);
    }
    if any(&|view| view.text.contains(BAR)) {
        return Some(Leak::InternalLine);
    }
    if any(&|view| holds_token(&view.text, is_agent_token)) {
        return Some(Leak::AgentToken);
    }
    let keys: Vec<String> = own_addresses.iter().map(EmailAddress::key).collect();
    any(&|view| keys.iter().any(|key| holds_address(&view.text, key))).then_some(Leak::AgentAddress)
}

/// Letters and digits of a token in an address.
const TOKEN_LENGTH: usize = 37;
/// Places in one long word at which a token is looked for.
const MOST_PLACES: usize = 200;

fn holds_token(text: &str, is_token: &dyn Fn(&str) -> bool) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "@.+-_=".contains(c);
    text.split(|c| !is_part(c))
        .map(|word| word.trim_matches(['.', '-', '_', '=']))
        .filter(|word| word.len() >= TOKEN_LENGTH)
        .any(|word| word_holds_token(word, is_token))
}

fn word_holds_token(word: &str, is_token: &dyn Fn(&str) -> bool) -> bool {
    let local = word.split('@').next().unwrap_or_default();
    if is_token(word) || is_token(local) {
        return true;
    }
    word.split(|c: char| !is_base32(c))
        .filter(|run| run.len() >= TOKEN_LENGTH)
        .any(|run| {
            let starts = 0..=(run.len() - TOKEN_LENGTH).min(MOST_PLACES);
            is_token(run) || starts.filter_map(|at| run.get(at..at + TOKEN_LENGTH)).any(is_token)
        })
}

fn is_base32(c: char) -> bool {
    c.is_ascii_alphabetic() || ('2'..='7').contains(&c)
}

/// Whether the address stands in the text and is no part of a longer one.
fn holds_address(text: &str, address: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    text.match_indices(address).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let mut after = text.get(at + address.len()..).unwrap_or_default().chars();
        let next = after.next();
        let is_begun = before.is_some_and(|c| goes_on(c) || matches!(c, '.' | '+'));
        let is_going_on = next.is_some_and(goes_on) || (next == Some('.') && after.next().is_some_and(goes_on));
        !is_begun && !is_going_on
    })
}

#[cfg(test)]
mod tests;
