//! What somebody probably meant.

/// The candidate that a word looks like; `None` when none is near enough to be offered.
///
/// Case and accents are ignored. Near is one slip in four letters, at most two, a beginning of three letters, or an end of four.
pub(super) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = folded(word);
    let length = word.chars().count();
    if length > LONGEST_COMPARED {
        return None;
    }
    let slips = |candidate: &&str| {
        let candidate = folded(candidate);
        let shorter = length.min(candidate.chars().count());
        let slips = strsim::damerau_levenshtein(&word, &candidate);
        let begins = candidate.starts_with(&word) || word.starts_with(&candidate);
        let is_part = shorter >= SHORTEST_BEGINNING && begins || shorter >= SHORTEST_END && word.ends_with(&candidate);
        (is_part || slips <= (length / 4).clamp(1, 2) && slips < shorter).then_some(slips)
    };
    let near = candidates.into_iter().filter_map(|c| Some((slips(&c)?, c)));
    near.min_by_key(|(slips, _)| *slips).map(|(_, candidate)| candidate)
}

/// Characters beyond which a word is no slip of the finger; the comparison takes their square.
const LONGEST_COMPARED: usize = 64;
/// Letters of a beginning that says which word is meant.
const SHORTEST_BEGINNING: usize = 3;
/// Letters of an end that does: more of them, for `#hashtag` is no `#tag`.
const SHORTEST_END: usize = 4;

/// Lower case and without the accents of western European languages, composed or not.
pub(super) fn folded(text: &str) -> String {
    let lower = text.chars().flat_map(char::to_lowercase);
    let bare = lower.filter(|c| !matches!(c, '\u{300}'..='\u{36F}'));
    bare.map(|c| match c {
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' => 'o',
        'ù'..='ü' => 'u',
        'ý' | 'ÿ' => 'y',
        c => c,
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;
    use crate::desk::command::SYNTAX;

    fn command(word: &str) -> Option<&'static str> {
        nearest(word, SYNTAX.iter().map(|(name, _)| name.key()))
    }

    #[test]
    fn slips_inflections_and_beginnings_are_understood() {
        for (word, wanted) in [
            ("slved", "solved"),
            ("sovled", "solved"),
            ("solve", "solved"),
            ("resolved", "solved"),
            ("close", "closed"),
            ("reopen", "open"),
            ("onhold", "hold"),
            ("on_hold", "hold"),
            ("tags", "tag"),
            ("assigned", "assign"),
            ("prio", "priority"),
            ("ccs", "cc"),
            ("Notes", "note"),
        ] {
            assert_eq!(command(word), Some(wanted), "{word}");
        }
    }

    #[test]
    fn what_looks_like_nothing_is_offered_nothing() {
        for word in [
            "split",
            "snooze",
            "template",
            "x",
            "hashtag",
            "resuelto",
            &"a".repeat(100_000),
        ] {
            assert_eq!(command(word), None, "{}", word.len());
        }
    }

    #[test]
    fn accents_are_no_slips() {
        assert_eq!(nearest("Jose", ["Josué", "José"]), Some("José"));
        assert_eq!(nearest("facturacion", ["Facturación"]), Some("Facturación"));
    }
}
