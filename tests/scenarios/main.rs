//! The gateway between real or faulty servers: one scenario a file, all in one binary, side by side.
//!
//! Each test has servers, ports and folders of its own and changes nothing of the process: no environment variable, no
//! current folder. What is measured stands in `tests/measured`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice
)]

#[path = "../common/mod.rs"]
mod common;

#[cfg(feature = "sandbox")]
mod admin_notice;
mod after;
mod agent_answers;
mod agent_clients;
mod agent_collisions;
mod agent_commands;
mod agent_explained;
mod agent_forwards;
mod agent_held;
mod agent_identity;
mod agent_links;
mod agent_merges;
mod agent_notifications;
mod agent_odd_cases;
mod agent_on_behalf;
mod agent_sent_around;
mod agent_spanish;
mod agent_trust;
mod agent_undo;
mod agents;
mod bounces;
mod bring_in;
mod check_online;
mod command_line;
mod commands;
mod crash;
mod harness;
#[cfg(feature = "sandbox")]
mod hostile_mails;
#[cfg(feature = "sandbox")]
mod imap_after;
#[cfg(feature = "sandbox")]
mod imap_faults;
mod imap_trouble;
mod inspect_needs_no_configuration;
#[cfg(feature = "sandbox")]
mod logs;
#[cfg(feature = "sandbox")]
mod mail_loops;
mod odd_mails;
#[cfg(feature = "sandbox")]
mod quarantine;
mod reply_addresses;
mod running;
#[cfg(feature = "sandbox")]
mod smtp_faults;
mod smtp_trouble;
mod threads;
