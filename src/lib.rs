//! buzon, an email-first ticketing gateway.

pub mod desk;
pub mod mail;
pub mod net;
