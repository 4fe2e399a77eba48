//! An agent's signature that her client marked in HTML, in the plain text beside it, where nothing sets it apart.

use super::laid_out::LaidOut;
use crate::mail::reply_text::markup::{Mark, MarkKind};

/// How many of the lines stand above the signature; all of them when there is none.
pub(super) fn length(lines: &[&str], html: Option<&LaidOut<'_>>) -> usize {
    let Some(signature) = html.and_then(signature) else {
        return lines.len();
    };
    let mut left = signature.as_slice();
    for (at, line) in lines.iter().enumerate().rev() {
        let said = said(line);
        match left.strip_suffix(said.as_slice()) {
            Some([]) if !said.is_empty() => return at,
            Some(above) => left = above,
            None => break,
        }
    }
    lines.len()
}

/// What the first signature says that stands in front of what is quoted.
fn signature(html: &LaidOut<'_>) -> Option<Vec<char>> {
    let (text, marks) = html.signed_text()?;
    let mut marks = marks.iter().take_while(|mark| mark.kind != MarkKind::Rest);
    let start = marks.find(|mark| mark.kind == MarkKind::Signature)?;
    let end = marks.find(|mark| mark.kind == MarkKind::End);
    let at = |mark: &Mark| {
        let above: usize = text.split_inclusive('\n').take(mark.line).map(str::len).sum();
        above + mark.column
    };
    let signature = said(text.get(at(start)..end.map_or(text.len(), at))?);
    (!signature.is_empty()).then_some(signature)
}

/// Letters and digits, without the addresses of links and what stands for images: clients differ in all else.
fn said(text: &str) -> Vec<char> {
    let mut said = Vec::with_capacity(text.len());
    let mut until = None;
    for c in text.chars() {
        match (until, c) {
            (Some(end), c) if c == end => until = None,
            (Some(_), _) => {}
            (None, '<') => until = Some('>'),
            (None, '[') => until = Some(']'),
            (None, c) if c.is_alphanumeric() => said.push(c),
            (None, _) => {}
        }
    }
    said
}
