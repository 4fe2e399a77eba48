//! The client against servers that misbehave.

mod after;
mod fetching;
mod login;
mod waiting;

use super::poller::Drained;
use super::scripted::Memory;
use super::{ImapAccount, ImapError, Poller};
use std::time::Duration;
use tokio::time::timeout;

const GREETING: &str = "* OK ready\r\n";

fn body(uid: u32, text: &str) -> String {
    format!("* {uid} FETCH (UID {uid} BODY[] {{{}}}\r\n{text})\r\n", text.len())
}

async fn drained(account: ImapAccount) -> (Result<Drained, ImapError>, Memory) {
    let sink = Memory::default();
    let result = timeout(Duration::from_secs(20), Poller::new(account, sink.clone()).drain()).await;
    (result.unwrap(), sink)
}
