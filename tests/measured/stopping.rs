//! SIGTERM ends the gateway within 2 s whatever an SMTP server does, and what was not sent goes out at the next start.

use crate::common::wait::{poll, seconds, wait_until};
use crate::common::{Behaviour, Gateway, GatewayBuilder, Inbox, MailBuilder, ReceivedMail, SmtpSink, TlsMode};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// How long a stop may take.
const LIMIT: Duration = seconds(2);
/// How many mails a stop may repeat.
const REPEATED: usize = 16;

/// A server, and a gateway that hands it these lines of `[inbox.smtp]`; it does not run yet.
fn desk(behaviour: Behaviour, smtp: &str) -> (SmtpSink, Gateway) {
    let sink = SmtpSink::start();
    sink.set(behaviour);
    let gateway = GatewayBuilder::new(Inbox::without_imap(sink.port))
        .with_config(smtp)
        .build();
    (sink, gateway)
}

/// Queues the confirmations of so many customers.
#[track_caller]
fn queue(gateway: &Gateway, count: usize) {
    let folder = gateway.path("mails");
    std::fs::create_dir_all(&folder).unwrap();
    for number in 0..count {
        let from = format!("c{number}@customer.example");
        let mail = MailBuilder::new().with_from(&from).build();
        std::fs::write(folder.join(format!("{number}.eml")), mail).unwrap();
    }
    let imported = gateway.buzon(&["import", folder.to_str().unwrap()]);
    assert_eq!(imported.code, 0, "{imported:?}");
    assert_eq!(gateway.outbox().len(), count);
}

/// SIGTERM, which must end the gateway in good order and in time.
#[track_caller]
fn stop(gateway: &mut Gateway) {
    let started = Instant::now();
    let code = gateway.stop();
    let took = started.elapsed();
    assert_eq!(code, 0);
    assert!(took < LIMIT, "it took {took:?}\n{}", gateway.log());
}

fn ids(sink: &SmtpSink) -> BTreeSet<String> {
    let id = |octets: Vec<u8>| ReceivedMail::new(octets).message_id();
    sink.mails().into_iter().map(|mail| id(mail.octets)).collect()
}

/// A second run sends what is left: `count` mails in all, and none of them more than the few that may be repeated.
#[track_caller]
fn send_the_rest(gateway: &Gateway, sink: &SmtpSink, count: usize) {
    sink.set(Behaviour::Accept);
    // What could not be sent is due again after 1 s, or 2 s.
    wait_until(seconds(60), "the outbox is empty", || {
        gateway.buzon(&["drain"]);
        gateway.outbox().is_empty().then_some(())
    });
    let recipients: BTreeSet<String> = sink.mails().into_iter().flat_map(|mail| mail.recipients).collect();
    assert_eq!((recipients.len(), ids(sink).len()), (count, count));
    let repeated = sink.count() - count;
    assert!(repeated <= REPEATED, "{repeated} mails were repeated");
}

#[track_caller]
fn wait_for_connection(sink: &SmtpSink) {
    wait_until(seconds(20), "a connection", || (sink.connections() > 0).then_some(()));
}

#[track_caller]
fn wait_for_log(gateway: &Gateway, text: &str) {
    wait_until(seconds(20), text, || gateway.log().contains(text).then_some(()));
}

#[test]
fn five_hundred_mails_that_wait_hold_no_stop_and_none_is_lost() {
    let _alone = crate::ALONE.blocking_lock();
    let (sink, mut gateway) = desk(Behaviour::SlowDot, "");
    queue(&gateway, 500);
    gateway.run();
    sink.wait_for(20, seconds(30));
    stop(&mut gateway);
    let sent = sink.count();
    assert!(sent < 300, "{sent} mails were sent: nothing waited any more");
    let waiting = gateway.outbox().len();
    assert!(
        waiting + sent <= 500 + REPEATED,
        "{sent} mails were sent, and {waiting} still wait"
    );
    send_the_rest(&gateway, &sink, 500);
}

