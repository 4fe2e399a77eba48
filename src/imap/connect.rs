//! From a host name to a protected connection that has been greeted.

use super::account::ImapAccount;
use super::capabilities::Capabilities;
use super::error::ImapError;
use super::guard::Stream;
use super::wire::Wire;
use crate::net::{self, ConnectError, TlsMode};
use async_imap::imap_proto::Response;
use tokio_rustls::TlsConnector;

/// Connects, and protects the connection as the account says. The capabilities are those the server gave within that
/// protection, if it gave any.
pub(super) async fn connect(
    account: &ImapAccount,
    connector: Option<&TlsConnector>,
) -> Result<(Wire, Option<Capabilities>), ImapError> {
    let tcp = net::connect(&account.host, account.port).await?;
    match (account.tls, connector) {
        (TlsMode::None, _) => greeted(Wire::new(Stream::Plain(tcp))).await,
        (TlsMode::Implicit, Some(connector)) => {
            let tls = net::handshake(connector, &account.host, tcp).await?;
            greeted(Wire::new(Stream::Tls(Box::new(tls)))).await
        }
        (TlsMode::StartTls, Some(connector)) => {
            let tcp = start_tls(account, tcp).await?;
            let tls = net::handshake(connector, &account.host, tcp).await?;
            // What the server said of itself before TLS could have been anybody's (RFC 9051 §6.2.1).
            Ok((Wire::new(Stream::Tls(Box::new(tls))), None))
        }
        (_, None) => Err(untrusted(account, "TLS has not been set up")),
    }
}

/// A TLS connector where the account needs one.
pub(super) fn connector_of(account: &ImapAccount) -> Result<Option<TlsConnector>, ImapError> {
    match account.tls {
        TlsMode::None => Ok(None),
        TlsMode::Implicit | TlsMode::StartTls => net::tls_connector(account.ca_pem.as_deref())
            .map(Some)
            .map_err(|error| ConnectError::Untrusted {
                host: account.host.clone(),
                reason: format!("{error:#}"),
            })
            .map_err(ImapError::from),
    }
}

/// Asks for the capabilities.
pub(super) async fn capability(wire: &mut Wire) -> Result<Capabilities, ImapError> {
    let mut found = None;
    let look = |response: &Response<'_>| {
        if let Response::Capabilities(list) = response {
            found = Some(Capabilities::of(list));
        }
        Ok(())
    };
    wire.run("CAPABILITY", "CAPABILITY", look).await?;
    found.ok_or(ImapError::Protocol {
        command: "CAPABILITY",
        problem: "it names no capabilities",
    })
}

async fn greeted(mut wire: Wire) -> Result<(Wire, Option<Capabilities>), ImapError> {
    let greeting = wire.greeting().await?;
    Ok((wire, greeting.capabilities))
}

async fn start_tls(account: &ImapAccount, tcp: tokio::net::TcpStream) -> Result<tokio::net::TcpStream, ImapError> {
    let (mut wire, capabilities) = greeted(Wire::new(Stream::Plain(tcp))).await?;
    let capabilities = match capabilities {
        Some(capabilities) => capabilities,
        None => capability(&mut wire).await?,
    };
    if !capabilities.starttls {
        return Err(untrusted(account, "it offers no STARTTLS"));
    }
    match wire.run("STARTTLS", "STARTTLS", |_| Ok(())).await {
        Ok(_) => {}
        Err(ImapError::Refused { .. }) => return Err(untrusted(account, "it refused STARTTLS")),
        Err(error) => return Err(error),
    }
    match wire.into_silent_stream() {
        Some(Stream::Plain(tcp)) => Ok(tcp),
        _ => Err(untrusted(
            account,
            "something was injected after its answer to STARTTLS",
        )),
    }
}

fn untrusted(account: &ImapAccount, reason: &str) -> ImapError {
    ConnectError::Untrusted {
        host: account.host.clone(),
        reason: reason.to_owned(),
    }
    .into()
}
