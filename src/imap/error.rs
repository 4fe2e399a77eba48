//! Why talking to an IMAP server failed.

use crate::net::ConnectError;

/// A failure of an IMAP conversation. None of them carries anything a mail or a login consists of.
#[derive(Debug, thiserror::Error)]
pub enum ImapError {
    /// The server cannot be reached or not be trusted; no credential has been sent.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The server does not accept user and password.
    #[error("the IMAP server refused the login{}", in_brackets(.code))]
    LoginRefused {
        /// The response code (RFC 5530), if it gave one.
        code: Option<String>,
    },
    /// The server answered NO or BAD.
    #[error("the IMAP server refused {command}{}", in_brackets(.code))]
    Refused {
        /// The command's name.
        command: &'static str,
        /// The response code (RFC 9051 §7.1), if it gave one.
        code: Option<String>,
    },
    /// The server said what no IMAP server may say.
    #[error("the IMAP server's answer to {command} cannot be used: {problem}")]
    Protocol {
        /// The command that was being answered.
        command: &'static str,
        /// What is wrong with the answer.
        problem: &'static str,
    },
    /// The server announced or sent more octets than the mail's size allows.
    #[error("the IMAP server's answer to {command} is larger than it may be")]
    TooLarge {
        /// The command that was being answered.
        command: &'static str,
    },
    /// No answer in time.
    #[error("the IMAP server did not answer {command} in time")]
    Timeout {
        /// The command.
        command: &'static str,
    },
    /// The connection ended, or the server said BYE.
    #[error("the IMAP server closed the connection during {command}{}", in_brackets(.code))]
    Closed {
        /// The command that was running.
        command: &'static str,
        /// The response code of the BYE, if there was one.
        code: Option<String>,
    },
    /// UIDVALIDITY changed while the folder was open; what the UIDs name is open until it is selected again.
    #[error("UIDVALIDITY changed while the folder was open")]
    UidValidityChanged,
    /// A mail is in the folder, and the server does not hand out its octets.
    #[error("the IMAP server does not hand out the mail with UID {uid}")]
    BodyMissing {
        /// The mail's UID.
        uid: u32,
    },
    /// What was fetched could not be stored, or not be looked up.
    #[error("the mail could not be stored: {0:#}")]
    Sink(anyhow::Error),
}

/// The response code at the head of a server's human-readable text, for those codes that imap-proto does not know.
pub(super) fn code_in(text: &str) -> Option<String> {
    let code: String = text
        .strip_prefix('[')?
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
        .take(40)
        .collect();
    (!code.is_empty()).then(|| code.to_ascii_uppercase())
}

fn in_brackets(code: &Option<String>) -> String {
    code.as_ref().map(|code| format!(" [{code}]")).unwrap_or_default()
}
