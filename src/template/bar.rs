//! What is ours in a mail to an agent: every line of it begins with a bar, and nobody else's line does.
//!
//! By the bar a line of ours is known again in whatever a client quotes, so that none of them reaches a customer.

use super::phrases::Phrases;
use minijinja::{AutoEscape, State, Value};
use std::collections::BTreeMap;

/// What each line of ours begins with, and a space behind it.
pub const BAR: char = '┃';
/// What stands in its place in everybody else's lines.
const OTHER_BAR: &str = "│";
/// Characters of a line of ours, its bar not counted. Clients that break lines when they quote leave these whole.
const WIDTH: usize = 70;

/// The `bar` filter, for a whole block: `{% filter bar %}…{% endfilter %}`. Each line gets a bar, long ones several; in
/// HTML each is an element of its own, and one that holds markup stays whole. Empty lines say nothing and stay empty.
pub(super) fn bar(state: &State<'_, '_>, block: &str) -> Value {
    let lines = block.lines().map(str::trim).filter(|line| !line.is_empty());
    match state.auto_escape() {
        AutoEscape::Html => {
            let whole = |line: &str| match line.contains('<') {
                true => vec![line.to_owned()],
                false => folded(line),
            };
            let element = |line: String| format!("<div>{BAR} {line}</div>\n");
            Value::from_safe_string(lines.flat_map(whole).map(element).collect())
        }
        _ => lines
            .flat_map(folded)
            .map(|line| format!("{BAR} {line}\n"))
            .collect::<String>()
            .into(),
    }
}

/// Somebody's text or HTML, in which nothing can pass for ours: neither a bar nor a line that asks to write above it.
pub(super) fn foreign(text: &str, phrases: &BTreeMap<String, Phrases>) -> String {
    let mut text = text.replace(BAR, OTHER_BAR);
    for entity in ["&#9475;", "&#x2503;", "&#X2503;"] {
        text = text.replace(entity, OTHER_BAR);
    }
    for marker in phrases.values().filter_map(Phrases::write_above) {
        text = text.replace(marker, marker.trim_matches(['#', ' ']));
    }
    text
}

fn folded(line: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in line.split_whitespace() {
        let length = word.chars().count();
        match lines.last_mut() {
            // A word that fits no line, such as a link, stays with what it is about.
            Some(last) if last.is_empty() || length > WIDTH || last.chars().count() + 1 + length <= WIDTH => {
                if !last.is_empty() {
                    last.push(' ');
                }
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
