//! What is measured in seconds or octets of memory: a process of its own, and one test at a time.
//!
//! Each test holds [`ALONE`].

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice
)]

#[path = "../common/mod.rs"]
mod common;

mod first_mail;
mod import_beside;
#[cfg(feature = "sandbox")]
mod literals;
#[cfg(feature = "sandbox")]
mod mail_bombs;
mod stopping;

use tokio::sync::Mutex;

/// Held by the test that runs. Unlike std's it may be held across awaits, and is whole after a test that failed.
static ALONE: Mutex<()> = Mutex::const_new(());
