//! Links that mail clients and HTML-to-text put behind what they are about: `eva@home.example <mailto:eva@home.example>`.

/// Drops each bracketed link that repeats the word before it; a `mailto:` in brackets of another kind gets angle ones.
pub(super) fn without_repeats(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut left = text;
    while let Some(at) = left.find(['<', '[', '(']) {
        let (before, from) = left.split_at_checked(at).unwrap_or((left, ""));
        out.push_str(before);
        match Link::at(from) {
            Some(link) if link.repeats(&out) => {
                out.truncate(out.trim_end().len());
                left = link.behind;
            }
            Some(link) if link.is_mailto => {
                out.extend(["<", link.target, ">"]);
                left = link.behind;
            }
            _ => {
                let mut chars = from.chars();
                out.extend(chars.next());
                left = chars.as_str();
            }
        }
    }
    out.push_str(left);
    out.trim().to_owned()
}

/// Drops a link around the command word itself, which can only stand right behind it and names the word.
pub(super) fn without_own<'a>(argument: &'a str, key: &str) -> &'a str {
    match Link::at(argument) {
        Some(link) if !link.is_mailto && link.target.to_lowercase().contains(key) => link.behind.trim_start(),
        _ => argument,
    }
}

/// The address behind `mailto:`, without a `?subject=`; the text itself when it is no such link.
pub(super) fn bare_address(text: &str) -> &str {
    match strip_scheme(text, "mailto:") {
        Some(target) => target.split('?').next().unwrap_or(target),
        None => text,
    }
}

/// `<https://…>`, `<mailto:…>`, `[mailto:…]` or `(mailto:…)`.
struct Link<'a> {
    /// What it leads to, without the scheme.
    target: &'a str,
    is_mailto: bool,
    /// What stands behind it.
    behind: &'a str,
}

impl<'a> Link<'a> {
    /// The link that the text starts with.
    fn at(text: &'a str) -> Option<Self> {
        let close = match text.chars().next()? {
            '<' => '>',
            '[' => ']',
            '(' => ')',
            _ => return None,
        };
        let inside = text.get(1..)?;
        let (whole, behind) = inside.split_once(close)?;
        let is_mailto = strip_scheme(whole, "mailto:").is_some();
        let web = ["https://", "http://", "tel:"].iter();
        let target = web.clone().find_map(|scheme| strip_scheme(whole, scheme));
        let target = if is_mailto { Some(bare_address(whole)) } else { target }?;
        Some(Self {
            target,
            is_mailto,
            behind,
        })
    }

    /// Whether the last word of what stands before the link says the same.
    fn repeats(&self, before: &str) -> bool {
        let word = before.trim_end().rsplit([' ', '<', '[', '(', '"']).next();
        let word = word.unwrap_or_default();
        let word = ["https://", "http://"]
            .iter()
            .find_map(|scheme| strip_scheme(word, scheme))
            .unwrap_or(word);
        let word = word.trim_end_matches([']', ')', '"', ',', ';', '/']);
        let target = self.target.trim_end_matches('/');
        !word.is_empty() && word.to_lowercase() == target.to_lowercase()
    }
}

fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let head = text.get(..scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then(|| text.get(scheme.len()..))?
}

#[cfg(test)]
mod tests {
    use super::{without_own, without_repeats};

    #[test]
    fn a_link_that_repeats_the_word_before_it_is_dropped() {
        for (given, wanted) in [
            ("eva@home.example <mailto:eva@home.example>", "eva@home.example"),
            (
                "eva@home.example<mailto:EVA@home.example>, b@x.example",
                "eva@home.example, b@x.example",
            ),
            (
                "Eva <eva@home.example<mailto:eva@home.example>>",
                "Eva <eva@home.example>",
            ),
            ("[eva@home.example](mailto:eva@home.example)", "[eva@home.example]"),
            ("eva@home.example [mailto:eva@home.example]", "eva@home.example"),
            ("site acme.example <http://acme.example/>", "site acme.example"),
            (
                "site https://acme.example/ <https://acme.example>",
                "site https://acme.example/",
            ),
        ] {
            assert_eq!(without_repeats(given), wanted, "{given}");
        }
    }

    #[test]
    fn a_link_that_says_something_else_stays() {
        for kept in [
            "site <https://acme.example>",
            "shop <https://evil.example>",
            "a < b",
            "[x] (y)",
            "<",
        ] {
            assert_eq!(without_repeats(kept), kept);
        }
        let told_apart = without_repeats("eva@home.example [mailto:bob@home.example]");
        assert_eq!(told_apart, "eva@home.example <bob@home.example>");
    }

    #[test]
    fn a_link_around_the_word_is_known_by_the_word() {
        assert_eq!(without_own("<https://social.example/tag/Solved> x", "solved"), "x");
        assert_eq!(
            without_own("<https://docs.example/>", "solved"),
            "<https://docs.example/>"
        );
    }
}