#[test]
fn a_server_that_never_answers_the_final_dot_is_left_and_its_mails_stay_queued() {
    let _alone = crate::ALONE.blocking_lock();
    let (sink, mut gateway) = desk(Behaviour::SilentDot, "connections = 20");
    queue(&gateway, 40);
    gateway.run();
    sink.wait_for(REPEATED, seconds(30));
    stop(&mut gateway);
    assert_eq!(sink.count(), REPEATED, "no more are under way at a time");
    assert_eq!(gateway.outbox().len(), 40);
    send_the_rest(&gateway, &sink, 40);
}

#[test]
fn a_server_that_says_nothing_or_drips_is_left() {
    let _alone = crate::ALONE.blocking_lock();
    for behaviour in [Behaviour::SilentGreeting, Behaviour::SilentEhlo, Behaviour::Drip] {
        let (sink, mut gateway) = desk(behaviour, "");
        queue(&gateway, 3);
        gateway.run();
        wait_for_connection(&sink);
        stop(&mut gateway);
        assert_eq!((sink.count(), gateway.outbox().len()), (0, 3), "{behaviour:?}");
        send_the_rest(&gateway, &sink, 3);
        assert_eq!(sink.count(), 3, "{behaviour:?}: nothing was repeated");
    }
}

#[test]
fn a_tls_handshake_without_an_answer_is_left() {
    let _alone = crate::ALONE.blocking_lock();
    let sink = SmtpSink::start();
    sink.set(Behaviour::SilentGreeting);
    let mut inbox = Inbox::without_imap(sink.port);
    inbox.smtp_tls = TlsMode::Implicit;
    let mut gateway = GatewayBuilder::new(inbox).build();
    queue(&gateway, 1);
    gateway.run();
    wait_for_connection(&sink);
    stop(&mut gateway);
    assert_eq!(gateway.outbox().len(), 1);
}

#[test]
fn an_idle_connection_that_does_not_answer_quit_is_left() {
    let _alone = crate::ALONE.blocking_lock();
    let (sink, mut gateway) = desk(Behaviour::SilentQuit, "");
    queue(&gateway, 3);
    gateway.run();
    wait_until(seconds(20), "three mails are sent", || {
        gateway.outbox().is_empty().then_some(())
    });
    stop(&mut gateway);
    assert_eq!(sink.count(), 3);
}

#[test]
fn mails_that_wait_for_their_minute_hold_no_stop() {
    let _alone = crate::ALONE.blocking_lock();
    let (sink, mut gateway) = desk(Behaviour::Accept, "per_minute = 1");
    queue(&gateway, 100);
    gateway.run();
    sink.wait_for(1, seconds(20));
    stop(&mut gateway);
    assert_eq!((sink.count(), gateway.outbox().len()), (1, 99));
}

#[test]
fn a_paused_account_holds_no_stop() {
    let _alone = crate::ALONE.blocking_lock();
    let (sink, mut gateway) = desk(Behaviour::RefuseSender, "");
    queue(&gateway, 100);
    gateway.run();
    wait_for_log(&gateway, "sending is paused");
    stop(&mut gateway);
    assert_eq!(gateway.outbox().len(), 100);
    send_the_rest(&gateway, &sink, 100);
    assert_eq!(sink.count(), 100, "nothing was repeated");
}

#[test]
fn drain_waits_for_a_slow_server_and_sends_everything() {
    let _alone = crate::ALONE.blocking_lock();
    let (sink, gateway) = desk(Behaviour::LateDot, "");
    queue(&gateway, 10);
    // There is no mailbox to read.
    assert_eq!(gateway.buzon(&["drain"]).code, 69);
    assert_eq!((sink.count(), ids(&sink).len()), (10, 10));
    assert!(gateway.outbox().is_empty());
}

