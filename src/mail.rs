//! What an e-mail means. Pure: octets in, values out; no clock, no I/O, and nothing of the rest of the crate.

pub mod address;
pub mod authentication;
pub mod class;
pub mod delivery_report;
pub mod envelope;
pub mod inbound;
pub mod message_id;
pub mod outbound;
pub mod raw;

pub use address::{EmailAddress, Mailbox};
pub use authentication::Alignment;
pub use class::{Classification, MailClass};
pub use delivery_report::DeliveryReport;
pub use envelope::{Envelope, ReversePath};
pub use inbound::InboundMail;
pub use message_id::MessageId;
pub use raw::{FolderCursor, RawMail};
