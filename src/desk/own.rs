//! By what we know our own mail again when it comes back.

use crate::desk::policy::{InboxPolicy, Policy};
use crate::mail::InboundMail;
use crate::mail::class::OwnSign;

/// The sign that a mail to this inbox is one of ours, if there is one. The desk's own addresses are a sign too, unless
/// they are listed among the inbox's `forms`.
pub fn own_sign(mail: &InboundMail, policy: &Policy, inbox: &InboxPolicy) -> Option<OwnSign> {
    let marked = mail
        .header("X-Buzon-Desk")
        .any(|value| policy.keys.verify_loop_mark(value));
    let signed = mail
        .message_id
        .as_ref()
        .is_some_and(|id| policy.keys.verify_message_id(id).is_some());
    let from = mail.from.first().map(|mailbox| &mailbox.address);
    let ours = from.is_some_and(|from| policy.is_own_address(from) && !inbox.forms.contains(from));
    match (marked, signed, ours) {
        (true, _, _) => Some(OwnSign::LoopMark),
        (_, true, _) => Some(OwnSign::MessageId),
        (_, _, true) => Some(OwnSign::InboxAddress),
        _ => None,
    }
}
