//! Whose fault a failed step is: the account's, or the one mail's.

use super::outcome::{AccountTrouble, SendOutcome, SmtpError, Stage};
use super::reply::{Reply, tidy};
use crate::net::ConnectError;

/// A step that failed, before it is judged.
#[derive(Debug)]
pub struct Failure {
    pub stage: Stage,
    pub cause: Cause,
}

/// How a step can fail.
#[derive(Debug)]
pub enum Cause {
    /// The server refused, with 4xx or 5xx.
    Refused(Reply),
    /// No reply, or none that makes sense; the connection is of no more use.
    Lost(String),
    /// There is no connection.
    Unreachable(String),
    /// There is a connection, but no TLS to trust.
    Untrusted(String),
    /// The server offers no login that we know.
    NoLogin(String),
    /// This mail cannot go over this server, so it was not asked.
    Unfit(String),
}

/// Microsoft 365 says at the end of DATA what others say at MAIL FROM: 5.7.60 and 5.2.252, "may not send as".
const MAY_NOT_SEND_AS: [&str; 2] = ["5.7.60", "5.2.252"];

/// Postfix puts the refusal of a sender off to RCPT TO (`smtpd_delay_reject`): `553 5.7.1 <a@b>: Sender address
/// rejected: not owned by user c`.
const POSTFIX_SENDER_REJECTED: &str = ": Sender address rejected: ";

impl Failure {
    /// A failure of this stage.
    pub fn new(stage: Stage, cause: Cause) -> Self {
        Self { stage, cause }
    }

    /// The trouble of the account that this failure shows; `None` when it concerns the one mail.
    fn trouble(&self) -> Option<AccountTrouble> {
        match &self.cause {
            Cause::Unreachable(_) => Some(AccountTrouble::Unreachable),
            Cause::Untrusted(_) => Some(AccountTrouble::Untrusted),
            Cause::NoLogin(_) => Some(AccountTrouble::Login),
            Cause::Unfit(_) => None,
            Cause::Lost(_) => (self.stage < Stage::Mail).then_some(AccountTrouble::Unreachable),
            Cause::Refused(reply) => refusal(self.stage, reply),
        }
    }

    /// What happened, as one bounded line.
    fn line(&self) -> String {
        match &self.cause {
            Cause::Refused(reply) => reply.line.clone(),
            Cause::Lost(text)
            | Cause::Unreachable(text)
            | Cause::Untrusted(text)
            | Cause::NoLogin(text)
            | Cause::Unfit(text) => tidy(text),
        }
    }

    /// Whether the connection may still be told QUIT.
    pub fn leaves_connection(&self) -> bool {
        matches!(
            self.cause,
            Cause::Refused(Reply { code, .. }) if code != CLOSING
        ) || matches!(self.cause, Cause::Unfit(_) | Cause::NoLogin(_))
    }

    /// Whether a connection that had been used before may be to blame, and nothing of the mail has been said yet.
    ///
    /// A 4xx counts, for servers that allow so many mails a connection, or so many minutes.
    pub fn may_be_stale(&self) -> bool {
        let by_age = match &self.cause {
            Cause::Lost(_) => true,
            Cause::Refused(reply) => reply.code < 500,
            _ => false,
        };
        self.stage == Stage::Mail && by_age
    }
}

/// RFC 5321 §3.8: the server closes the channel; it may say so at any time.
const CLOSING: u16 = 421;

fn refusal(stage: Stage, reply: &Reply) -> Option<AccountTrouble> {
    let enhanced = reply.enhanced();
    match (reply.code, stage) {
        (CLOSING, _) => Some(AccountTrouble::Closing),
        (_, Stage::Connect | Stage::Greeting) => Some(AccountTrouble::Refused),
        (_, Stage::Login) => Some(AccountTrouble::Login),
        // RFC 4954 §6: authentication required, credentials invalid.
        (530 | 535, _) => Some(AccountTrouble::Login),
        // RFC 3463 §3.4: the mail is too big for the system.
        (552, Stage::Mail) if enhanced == Some("5.3.4") => None,
        (_, Stage::Mail) => Some(AccountTrouble::Sender),
        (_, Stage::Rcpt) if reply.line.contains(POSTFIX_SENDER_REJECTED) => Some(AccountTrouble::Sender),
        _ => enhanced
            .is_some_and(|status| MAY_NOT_SEND_AS.contains(&status))
            .then_some(AccountTrouble::Sender),
    }
}

