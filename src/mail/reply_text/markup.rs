//! Where a mail client marked a quote in its HTML, carried through the layout to the lines of the text.
//!
//! A sign is put in front of the first character of what is marked; after the layout it is taken out again, and the
//! place it stood at is kept.

use std::borrow::Cow;

/// What starts at a place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MarkKind {
    /// A quote with its attribution.
    Quote,
    /// A quote that was made by the mail client.
    Cited,
    /// A signature.
    Signature,
    /// The end of the quote or the signature.
    End,
    /// Everything from here on is quoted.
    Rest,
    /// A rule was drawn above.
    Rule,
}

/// A place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The line, from 0.
    pub line: usize,
    /// The octet in the line.
    pub column: usize,
    /// What starts there.
    pub kind: MarkKind,
}

impl MarkKind {
    const ALL: [Self; 6] = [
        Self::Quote,
        Self::Cited,
        Self::Signature,
        Self::End,
        Self::Rest,
        Self::Rule,
    ];

    /// A noncharacter (Unicode §23.7), which no text has.
    fn sign(self) -> char {
        match self {
            Self::Quote => '\u{fdd0}',
            Self::Cited => '\u{fdd1}',
            Self::Signature => '\u{fdd2}',
            Self::End => '\u{fdd3}',
            Self::Rest => '\u{fdd4}',
            Self::Rule => '\u{fdd5}',
        }
    }

    /// The kind that a sign stands for.
    pub(crate) fn of(sign: char) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.sign() == sign)
    }
}

/// What of HTML counts as shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Text.
    Text,
    /// Text and images.
    Images,
}

/// Puts the signs into HTML, in front of text.
pub(crate) fn mark(html: &str) -> Cow<'_, str> {
    mark_shown(html, Shown::Text)
}

/// Puts the signs into HTML, in front of what is shown.
pub(crate) fn mark_shown(html: &str, shown: Shown) -> Cow<'_, str> {
    let mut marker = Marker {
        shown,
        out: String::with_capacity(html.len() + 64),
        pending: Vec::new(),
        open: None,
    };
    let mut rest = html;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        let (run, tag) = rest.split_at_checked(at).unwrap_or((rest, ""));
        marker.text(run);
        // Where markup never ends, nothing behind it can be told from text.
        let Some(length) = markup_length(tag) else {
            rest = tag;
            break;
        };
        let (tag, behind) = tag.split_at_checked(length).unwrap_or((tag, ""));
        marker.tag(tag);
        marker.out.push_str(tag);
        rest = behind;
    }
    marker.out.push_str(rest);
    if marker.out.len() == html.len() {
        return Cow::Borrowed(html);
    }
    Cow::Owned(marker.out)
}

/// Takes the signs out of the text and says where they stood.
pub(crate) fn take(text: String) -> (String, Vec<Mark>) {
    // All of them start with the same octet.
    if memchr::memchr(0xef, text.as_bytes()).is_none() {
        return (text, Vec::new());
    }
    let mut marks = Vec::new();
    let mut out = String::with_capacity(text.len());
    let (mut line, mut column) = (0, 0);
    for c in text.chars() {
        if let Some(kind) = MarkKind::of(c) {
            marks.push(Mark { line, column, kind });
            continue;
        }
        out.push(c);
        column += c.len_utf8();
        if c == '\n' {
            line += 1;
            column = 0;
        }
    }
    (out, marks)
}

struct Marker {
    shown: Shown,
    out: String,
    /// What is to stand in front of the next character that shows.
    pending: Vec<MarkKind>,
    open: Option<Open>,
}

/// The element whose end is waited for.
struct Open {
    name: String,
    depth: usize,
}

impl Marker {
    fn text(&mut self, run: &str) {
        if self.pending.is_empty() {
            self.out.push_str(run);
            return;
        }
        let Some(at) = first_shown(run) else {
            self.out.push_str(run);
            return;
        };
        let (blank, shown) = run.split_at_checked(at).unwrap_or(("", run));
        self.out.push_str(blank);
        self.flush();
        self.out.push_str(shown);
    }

    fn flush(&mut self) {
        for kind in self.pending.drain(..) {
            self.out.push(kind.sign());
        }
    }

