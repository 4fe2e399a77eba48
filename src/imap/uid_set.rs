//! UID sets (RFC 9051 §9, sequence-set).

/// The most UIDs named by one command. 500 scattered UIDs make a line of 5.5 kB; servers take 8 kB (RFC 7162 §4).
pub(super) const MAX_UIDS: usize = 500;

/// Writes ascending UIDs as a set, neighbours as ranges: `3:5,9`.
pub(super) fn uid_set(uids: impl IntoIterator<Item = u32>) -> String {
    let mut ranges: Vec<(u32, u32)> = vec![];
    for uid in uids {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(uid) => *last = uid,
            _ => ranges.push((uid, uid)),
        }
    }
    let written: Vec<String> = ranges
        .into_iter()
        .map(|(first, last)| match first == last {
            true => first.to_string(),
            false => format!("{first}:{last}"),
        })
        .collect();
    written.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_become_ranges() {
        assert_eq!(uid_set([1, 2, 3, 7, 9, 10]), "1:3,7,9:10");
        assert_eq!(uid_set([u32::MAX]), "4294967295");
    }

    #[test]
    fn a_full_set_of_scattered_uids_fits_a_command_line() {
        let scattered = (0..MAX_UIDS as u32).map(|n| u32::MAX - 2 * (MAX_UIDS as u32 - n));
        assert!(uid_set(scattered).len() < 8000);
    }
}
