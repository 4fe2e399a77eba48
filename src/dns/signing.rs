//! Signs mails for tests: what a sender's server would do, and what it would not.

use data_encoding::BASE64;
use mail_auth::common::crypto::{Algorithm, Ed25519Key, HashAlgorithm, RsaKey, Sha256, SigningKey};
use mail_auth::common::headers::HeaderWriter;
use mail_auth::dkim::{Canonicalization, Signature};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;

/// Made for these tests with `openssl genrsa 2048`; it signs nothing else.
const RSA_KEY: &[u8] = include_bytes!("signing/rsa.key");

/// A key, its name and its record.
pub(crate) struct Signer {
    key: Key,
    domain: String,
    selector: String,
}

enum Key {
    Ed25519(Box<Ed25519Key>),
    Rsa(Box<RsaKey<Sha256>>),
}

impl Signer {
    /// A fresh key of `selector._domainkey.domain`.
    pub(crate) fn new(selector: &str, domain: &str) -> Self {
        let key = Ed25519Key::from_pkcs8_der(&Ed25519Key::generate_pkcs8().unwrap()).unwrap();
        Self::with(Key::Ed25519(Box::new(key)), selector, domain)
    }

    /// The same with RSA, 2048 bits.
    pub(crate) fn rsa(selector: &str, domain: &str) -> Self {
        let key = RsaKey::from_key_der(PrivateKeyDer::from_pem_slice(RSA_KEY).unwrap()).unwrap();
        Self::with(Key::Rsa(Box::new(key)), selector, domain)
    }

    fn with(key: Key, selector: &str, domain: &str) -> Self {
        Self {
            key,
            domain: domain.to_owned(),
            selector: selector.to_owned(),
        }
    }

    /// A line of a key file; `tags` are further ones of the record, such as `t=y; `.
    pub(crate) fn line(&self, tags: &str) -> String {
        let (kind, public) = match &self.key {
            Key::Ed25519(key) => ("ed25519", key.public_key()),
            Key::Rsa(key) => ("rsa", key.public_key()),
        };
        let name = format!("{}._domainkey.{}", self.selector, self.domain);
        format!("{name} v=DKIM1; {tags}k={kind}; p={}\n", BASE64.encode(&public))
    }

    /// The mail with a signature of From, To and Subject on top.
    pub(crate) fn sign(&self, mail: &str) -> String {
        self.sign_as(mail, |_| {})
    }

    /// The same, with the signature's tags set otherwise before they are signed.
    pub(crate) fn sign_as(&self, mail: &str, adjust: impl FnOnce(&mut Signature)) -> String {
        let (header, body) = mail.split_once("\r\n\r\n").unwrap();
        let mut signature = Signature {
            v: 1,
            a: match self.key {
                Key::Ed25519(_) => Algorithm::Ed25519Sha256,
                Key::Rsa(_) => Algorithm::RsaSha256,
            },
            d: self.domain.clone(),
            s: self.selector.clone(),
            h: ["From", "To", "Subject"].map(str::to_owned).to_vec(),
            ch: Canonicalization::Relaxed,
            cb: Canonicalization::Relaxed,
            ..Signature::default()
        };
        adjust(&mut signature);
        let body = signature.cb.canonical_body(body.as_bytes(), signature.l);
        signature.bh = HashAlgorithm::Sha256.hash(body).as_ref().to_vec();
        let header = format!("{header}\r\n");
        let fields = signature.h.iter().filter_map(|name| {
            let fields = header.split_inclusive("\r\n").filter_map(|line| line.split_once(':'));
            let (name, value) = fields.filter(|(field, _)| field.eq_ignore_ascii_case(name)).last()?;
            Some((name.as_bytes(), value.as_bytes()))
        });
        let mut signed = vec![];
        signature.ch.canonicalize_headers(fields, &mut signed);
        signature.write(&mut signed, false);
        signature.b = match &self.key {
            Key::Ed25519(key) => key.sign(signed.as_slice()).unwrap(),
            Key::Rsa(key) => key.sign(signed.as_slice()).unwrap(),
        };
        format!("{}{mail}", signature.to_header())
    }
}
