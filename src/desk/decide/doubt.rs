//! Whether a mail is proven to be from the address in its From.

use super::View;
use crate::desk::arrival::Authenticity;
use crate::desk::held::HeldReason;
use crate::mail::{Alignment, DkimVerdict};

/// Whether From is one address, and proven: aligned, or by a signature that we verified.
pub(super) fn is_proven(view: &View<'_>) -> bool {
    several_from(view).is_none() && not_aligned(view).is_none()
}

/// Whether a border looked at From, and nothing proves it.
pub(super) fn is_doubted(view: &View<'_>) -> bool {
    view.alignment == Alignment::No && !is_proven(view)
}

/// More than one From.
pub(super) fn several_from(view: &View<'_>) -> Option<HeldReason> {
    view.mail.sole_sender().is_none().then_some(HeldReason::SeveralFrom)
}

/// Neither a border nor a signature that we verified proves it.
pub(super) fn not_aligned(view: &View<'_>) -> Option<HeldReason> {
    if view.alignment == Alignment::Yes {
        return None;
    }
    match (view.arrival.authenticity, view.arrival.dkim) {
        (Authenticity::Headers, DkimVerdict::Pass { .. }) => None,
        (_, verdict) => Some(HeldReason::NotAligned {
            result: format!("{}; {verdict}", view.alignment_reason),
        }),
    }
}
