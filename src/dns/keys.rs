//! Fetching the keys that signatures name.

use super::KeyFile;
use crate::mail::authentication::{DkimShortfall, KeyName};
use mail_auth::common::verify::DomainKey;
use mail_auth::hickory_resolver::TokioResolver;
use mail_auth::hickory_resolver::config::{ResolveHosts, ResolverConfig, ResolverOpts};
use mail_auth::hickory_resolver::net::runtime::TokioRuntimeProvider;
use mail_auth::hickory_resolver::proto::op::ResponseCode;
use mail_auth::hickory_resolver::system_conf::read_system_conf;
use mail_auth::{DnsError, Error, MessageAuthenticator, ResolverCache, Txt};
use rustls::{ClientConfig, RootCertStore};
use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Where keys come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// The system's resolver (`/etc/resolv.conf`).
    Dns,
    /// A [`KeyFile`], and nowhere else.
    File(PathBuf),
}

/// An opened [`KeySource`].
pub(super) enum Keys {
    Dns(Box<MessageAuthenticator>),
    NoResolver,
    File(KeyFile),
}

/// How long one server may take for one answer; the next one is asked then.
const ANSWER_LIMIT: Duration = Duration::from_secs(2);
/// How many answers are remembered.
const CACHED_ANSWERS: u64 = 256;
/// The longest time an answer is remembered; its TTL may be shorter.
const LONGEST_TTL: Duration = Duration::from_secs(60 * 60);
/// The same for "no such key": one that was forgotten is often published soon after.
const LONGEST_NEGATIVE_TTL: Duration = Duration::from_secs(60);
/// `t=y` in [`DomainKey::f`]; mail-auth keeps its name for it to itself.
const TESTING: u64 = 0x10;

impl Keys {
    /// # Errors
    /// When the file cannot be read.
    pub(super) fn open(source: &KeySource) -> anyhow::Result<Self> {
        let KeySource::File(path) = source else {
            let system = read_system_conf().map_err(anyhow::Error::new);
            let resolver = system.and_then(|(config, options)| authenticator(config, options));
            return Ok(resolver.map_or_else(without_resolver, |resolver| Self::Dns(Box::new(resolver))));
        };
        KeyFile::read(path).map(Self::File)
    }

    /// The key of that name, which ends in a dot.
    pub(super) async fn key(&self, name: &str, deadline: Instant) -> Result<Arc<DomainKey>, DkimShortfall> {
        let shown = || KeyName(name.trim_end_matches('.').to_owned());
        let key = match self {
            Self::File(file) => file.key(name).ok_or_else(|| DkimShortfall::KeyMissing(shown()))?,
            Self::NoResolver => return Err(DkimShortfall::NoResolver(shown())),
            Self::Dns(resolver) => {
                let lookup = resolver.txt_lookup::<DomainKey>(name, None::<&FoundKeys>);
                match tokio::time::timeout_at(deadline, lookup).await {
                    Ok(Ok(key)) => key,
                    Ok(Err(error)) => return Err(of_error(&error, shown())),
                    Err(_) => return Err(DkimShortfall::KeyUnreachable(shown())),
                }
            }
        };
        match key.has_flag(TESTING) {
            true => Err(DkimShortfall::KeyInTesting(shown())),
            false => Ok(key),
        }
    }
}

fn without_resolver(error: anyhow::Error) -> Keys {
    tracing::warn!(
        error = format!("{error:#}"),
        "there is no DNS resolver: no DKIM signature can be verified here"
    );
    Keys::NoResolver
}

fn of_error(error: &Error, key: KeyName) -> DkimShortfall {
    match error {
        Error::Dns(DnsError::RecordNotFound(ResponseCode::NXDomain | ResponseCode::NoError)) => {
            DkimShortfall::KeyMissing(key)
        }
        Error::Dns(DnsError::RecordNotFound(_) | DnsError::Resolver(_)) | Error::Io(_) => {
            DkimShortfall::KeyUnreachable(key)
        }
        // Another record stands there, or the name is none.
        _ => DkimShortfall::KeyUnusable(key),
    }
}

/// A verifier that can ask nobody.
pub(super) fn offline() -> anyhow::Result<MessageAuthenticator> {
    authenticator(ResolverConfig::default(), ResolverOpts::default())
}

fn authenticator(config: ResolverConfig, mut options: ResolverOpts) -> anyhow::Result<MessageAuthenticator> {
    options.timeout = options.timeout.min(ANSWER_LIMIT);
    options.cache_size = CACHED_ANSWERS;
    options.positive_max_ttl = Some(LONGEST_TTL);
    options.negative_max_ttl = Some(LONGEST_NEGATIVE_TTL);
    options.use_hosts_file = ResolveHosts::Never;
    // Servers of resolv.conf are asked by UDP and TCP. Without this the system's roots would be loaded for nothing.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    let builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
    let builder = builder.with_options(options).with_tls_config(tls);
    Ok(MessageAuthenticator(builder.build()?))
}

/// The keys of one mail's signatures, as mail-auth looks them up.
#[derive(Default)]
pub(super) struct FoundKeys(HashMap<Box<str>, Arc<DomainKey>>);

impl FoundKeys {
    pub(super) fn add(&mut self, name: String, key: Arc<DomainKey>) {
        self.0.insert(name.into_boxed_str(), key);
    }
}

impl ResolverCache<Box<str>, Txt> for FoundKeys {
    fn get<Q>(&self, name: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.0.get(name).cloned().map(Txt::DomainKey)
    }

    fn remove<Q>(&self, _: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        None
    }

    fn insert(&self, _: Box<str>, _: Txt, _: std::time::Instant) {}
}

#[cfg(test)]
mod tests;
