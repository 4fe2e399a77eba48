//! HTML to readable text.

use super::bounds::{self, Reading};
use super::decorator::Readable;
use html2text::config;
use mail_parser::decoders::html::html_to_text;

/// The text of an HTML body: links keep their address, lists, quotes and tables their shape.
///
/// Too large, too deep or broken HTML loses its shape, never its text.
pub fn to_text(html: &str) -> String {
    HtmlReader::default().read(html)
}

/// Turns the HTML parts of one mail into text, with one bound for all of them together.
#[derive(Debug)]
pub struct HtmlReader {
    left: usize,
}

impl Default for HtmlReader {
    fn default() -> Self {
        Self { left: MOST_LAID_OUT }
    }
}

impl HtmlReader {
    /// As [`to_text`].
    pub fn read(&mut self, html: &str) -> String {
        let is_cheap = html.len() <= self.left && spanned_cells(html) <= MOST_SPANNED;
        if is_cheap {
            self.left -= html.len();
        }
        let laid_out = is_cheap.then(|| lay_out(html)).flatten();
        tidy(&laid_out.unwrap_or_else(|| html_to_text(html)))
    }
}

/// html2text 0.17 is known to panic on a `colspan` beyond 32 bits. That one is kept from it; a mail must not fall to
/// the next one either.
fn lay_out(html: &str) -> Option<String> {
    let layout = || {
        let tree = bounds::parse(html, Reading::Document)?;
        let config = config::with_decorator(Readable::default())
            .no_table_borders()
            .allow_width_overflow()
            .unicode_strikeout(false);
        let laid_out = config.dom_to_render_tree(&tree).ok()?;
        config.render_to_string(laid_out, WIDTH).ok()
    };
    std::panic::catch_unwind(layout).ok().flatten()
}

/// What is laid out of one mail at most, in octets: the layout takes many times the memory of its input.
const MOST_LAID_OUT: usize = 256 * 1024;
/// Columns that cells span, in all tables together: the layout holds each of them.
const MOST_SPANNED: usize = 2_000;
/// Columns. Wide, so that a paragraph stays one line.
const WIDTH: usize = 2_000;

/// The sum of all `colspan` and `rowspan` values; one that hides its digits counts as too many.
fn spanned_cells(html: &str) -> usize {
    let lower = html.to_ascii_lowercase();
    let bytes = lower.as_bytes();
    memchr::memmem::find_iter(bytes, "span")
        .filter(|at| matches!(bytes.get(at.saturating_sub(3)..*at), Some(b"col" | b"row")))
        .filter_map(|at| bytes.get(at + 4..)?.trim_ascii_start().strip_prefix(b"="))
        .map(|value| {
            let mut digits = value
                .iter()
                .skip_while(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'&' | b'>')))
                .peekable();
            match digits.peek() {
                Some(b'&') => MOST_SPANNED + 1,
                _ => digits
                    .take_while(|b| b.is_ascii_digit())
                    .take(9)
                    .fold(0, |sum, b| sum * 10 + usize::from(b - b'0')),
            }
        })
        .fold(0, usize::saturating_add)
}

/// No trailing white space, and never more than one empty line in a row.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines().map(str::trim_end) {
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 && !(line.is_empty() && out.is_empty()) {
            push_without_repeats(line, &mut out);
            out.push('\n');
        }
    }
    out.truncate(out.trim_end().len());
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// A link whose text is its address already is written once.
fn push_without_repeats(line: &str, out: &mut String) {
    let mut pieces = line.split(" <");
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        match piece.split_once('>') {
            Some((url, rest)) if url.contains("://") && out.ends_with(url.trim_end_matches('/')) => out.push_str(rest),
            _ => {
                out.push_str(" <");
                out.push_str(piece);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::to_text;

    #[test]
    fn links_lists_quotes_and_tables_stay_readable() {
        let text = to_text(
            "<html><head><style>p{color:red}</style></head><body><p>Hi&nbsp;<b>you</b>,</p><ul><li>one<li>two</ul>\
             <a href='https://x.example/a'>here</a> <a href='https://x.example/'>https://x.example</a>.<blockquote>said<br>more</blockquote>\
             <table><tr><td>Order</td><td>42</td></tr><tr><td>Name</td><td>Ana</td></tr></table>\
             <script>alert(1)</script></body></html>",
        );
        for wanted in [
            "Hi\u{a0}you,",
            "* one\n* two",
            "here <https://x.example/a> https://x.example.",
            "> said\n> more",
        ] {
            assert!(text.contains(wanted), "{wanted:?} in {text}");
        }
        assert!(text.lines().any(|l| l.contains("Order") && l.contains("42")), "{text}");
        assert!(!text.contains("alert") && !text.contains("color"));
    }

    #[test]
    fn deep_or_broken_html_keeps_its_text() {
        for open in [
            "<div>",
            "<table><tr><td>",
            "<blockquote>",
            "<b>",
            "<p><ul><li>",
            "<b></x>",
            "<b><p></p>",
            "<div title='</div>'>",
            "<div><!--</div>-->",
            "<div><table><td></div>",
            "<span><div></span>",
            "<b><div></b>",
            "<frameset><div>",
        ] {
            let text = to_text(&format!("{}found{}", open.repeat(50_000), "</div>".repeat(9)));
            assert!(text.contains("found"), "{open}");
        }
        assert!(to_text("<div>a<span>b").contains('b'));
    }
}
