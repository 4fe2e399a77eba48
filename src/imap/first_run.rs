//! Where reading starts: a pure decision from what is remembered and what SELECT said.

use super::listing::Listed;
use super::session::Selected;
use crate::mail::{FirstRun, FirstRunState, FolderCursor, FolderStart, FolderState, StartReason};
use jiff::Timestamp;

/// Where to start, and what to leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Start {
    /// Told to the sink before anything is fetched.
    pub(super) begin: Option<FolderStart>,
    /// The first UID of interest.
    pub(super) from: u32,
    /// While the first run is not over.
    pub(super) first_run: Option<FirstRunState>,
}

impl Start {
    /// Decides. `uid_next` is the folder's, worked out where the server left it out.
    pub(super) fn new(
        state: Option<FolderState>,
        selected: Selected,
        uid_next: u32,
        takes: FirstRun,
        now: Timestamp,
    ) -> Self {
        let first_run = |at, done| FirstRunState {
            takes,
            at,
            until: uid_next,
            done,
        };
        let begin = |from, reason| Some(start(selected, from, reason));
        match state {
            Some(state) if state.cursor.uid_validity == selected.uid_validity => Self {
                begin: None,
                from: state.cursor.uid_next.max(1),
                // What it takes may have been configured anew since.
                first_run: (!state.first_run_is_over()).then_some(FirstRunState {
                    takes,
                    ..state.first_run
                }),
            },
            Some(state) if state.first_run_is_over() => Self {
                begin: begin(1, StartReason::NewUidValidity),
                from: 1,
                first_run: None,
            },
            None if takes == FirstRun::Now => Self {
                begin: begin(uid_next, StartReason::FirstRun(first_run(now, true))),
                from: uid_next,
                first_run: None,
            },
            state => {
                let first_run = first_run(state.map_or(now, |state| state.first_run.at), false);
                Self {
                    begin: begin(1, StartReason::FirstRun(first_run)),
                    from: 1,
                    first_run: Some(first_run),
                }
            }
        }
    }

    /// Whether this mail is to be fetched.
    pub(super) fn wants(&self, mail: &Listed) -> bool {
        match self.first_run {
            Some(FirstRunState {
                until,
                at,
                takes: FirstRun::Unseen,
                ..
            }) => !mail.seen || mail.uid >= until || mail.received_at >= at,
            _ => true,
        }
    }
}

/// A start at UIDs that the server gives out again: its UIDNEXT is below the cursor and above every mail there is. A
/// UIDNEXT that a mail contradicts is a broken server's, and says nothing.
pub(super) fn rewound(from: u32, selected: Selected, last_uid: Option<u32>) -> Option<FolderStart> {
    let uid_next = selected.uid_next.filter(|next| *next < from)?;
    let honest = last_uid.is_none_or(|last| last < uid_next);
    honest.then_some(start(selected, uid_next, StartReason::Rewound))
}

fn start(selected: Selected, uid_next: u32, reason: StartReason) -> FolderStart {
    FolderStart {
        cursor: FolderCursor {
            uid_validity: selected.uid_validity,
            uid_next,
        },
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: Timestamp = Timestamp::UNIX_EPOCH;
    const SELECTED: Selected = Selected {
        uid_validity: 7,
        uid_next: Some(50),
    };

    fn now() -> Timestamp {
        "2026-01-01T00:00:00Z".parse().unwrap()
    }

    fn state(uid_validity: u32, uid_next: u32, until: u32) -> FolderState {
        FolderState {
            cursor: FolderCursor { uid_validity, uid_next },
            first_uid_validity: uid_validity,
            first_run: FirstRunState {
                takes: FirstRun::Unseen,
                at: BEFORE,
                until,
                done: false,
            },
        }
    }

    fn seen(uid: u32, received_at: Timestamp) -> Listed {
        Listed {
            uid,
            size: 1,
            received_at,
            seen: true,
        }
    }

    #[test]
    fn first_run_now_starts_at_uidnext_and_all_and_unseen_at_one() {
        let from = |takes| Start::new(None, SELECTED, 50, takes, now()).from;
        assert_eq!(from(FirstRun::Now), 50);
        assert_eq!(from(FirstRun::All), 1);
        assert_eq!(from(FirstRun::Unseen), 1);
    }

    #[test]
    fn only_old_seen_mail_is_left_out_and_only_by_unseen() {
        let unseen = Start::new(None, SELECTED, 50, FirstRun::Unseen, now());
        assert!(!unseen.wants(&seen(49, BEFORE)));
        assert!(unseen.wants(&seen(50, BEFORE)), "it came after the first look");
        let all = Start::new(None, SELECTED, 50, FirstRun::All, now());
        assert!(all.wants(&seen(49, BEFORE)));
    }

    #[test]
    fn an_interrupted_first_run_goes_on_leaving_out() {
        let start = Start::new(Some(state(7, 20, 50)), SELECTED, 60, FirstRun::Unseen, now());
        assert_eq!((start.begin, start.from), (None, 20));
        assert!(!start.wants(&seen(49, Timestamp::MIN)));
        let over = Start::new(Some(state(7, 50, 50)), SELECTED, 60, FirstRun::Unseen, now());
        assert!(over.wants(&seen(49, BEFORE)));
    }

    #[test]
    fn a_new_uidvalidity_scans_from_the_start() {
        let over = Start::new(Some(state(6, 50, 50)), SELECTED, 60, FirstRun::Unseen, now());
        assert_eq!(over.begin.unwrap().reason, StartReason::NewUidValidity);
        assert_eq!((over.from, over.first_run), (1, None));
        let midway = Start::new(Some(state(6, 20, 50)), SELECTED, 60, FirstRun::Unseen, now());
        assert!(matches!(midway.begin.unwrap().reason, StartReason::FirstRun(run) if run.at == BEFORE && !run.done));
        assert!(midway.wants(&seen(5, now())), "it came after the first run began");
    }

    #[test]
    fn an_honest_smaller_uidnext_rewinds_and_a_wrong_one_does_not() {
        let check = |from, last| rewound(from, SELECTED, last).map(|start| start.cursor.uid_next);
        assert_eq!(check(90, Some(49)), Some(50));
        assert_eq!(check(90, None), Some(50));
        assert_eq!(check(90, Some(80)), None);
        assert_eq!(check(50, Some(49)), None);
    }
}
