//! How mail leaves: SMTP submission (RFC 5321, RFC 6409) over connections of our own.
//!
//! [`Transport`] is one account: it keeps a few connections open and says of each mail whose fault a failure is
//! ([`SendOutcome`]). It never retries what a server might have taken; retries belong to the outbox.
//!
//! lettre speaks the protocol; the socket, TLS, the pool and the deadlines are ours, because lettre sets no
//! TCP_NODELAY, doesn't cap its connections and doesn't tell MAIL from RCPT.

mod account;
mod body;
mod connection;
mod facts;
mod failure;
mod outcome;
mod pool;
mod reply;
#[cfg(test)]
mod tests;
mod throttle;
mod transport;
mod wire;

pub use account::SmtpAccount;
pub use outcome::{AccountTrouble, SendOutcome, SmtpError, Stage};
pub use transport::Transport;
