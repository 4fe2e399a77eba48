//! Who asks: From, or Reply-To where From is a web form.

use crate::desk::policy::InboxPolicy;
use crate::mail::{InboundMail, Mailbox};

/// Who asks, and whether the sender's proof speaks for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requester<'a> {
    /// From itself.
    Sender(&'a Mailbox),
    /// Reply-To of a mail by one of the inbox's `forms`: anybody may have typed it.
    ByForm(&'a Mailbox),
    /// The mail names nobody.
    Nobody,
}

impl<'a> Requester<'a> {
    /// Who asks in a mail to this inbox.
    pub fn of(mail: &'a InboundMail, inbox: &InboxPolicy) -> Self {
        let Some(from) = mail.from.first() else {
            return Self::Nobody;
        };
        match mail.reply_to.first() {
            Some(reply_to) if inbox.forms.contains(&from.address) => Self::ByForm(reply_to),
            _ => Self::Sender(from),
        }
    }

    /// Their mailbox.
    pub fn mailbox(self) -> Option<&'a Mailbox> {
        match self {
            Self::Sender(mailbox) | Self::ByForm(mailbox) => Some(mailbox),
            Self::Nobody => None,
        }
    }
}
