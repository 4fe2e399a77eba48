//! A mail written into the text of another: its header, and its body below.

use super::block::{self, Block, Standing};
use super::subject::{self, Kind};
use super::{NotFound, Original, OriginalDate, sender};
use crate::mail::reply_text::attribution::{self, Below};
use crate::mail::reply_text::header_block::{Announced, announced, says_write_above};
use crate::mail::reply_text::markup::{Mark, MarkKind};
use crate::mail::reply_text::{roles::is_rule, without_signature};
use crate::mail::syntax::{self, charset::clean_line};
use crate::mail::{InboundMail, ParseLimits};

/// A forward that was found in the text; its HTML and attachments are not looked at.
#[derive(Debug)]
pub(super) struct Inline {
    pub above: String,
    pub below: String,
    pub original: Original,
}

/// Finds the mail written into the text.
pub(super) fn find(mail: &InboundMail, limits: &ParseLimits) -> Result<Inline, NotFound> {
    let (text, marks) = mail.body();
    let lines = lines(text, marks);
    let candidates = Scan::new(&lines).run()?;
    let found = choose(candidates, &mail.subject)?;
    let from = sender::sole(&found.block.from).ok_or(NotFound::NoAddress)?;
    let body = body(&lines, &found);
    let above: Vec<&str> = lines
        .iter()
        .take(start(&lines, found.start))
        .map(|line| line.text)
        .collect();
    Ok(Inline {
        above: without_signature(&above.join("\n"), marks),
        below: without_signature(&body.below.join("\n"), &[]),
        original: Original {
            from,
            subject: found.block.subject.as_deref().map(clean_line).unwrap_or_default(),
            date: found.block.date.as_deref().map(date),
            to: sender::all(&found.block.to, limits.addresses),
            cc: sender::all(&found.block.cc, limits.addresses),
            text: tidy(&body.text),
            html: None,
            message_id: None,
            attachments: Vec::new(),
        },
    })
}

/// Headers that are looked at; the text may have more.
const MOST_BLOCKS: usize = 16;
/// Empty lines between a marker and the header.
const WIDEST_GAP: usize = 3;
/// Lines above one that may belong to the same attribution.
const MOST_LOOKED_BACK: usize = 6;

struct Line<'a> {
    text: &'a str,
    /// How often it is quoted.
    depth: usize,
    /// The text without quote marks.
    bare: &'a str,
    /// A rule was drawn above it.
    ruled: bool,
}

impl Line<'_> {
    fn is_blank(&self) -> bool {
        self.bare.trim().is_empty()
    }
}

fn lines<'a>(text: &'a str, marks: &[Mark]) -> Vec<Line<'a>> {
    let mut rules = marks
        .iter()
        .filter(|mark| matches!(mark.kind, MarkKind::Rule | MarkKind::Rest))
        .peekable();
    let read = |(number, text): (usize, &'a str)| {
        let mut ruled = false;
        while rules.next_if(|mark| mark.line <= number).is_some() {
            ruled = true;
        }
        let (mut depth, mut bare) = (0, text);
        while let Some(rest) = bare.strip_prefix('>') {
            depth += 1;
            bare = rest.strip_prefix(' ').unwrap_or(rest);
        }
        Line {
            text,
            depth,
            bare,
            ruled,
        }
    };
    text.lines().enumerate().map(read).collect()
}

/// What shows that a header is a client's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// A line that says "forwarded".
    Forwarded,
    /// A rule, or a line that says "original message"; answers have them too.
    Ruled,
    /// Nothing but its fields.
    Bare,
}

#[derive(Debug)]
struct Candidate {
    /// The line of the marker, or the first of the header.
    start: usize,
    /// The line below the header.
    body: usize,
    block: Block,
    sign: Sign,
    /// The header is quoted.
    quoted: bool,
}

enum Look {
    Nothing,
    Found(Candidate),
    /// Whatever stands below is no forwarded mail's.
    Stop(NotFound),
}

struct Scan<'a> {
    lines: &'a [Line<'a>],
    texts: Vec<&'a str>,
    bare: Vec<&'a str>,
}

