//! Greylisting told from throttling.

use super::outcome::{AccountTrouble, SendOutcome};
use super::reply::Reply;
use crate::mail::EmailAddress;
use std::collections::HashSet;

/// Recipients that were refused with 4.7.x in a row, without another answer between.
#[derive(Debug, Default)]
pub struct Throttle {
    recipients: HashSet<String>,
}

/// So many different recipients in a row make a matter of the account out of a matter of recipients.
const RECIPIENTS_IN_A_ROW: usize = 3;

impl Throttle {
    /// Looks at the outcome for one recipient, and turns it into [`AccountTrouble::Throttled`] when it is the last of
    /// several. Then it counts anew: otherwise one recipient that stays greylisted would stop the account for good.
    pub fn judge(&mut self, recipient: &EmailAddress, outcome: SendOutcome) -> SendOutcome {
        match outcome {
            SendOutcome::Transient { stage, reply, .. } if is_policy(&reply) => {
                self.recipients.insert(recipient.key());
                if self.recipients.len() < RECIPIENTS_IN_A_ROW {
                    return SendOutcome::Transient { stage, reply };
                }
                self.recipients.clear();
                SendOutcome::Account {
                    stage,
                    reply,
                    trouble: AccountTrouble::Throttled,
                }
            }
            other => {
                self.recipients.clear();
                other
            }
        }
    }
}

/// RFC 3463 §3.8: class 4, subject 7, security or policy.
fn is_policy(reply: &str) -> bool {
    let code = reply.get(..3).and_then(|digits| digits.parse().ok());
    code.zip(reply.get(4..))
        .is_some_and(|(code, text)| Reply::new(code, text).enhanced().is_some_and(|s| s.starts_with("4.7.")))
}

#[cfg(test)]
mod tests {
    use super::Throttle;
    use crate::mail::EmailAddress;
    use crate::smtp::{AccountTrouble, SendOutcome, Stage};

    fn refused(throttle: &mut Throttle, recipient: &str, reply: &str) -> bool {
        let outcome = SendOutcome::Transient {
            stage: Stage::Rcpt,
            reply: reply.to_owned(),
        };
        let judged = throttle.judge(&EmailAddress::parse(recipient).unwrap(), outcome);
        matches!(judged, SendOutcome::Account { trouble, .. } if trouble == AccountTrouble::Throttled)
    }

    #[test]
    fn one_greylisting_recipient_never_stops_the_account() {
        let mut throttle = Throttle::default();
        for _ in 0..10 {
            assert!(!refused(&mut throttle, "a@x", "450 4.7.1 later"));
        }
    }

    #[test]
    fn only_three_recipients_in_a_row_are_throttling() {
        let mut throttle = Throttle::default();
        assert!(!refused(&mut throttle, "a@x", "450 4.7.1 later"));
        assert!(!refused(&mut throttle, "b@x", "450 4.7.1 later"));
        assert!(!refused(&mut throttle, "c@x", "450 4.2.2 full"));
        assert!(!refused(&mut throttle, "a@x", "450 4.7.1 later"));
        assert!(!refused(&mut throttle, "b@x", "450 4.7.28 later"));
        assert!(refused(&mut throttle, "c@x", "450 4.7.0 later"));
        assert!(!refused(&mut throttle, "d@x", "450 4.7.1 later"), "it counts anew");
    }
}
