//! Flowed text (RFC 3676): lines that were wrapped for sending are joined again.

/// Joins the soft-wrapped lines of one paragraph and one quote depth.
pub(crate) fn join(text: &str, spaces: SoftSpaces) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let depth = line.bytes().take_while(|&b| b == b'>').count();
        let content = line.get(depth..).unwrap_or_default();
        let content = content.strip_prefix(' ').unwrap_or(content);
        // RFC 3676 §4.3: the signature separator ends with a space and is never flowed.
        let is_separator = content == "-- ";
        if open != Some(depth) || is_separator {
            if open.is_some() {
                out.push('\n');
            }
            out.extend(std::iter::repeat_n('>', depth));
            if depth > 0 {
                out.push(' ');
            }
        }
        let flows = content.ends_with(' ') && !is_separator;
        match spaces {
            SoftSpaces::Delete if flows => out.push_str(content.strip_suffix(' ').unwrap_or(content)),
            _ => out.push_str(content),
        }
        open = flows.then_some(depth);
        if !flows {
            out.push('\n');
        }
    }
    if out.ends_with('\n') && open.is_none() {
        out.pop();
    }
    out
}

/// The `delsp` parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SoftSpaces {
    /// The space at a soft line end is text.
    Keep,
    /// It was added for wrapping only (languages without spaces).
    Delete,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soft_lines_join_within_one_depth() {
        let text = "one \ntwo\n> a \n> b\n>> c \nend\n-- \nAna \nRuiz";
        assert_eq!(
            join(text, SoftSpaces::Keep),
            "one two\n> a b\n>> c \nend\n-- \nAna Ruiz"
        );
    }

    #[test]
    fn stuffed_spaces_go_and_delsp_deletes() {
        assert_eq!(join(" From me\n a \nb", SoftSpaces::Delete), "From me\nab");
        assert_eq!(join("", SoftSpaces::Keep), "");
        assert_eq!(join("a\n", SoftSpaces::Keep), "a\n");
    }
}
