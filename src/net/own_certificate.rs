//! A server's own certificate in `ca_file`.

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;

/// Trusts what the platform's verifier trusts, and a server whose very certificate is in `ca_file`.
///
/// `openssl req -x509` makes self-signed certificates that say `CA:TRUE`; as a server's certificate webpki refuses
/// them whatever the roots are.
#[derive(Debug)]
pub(super) struct OwnCertificates {
    /// The platform's verifier, with `own` among its roots.
    pub(super) verifier: Verifier,
    /// What is in `ca_file`.
    pub(super) own: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for OwnCertificates {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self
            .verifier
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match verified {
            // What CA:TRUE leads to. The dates have been checked by then, the name has not; any other fault has an
            // error of its own.
            Err(Error::InvalidCertificate(CertificateError::Other(_))) if self.own.contains(end_entity) => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{connect, handshake, tls_connector};
    use rustls::ServerConfig;
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use std::sync::Arc;
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    /// Self-signed for `localhost` until 2126, as `openssl req -x509` makes them.
    const CERTIFICATE: &[u8] = include_bytes!("own_certificate/server.pem");
    const KEY: &[u8] = include_bytes!("own_certificate/server.key");
    /// Another key's, under the same name.
    const ANOTHER: &[u8] = include_bytes!("own_certificate/another.pem");

    async fn trusts(host: &str, ca_pem: Option<&[u8]>) -> bool {
        let certificate = CertificateDer::from_pem_slice(CERTIFICATE).unwrap();
        let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(async move {
            let (tcp, _) = listener.accept().await.unwrap();
            let _ = TlsAcceptor::from(Arc::new(config)).accept(tcp).await;
        });
        let connector = tls_connector(ca_pem).unwrap();
        let tcp = connect("127.0.0.1", port).await.unwrap();
        let trusted = handshake(&connector, host, tcp).await.is_ok();
        server.await.unwrap();
        trusted
    }

    #[tokio::test]
    async fn a_self_signed_certificate_is_trusted_only_from_the_ca_file_and_under_its_name() {
        assert!(trusts("localhost", Some(CERTIFICATE)).await);
        assert!(!trusts("imap.example.org", Some(CERTIFICATE)).await);
        assert!(!trusts("localhost", Some(ANOTHER)).await);
        assert!(!trusts("localhost", None).await);
    }
}
