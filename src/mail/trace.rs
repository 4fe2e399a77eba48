//! Trace fields (RFC 5321 §4.4): when a mail arrived, for mail that comes without INTERNALDATE.

use jiff::Timestamp;
use mail_parser::{HeaderName, MessageParser};

/// The date of the topmost Received field, else that of Date; `None` when neither can be read.
pub fn arrival_date(octets: &[u8]) -> Option<Timestamp> {
    let parser = MessageParser::new()
        .header_received(HeaderName::Received)
        .header_date(HeaderName::Date)
        .default_header_ignore();
    let mail = parser.parse_headers(octets)?;
    let received = mail.received_all().next().and_then(|received| received.date());
    let date = received.or_else(|| mail.date().copied())?;
    Timestamp::from_second(date.to_timestamp()).ok()
}

#[cfg(test)]
mod tests {
    use super::arrival_date;

    #[test]
    fn the_topmost_received_counts_before_date() {
        let mail = "Received: from a by b; Mon, 2 Nov 2026 09:00:00 +0000\nReceived: from c by a; Sun, 1 Nov 2026 \
                    09:00:00 +0000\nDate: Sat, 31 Oct 2026 09:00:00 +0000\nSubject: x\n\nbody\n";
        assert_eq!(
            arrival_date(mail.as_bytes()).unwrap().to_string(),
            "2026-11-02T09:00:00Z"
        );
        let written = mail.lines().skip(2).collect::<Vec<_>>().join("\n");
        assert_eq!(
            arrival_date(written.as_bytes()).unwrap().to_string(),
            "2026-10-31T09:00:00Z"
        );
        assert_eq!(arrival_date(b"Subject: x\n\nbody\n"), None);
    }
}
