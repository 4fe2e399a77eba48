//! buzon, an email-first ticketing gateway.

pub mod cli;
pub mod config;
pub mod desk;
pub mod imap;
pub mod mail;
pub mod net;
pub mod template;
pub mod retry;
pub mod smtp;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod store;