impl From<Failure> for SendOutcome {
    fn from(failure: Failure) -> Self {
        let (stage, reply) = (failure.stage, failure.line());
        match (failure.trouble(), &failure.cause) {
            (Some(trouble), _) => Self::Account { stage, reply, trouble },
            (None, Cause::Unfit(_)) => Self::Permanent { stage, reply },
            (None, Cause::Refused(refused)) if refused.code >= 500 => Self::Permanent { stage, reply },
            (None, _) => Self::Transient { stage, reply },
        }
    }
}

impl From<Failure> for SmtpError {
    fn from(failure: Failure) -> Self {
        Self {
            stage: failure.stage,
            trouble: failure.trouble().unwrap_or(AccountTrouble::Refused),
            reply: failure.line(),
        }
    }
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        let text = error.to_string();
        match error {
            ConnectError::Unreachable { .. } => Self::new(Stage::Connect, Cause::Unreachable(text)),
            ConnectError::Untrusted { .. } => Self::new(Stage::Connect, Cause::Untrusted(text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AccountTrouble, Cause, Failure, SendOutcome, Stage};
    use crate::smtp::reply::Reply;

    #[derive(Debug, PartialEq)]
    enum Blame {
        Later,
        Never,
        Account(AccountTrouble),
    }

    fn check(stage: Stage, code: u16, text: &str, expected: Blame) {
        let failure = Failure::new(stage, Cause::Refused(Reply::new(code, text)));
        let blame = match SendOutcome::from(failure) {
            SendOutcome::Transient { .. } => Blame::Later,
            SendOutcome::Permanent { .. } => Blame::Never,
            SendOutcome::Account { trouble, .. } => Blame::Account(trouble),
            SendOutcome::Accepted { .. } => unreachable!("a refusal is never acceptance"),
        };
        assert_eq!(blame, expected, "{stage} {code} {text}");
    }

    #[test]
    fn a_refusal_is_blamed_on_account_or_mail_by_stage_and_code() {
        use AccountTrouble as T;
        let postfix = "5.7.1 <a@b>: Sender address rejected: not owned by user c";
        check(Stage::Greeting, 554, "no", Blame::Account(T::Refused));
        check(Stage::Login, 535, "5.7.8 no", Blame::Account(T::Login));
        check(Stage::Login, 454, "4.7.0 later", Blame::Account(T::Login));
        check(Stage::Mail, 550, "no", Blame::Account(T::Sender));
        check(Stage::Mail, 451, "later", Blame::Account(T::Sender));
        check(Stage::Mail, 530, "log in", Blame::Account(T::Login));
        check(Stage::Mail, 552, "5.3.4 too big", Blame::Never);
        check(Stage::Rcpt, 450, "4.2.2 full", Blame::Later);
        check(Stage::Rcpt, 550, "5.1.1 unknown", Blame::Never);
        check(Stage::Rcpt, 553, postfix, Blame::Account(T::Sender));
        check(Stage::Rcpt, 421, "4.7.0 enough", Blame::Account(T::Closing));
        check(Stage::Data, 451, "later", Blame::Later);
        check(Stage::Data, 554, "no", Blame::Never);
        check(Stage::Dot, 451, "4.3.0 later", Blame::Later);
        check(Stage::Dot, 554, "5.6.0 bad content", Blame::Never);
        check(Stage::Dot, 554, "5.2.252 SendAsDenied", Blame::Account(T::Sender));
        check(Stage::Dot, 550, "5.7.60 SMTP; no permission", Blame::Account(T::Sender));
        check(Stage::Dot, 421, "shutting down", Blame::Account(T::Closing));
    }
}
