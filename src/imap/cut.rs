//! Of a mail over `max_message`, only its head is kept.

/// So much of the header.
const HEADER_KEPT: usize = 256 * 1024;
/// And so much of what follows the header.
const TEXT_KEPT: usize = 64 * 1024;
/// So many octets hold both.
pub(super) const HEAD_KEPT: u64 = (HEADER_KEPT + TEXT_KEPT) as u64;

/// What is kept of a mail of which at most `asked` octets were asked for (`None`: all), and the mail's full size.
/// `claimed` is RFC822.SIZE; it may be a guess, so it counts only where not everything came.
pub(super) fn kept(mut octets: Vec<u8>, claimed: u64, asked: Option<u64>) -> (Vec<u8>, u64) {
    let came = octets.len() as u64;
    if asked.is_none_or(|asked| came < asked) {
        return (octets, came);
    }
    octets.truncate(header_end(&octets).min(HEADER_KEPT) + TEXT_KEPT);
    octets.shrink_to_fit();
    (octets, claimed.max(came))
}

/// Where the empty line behind the header ends.
fn header_end(octets: &[u8]) -> usize {
    let behind = |line_ends: &[u8]| {
        let at = octets.windows(line_ends.len()).position(|window| window == line_ends);
        at.map_or(octets.len(), |at| at + line_ends.len())
    };
    behind(b"\r\n\r\n").min(behind(b"\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_over_the_limit_is_cut_behind_its_header() {
        let header = b"Subject: x\r\n\r\n";
        let mut octets = header.to_vec();
        octets.resize(HEAD_KEPT as usize, b'a');
        let (octets, full_size) = kept(octets, 30_000_000, Some(HEAD_KEPT));
        assert_eq!((octets.len(), full_size), (header.len() + TEXT_KEPT, 30_000_000));
        let all_header = vec![b'a'; HEAD_KEPT as usize];
        assert_eq!(kept(all_header, 1, Some(HEAD_KEPT)).0.len() as u64, HEAD_KEPT);
    }

    #[test]
    fn a_mail_that_came_whole_is_not_cut_whatever_its_size_was_said_to_be() {
        let (octets, full_size) = kept(b"a: b\n\nc".to_vec(), 30_000_000, Some(HEAD_KEPT));
        assert_eq!((octets.len(), full_size), (7, 7));
        assert_eq!(kept(vec![b'a'; 900], 1000, None).1, 900);
    }
}
