//! Whether From is proven: Authentication-Results (RFC 8601) as a trusted border wrote them.

use serde::{Deserialize, Serialize};

/// Whether the address in From is backed by an authentication result we may believe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Alignment {
    /// A pass that aligns with From.
    Yes,
    /// A border is configured, and there was no such pass.
    No,
    /// No border is configured: nothing is known.
    Unknown,
}

/// Whose results count, and where in the header they stand (the inbox's `trusted_*` keys).
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// `trusted_authserv`: the authserv-id of the border.
    pub authserv: Option<Authserv>,
    /// `trusted_hops`: `by` hosts of Received fields added behind the border, topmost first.
    pub hops: Vec<String>,
    /// `authserv_position`.
    pub position: AuthservPosition,
    /// `trusted_arc`: sealers whose `arc=pass` counts.
    pub arc_sealers: Vec<String>,
}

/// Whose Authentication-Results are believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authserv {
    /// The server that signs its fields with this authserv-id.
    Id(String),
    /// Exchange Online, which writes none.
    Microsoft365,
}

/// Where the border writes its results, seen from its own Received field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AuthservPosition {
    /// Above its Received field or directly beneath it.
    #[default]
    Either,
    /// Only above it.
    Above,
}
