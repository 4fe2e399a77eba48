//! What the store promises, one subject a file.

mod intake;
mod letters;
mod migration;
mod notice;
mod outbox;
mod plans;
mod showing;
mod states;
mod threads;
mod work;
mod writing;

use super::*;
use crate::desk::arrival::{Authenticity, Replies};
use crate::desk::decision::{IntakeState, MailKind, NewTicket, Opening};
use crate::desk::journal::{Change, LastAction, Withdrawn};
use crate::desk::known::Question;
use crate::desk::message::{Direction, NewMessage};
use crate::desk::ticket::Priority;
use crate::desk::{TicketKey, TicketNumber};
use crate::mail::{
    After, EmailAddress, Envelope, FetchedBatch, FirstRun, FirstRunState, FolderCursor, FolderStart, Mailbox,
    MessageId, ReversePath, StartReason,
};
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

    fn write<T: Send + 'static>(&self, job: impl Fn(&Tx<'_>) -> anyhow::Result<T> + Send + 'static) -> T {
        self.store.write_blocking(job).unwrap()
    }

    fn read<T>(&self, job: impl FnOnce(&View<'_>) -> anyhow::Result<T>) -> T {
        self.store.read_blocking(job).unwrap()
    }

    fn open_ticket(&self, key: u64) -> TicketNumber {
        self.write(move |tx| open_ticket(tx, key))
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

/// Opens a ticket under the next number.
fn open_ticket(tx: &Tx<'_>, key: u64) -> anyhow::Result<TicketNumber> {
    let number = tx.next_ticket_number()?;
    tx.open_ticket(&new_ticket(number, key), NOW)?;
    Ok(number)
}

/// The tickets with a message that has these words.
fn search(scratch: &Scratch, words: &str) -> Vec<i64> {
    scratch.tickets(&TicketFilter {
        search: Some(words.to_owned()),
        ..TicketFilter::default()
    })
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

fn new_ticket(number: TicketNumber, key: u64) -> NewTicket {
    NewTicket {
        number,
        key: TicketKey(key),
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
        messages: vec![],
        events: vec![],
    }
}

fn message(ticket: TicketNumber, text: &str) -> NewMessage {
    NewMessage {
        ticket,
        at: NOW,
        direction: Direction::In,
        kind: "human",
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

/// A mail that waits to go out, with those copies.
fn outgoing(kind: MailKind, ticket: TicketNumber, octets: &str, copies: Vec<OutboxCopy>) -> NewOutboxMail {
    NewOutboxMail {
        ticket: Some(ticket),
        kind,
        inbox: "support".to_owned(),
        raw: compress(octets.as_bytes()).unwrap(),
        text: None,
        copies,
        not_before: NOW,
        allowance: Allowance::Free,
    }
}

/// The first copy of a mail.
fn copy(to: &str, message_id: &str) -> OutboxCopy {
    OutboxCopy {
        envelope: Envelope {
            reverse_path: ReversePath::Null,
            recipient: address(to),
        },
        message_id: id(message_id),
        serial: 77,
        own: None,
        shared_from: 0,
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
