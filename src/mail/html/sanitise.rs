//! HTML that is safe to show inside of other HTML: nothing in it acts, hides, overlays or loads.

use super::bounds::{self, Reading};
use super::image;
use super::layout::to_text;
use ammonia::{Builder, UrlRelative};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// The largest HTML that is sanitised, in octets; the text of a larger one is shown instead.
const MOST_SANITISED: usize = 1024 * 1024;
/// The most digits of a number in an attribute: of rows, columns or pixels.
const LONGEST_NUMBER: usize = 4;

/// A fragment (no `html`, `head` or `body`) of what is harmless in `html`.
///
/// Kept are text, structure, tables and a little emphasis, links to `http`, `https`, `mailto` and `tel`, and images
/// that the mail itself brings (`cid:`). Other images become their alternative text in brackets, so nothing is fetched.
/// HTML beyond 1 MiB, or too deep or costly, becomes its text.
pub fn sanitise(html: &str) -> String {
    let is_cheap = html.len() <= MOST_SANITISED;
    // A panic of the parser must not cost the mail.
    let clean = || bounds::parse(html, Reading::Fragment).map(|_| SANITISER.clean(html).to_string());
    let clean = is_cheap
        .then(|| std::panic::catch_unwind(clean).ok().flatten())
        .flatten();
    clean.map_or_else(
        || text_as_html(&to_text(html)),
        |clean| image::without_sourceless(&clean),
    )
}

fn text_as_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 4);
    for line in text.lines() {
        html.push_str(&image::escaped(line));
        html.push_str("<br>\n");
    }
    html
}

/// Elements that show their content and do nothing else. Those are left out that hide some (`details`, `rp`) or turn
/// its order around (`bdo`).
const ELEMENTS: [&str; 65] = [
    "a",
    "abbr",
    "acronym",
    "address",
    "article",
    "aside",
    "b",
    "bdi",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "main",
    "mark",
    "nav",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];

/// Elements whose content is no text for a reader.
const WITHOUT_CONTENT: [&str; 13] = [
    "script", "style", "title", "svg", "template", "iframe", "object", "applet", "noembed", "noframes", "audio",
    "video", "xml",
];

/// Properties that may stand in a `style` attribute, with values of letters alone.
const STYLES: [(&str, &[&str]); 4] = [
    ("font-weight", &["bold", "bolder", "normal"]),
    ("font-style", &["italic", "normal"]),
    ("text-align", &["left", "right", "center", "justify", "start", "end"]),
    ("text-decoration", &["underline", "line-through", "none"]),
];

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let set = |names: &[&'static str]| names.iter().copied().collect::<HashSet<_>>();
    let mut builder = Builder::new();
    builder
        .tags(set(&ELEMENTS))
        .clean_content_tags(set(&WITHOUT_CONTENT))
        .generic_attributes(set(&["dir", "lang", "title", "align", "style"]))
        .tag_attributes(HashMap::from([
            ("a", set(&["href"])),
            ("img", set(&["src", "alt", "width", "height"])),
            ("ol", set(&["start", "type", "reversed"])),
            ("li", set(&["value"])),
            ("table", set(&["border", "cellpadding", "cellspacing", "width"])),
            ("td", set(&["colspan", "rowspan", "valign", "width"])),
            ("th", set(&["colspan", "rowspan", "valign", "width", "scope"])),
            ("tr", set(&["valign"])),
            ("col", set(&["span", "width"])),
            ("colgroup", set(&["span", "width"])),
        ]))
        .url_schemes(set(&["http", "https", "mailto", "tel", "cid"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .attribute_filter(harmless);
    builder
});

/// The value of an attribute, or what of it is harmless.
fn harmless<'v>(element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    let scheme = || {
        value
            .trim_start()
            .split_once(':')
            .map(|(scheme, _)| scheme.to_ascii_lowercase())
    };
    let is_harmless = match (element, attribute) {
        (_, "style") => return styles(value).map(Cow::Owned),
        ("img", "src") => scheme().as_deref() == Some("cid"),
        (_, "href") => scheme().as_deref() != Some("cid"),
        (_, "width" | "height" | "colspan" | "rowspan" | "span" | "start" | "value" | "border") => is_number(value),
        (_, "cellpadding" | "cellspacing") => is_number(value),
        _ => true,
    };
    is_harmless.then_some(Cow::Borrowed(value))
}

fn is_number(value: &str) -> bool {
    let digits = value.trim().trim_end_matches(['%', 'p', 'x']);
    (1..=LONGEST_NUMBER).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
}

/// The harmless properties of a `style` attribute; `None` when there are none.
fn styles(value: &str) -> Option<String> {
    let kept: Vec<String> = value
        .split(';')
        .filter_map(|declaration| {
            let (name, value) = declaration.split_once(':')?;
            let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().to_ascii_lowercase());
            let (_, values) = STYLES.iter().find(|(known, _)| *known == name)?;
            let is_weight = name == "font-weight" && value.len() == 3 && is_number(&value);
            (is_weight || values.contains(&value.as_str())).then(|| format!("{name}:{value}"))
        })
        .collect();
    (!kept.is_empty()).then(|| kept.join(";"))
}

#[cfg(test)]
mod tests;
