//! What the store promises, one subject a file.

mod intake;
mod migration;
mod notice;
mod outbox;
mod showing;
mod threads;
mod work;
mod writing;

use super::*;
use crate::desk::arrival::{Authenticity, Replies};
use crate::desk::decision::{IntakeState, NewTicket, Opening};
use crate::desk::known::Question;
use crate::desk::ticket::Priority;
use crate::desk::{TicketKey, TicketNumber};
use crate::mail::{After, EmailAddress, FetchedBatch, FirstRun, FirstRunState, FolderCursor, FolderStart, Mailbox};
use crate::mail::{MessageId, StartReason};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);
const EVA: &str = "eva@home.example";

/// A store in a folder that goes away with it.
struct Scratch {
    store: Store,
    dir: TempDir,
}

impl Scratch {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let store = Store::open(&dir.path().join("buzon.db")).unwrap();
        Self { store, dir }
    }

    fn reopened(self) -> Self {
        self.store.close();
        let store = Store::open(&self.dir.path().join("buzon.db")).unwrap();
        Self { store, dir: self.dir }
    }

    fn write<T: Send + 'static>(&self, job: impl FnOnce(&Tx<'_>) -> anyhow::Result<T> + Send + 'static) -> T {
        self.store.write_blocking(job).unwrap()
    }

    fn read<T>(&self, job: impl FnOnce(&View<'_>) -> anyhow::Result<T>) -> T {
        self.store.read_blocking(job).unwrap()
    }

    fn open_ticket(&self, key: u64) -> TicketNumber {
        self.write(move |tx| tx.open_ticket(&new_ticket(), TicketKey(key), NOW))
    }

    fn tickets(&self, filter: &TicketFilter) -> Vec<i64> {
        let mut numbers = vec![];
        self.read(|view| {
            view.tickets(filter, |ticket| {
                numbers.push(ticket.head.number.0);
                Ok(())
            })
        });
        numbers
    }
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn id(text: &str) -> MessageId {
    MessageId::parse(text).unwrap()
}

fn sha(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

fn new_ticket() -> NewTicket {
    NewTicket {
        subject: "The door sticks".to_owned(),
        requester: Some(address(EVA)),
        requester_name: "Eva".to_owned(),
        queue: "general".to_owned(),
        inbox: "support".to_owned(),
        priority: Priority::Normal,
        tags: vec!["door".to_owned()],
        language: "en".to_owned(),
        linked_to: None,
        participants: vec![],
        assignee: None,
        opening: Opening::Mail,
        marks: vec![],
        events: vec![],
    }
}

fn message(ticket: TicketNumber, text: &str) -> NewMessage {
    NewMessage {
        ticket,
        at: NOW,
        direction: Direction::In,
        kind: "human".to_owned(),
        from: Some(Mailbox {
            name: "Eva".to_owned(),
            address: address(EVA),
        }),
        to: vec![],
        message_id: Some(id("first@home.example")),
        references: vec![],
        subject: "The door sticks".to_owned(),
        text: text.to_owned(),
        reply: None,
        attachments: vec![],
        marks: vec![],
        intake: None,
        author: None,
    }
}

fn single(text: &str) -> SingleIntake {
    SingleIntake {
        inbox: "support".to_owned(),
        source: Source::Pipe,
        raw: compress(text.as_bytes()).unwrap(),
        full_size: text.len() as u64,
        sha256: sha(text),
        received_at: NOW,
        authenticity: Authenticity::Headers,
        replies: Replies::Allowed,
    }
}

fn settlement(state: IntakeState, ticket: Option<TicketNumber>) -> Settlement {
    Settlement {
        state,
        ticket,
        decision: "{}".to_owned(),
        set_aside: String::new(),
        message_id: Some(id("first@home.example")),
        content_hash: Some(sha("content")),
    }
}

fn question(text: &str) -> Question {
    Question {
        sha256: sha(text),
        ..Question::default()
    }
}

fn folder(uid_validity: u32, takes: FirstRun, at: Timestamp) -> FolderStart {
    FolderStart {
        cursor: FolderCursor {
            uid_validity,
            uid_next: 1,
        },
        reason: StartReason::FirstRun(FirstRunState {
            takes,
            at,
            until: 1,
            done: false,
        }),
    }
}

fn batch(uid_validity: u32, uid_next: u32, mails: &[(u32, &str, Timestamp)]) -> FetchedBatch<NewIntake> {
    let mails = mails.iter().map(|&(uid, text, received_at)| NewIntake {
        uid,
        raw: compress(text.as_bytes()).unwrap(),
        full_size: text.len() as u64,
        sha256: sha(text),
        received_at,
        after: After::Seen,
    });
    FetchedBatch {
        cursor_after: FolderCursor { uid_validity, uid_next },
        mails: mails.collect(),
    }
}