impl<'a> Scan<'a> {
    fn new(lines: &'a [Line<'a>]) -> Self {
        Self {
            lines,
            texts: lines.iter().map(|line| line.text).collect(),
            bare: lines.iter().map(|line| line.bare).collect(),
        }
    }

    /// The headers in the text, topmost first.
    fn run(&self) -> Result<Vec<Candidate>, NotFound> {
        let mut found: Vec<Candidate> = Vec::new();
        let mut is_below_quote = false;
        let mut at = 0;
        while let Some(line) = self.lines.get(at) {
            // Only a quote that starts with the forward can be one; in any other the header is history.
            let may_be = !line.is_blank() && (line.depth == 0 || (line.depth == 1 && !is_below_quote));
            is_below_quote |= line.depth > 0;
            let look = if may_be { self.look(at, line) } else { Look::Nothing };
            at += 1;
            match look {
                Look::Found(candidate) => {
                    at = at.max(candidate.body);
                    is_below_quote |= candidate.quoted;
                    found.push(candidate);
                }
                Look::Stop(reason) if found.is_empty() => return Err(reason),
                _ => {}
            }
            if found.len() == MOST_BLOCKS {
                break;
            }
        }
        Ok(found)
    }

    fn look(&self, at: usize, line: &Line<'_>) -> Look {
        if says_write_above(line.bare) {
            return Look::Stop(NotFound::Answer);
        }
        if let Some(announced) = announced(line.bare) {
            return self.announced(at, announced);
        }
        if line.depth == 0 {
            if let Some(block) = self.block(at, Standing::Alone) {
                let sign = if self.is_ruled(at) { Sign::Ruled } else { Sign::Bare };
                return Look::Found(self.candidate(at, at, block, sign));
            }
            if self.is_attribution(at) {
                return Look::Stop(NotFound::Answer);
            }
        }
        Look::Nothing
    }

    fn announced(&self, at: usize, announced: Announced) -> Look {
        let below = self.lines.get(at + 1..).unwrap_or_default();
        let gap = below.iter().take(WIDEST_GAP).take_while(|line| line.is_blank()).count();
        let header = at + 1 + gap;
        match (self.block(header, Standing::Announced), announced) {
            (Some(block), Announced::Forwarded) => Look::Found(self.candidate(at, header, block, Sign::Forwarded)),
            (Some(block), Announced::Original) => Look::Found(self.candidate(at, header, block, Sign::Ruled)),
            (None, Announced::Forwarded) => Look::Stop(NotFound::NoHeader),
            (None, Announced::Original) => Look::Stop(NotFound::Answer),
        }
    }

    /// The header that starts there, all of it as deeply quoted as its first line.
    fn block(&self, at: usize, standing: Standing) -> Option<Block> {
        let depth = self.lines.get(at)?.depth;
        if depth > 1 {
            return None;
        }
        block::read(self.bare.get(at..)?, standing).filter(|block| {
            let header = self.lines.iter().skip(at).take(block.lines);
            header.into_iter().all(|line| line.depth == depth || line.is_blank())
        })
    }

    fn candidate(&self, start: usize, header: usize, block: Block, sign: Sign) -> Candidate {
        Candidate {
            start,
            body: header + block.lines,
            block,
            sign,
            quoted: self.lines.get(header).is_some_and(|line| line.depth > 0),
        }
    }

    fn is_ruled(&self, at: usize) -> bool {
        let above = self.lines.get(..at).unwrap_or_default();
        let nearest = above.iter().rev().take(WIDEST_GAP).find(|line| !line.is_blank());
        self.lines.get(at).is_some_and(|line| line.ruled) || nearest.is_some_and(|line| is_rule(line.text))
    }

    fn is_attribution(&self, at: usize) -> bool {
        let below = self.lines.get(at + 1..).unwrap_or_default();
        let next = below.iter().take(WIDEST_GAP).find(|line| !line.is_blank());
        let below = match next.is_some_and(|line| line.depth > 0) {
            true => Below::Quote,
            false => Below::Other,
        };
        let near = self.texts.get(at.saturating_sub(MOST_LOOKED_BACK)..=at);
        near.and_then(|near| attribution::start(near, below)).is_some()
    }
}

/// The header that is the forwarded mail's. The first counts; where it and the subject disagree and another header
/// agrees with it, only one that nobody's client can have made is passed over.
fn choose(candidates: Vec<Candidate>, mail_subject: &str) -> Result<Candidate, NotFound> {
    let wanted = subject::base(mail_subject);
    let agrees = |found: &Candidate| match &found.block.subject {
        Some(subject) => subject::base(subject) == wanted,
        None => found.sign == Sign::Forwarded,
    };
    let agreeing = candidates.iter().position(agrees);
    let is_sole = candidates.len() == 1;
    let first = candidates.first().ok_or(NotFound::NoForward)?;
    let kind = subject::kind(mail_subject);
    let may_be_forward = match first.sign {
        Sign::Forwarded => kind != Kind::Reply || !first.quoted,
        Sign::Ruled | Sign::Bare => kind == Kind::Forward,
    };
    if !may_be_forward {
        return Err(NotFound::Answer);
    }
    let chosen = match agreeing {
        Some(at) if at == 0 => at,
        None if is_sole || first.sign == Sign::Forwarded => 0,
        Some(at) if first.sign == Sign::Bare => {
            let marked = candidates.get(at).is_some_and(|found| found.sign == Sign::Forwarded);
            if !marked {
                return Err(NotFound::Unsure);
            }
            at
        }
        _ => return Err(NotFound::Unsure),
    };
    candidates.into_iter().nth(chosen).ok_or(NotFound::NoForward)
}