#[test]
fn sigterm_ends_drain_too() {
    let _alone = crate::ALONE.blocking_lock();
    let (sink, gateway) = desk(Behaviour::SilentDot, "");
    queue(&gateway, 10);
    let mut drain = gateway.start(&["drain"]);
    sink.wait_for(1, seconds(20));
    let kill = std::process::Command::new("kill").arg(drain.id().to_string()).status();
    assert!(kill.unwrap().success());
    let ended = poll(LIMIT, || drain.try_wait().unwrap());
    let _ = drain.kill();
    assert!(ended.is_some(), "drain is not done after {LIMIT:?}");
    send_the_rest(&gateway, &sink, 10);
}

#[test]
fn a_new_configuration_waits_for_the_mails_under_way_and_repeats_none() {
    let _alone = crate::ALONE.blocking_lock();
    let (sink, mut gateway) = desk(Behaviour::LateDot, "");
    queue(&gateway, 4);
    gateway.run();
    sink.wait_for(1, seconds(20));
    gateway.hang_up();
    wait_for_log(&gateway, "is reloaded");
    wait_until(seconds(30), "all are sent", || {
        gateway.outbox().is_empty().then_some(())
    });
    assert_eq!(sink.count(), 4);
    stop(&mut gateway);
}

#[test]
fn sigterm_ends_a_gateway_that_takes_up_a_new_configuration() {
    let _alone = crate::ALONE.blocking_lock();
    let (sink, mut gateway) = desk(Behaviour::SilentDot, "");
    queue(&gateway, 4);
    gateway.run();
    sink.wait_for(1, seconds(20));
    gateway.hang_up();
    wait_for_log(&gateway, "is reloaded");
    stop(&mut gateway);
    send_the_rest(&gateway, &sink, 4);
}

#[test]
fn a_secret_command_that_hangs_at_a_reload_holds_no_stop() {
    let _alone = crate::ALONE.blocking_lock();
    let (_sink, mut gateway) = desk(Behaviour::Accept, "");
    gateway.run();
    wait_for_log(&gateway, "the gateway runs");
    let started = gateway.path("started");
    let command = format!("[\"sh\", \"-c\", \"touch {}; exec sleep 50\"]", started.display());
    gateway.edit_config("{ file = \"support.password\" }", &format!("{{ command = {command} }}"));
    wait_until(seconds(20), "the command runs", || started.exists().then_some(()));
    stop(&mut gateway);
}

#[test]
fn a_store_that_another_process_holds_delays_a_stop_by_seconds_only() {
    let _alone = crate::ALONE.blocking_lock();
    let (sink, mut gateway) = desk(Behaviour::Accept, "connections = 20");
    queue(&gateway, 100);
    let other = rusqlite::Connection::open(gateway.path("data/buzon.db")).unwrap();
    gateway.run();
    wait_for_log(&gateway, "the gateway runs");
    other.busy_timeout(seconds(5)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let before = sink.count();
    let started = Instant::now();
    gateway.stop();
    let took = started.elapsed();
    assert!(took < seconds(5), "it took {took:?}");
    other.execute_batch("ROLLBACK").unwrap();
    println!("{before} mails were sent before the store was held");
    send_the_rest(&gateway, &sink, 100);
}

#[test]
fn a_heavy_mail_delays_a_stop_by_seconds_only() {
    let _alone = crate::ALONE.blocking_lock();
    let (_sink, mut gateway) = desk(Behaviour::Accept, "");
    gateway.run();
    wait_for_log(&gateway, "the gateway runs");
    let heavy = MailBuilder::new().with_body(&"> \r\n".repeat(5 << 18)).build();
    let delivered = gateway.buzon_with_input(&["deliver"], &heavy);
    assert_eq!(delivered.code, 0, "{delivered:?}");
    // The gateway looks every half second for what others stored.
    std::thread::sleep(Duration::from_millis(700));
    let started = Instant::now();
    gateway.stop();
    let took = started.elapsed();
    assert!(took < seconds(5), "it took {took:?}");
}
