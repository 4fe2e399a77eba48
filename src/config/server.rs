//! What the sections of IMAP and SMTP servers have in common: host, port, TLS and who logs in.

use crate::config::checker::{Checker, Place};
use crate::config::given::Given;
use crate::config::secret::{Literal, SecretSource, is_placeholder};
use crate::net::{TlsMode, tls_connector};
use rustls::pki_types::ServerName;
use secrecy::SecretString;
use std::net::IpAddr;
use toml::Spanned;

/// Where a server is, and how it is spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// A name or an IP address.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: TlsMode,
    /// Certificates in PEM that are trusted beside the system's roots.
    pub ca_pem: Option<Vec<u8>>,
}

/// The keys of both sections that say where the server is.
#[derive(Debug)]
pub struct RawServer {
    /// A name or an IP address, without a port.
    pub host: Given<String>,
    /// By default the usual one for `tls`.
    pub port: Given<u16>,
    /// By default TLS from the first octet.
    pub tls: Given<TlsMode>,
    /// A file in PEM; its path starts at the configuration's folder.
    pub ca_file: Given<String>,
}

/// The usual ports of a protocol (RFC 8314 and RFC 6409).
#[derive(Debug, Clone, Copy)]
pub struct Ports {
    /// With TLS from the first octet.
    pub implicit: u16,
    /// With STARTTLS.
    pub starttls: u16,
    /// Without TLS.
    pub plain: u16,
}

/// Checks where the server is.
pub fn check(checker: &mut Checker<'_>, raw: RawServer, place: &Place, ports: Ports) -> Option<Server> {
    let host = checker.required(raw.host, place, "host");
    let host = host.and_then(|host| self::host(checker, host));
    let tls_at = raw.tls.as_ref().map(|tls| tls.span().start);
    let tls = checker.or(raw.tls, TlsMode::Implicit);
    let port = port(checker, raw.port, tls, ports, place);
    let ca_pem = ca_pem(checker, raw.ca_file);
    let host = host?;
    if tls == TlsMode::None && !is_loopback(&host) {
        let what = format!("without TLS everybody on the way to {host} could read mails and passwords");
        checker.error(
            tls_at.unwrap_or_default(),
            what,
            "\"implicit\" or \"starttls\"; \"none\" is for loopback",
        );
    }
    Some(Server {
        host,
        port: port?,
        tls,
        ca_pem: ca_pem?,
    })
}

/// Fetches the password; a literal is allowed for loopback hosts.
pub fn password(
    checker: &mut Checker<'_>,
    given: Given<SecretSource>,
    server: Option<&Server>,
    place: &Place,
) -> Option<SecretString> {
    let literal = match server {
        Some(server) if is_loopback(&server.host) => Literal::Allowed,
        _ => Literal::Refused,
    };
    let password = checker.secret(given, literal)?;
    if is_placeholder(&password) {
        let what = "still holds what `buzon init` left there: the login will be refused";
        checker.warn(
            place,
            "password",
            what,
            "put the mailbox's password into that file, alone",
        );
    }
    Some(password)
}

/// Whether the host can only be this machine.
pub fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or_else(
        |_| host.eq_ignore_ascii_case("localhost"),
        |address| address.is_loopback(),
    )
}

fn host(checker: &mut Checker<'_>, host: Spanned<String>) -> Option<String> {
    let name = host.get_ref().trim();
    if ServerName::try_from(name).is_err() {
        let what = format!("`{name}` is not a host");
        checker.error(
            host.span().start,
            what,
            "only the name or IP address of the server; the port has a key of its own",
        );
        return None;
    }
    Some(name.to_owned())
}

fn port(checker: &mut Checker<'_>, given: Given<u16>, tls: TlsMode, ports: Ports, place: &Place) -> Option<u16> {
    let usual = match tls {
        TlsMode::Implicit => ports.implicit,
        TlsMode::StartTls => ports.starttls,
        TlsMode::None => ports.plain,
    };
    let Some(port) = checker.take(given) else {
        return Some(usual);
    };
    let number = *port.get_ref();
    if number == 0 {
        checker.error(
            port.span().start,
            "0 is not a port",
            format!("leave it out for {usual}"),
        );
        return None;
    }
    match tls {
        TlsMode::Implicit if number == ports.starttls || number == ports.plain => {
            let what = format!("port {number} rarely speaks TLS from the start");
            checker.warn(place, "port", what, format!("tls = \"starttls\", or port = {usual}"));
        }
        TlsMode::StartTls if number == ports.implicit => {
            let what = format!("port {number} speaks TLS from the start");
            checker.warn(place, "port", what, format!("tls = \"implicit\", or port = {usual}"));
        }
        _ => {}
    }
    Some(number)
}

/// `Some(None)` without one, `None` after an error.
fn ca_pem(checker: &mut Checker<'_>, given: Given<String>) -> Option<Option<Vec<u8>>> {
    let Some(file) = checker.take(given) else {
        return Some(None);
    };
    let path = checker.path(file.get_ref());
    let hint = "the path starts at the configuration's folder; the file holds certificates in PEM";
    let pem = match std::fs::read(&path) {
        Ok(pem) => pem,
        Err(error) => {
            checker.error(
                file.span().start,
                format!("cannot read {}: {error}", path.display()),
                hint,
            );
            return None;
        }
    };
    match tls_connector(Some(&pem)) {
        Ok(_) => Some(Some(pem)),
        Err(error) => {
            checker.error(file.span().start, format!("{}: {error:#}", path.display()), hint);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_this_machine_is_loopback() {
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.1", "::1", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.example", "127.0.0.1.example", "192.168.0.1", "0.0.0.0", ""] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
