//! `import` writes beside a gateway that runs: neither holds the store for longer than the other waits for it (5 s).

use crate::common::mail::write_folder;
use crate::common::wait::seconds;
use crate::common::{GatewayBuilder, Inbox, MailBuilder, SmtpSink};

#[test]
fn an_import_beside_a_running_gateway_doubles_nothing_and_neither_troubles_the_other() {
    const MAILS: usize = 300;
    let _alone = crate::ALONE.blocking_lock();
    let sink = SmtpSink::start();
    let mut gateway = GatewayBuilder::new(Inbox::without_imap(sink.port)).build();
    gateway.run();
    let customer = |number| MailBuilder::new().with_from(&format!("customer{number}@customer.example"));
    let mails: Vec<Vec<u8>> = (0..MAILS).map(|number| customer(number).build()).collect();
    write_folder(&gateway.path("folder"), &mails);
    let outcome = gateway.buzon(&["import", gateway.path("folder").to_str().unwrap()]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    sink.wait_for(MAILS, seconds(20));
    assert_eq!(gateway.tickets().len(), MAILS);
    assert_eq!(gateway.outbox(), Vec::<serde_json::Value>::new());
    assert_eq!(sink.count(), MAILS);
    for log in [outcome.stderr, gateway.log()] {
        assert!(!log.contains("the store failed"), "{log}");
    }
}
