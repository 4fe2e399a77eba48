//! What HTML refers to in the mail that brings it.

use std::collections::HashSet;

/// The Content-IDs that HTML refers to (RFC 2392).
pub(in crate::mail) fn shown_ids(html: &str) -> HashSet<&str> {
    let end_of_id = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '>' | ')' | '<');
    html.split("cid:")
        .skip(1)
        .filter_map(|rest| rest.split(end_of_id).next())
        .collect()
}
