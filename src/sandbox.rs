//! Loopback IMAP and SMTP servers for `buzon demo` and the fault tests: real enough for a mail client to log in to, and
//! able to misbehave on demand in a build with the feature `faults`.
//!
//! Everything listens on 127.0.0.1 alone, keeps its mail in memory, relays nothing, and lets in whoever knows the
//! password of the [`Mailstore`]. Mail goes SMTP -> mailstore -> IMAP; a fault is switched on and off while it runs.

mod fault;
pub mod imap;
mod listener;
mod mailstore;
mod mime;
pub mod smtp;
#[cfg(test)]
mod tests;
mod trace;

pub use fault::Faults;
pub use imap::{ImapFault, ImapServer};
pub use mailstore::folder::{Folder, StoredMail};
pub use mailstore::{Mailstore, MailstoreOptions, UnknownFolder, UnknownRecipient, WaitedTooLong};
pub use smtp::{ReceivedMail, SmtpFault, SmtpOptions, SmtpReply, SmtpServer};
pub use trace::Arrival;
