//! What the sender of a mail newly wrote: without quotes, without what stands above them, without signatures.
//!
//! Each line of a text gets a [`Role`]; the reply is made of those that are the sender's own, and of the quotes that
//! answers stand between. When in doubt a line is the sender's own.

pub(super) mod attribution;
pub(super) mod fold;
pub(super) mod header_block;
mod languages;
mod line;
pub(crate) mod marker;
pub(crate) mod markup;
pub(super) mod roles;
pub(super) mod sign_off;
pub(super) mod signature;

use line::{Line, Role};
use markup::Mark;

/// The lines of a text that its sender newly wrote; the whole text when none are quoted.
///
/// Each line stands in the text, or is the beginning of one that does.
pub(crate) fn reply_text(text: &str, marks: &[Mark]) -> String {
    let mut lines = roles::read(text, marks);
    signature::find(&mut lines);
    let kept = kept(&lines);
    let is_all = lines.iter().zip(&kept).all(|(line, kept)| *kept || line.is_blank());
    let has_own = lines.iter().any(|line| line.role == Role::Own && !line.is_blank());
    // A mail that is nothing but a forwarded one, or a quote that no client made, has its sense in it.
    let is_answer = lines
        .iter()
        .any(|line| matches!(line.role, Role::Signature | Role::Notice) || line.is_attributed());
    if is_all || (!has_own && !is_answer) {
        return text.to_owned();
    }
    join(&lines, &kept)
}

/// A text that holds no earlier mail, without signatures and what phones add.
pub(super) fn without_signature(text: &str, marks: &[Mark]) -> String {
    let mut lines = roles::read(text, marks);
    signature::find(&mut lines);
    let kept: Vec<bool> = lines.iter().map(|line| line.role != Role::Signature).collect();
    join(&lines, &kept)
}

/// Which lines belong to the reply.
fn kept(lines: &[Line<'_>]) -> Vec<bool> {
    let is_own = |line: &Line<'_>| line.role == Role::Own && !line.is_blank();
    let last_own = lines.iter().rposition(is_own);
    let mut quotes = 0;
    let mut is_inside = false;
    let mut attributed = false;
    for line in lines.iter().take(last_own.unwrap_or(0)) {
        match line.role {
            Role::Quote => {
                quotes += usize::from(!is_inside);
                is_inside = true;
                attributed |= line.is_attributed();
            }
            Role::Introduction | Role::Notice => attributed = true,
            _ if is_own(line) => is_inside = false,
            _ => {}
        }
    }
    // One quote that a client put there is what the whole mail answers; several, or one that its sender chose, have
    // their answers below them.
    let keeps_quotes = quotes > 1 || (quotes == 1 && !attributed);
    let keep = |(at, line): (usize, &Line<'_>)| match line.role {
        Role::Own => true,
        Role::Quote => keeps_quotes && last_own.is_some_and(|last| at < last),
        _ => false,
    };
    lines.iter().enumerate().map(keep).collect()
}

/// The kept lines; where others stood between them there is an empty line.
fn join(lines: &[Line<'_>], kept: &[bool]) -> String {
    let mut out = String::new();
    let mut gap = false;
    for (line, kept) in lines.iter().zip(kept) {
        let text = line.text.trim_end();
        gap |= !kept;
        if !kept || (text.is_empty() && (gap || out.is_empty())) {
            continue;
        }
        if std::mem::take(&mut gap) && !out.is_empty() && !out.ends_with("\n\n") {
            out.push('\n');
        }
        out.push_str(text);
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// Whether any line is newly written; [`reply_text`] gives the whole text where none is.
pub(crate) fn has_new(text: &str, marks: &[Mark]) -> bool {
    let mut lines = roles::read(text, marks);
    signature::find(&mut lines);
    lines.iter().any(|line| line.role == Role::Own && !line.is_blank())
}

/// Whether the lines say who wrote the quote below them, from the first on.
pub(crate) fn is_attribution(lines: &[&str]) -> bool {
    attribution::start(lines, attribution::Below::Quote) == Some(0)
}

#[cfg(test)]
mod tests;
