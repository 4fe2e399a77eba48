//! Keys that a name server on loopback gives, denies or keeps to itself.

use super::*;
use mail_auth::hickory_resolver::config::NameServerConfig;
use mail_auth::hickory_resolver::proto::op::{Message, MessageType};
use mail_auth::hickory_resolver::proto::rr::rdata::TXT;
use mail_auth::hickory_resolver::proto::rr::{RData, Record};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::UdpSocket;

/// In two strings, as long records are.
const RECORD: [&str; 2] = ["v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQ", "HOg7hcvPapiMlrwIaaPcHURo="];

/// A name server that knows `s1`, and says nothing at all of `silent`.
struct NameServer {
    keys: Keys,
    asked: Arc<AtomicUsize>,
}

impl NameServer {
    async fn start() -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let mut server = NameServerConfig::udp(IpAddr::V4(Ipv4Addr::LOCALHOST));
        server.connections[0].port = socket.local_addr().unwrap().port();
        let config = ResolverConfig::from_parts(None, vec![], vec![server]);
        let asked = Arc::new(AtomicUsize::new(0));
        tokio::spawn(serve(socket, asked.clone()));
        let keys = Keys::Dns(Box::new(authenticator(config, ResolverOpts::default()).unwrap()));
        Self { keys, asked }
    }

    async fn key(&self, selector: &str, limit: Duration) -> Result<Arc<DomainKey>, DkimShortfall> {
        let name = format!("{selector}._domainkey.acme.example.");
        self.keys.key(&name, Instant::now() + limit).await
    }
}

async fn serve(socket: UdpSocket, asked: Arc<AtomicUsize>) {
    let mut octets = [0; 4096];
    while let Ok((length, from)) = socket.recv_from(&mut octets).await {
        asked.fetch_add(1, Ordering::Relaxed);
        let query = Message::from_vec(&octets[..length]).unwrap();
        let name = query.queries[0].name().clone();
        let mut answer = Message::response(query.metadata.id, query.metadata.op_code);
        answer.metadata.message_type = MessageType::Response;
        answer.metadata.recursion_available = true;
        answer.add_query(query.queries[0].clone());
        match name.to_ascii().split('.').next() {
            Some("silent") => continue,
            Some("broken") => answer.metadata.response_code = ResponseCode::ServFail,
            Some("s1") => {
                let text = TXT::new(RECORD.map(str::to_owned).to_vec());
                answer.add_answer(Record::from_rdata(name, 300, RData::TXT(text)));
            }
            _ => answer.metadata.response_code = ResponseCode::NXDomain,
        }
        socket.send_to(&answer.to_vec().unwrap(), from).await.unwrap();
    }
}

fn name(selector: &str) -> KeyName {
    KeyName(format!("{selector}._domainkey.acme.example"))
}

const ENOUGH: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_key_is_fetched_once_and_remembered() {
    let server = NameServer::start().await;
    for _ in 0..3 {
        assert!(server.key("s1", ENOUGH).await.is_ok());
    }
    assert_eq!(server.asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_denied_key_is_missing_and_a_failing_server_out_of_reach() {
    let server = NameServer::start().await;
    let denied = server.key("s2", ENOUGH).await.err();
    assert_eq!(denied, Some(DkimShortfall::KeyMissing(name("s2"))));
    let failed = server.key("broken", ENOUGH).await.err();
    assert_eq!(failed, Some(DkimShortfall::KeyUnreachable(name("broken"))));
}

#[tokio::test]
async fn a_silent_server_is_waited_for_until_the_deadline() {
    let server = NameServer::start().await;
    let limit = Duration::from_millis(100);
    let asked_at = Instant::now();
    let silent = server.key("silent", limit).await.err();
    assert_eq!(silent, Some(DkimShortfall::KeyUnreachable(name("silent"))));
    assert!(asked_at.elapsed() < ANSWER_LIMIT);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_key_is_fetched_from_a_blocking_thread() {
    let server = NameServer::start().await;
    let runtime = tokio::runtime::Handle::current();
    let fetch = move || runtime.block_on(server.key("s1", ENOUGH)).is_ok();
    assert!(tokio::task::spawn_blocking(fetch).await.unwrap());
}

#[test]
fn the_systems_resolver_is_opened_without_a_runtime() {
    assert!(matches!(
        Keys::open(&KeySource::Dns),
        Ok(Keys::Dns(_) | Keys::NoResolver)
    ));
}

#[test]
fn only_a_denial_means_that_there_is_no_key() {
    let of = |error| of_error(&Error::Dns(error), name("s1"));
    for code in [ResponseCode::NXDomain, ResponseCode::NoError] {
        assert_eq!(
            of(DnsError::RecordNotFound(code)),
            DkimShortfall::KeyMissing(name("s1"))
        );
    }
    for error in [
        DnsError::RecordNotFound(ResponseCode::ServFail),
        DnsError::Resolver("timed out".to_owned()),
    ] {
        assert_eq!(of(error), DkimShortfall::KeyUnreachable(name("s1")));
    }
    assert_eq!(of(DnsError::InvalidRecordType), DkimShortfall::KeyUnusable(name("s1")));
}

#[tokio::test]
async fn without_a_resolver_every_key_is_out_of_reach() {
    let got = Keys::NoResolver
        .key("s1._domainkey.acme.example.", Instant::now())
        .await;
    assert_eq!(got.err(), Some(DkimShortfall::NoResolver(name("s1"))));
}