    fn tag(&mut self, tag: &str) {
        let (closes, inside) = tag
            .trim_start_matches('<')
            .strip_prefix('/')
            .map_or_else(|| (false, tag.trim_start_matches('<')), |inside| (true, inside));
        let name = inside
            .split(|c: char| !c.is_ascii_alphanumeric())
            .next()
            .unwrap_or_default();
        if self.shown == Shown::Images && name.eq_ignore_ascii_case("img") {
            self.flush();
        }
        if let Some(open) = &mut self.open {
            if open.name.eq_ignore_ascii_case(name) && !tag.ends_with("/>") {
                open.depth = if closes { open.depth - 1 } else { open.depth + 1 };
                if open.depth == 0 {
                    self.open = None;
                    self.push(MarkKind::End);
                }
            }
            if !closes && name.eq_ignore_ascii_case("blockquote") {
                self.push(MarkKind::Cited);
            }
            return;
        }
        if closes {
            return;
        }
        match kind_of(name, inside) {
            // Clients give their quotes attributes; below "It says:" a bare one is what the sender chose to quote.
            Some(MarkKind::Cited) if !inside.contains('=') && ends_with_colon(&self.out) => {}
            Some(kind @ (MarkKind::Quote | MarkKind::Signature)) => {
                self.push(kind);
                self.open = Some(Open {
                    name: name.to_ascii_lowercase(),
                    depth: 1,
                });
            }
            Some(kind) => self.push(kind),
            None => {}
        }
    }

    fn push(&mut self, kind: MarkKind) {
        // An element that closed before anything in it showed.
        let opened = self
            .pending
            .iter()
            .rposition(|p| matches!(p, MarkKind::Quote | MarkKind::Signature));
        match opened {
            Some(at) if kind == MarkKind::End => self.pending.truncate(at),
            _ if self.pending.last() == Some(&kind) => {}
            _ => self.pending.push(kind),
        }
    }
}

/// The first character that is neither white space nor a space written as an entity.
fn first_shown(run: &str) -> Option<usize> {
    let mut rest = run;
    loop {
        rest = rest.trim_start();
        match ["&nbsp;", "&#160;", "&#xA0;", "&#xa0;"]
            .iter()
            .find_map(|space| rest.strip_prefix(space))
        {
            Some(behind) => rest = behind,
            None => return (!rest.is_empty()).then(|| run.len() - rest.len()),
        }
    }
}

/// The octets of the tag, comment, style sheet or script that starts the text.
pub(in crate::mail) fn markup_length(text: &str) -> Option<usize> {
    let find = |from: usize, end: &str| {
        let behind = text.as_bytes().get(from..)?;
        memchr::memmem::find(behind, end.as_bytes()).map(|at| from + at + end.len())
    };
    if text.starts_with("<!--") {
        return find(4, "-->");
    }
    let after = text.get(1..).unwrap_or_default();
    if !after.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
        return Some(1);
    }
    let length = tag_length(text)?;
    let name = after
        .split(|c: char| !c.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default();
    let end = match name.len() {
        5 if name.eq_ignore_ascii_case("style") => "</style",
        5 if name.eq_ignore_ascii_case("title") => "</title",
        6 if name.eq_ignore_ascii_case("script") => "</script",
        _ => return Some(length),
    };
    find(length, end)
        .or_else(|| find(length, &end.to_ascii_uppercase()))
        .map(|at| at - end.len())
}

/// Up to the `>` that stands in no quotation marks.
fn tag_length(text: &str) -> Option<usize> {
    let mut at = 1;
    loop {
        let behind = text.as_bytes().get(at..)?;
        let next = memchr::memchr3(b'>', b'"', b'\'', behind)?;
        let found = *behind.get(next)?;
        at += next + 1;
        if found == b'>' {
            return Some(at);
        }
        at += memchr::memchr(found, text.as_bytes().get(at..)?)? + 1;
    }
}

/// Whether the text in front of the last tags ends with a colon.
fn ends_with_colon(html: &str) -> bool {
    let mut text = html.trim_end();
    for _ in 0..MOST_TAGS_BETWEEN {
        match text.strip_suffix('>').and_then(|inside| inside.rfind('<')) {
            Some(at) => text = text.get(..at).unwrap_or_default().trim_end(),
            None => break,
        }
    }
    text.ends_with(':')
}

/// How many tags may stand between a text and the quote that it introduces.
const MOST_TAGS_BETWEEN: usize = 6;

