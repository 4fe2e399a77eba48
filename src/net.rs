//! What IMAP and SMTP connections have in common: a socket without Nagle's delay, and TLS.

mod own_certificate;

use anyhow::Context;
use own_certificate::OwnCertificates;
use rustls::ClientConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls_platform_verifier::Verifier;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// How long a TCP connection or a TLS handshake may take.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TlsMode {
    /// TLS from the first octet.
    Implicit,
    /// TLS after STARTTLS; without it the connection is refused.
    StartTls,
    /// No TLS; the config allows it on loopback only.
    None,
}

/// A server cannot be reached, or cannot be trusted.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// No TCP connection.
    #[error("cannot connect to {host}:{port}: {source}")]
    Unreachable {
        /// The host as configured.
        host: String,
        /// The port.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// TLS failed; no credential has been sent.
    #[error("{host} offers no TLS connection that can be trusted: {reason}")]
    Untrusted {
        /// The host as configured.
        host: String,
        /// What the TLS library said.
        reason: String,
    },
}

/// Opens a TCP connection with TCP_NODELAY, within [`CONNECT_TIMEOUT`].
pub async fn connect(host: &str, port: u16) -> Result<TcpStream, ConnectError> {
    let unreachable = |source| ConnectError::Unreachable {
        host: host.to_owned(),
        port,
        source,
    };
    let stream = timeout(CONNECT_TIMEOUT, TcpStream::connect((host, port)))
        .await
        .map_err(|_| unreachable(std::io::ErrorKind::TimedOut.into()))?
        .map_err(unreachable)?;
    // With Nagle's algorithm against delayed ACKs every mail would wait 41 ms.
    stream.set_nodelay(true).map_err(unreachable)?;
    Ok(stream)
}

/// A TLS connector that trusts the system's roots and, beside them, the certificates of `ca_pem`.
///
/// # Errors
/// When `ca_pem` holds no certificate, or the system's roots cannot be read.
pub fn tls_connector(ca_pem: Option<&[u8]>) -> anyhow::Result<TlsConnector> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = match ca_pem {
        Some(pem) => CertificateDer::pem_slice_iter(pem)
            .collect::<Result<Vec<_>, _>>()
            .context("the CA file is no PEM certificate")?,
        None => vec![],
    };
    anyhow::ensure!(
        ca_pem.is_none() || !roots.is_empty(),
        "the CA file holds no PEM certificate"
    );
    let verifier = OwnCertificates {
        verifier: Verifier::new_with_extra_roots(roots.clone(), provider.clone()).context("no TLS roots")?,
        own: roots,
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Does the TLS handshake within [`CONNECT_TIMEOUT`].
pub async fn handshake(
    connector: &TlsConnector,
    host: &str,
    stream: TcpStream,
) -> Result<TlsStream<TcpStream>, ConnectError> {
    let untrusted = |reason: String| ConnectError::Untrusted {
        host: host.to_owned(),
        reason,
    };
    let name = ServerName::try_from(host.to_owned()).map_err(|error| untrusted(error.to_string()))?;
    timeout(CONNECT_TIMEOUT, connector.connect(name, stream))
        .await
        .map_err(|_| untrusted("the handshake took too long".to_owned()))?
        .map_err(|error| untrusted(error.to_string()))
}
