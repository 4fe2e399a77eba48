//! Where reading starts: a pure decision from what is remembered and what SELECT said.

use super::account::FirstRun;
use super::listing::Listed;
use super::session::Selected;
use super::sink::{BeginReason, FolderBegin, FolderState};
use crate::mail::FolderCursor;
use jiff::Timestamp;

/// Where to start, and what to leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Start {
    /// Told to the sink before anything is fetched.
    pub(super) begin: Option<FolderBegin>,
    /// The first UID of interest.
    pub(super) from: u32,
    /// While the first run is not over.
    pub(super) first_run: Option<Remainder>,
}

/// What is left of a first run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Remainder {
    /// Mail with a smaller UID was there before.
    pub(super) until: u32,
    /// When it began.
    pub(super) at: Timestamp,
    /// What is taken.
    pub(super) takes: FirstRun,
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
        let cursor = |uid_next| FolderCursor {
            uid_validity: selected.uid_validity,
            uid_next,
        };
        let begin = |reason, from, until, done| FolderBegin {
            reason,
            cursor: cursor(from),
            first_run_until: until,
            first_run_done: done,
            now,
        };
        let rest = |until, at| Some(Remainder { until, at, takes });
        match state {
            Some(state) if state.cursor.uid_validity == selected.uid_validity => Self {
                begin: None,
                from: state.cursor.uid_next.max(1),
                first_run: match state.first_run_is_over() {
                    true => None,
                    false => rest(state.first_run_until, state.first_run_at),
                },
            },
            Some(state) if state.first_run_is_over() => Self {
                begin: Some(begin(BeginReason::NewUidValidity, 1, 1, true)),
                from: 1,
                first_run: None,
            },
            None if takes == FirstRun::Now => Self {
                begin: Some(begin(BeginReason::FirstRun, uid_next, uid_next, true)),
                from: uid_next,
                first_run: None,
            },
            state => Self {
                begin: Some(begin(BeginReason::FirstRun, 1, uid_next, false)),
                from: 1,
                first_run: rest(uid_next, state.map_or(now, |state| state.first_run_at)),
            },
        }
    }

    /// Whether this mail is to be fetched.
    pub(super) fn wants(&self, mail: &Listed) -> bool {
        match self.first_run {
            Some(Remainder {
                until,
                at,
                takes: FirstRun::Unseen,
            }) => !mail.seen || mail.uid >= until || mail.received_at >= at,
            _ => true,
        }
    }
}

/// A start at UIDs that the server gives out again: its UIDNEXT is below the cursor and above every mail there is. A
/// UIDNEXT that a mail contradicts is a broken server's, and says nothing.
pub(super) fn rewound(from: u32, selected: Selected, last_uid: Option<u32>, now: Timestamp) -> Option<FolderBegin> {
    let uid_next = selected.uid_next.filter(|next| *next < from)?;
    let honest = last_uid.is_none_or(|last| last < uid_next);
    honest.then_some(FolderBegin {
        reason: BeginReason::Rewound,
        cursor: FolderCursor {
            uid_validity: selected.uid_validity,
            uid_next,
        },
        first_run_until: 1,
        first_run_done: true,
        now,
    })
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
            first_run_at: BEFORE,
            first_run_until: until,
            first_run_done: false,
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
        assert_eq!(over.begin.unwrap().reason, BeginReason::NewUidValidity);
        assert_eq!((over.from, over.first_run), (1, None));
        let midway = Start::new(Some(state(6, 20, 50)), SELECTED, 60, FirstRun::Unseen, now());
        assert_eq!(midway.begin.unwrap().reason, BeginReason::FirstRun);
        assert!(midway.wants(&seen(5, now())), "it came after the first run began");
    }

    #[test]
    fn an_honest_smaller_uidnext_rewinds_and_a_wrong_one_does_not() {
        let check = |from, last| rewound(from, SELECTED, last, now()).map(|begin| begin.cursor.uid_next);
        assert_eq!(check(90, Some(49)), Some(50));
        assert_eq!(check(90, None), Some(50));
        assert_eq!(check(90, Some(80)), None);
        assert_eq!(check(50, Some(49)), None);
    }
}
