//! Commands that can't both be meant.

use crate::desk::command::ResolvedCommand;
use crate::desk::command::near::folded;

/// Whether two different commands say two things about the same.
pub(super) fn contradict(earlier: &ResolvedCommand, later: &ResolvedCommand) -> bool {
    use ResolvedCommand as C;
    match (earlier, later) {
        (C::Status(_), C::Status(_))
        | (C::Assign(_), C::Assign(_))
        | (C::Queue(_), C::Queue(_))
        | (C::Priority(_), C::Priority(_))
        | (C::Requester(_), C::Requester(_))
        | (C::Merge(_), C::Merge(_)) => earlier != later,
        (C::Tag(tag), C::Untag(other)) | (C::Untag(tag), C::Tag(other)) => tag == other,
        (C::Field { name, .. }, C::Field { name: other, .. }) => folded(name) == folded(other) && earlier != later,
        _ => false,
    }
}
