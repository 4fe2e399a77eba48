//! Free loopback ports for servers that cannot tell which port they were given.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Below the range the kernel takes for outgoing connections: no client can take a port between here and its server.
const FIRST: u32 = 10_000;
const COUNT: u32 = 20_000;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A port nobody listens on; no other call in this process gets the same one.
pub fn free_port() -> u16 {
    // Test processes that run side by side start far from each other.
    let start = std::process::id().wrapping_mul(7919);
    for _ in 0..COUNT {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = u16::try_from(FIRST + start.wrapping_add(step) % COUNT).unwrap();
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
    panic!("no free port on loopback");
}

/// Waits until something answers on `port`.
#[track_caller]
pub fn wait_for_port(port: u16, limit: Duration, what: &str) {
    super::wait_until(limit, what, || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok());
}

/// Waits until nothing listens on `port` any more.
#[track_caller]
pub fn wait_for_silence(port: u16, limit: Duration, what: &str) {
    super::wait_until(limit, what, || {
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).err().map(drop)
    });
}
