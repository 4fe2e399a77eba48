//! An IMAP server that announces more than it sends: no room is kept for what does not come.

use crate::common::loopback::{Loopback, peak_memory};
use buzon::sandbox::ImapFault;

#[tokio::test(flavor = "multi_thread")]
async fn a_literal_of_4_gib_or_cut_off_is_fetched_again_and_makes_no_half_ticket() {
    let _alone = crate::ALONE.lock().await;
    for fault in [ImapFault::AnnounceLiteral(4 << 30), ImapFault::CutLiteral] {
        let loopback = Loopback::start().await;
        loopback.imap.faults().on_times(fault.clone(), 1);
        loopback.receive_numbered(0..3);
        let running = loopback.run();
        loopback.each_came_once(3).await;
        assert!(!loopback.imap.faults().is_on(&fault), "it struck");
        assert_eq!(loopback.imap.connections_peak(), 1);
        running.stop().await;
    }
    let memory = peak_memory();
    assert!(memory < 256, "{memory} MiB at most");
}
