//! What letters tell of a ticket is what the store holds once the effects are applied.

use super::*;
use crate::desk::decision::{AgentWork, Append, Effects};
use crate::desk::journal::LastAction;
use crate::desk::known::{AgentQuestion, Question};
use crate::desk::message::{Direction, NewMessage};
use crate::desk::policy::testing;
use crate::desk::ticket::TicketKey;
use crate::store::{Store, View};
use crate::template::Templates;
use jiff::Timestamp;
use tempfile::TempDir;

const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);
const ANA: &str = "ana@acme.example";
const EVA: &str = "eva@home.example";
const BO: &str = "bo@home.example";

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

/// A store with Eva's ticket 1, to which one mail came.
struct Scene {
    store: Store,
    templates: Templates,
    _dir: TempDir,
}

impl Scene {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let scene = Self {
            store: Store::open(&dir.path().join("buzon.db")).unwrap(),
            templates: Templates::load(None).unwrap(),
            _dir: dir,
        };
        scene.apply(TicketChange::Open(Box::new(new_ticket(1, Opening::Mail))));
        scene
    }

    fn apply(&self, change: TicketChange) {
        let effects = Effects {
            change,
            ..Effects::default()
        };
        let applied = self.store.write_blocking(move |tx| tx.apply(&effects, NOW));
        applied.unwrap();
    }

    fn read<T>(&self, read: impl FnOnce(&View<'_>) -> anyhow::Result<T>) -> T {
        self.store.read_blocking(read).unwrap()
    }

    /// What a letter is written from before that change is made.
    fn before<T>(&self, change: &TicketChange, look: impl FnOnce(&Writing<'_>) -> anyhow::Result<T>) -> T {
        let effects = Effects {
            change: change.clone(),
            ..Effects::default()
        };
        self.read(|view| {
            look(&Writing {
                policy: &testing::policy(),
                templates: &self.templates,
                view,
                effects: &effects,
                occasion: None,
                now: NOW,
                draw: || 1,
            })
        })
    }

    /// Asserts that a letter tells of the ticket what stands there once the change is made.
    #[track_caller]
    fn check(&self, change: TicketChange) {
        let number = change.ticket().unwrap();
        let (told, ids) = self.before(&change, |writing| {
            Ok((writing.outlook()?.unwrap(), writing.thread_ids(number)?))
        });
        self.apply(change);
        self.read(|view| {
            let ticket = Ticket {
                // When it was solved stands in no letter.
                solved_at: told.ticket.solved_at,
                ..view.ticket(number)?.unwrap()
            };
            assert_eq!((told.ticket, told.tags), (ticket, view.tags(number)?));
            assert_eq!(ids, view.thread_ids(number)?);
            Ok(())
        });
    }

    fn last_action(&self) -> LastAction {
        let question = Question {
            numbers: vec![TicketNumber(1)],
            agent: Some(AgentQuestion {
                address: address(ANA),
                message_id: None,
                named: vec![],
            }),
            ..Question::default()
        };
        let known = self.read(|view| view.known(&question, None, NOW));
        known.candidates[0].last_action.clone().unwrap()
    }
}

fn new_ticket(number: i64, opening: Opening) -> NewTicket {
    NewTicket {
        number: TicketNumber(number),
        key: TicketKey(number.cast_unsigned()),
        subject: "The door sticks".into(),
        requester: Some(address(EVA)),
        requester_name: "Eva".into(),
        queue: "general".into(),
        inbox: "support".into(),
        priority: Priority::Normal,
        tags: vec!["door".into()],
        language: "en".into(),
        linked_to: None,
        participants: vec![],
        assignee: None,
        opening,
        messages: vec![message(number, "first@home.example")],
        events: vec![],
    }
}

fn message(ticket: i64, id: &str) -> NewMessage {
    NewMessage {
        ticket: TicketNumber(ticket),
        at: NOW,
        direction: Direction::In,
        kind: "mail",
        from: None,
        to: vec![],
        message_id: MessageId::parse(id),
        references: vec![],
        subject: String::new(),
        text: String::new(),
        reply: None,
        attachments: vec![],
        marks: vec![],
        intake: None,
        author: None,
    }
}

fn append(status: Option<TicketStatus>, message: NewMessage) -> TicketChange {
    TicketChange::Append(Box::new(Append {
        ticket: TicketNumber(1),
        status,
        sender: None,
        participants: vec![],
        message,
        events: vec![],
    }))
}

fn work(edits: Vec<Edit>) -> TicketChange {
    TicketChange::Work(Box::new(AgentWork {
        ticket: TicketNumber(1),
        agent: address(ANA),
        edits,
        passed_on: None,
        message: None,
        message_id: None,
        at: NOW,
        events: vec![],
    }))
}

fn every_edit() -> Vec<Edit> {
    vec![
        Edit::Status(TicketStatus::Pending),
        Edit::Assignee(Some(address(ANA))),
        Edit::Queue("billing".into()),
        Edit::Priority(Priority::Urgent),
        Edit::Untag("door".into()),
        Edit::Tag("window".into()),
        Edit::Tag("attic".into()),
        Edit::Tag("window".into()),
        Edit::Participant(address(BO)),
        Edit::Status(TicketStatus::Solved),
    ]
}

#[test]
fn a_new_ticket_is_told_of_with_what_its_opening_changes_at_once() {
    let scene = Scene::new();
    let by_ana = Opening::OnBehalf {
        agent: address(ANA),
        original: None,
        note: String::new(),
        edits: every_edit(),
    };
    for (number, opening) in [(2, Opening::Mail), (3, by_ana)] {
        scene.check(TicketChange::Open(Box::new(new_ticket(number, opening))));
    }
}

#[test]
fn an_agents_work_and_its_undoing_are_told_of_as_done() {
    let scene = Scene::new();
    scene.check(work(every_edit()));
    scene.check(work(vec![Edit::Assignee(None), Edit::Tag("door".into())]));
    let undo = |action| TicketChange::Undo {
        ticket: TicketNumber(1),
        action,
        events: vec![],
    };
    scene.check(undo(scene.last_action()));
    scene.check(work(every_edit()));
    scene.check(undo(scene.last_action()));
}

#[test]
fn a_mail_that_is_added_stands_in_the_thread_unless_a_stranger_or_a_forger_wrote_it() {
    use crate::desk::decision::Mark;
    let scene = Scene::new();
    scene.check(append(Some(TicketStatus::Open), message(1, "second@home.example")));
    for mark in [Mark::ThirdParty, Mark::Unverified] {
        let doubtful = NewMessage {
            marks: vec![mark],
            ..message(1, &format!("{mark:?}@evil.example"))
        };
        scene.check(append(None, doubtful));
    }
}

#[test]
fn whoever_joins_with_the_effects_takes_part_already() {
    let scene = Scene::new();
    let ticket = scene.read(|view| view.ticket(TicketNumber(1))).unwrap();
    let takes_part = |edits, who: &str| {
        let who = address(who);
        scene.before(&work(edits), |writing| writing.takes_part(&ticket, &who))
    };
    assert!(takes_part(vec![], EVA));
    assert!(!takes_part(vec![], BO));
    assert!(takes_part(vec![Edit::Participant(address(BO))], BO));
}

#[test]
fn another_ticket_is_told_of_as_it_stands_and_one_that_is_none_not_at_all() {
    let scene = Scene::new();
    scene.apply(TicketChange::Open(Box::new(new_ticket(2, Opening::Mail))));
    let told = |number| scene.before(&work(every_edit()), |writing| writing.outlook_of(TicketNumber(number)));
    let other = told(2).unwrap();
    assert_eq!(
        (other.ticket.status, other.tags),
        (TicketStatus::New, vec!["door".to_owned()])
    );
    assert!(told(3).is_none());
    assert!(scene.before(&TicketChange::None, |writing| writing.outlook()).is_none());
}
