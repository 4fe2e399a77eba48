//! Replies (RFC 5321 §4.2) with enhanced status codes (RFC 3463).

use std::fmt;

/// A reply of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SmtpReply {
    /// The three digits.
    pub code: u16,
    /// The enhanced status code and the text.
    pub text: &'static str,
}

impl SmtpReply {
    /// 250.
    pub const OK: Self = Self::new(250, "2.0.0 fine");
    /// 421: the service goes away.
    pub const SHUTTING_DOWN: Self = Self::new(421, "4.3.2 the sandbox was told to shut down");
    /// 450: the mailbox is busy, try again.
    pub const BUSY: Self = Self::new(450, "4.2.0 busy, try again");
    /// 451: a local error, try again.
    pub const LOCAL_ERROR: Self = Self::new(451, "4.3.0 the sandbox was told to fail");
    /// 503: out of sequence.
    pub const OUT_OF_SEQUENCE: Self = Self::new(503, "5.5.1 not now");
    /// 535: wrong credentials.
    pub const BAD_CREDENTIALS: Self = Self::new(535, "5.7.8 wrong address or password");
    /// 550: nobody here of that name.
    pub const NO_SUCH_USER: Self = Self::new(550, "5.1.1 no such user here");
    /// 550: not for this server to carry.
    pub const NO_RELAYING: Self = Self::new(550, "5.7.1 the sandbox relays nothing");
    /// 550: refused by policy.
    pub const POLICY: Self = Self::new(550, "5.7.1 the sandbox was told to refuse");
    /// 552: longer than this server takes.
    pub const TOO_LONG: Self = Self::new(552, "5.3.4 the mail is too long");

    /// Any other reply.
    #[must_use]
    pub const fn new(code: u16, text: &'static str) -> Self {
        Self { code, text }
    }
}

impl fmt::Display for SmtpReply {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} {}\r\n", self.code, self.text)
    }
}
