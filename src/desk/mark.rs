//! What is remarkable about a message.

use serde::{Deserialize, Serialize};

/// What is remarkable about a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Its sender holds a proof of the ticket but takes no part in it.
    ThirdParty,
    /// Its sender's address takes part, and nothing proves that it was them.
    Unverified,
    /// An automatic mail was held back by a limit.
    Limited,
    /// A machine wrote it.
    Automatic,
    /// Older than `stale_after` when it came in.
    Stale,
    /// Only part of it is here; the original is still in its folder.
    Cut,
    /// Its sender signed it by S/MIME or PGP; nothing verified that.
    Signed,
    /// Encrypted, all of it or a part.
    Encrypted,
}

impl Mark {
    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ThirdParty => "third_party",
            Self::Unverified => "unverified",
            Self::Limited => "limited",
            Self::Automatic => "automatic",
            Self::Stale => "stale",
            Self::Cut => "cut",
            Self::Signed => "signed",
            Self::Encrypted => "encrypted",
        }
    }
}
