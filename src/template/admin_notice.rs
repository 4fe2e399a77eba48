//! The mail that tells the admin of trouble.

use crate::desk::trouble::{Trouble, TroubleCause};
use minijinja::{Value, context};

/// The folder of its templates.
pub(super) const KIND: &str = "admin_notice";

/// What the templates see.
pub(super) fn values(desk_name: &str, trouble: &Trouble, language: &str) -> Value {
    context! {
        desk_name => desk_name,
        language => language,
        cause => trouble.cause.as_str(),
        inbox => trouble.inbox.as_deref().unwrap_or_default(),
        detail => trouble.detail.as_str(),
    }
}

/// Values that reach every branch of the templates.
pub(super) fn examples(language: &str) -> Vec<Value> {
    let causes = [
        TroubleCause::LimitReached,
        TroubleCause::SendingPaused,
        TroubleCause::MailRefused,
        TroubleCause::AgentUnreached,
        TroubleCause::MailboxUnread,
        TroubleCause::ConfigRefused,
    ];
    let example = |cause| Trouble {
        cause,
        inbox: Some("support".to_owned()),
        detail: "the login is refused".to_owned(),
    };
    causes
        .map(|cause| values("Acme Support", &example(cause), language))
        .into()
}