/// What a client says with an opening tag.
fn kind_of(name: &str, tag: &str) -> Option<MarkKind> {
    let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
    if is("blockquote") {
        return Some(MarkKind::Cited);
    }
    if !(is("div") || is("span") || is("hr") || is("p") || is("table")) || tag.len() > LONGEST_TAG {
        return None;
    }
    let has_attributes = tag.len() > name.len() + 4;
    let lower = if has_attributes {
        tag.to_ascii_lowercase()
    } else {
        String::new()
    };
    for id_or_class in ["id", "class"]
        .into_iter()
        .filter_map(|attribute| value(&lower, attribute))
    {
        for word in id_or_class.split_ascii_whitespace() {
            // Outlook on the web and Hotmail put a prefix of their own before what others wrote.
            let word = word
                .strip_prefix("x_")
                .or_else(|| word.strip_prefix("ecx"))
                .unwrap_or(word);
            if let Some((_, kind)) = BY_NAME.iter().find(|(known, _)| is_named(word, known)) {
                return Some(*kind);
            }
        }
    }
    if is("hr") {
        return Some(MarkKind::Rule);
    }
    let style: String = value(&lower, "style")?.chars().filter(|c| !c.is_whitespace()).collect();
    let is_outlook = ["border-top:solid#b5c4df", "border-top:solid#e1e1e1"]
        .iter()
        .any(|border| style.contains(border));
    is_outlook.then_some(MarkKind::Rest)
}

const LONGEST_TAG: usize = 4_000;

fn is_named(word: &str, known: &str) -> bool {
    known
        .strip_suffix('*')
        .map_or(word == known, |start| word.starts_with(start))
}

/// The `id` and `class` values by which clients mark, in lower case; `*` stands for any ending.
#[rustfmt::skip]
const BY_NAME: [(&str, MarkKind); 32] = [
    // Gmail
    ("gmail_quote", MarkKind::Quote), ("gmail_quote_container", MarkKind::Quote), ("gmail_attr", MarkKind::Quote), ("gmail_signature", MarkKind::Signature),
    // Outlook, Outlook on the web, Hotmail, Outlook for Mac
    ("divrplyfwdmsg", MarkKind::Rest), ("appendonsend", MarkKind::Rule), ("stopspelling", MarkKind::Rest), ("replysplit", MarkKind::Rest),
    ("olk_src_body_section", MarkKind::Quote), ("mail-editor-reference-message-container", MarkKind::Rest), ("outlookmessageheader", MarkKind::Rest),
    ("signature", MarkKind::Signature), ("ms-outlook-mobile-signature", MarkKind::Signature),
    // Thunderbird, Apple Mail
    ("moz-cite-prefix", MarkKind::Quote), ("moz-forward-container", MarkKind::Rule), ("moz-signature", MarkKind::Signature), ("applemailsignature", MarkKind::Signature),
    ("applereplyquote", MarkKind::Quote),
    // Yahoo, AOL
    ("yahoo_quoted*", MarkKind::Quote), ("aolreplyheader", MarkKind::Rest), ("yqt*", MarkKind::Quote), ("aolmail_gmail_quote", MarkKind::Quote),
    // Samsung, Spark
    ("composer_signature", MarkKind::Signature), ("messagesignaturesection", MarkKind::Signature),
    // Proton, Zimbra, Zoho, QQ, GMX, Front, Superhuman
    ("protonmail_quote", MarkKind::Quote), ("protonmail_signature_block", MarkKind::Signature), ("zmail_extra*", MarkKind::Quote), ("qqmailoriginal", MarkKind::Rest),
    ("front-blockquote", MarkKind::Quote), ("sh-quoted-content", MarkKind::Quote), ("tutanota_quote", MarkKind::Quote), ("hw_signature", MarkKind::Signature),
];

/// The value of an attribute in a tag in lower case.
fn value<'a>(tag: &'a str, attribute: &str) -> Option<&'a str> {
    let (at, _) = tag.match_indices(attribute).find(|(at, _)| {
        let before = tag.as_bytes().get(at.wrapping_sub(1)).copied().unwrap_or(b' ');
        let after = tag.get(at + attribute.len()..).unwrap_or_default().trim_start();
        (before.is_ascii_whitespace() || matches!(before, b'"' | b'\'')) && after.starts_with('=')
    })?;
    let value = tag
        .get(at + attribute.len()..)?
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    match value.chars().next()? {
        quote @ ('"' | '\'') => value.get(1..)?.split(quote).next(),
        _ => value.split(|c: char| c.is_whitespace() || c == '>').next(),
    }
}
