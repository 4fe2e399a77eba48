//! What the tests share: private servers on loopback, the gateway as a process, and builders for mails.
//!
//! The servers need root (Dovecot and Postfix change their user); `tests/run` sees to that.

#![allow(dead_code, unused_imports, missing_docs)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice
)]

pub mod agents;
pub mod clients;
pub mod dovecot;
pub mod gateway;
pub mod guard;
pub mod leak;
pub mod lmtp;
#[cfg(feature = "sandbox")]
pub mod loopback;
pub mod mail;
pub mod mime;
pub mod ports;
pub mod postfix;
pub mod quiet;
pub mod random;
pub mod sink;
pub mod tls;
pub mod wait;
pub mod work;

pub use agents::{ANA, AgentDesk, BEN};
pub use buzon::config::TlsMode;
pub use dovecot::{Dovecot, DovecotOptions};
pub use gateway::{Gateway, GatewayBuilder, Inbox};
pub use mail::{MailBuilder, ReceivedMail};
pub use postfix::Postfix;
pub use sink::{Behaviour, SmtpSink};
pub use wait::wait_until;

/// The desk's address in every scenario.
pub const DESK: &str = "support@acme.example";
/// The customer in every scenario that needs only one.
pub const CUSTOMER: &str = "carla@customer.example";
