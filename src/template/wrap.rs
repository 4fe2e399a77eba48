//! The `wrap` filter: plain text for readers whose mail program doesn't break lines.

/// Breaks lines between words. `indent` spaces stand before each line but the first, which starts behind as many
/// characters of its own: `{{ loop.index }}. {{ step | wrap(3) }}`. A word longer than a line stays whole.
#[allow(
    clippy::needless_pass_by_value,
    reason = "minijinja hands filters their arguments by value"
)]
pub(super) fn wrap(text: String, indent: usize) -> String {
    // An override may ask for any number; a deeper indent than half a line is a slip.
    let indent = indent.min(WIDTH / 2);
    let mut wrapped = String::with_capacity(text.len() + text.len() / 8);
    let mut column = indent;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > indent && column + 1 + length > WIDTH {
            wrapped.push('\n');
            wrapped.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else if column > indent {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += length;
    }
    wrapped
}

/// Characters in a line; with two levels of `>` before it, it still fits into 78.
const WIDTH: usize = 74;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_longer_than_the_width_but_for_a_long_word() {
        let wrapped = wrap(format!("{} {}", "ñandú ".repeat(40), "x".repeat(100)), 5);
        let lines: Vec<_> = wrapped.lines().collect();
        assert!(
            lines[..lines.len() - 1]
                .iter()
                .all(|line| line.chars().count() <= WIDTH)
        );
        assert!(lines[1..].iter().all(|line| line.starts_with("     ")));
        assert!(lines[lines.len() - 1].ends_with(&"x".repeat(100)));
    }
}
