//! How mail clients make text of HTML, and quote it.

/// What becomes of a link's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Links {
    /// `label <address>`
    Spaced,
    /// `label<address>`
    Glued,
}

/// HTML as text, for HTML as the gateway writes it.
pub fn text_of(html: &str, links: Links) -> String {
    let mut out = String::new();
    let mut target = None;
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        push(&mut out, &rest[..at]);
        let end = at + rest[at..].find('>').unwrap();
        let tag = &rest[at + 1..end];
        let name = tag.split([' ', '/']).find(|name| !name.is_empty()).unwrap_or_default();
        match name {
            "a" if tag.starts_with('a') => target = value(tag, "href"),
            "a" => {
                let target = target.take().unwrap_or_default();
                let space = if links == Links::Spaced { " " } else { "" };
                out.push_str(&format!("{space}<{target}>"));
            }
            "br" => out.push('\n'),
            "div" | "p" | "ul" | "li" if !out.is_empty() && !out.ends_with('\n') => out.push('\n'),
            _ => {}
        }
        rest = &rest[end + 1..];
    }
    push(&mut out, rest);
    let lines: Vec<&str> = out.lines().map(str::trim_end).collect();
    lines.join("\n").trim().to_owned()
}

fn push(out: &mut String, run: &str) {
    let is_new = out.is_empty() || out.ends_with('\n');
    let said = run.split_whitespace().collect::<Vec<_>>().join(" ");
    if said.is_empty() {
        if !is_new && run.contains(' ') {
            out.push(' ');
        }
        return;
    }
    if !is_new && run.starts_with(char::is_whitespace) {
        out.push(' ');
    }
    out.push_str(&decoded(&said));
    if run.ends_with(char::is_whitespace) {
        out.push(' ');
    }
}

fn value(tag: &str, name: &str) -> Option<String> {
    let (_, behind) = tag.split_once(&format!("{name}=\""))?;
    behind.split_once('"').map(|(value, _)| decoded(value))
}

fn decoded(text: &str) -> String {
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&nbsp;", " "),
        ("&#x2f;", "/"),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}

/// Each line behind `> `.
pub fn quoted(text: &str) -> String {
    let lines = text.lines().map(|line| match line {
        "" => ">".to_owned(),
        line if line.starts_with('>') => format!(">{line}"),
        line => format!("> {line}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Lines of at most so many characters; longer words stand alone on theirs.
pub fn wrapped(text: &str, width: usize) -> String {
    let wrap = |line: &str| {
        let mut lines = vec![String::new()];
        for word in line.split(' ') {
            let last = lines.last_mut().unwrap();
            if last.is_empty() {
                last.push_str(word);
            } else if last.chars().count() + 1 + word.chars().count() <= width {
                last.push(' ');
                last.push_str(word);
            } else {
                lines.push(word.to_owned());
            }
        }
        lines.join("\n")
    };
    text.lines().map(wrap).collect::<Vec<_>>().join("\n")
}

/// RFC 3676: long lines are broken behind a space, those that start with one are stuffed.
pub fn flowed(text: &str) -> String {
    let flow = |line: &str| {
        let said = line.trim_start_matches(['>']);
        let depth = line.len() - said.len();
        if said.is_empty() {
            return line.to_owned();
        }
        let quotes = ">".repeat(depth);
        let (prefix, width) = match depth {
            0 if said.starts_with([' ']) => (" ".to_owned(), 72),
            0 => (String::new(), 72),
            _ => (quotes, 72 - depth),
        };
        let broken = wrapped(said, width);
        let lines = broken.lines().map(|line| match (depth, line.starts_with(' ')) {
            (0, _) => format!("{prefix}{line}"),
            (_, true) => format!("{prefix}{line}"),
            (_, false) => format!("{prefix} {line}"),
        });
        lines.collect::<Vec<_>>().join(" \n")
    };
    text.lines().map(flow).collect::<Vec<_>>().join("\n")
}
