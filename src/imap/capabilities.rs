//! What a server can do, as far as we ask.

use async_imap::imap_proto::Capability;

/// The capabilities that change what we do (RFC 9051 §7.2.2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Capabilities {
    /// IDLE (RFC 2177).
    pub(super) idle: bool,
    /// MOVE (RFC 6851).
    pub(super) r#move: bool,
    /// UIDPLUS (RFC 4315).
    pub(super) uidplus: bool,
    /// SASL-IR (RFC 4959).
    pub(super) sasl_ir: bool,
    /// STARTTLS.
    pub(super) starttls: bool,
    /// LOGINDISABLED: a LOGIN would only show the password to the network.
    pub(super) login_disabled: bool,
    /// AUTH=PLAIN (RFC 4616).
    pub(super) auth_plain: bool,
}

impl Capabilities {
    /// Reads a server's list.
    pub(super) fn of(list: &[Capability<'_>]) -> Self {
        let has = |name: &str| {
            list.iter()
                .any(|it| matches!(it, Capability::Atom(atom) if atom.eq_ignore_ascii_case(name)))
        };
        let auth_plain = list
            .iter()
            .any(|it| matches!(it, Capability::Auth(name) if name.eq_ignore_ascii_case("PLAIN")));
        Self {
            idle: has("IDLE"),
            r#move: has("MOVE"),
            uidplus: has("UIDPLUS"),
            sasl_ir: has("SASL-IR"),
            starttls: has("STARTTLS"),
            login_disabled: has("LOGINDISABLED"),
            auth_plain,
        }
    }
}