/// Where what stands above ends, without the rule between.
fn start(lines: &[Line<'_>], marker: usize) -> usize {
    let above = lines.get(..marker).unwrap_or_default();
    let is_between = |line: &&Line<'_>| line.is_blank() || is_rule(line.text);
    marker - above.iter().rev().take_while(is_between).count()
}

struct Body<'a> {
    text: Vec<&'a str>,
    below: Vec<&'a str>,
}

fn body<'a>(lines: &[Line<'a>], found: &Candidate) -> Body<'a> {
    // Only clients that name the sender in their marker say where the mail ends; in others the line is the mail's own.
    let names_sender =
        found.sign == Sign::Forwarded && lines.get(found.start).is_some_and(|line| line.text.contains('@'));
    let lines = lines.get(found.body..).unwrap_or_default();
    let end = match found.quoted {
        true => lines.iter().rposition(|line| line.depth > 0).map_or(0, |at| at + 1),
        false if names_sender => end_marker(lines).unwrap_or(lines.len()),
        false => lines.len(),
    };
    let (inside, below) = lines.split_at_checked(end).unwrap_or((lines, &[]));
    // Zoho writes its marker again below the header.
    let repeated = inside
        .iter()
        .position(|line| !line.is_blank())
        .filter(|at| found.sign == Sign::Forwarded && inside.get(*at).is_some_and(is_marker));
    let inside = inside.get(repeated.map_or(0, |at| at + 1)..).unwrap_or_default();
    let all_quoted = inside.iter().all(|line| line.depth > 0 || line.is_blank());
    let unquoted = |line: &Line<'a>| match line.text.strip_prefix('>') {
        Some(rest) if found.quoted || all_quoted => rest.strip_prefix(' ').unwrap_or(rest),
        _ => line.text,
    };
    Body {
        text: inside.iter().map(unquoted).collect(),
        below: below
            .iter()
            .map(|line| line.text)
            .filter(|line| !is_end(line))
            .collect(),
    }
}

fn is_marker(line: &Line<'_>) -> bool {
    line.text.starts_with('=') && announced(line.bare) == Some(Announced::Forwarded)
}

/// The last line that says that a forwarded mail ends, as mutt writes it: what the mail itself forwards ends above.
fn end_marker(lines: &[Line<'_>]) -> Option<usize> {
    lines.iter().rposition(|line| line.depth == 0 && is_end(line.text))
}

fn is_end(line: &str) -> bool {
    const ENDS: [&str; 7] = [
        "end forwarded message",
        "end of forwarded message",
        "ende der weitergeleiteten nachricht",
        "fin del mensaje reenviado",
        "fin du message transféré",
        "fine messaggio inoltrato",
        "fim da mensagem encaminhada",
    ];
    let line = line.trim();
    let inside = line.trim_matches(['-', ' ']);
    line.len() < LONGEST_END && line.starts_with("--") && ENDS.contains(&inside.to_lowercase().as_str())
}

const LONGEST_END: usize = 100;

/// A time with a zone is exact; any other is kept as it was written.
fn date(written: &str) -> OriginalDate {
    let zone = written.rsplit(' ').next().unwrap_or_default();
    let is_offset = zone.len() == 5 && zone.starts_with(['+', '-']) && zone.bytes().skip(1).all(|b| b.is_ascii_digit());
    let exact = (is_offset || matches!(zone, "GMT" | "UTC"))
        .then(|| syntax::date(written))
        .flatten();
    exact.map_or_else(|| OriginalDate::Written(written.to_owned()), OriginalDate::At)
}

/// No empty lines around it, and a line end at its end.
fn tidy(lines: &[&str]) -> String {
    let blank = lines.iter().take_while(|line| line.trim().is_empty()).count();
    let mut text = lines.get(blank..).unwrap_or_default().join("\n");
    text.truncate(text.trim_end().len());
    if !text.is_empty() {
        text.push('\n');
    }
    text
}
