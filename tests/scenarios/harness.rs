//! The test servers do what the scenarios believe of them.

use crate::common::wait::seconds;
use crate::common::{
    Behaviour, CUSTOMER, Dovecot, DovecotOptions, GatewayBuilder, Inbox, MailBuilder, Postfix, SmtpSink, lmtp,
    wait_until,
};
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::TcpStream;
use std::sync::Arc;

#[test]
fn a_mail_to_a_plus_address_goes_through_postfix_into_the_users_maildir() {
    let dovecot = Dovecot::start(DovecotOptions::default());
    let postfix = Postfix::start(&dovecot);
    let mail = MailBuilder::new().build();
    postfix.submit(CUSTOMER, "support+token@acme.example", &mail);
    let stored = wait_until(seconds(10), "the mail is in Dovecot", || {
        dovecot.mails(crate::common::DESK, "INBOX").pop()
    });
    let text = String::from_utf8(stored.octets).unwrap();
    assert!(text.contains("Delivered-To: support+token@acme.example"), "{text}");
    assert!(text.contains("Return-Path: <carla@customer.example>"), "{text}");
    assert!(text.contains("The printer on the second floor"), "{text}");
}

#[test]
fn imaps_answers_with_a_certificate_of_the_test_authority() {
    let mut dovecot = Dovecot::start(DovecotOptions::default());
    dovecot.drop_into(CUSTOMER, &MailBuilder::new().build());
    assert!(imaps_login(&dovecot).contains("1 EXISTS"));
    dovecot.stop();
    dovecot.restart();
    assert!(imaps_login(&dovecot).contains("1 EXISTS"));
}

#[test]
fn a_dovecot_that_stops_cuts_clients_that_wait_in_idle() {
    let mut dovecot = Dovecot::start(DovecotOptions::default());
    let mut socket = TcpStream::connect(("127.0.0.1", dovecot.imap_port)).unwrap();
    socket.set_read_timeout(Some(seconds(5))).unwrap();
    let commands = format!(
        "a login {CUSTOMER} {}\r\nb select INBOX\r\nc idle\r\n",
        crate::common::dovecot::PASSWORD
    );
    socket.write_all(commands.as_bytes()).unwrap();
    let mut lines = BufReader::new(socket).lines();
    assert!(
        lines.by_ref().any(|line| line.unwrap().starts_with('+')),
        "it waits in IDLE"
    );
    dovecot.stop();
    let timed_out = |line: std::io::Result<String>| line.is_err_and(|error| error.kind() == ErrorKind::WouldBlock);
    assert!(!lines.any(timed_out), "the connection is still open");
}

#[test]
fn the_config_of_the_scenarios_has_no_mistake() {
    let dovecot = Dovecot::start(DovecotOptions::default());
    let outcome = GatewayBuilder::new(Inbox::new(&dovecot, 25)).build().buzon(&["check"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
}

/// Logs in over TLS, trusting the test authority alone, and selects the inbox.
fn imaps_login(dovecot: &Dovecot) -> String {
    use rustls::pki_types::{CertificateDer, pem::PemObject};
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(&dovecot.tls.ca).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = rustls::ClientConnection::new(Arc::new(config), "127.0.0.1".try_into().unwrap()).unwrap();
    let socket = TcpStream::connect(("127.0.0.1", dovecot.imaps_port)).unwrap();
    socket.set_read_timeout(Some(seconds(10))).unwrap();
    let mut stream = BufReader::new(rustls::StreamOwned::new(client, socket));
    let login = format!(
        "a login {CUSTOMER} \"{}\"\r\nb select INBOX\r\n",
        crate::common::dovecot::PASSWORD
    );
    stream.get_mut().write_all(login.as_bytes()).unwrap();
    let mut answers = String::new();
    while !answers.contains("\r\nb ") && stream.read_line(&mut answers).unwrap() > 0 {}
    answers
}

#[test]
fn the_sink_records_what_it_accepts_and_fails_on_demand() {
    let mut sink = SmtpSink::start();
    let mail = MailBuilder::new().with_body("first\r\n.dot\r\n").build();
    lmtp::submit(sink.port, "a@acme.example", &["b@customer.example"], &mail);
    let kept = sink.wait_for(1, seconds(1)).remove(0);
    assert_eq!(
        (kept.reverse_path.as_str(), kept.octets),
        ("a@acme.example", mail.clone())
    );
    assert_eq!(kept.recipients, ["b@customer.example"]);

    sink.down();
    assert!(TcpStream::connect(("127.0.0.1", sink.port)).is_err());
    sink.up();
    sink.set(Behaviour::RefuseSender);
    let port = sink.port;
    let refused = std::thread::spawn(move || lmtp::submit(port, "a@x.example", &["b@x.example"], b"x\r\n")).join();
    assert!(refused.is_err());
    assert_eq!((sink.count(), sink.refusals()), (1, 1));
}
