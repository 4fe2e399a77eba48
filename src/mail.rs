//! What an e-mail means. Pure: octets in, values out; no clock, no I/O, and nothing of the rest of the crate.

mod address;
pub mod answer;
pub mod authentication;
mod bounce_text;
pub mod class;
pub mod courtesy;
pub mod delivery_report;
mod digest;
mod envelope;
mod feedback_report;
mod folder;
pub mod forwarded;
pub mod html;
pub mod inbound;
pub mod language;
mod message_id;
pub mod outbound;
mod parse;
mod raw;
mod reply_text;
mod syntax;
pub mod trace;

pub use address::{EmailAddress, Mailbox};
pub use authentication::{Alignment, DkimVerdict};
pub use class::{Classification, MailClass};
pub use delivery_report::DeliveryReport;
pub use digest::sha256;
pub use envelope::{Envelope, ReversePath};
pub use feedback_report::FeedbackReport;
pub use folder::{After, FetchedBatch, FirstRun, FirstRunState, FolderCursor, FolderStart, FolderState, StartReason};
pub use forwarded::{Forwarded, forwarded};
pub use inbound::{InboundMail, ParseLimits};
pub use message_id::MessageId;
pub use raw::RawMail;
