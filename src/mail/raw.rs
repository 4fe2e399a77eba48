//! Mail as a server hands it over, before anything in it is understood.

use jiff::Timestamp;

/// One mail as it was fetched: undecoded octets and what the server says of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawMail {
    /// The octets; of a mail over `max_message`, its header and the first 64 KiB.
    pub octets: Vec<u8>,
    /// The size on the server in octets; more than `octets` holds when only the head was kept.
    pub full_size: u64,
    /// INTERNALDATE (RFC 9051 §2.3.3), or when the mail came in by pipe or import.
    pub received_at: Timestamp,
}

impl RawMail {
    /// Whether only the head of the mail was kept because it is over `max_message`.
    pub fn is_cut(&self) -> bool {
        self.full_size > self.octets.len() as u64
    }
}
