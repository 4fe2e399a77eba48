//! What became of a mail, and whose fault a failure is.

use crate::mail::MessageId;
use std::fmt;

/// What became of one mail to one recipient. A `reply` is one bounded line without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendOutcome {
    /// The server has taken the mail over.
    Accepted {
        /// Its reply to the final dot.
        reply: String,
        /// The Message-ID that it gave the mail, if it names one; it may be the mail's own.
        replaced_id: Option<MessageId>,
    },
    /// Try this mail again later: 4xx behind MAIL, or the connection was lost.
    ///
    /// At [`Stage::Dot`] the server may have taken the mail all the same: the next try must carry the same Message-ID.
    Transient {
        /// Where it failed.
        stage: Stage,
        /// The server's reply, or what happened in place of one.
        reply: String,
    },
    /// This mail will never reach this recipient through this server.
    Permanent {
        /// Where it failed.
        stage: Stage,
        /// The server's reply, or why the server was not asked.
        reply: String,
    },
    /// The account is in trouble, not the mail: keep the mail, and let all of the account's mail wait.
    Account {
        /// Where it failed.
        stage: Stage,
        /// The server's reply, or what happened in place of one.
        reply: String,
        /// What kind of trouble it is.
        trouble: AccountTrouble,
    },
}

/// How far a mail came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Name lookup, TCP, TLS.
    Connect,
    /// Greeting, EHLO, STARTTLS.
    Greeting,
    /// AUTH.
    Login,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA.
    Data,
    /// The mail itself and the dot behind it.
    Dot,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "connect",
            Self::Greeting => "greeting",
            Self::Login => "login",
            Self::Mail => "MAIL FROM",
            Self::Rcpt => "RCPT TO",
            Self::Data => "DATA",
            Self::Dot => "end of data",
        })
    }
}

/// What can be wrong with an account or its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountTrouble {
    /// User or password is refused, or the server wants a login that there isn't.
    Login,
    /// The account may not send from this address, or not now.
    Sender,
    /// Several recipients in a row were refused with 4.7.x.
    Throttled,
    /// 421: the server is closing down, or has had enough of us.
    Closing,
    /// The server's greeting or its answer to EHLO is a refusal.
    Refused,
    /// No connection, or it was lost before the login was over.
    Unreachable,
    /// No TLS that can be trusted; no credential has been sent.
    Untrusted,
}

impl fmt::Display for AccountTrouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Login => "the login is refused",
            Self::Sender => "the sender is refused",
            Self::Throttled => "the server throttles this account",
            Self::Closing => "the server closes the connection",
            Self::Refused => "the server refuses to talk to us",
            Self::Unreachable => "the server cannot be reached",
            Self::Untrusted => "the server offers no TLS that can be trusted",
        })
    }
}

/// Why [`check`](super::Transport::check) failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{trouble} ({stage}): {reply}")]
pub struct SmtpError {
    /// Where it failed.
    pub stage: Stage,
    /// What kind of trouble it is.
    pub trouble: AccountTrouble,
    /// The server's reply, or what happened in place of one.
    pub reply: String,
}
