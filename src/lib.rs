//! buzon, an email-first ticketing gateway.

pub mod cli;
pub mod config;
pub mod desk;
pub mod imap;
pub mod mail;
pub mod net;
pub mod retry;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod smtp;
pub mod store;
pub mod template;
pub mod store;
