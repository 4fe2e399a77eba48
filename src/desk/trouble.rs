//! Trouble that the admin is told of, and by which inbox.

use crate::desk::policy::{InboxPolicy, Policy};

/// Something that the admin should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What kind of trouble.
    pub cause: TroubleCause,
    /// The inbox that has it.
    pub inbox: Option<String>,
    /// What there is to say beyond the cause: no address, no text of any mail.
    pub detail: String,
}

/// Kinds of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TroubleCause {
    /// A limit on automatic mail is reached; the detail is its key.
    LimitReached,
    /// The inbox's SMTP account takes no mail.
    SendingPaused,
    /// A server refused a mail of the inbox by policy; the detail is the status.
    MailRefused,
    /// A mail to an agent was given up; the detail is the status.
    AgentUnreached,
    /// The inbox's mailbox cannot be read.
    MailboxUnread,
    /// A changed configuration was refused.
    ConfigRefused,
}

impl TroubleCause {
    /// The name in templates.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LimitReached => "limit_reached",
            Self::SendingPaused => "sending_paused",
            Self::MailRefused => "mail_refused",
            Self::AgentUnreached => "agent_unreached",
            Self::MailboxUnread => "mailbox_unread",
            Self::ConfigRefused => "config_refused",
        }
    }
}

impl Trouble {
    /// The limit of that key in `[limits]` is reached.
    pub fn limit(key: &'static str) -> Self {
        Self {
            cause: TroubleCause::LimitReached,
            inbox: None,
            detail: key.to_owned(),
        }
    }

    /// What is told at most once an hour: the kind, and whom it concerns.
    pub fn key(&self) -> String {
        let about = match self.cause {
            TroubleCause::LimitReached => self.detail.as_str(),
            _ => self.inbox.as_deref().unwrap_or_default(),
        };
        format!("{}:{about}", self.cause.as_str())
    }

    /// The inbox by which the admin is told: another one where there is one; never the one that cannot send.
    pub fn outlet<'p>(&self, policy: &'p Policy) -> Option<&'p InboxPolicy> {
        let concerned = |inbox: &&InboxPolicy| Some(&inbox.name) == self.inbox.as_ref();
        let other = policy.inboxes.iter().find(|inbox| !concerned(inbox));
        match self.cause {
            TroubleCause::SendingPaused => other,
            _ => other.or(policy.inboxes.first()),
        }
    }
}
