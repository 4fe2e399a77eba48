//! The IMAP side: reads new mail of one folder, hands it to a [`Sink`], and does on the server what is configured for
//! mail that is safe on disk.
//!
//! `wire` believes only tagged answers and puts a bound on every wait and every literal; `session` logs in and
//! selects; `listing` and `bodies` read; `pass` is one whole look at the folder; [`Poller`] repeats it. What is stored
//! where is the sink's business. async-imap frames and parses; its own commands are not used, because they take the end
//! of a stream for success.

mod account;
mod after;
mod bodies;
mod capabilities;
mod check;
mod connect;
mod cut;
mod error;
mod first_run;
mod folder_name;
mod guard;
mod idle;
mod listing;
mod login;
mod pass;
mod poller;
mod probe;
#[cfg(test)]
mod scripted;
mod session;
mod sink;
#[cfg(test)]
mod tests;
mod uid_set;
mod wire;

pub use account::ImapAccount;
pub use check::{TargetFolder, check};
pub use error::ImapError;
pub use poller::{Poller, PollerEvent};
pub use probe::Lookout;
pub use sink::{FetchedMail, Sink};
