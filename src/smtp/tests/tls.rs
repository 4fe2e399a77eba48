//! No credential without TLS that can be trusted.

use super::server::{Answer, Server};
use super::*;
use crate::smtp::AccountTrouble;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// Valid for `localhost` until 2126; the authority's key was thrown away.
const CA: &[u8] = include_bytes!("tls/ca.pem");
const CERTIFICATE: &[u8] = include_bytes!("tls/server.pem");
const KEY: &[u8] = include_bytes!("tls/server.key");

fn acceptor() -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(CERTIFICATE).unwrap()],
            PrivateKeyDer::from_pem_slice(KEY).unwrap(),
        )
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

fn secured(server: &Server, tls: TlsMode, ca_pem: Option<&[u8]>) -> Transport {
    let account = SmtpAccount {
        tls,
        ca_pem: ca_pem.map(<[u8]>::to_vec),
        ..with_login(account(server))
    };
    Transport::new(account).unwrap()
}

#[tokio::test]
async fn login_and_mail_go_over_tls_from_the_first_octet_or_after_starttls() {
    for (tls, implicit, expected) in [
        (
            TlsMode::Implicit,
            true,
            "EHLO EHLO AUTH MAIL RCPT DATA MAIL RCPT DATA QUIT",
        ),
        (
            TlsMode::StartTls,
            false,
            "EHLO EHLO STARTTLS EHLO AUTH MAIL RCPT DATA MAIL RCPT DATA QUIT",
        ),
    ] {
        let server = Server::start_tls(|_, _| Answer::Usual, acceptor(), implicit).await;
        let transport = secured(&server, tls, Some(CA));
        for _ in 0..2 {
            let outcome = transport.send(&envelope(), MAIL).await;
            assert_eq!(summary(&outcome), "accepted 250 2.0.0 Ok: queued as 4XyZ");
        }
        transport.close().await;
        assert_eq!(server.verbs(1), expected);
    }
}

#[tokio::test]
async fn an_unknown_authority_gets_no_credential() {
    for (tls, implicit) in [(TlsMode::Implicit, true), (TlsMode::StartTls, false)] {
        let server = Server::start_tls(|_, _| Answer::Usual, acceptor(), implicit).await;
        let error = secured(&server, tls, None).check().await.unwrap_err();
        assert_eq!(error.trouble, AccountTrouble::Untrusted, "{error}");
        assert!(!server.has_seen("AUTH"));
    }
}

#[tokio::test]
async fn a_stripped_refused_or_injected_starttls_gets_no_credential() {
    for (point, text) in [
        ("EHLO", "250-test\r\n250 AUTH PLAIN LOGIN\r\n"),
        ("STARTTLS", "454 not now\r\n"),
        ("STARTTLS", "250 go\r\n"),
        ("STARTTLS", "220 go\r\n250-test\r\n250 AUTH PLAIN\r\n"),
        ("STARTTLS", "220 go\r\n2"),
    ] {
        let script = move |_, line: &str| {
            if line.starts_with(point) {
                Answer::Say(text)
            } else {
                Answer::Usual
            }
        };
        let server = Server::start_tls(script, acceptor(), false).await;
        let outcome = secured(&server, TlsMode::StartTls, Some(CA))
            .send(&envelope(), MAIL)
            .await;
        let summary = summary(&outcome);
        assert!(summary.starts_with("account Untrusted"), "{text:?}: {summary}");
        assert!(!server.has_seen("AUTH") && !server.has_seen("MAIL"), "{text:?}");
    }
}
