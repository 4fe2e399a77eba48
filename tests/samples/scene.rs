//! The desk to which the samples come.

use buzon::config::{Config, Variables};
use buzon::desk::Ticket;
use buzon::desk::decision::{
    Append, Cause, ContactChange, Edit, Effects, MailContent, MailKind, NewTicket, Opening, PlannedMail, TicketChange,
};
use buzon::desk::message::{Direction, NewMessage};
use buzon::desk::ticket::{Priority, TicketKey, TicketNumber, TicketStatus};
use buzon::letters::{self, Occasion};
use buzon::mail::{Alignment, EmailAddress, InboundMail, Mailbox, MessageId, ParseLimits, RawMail};
use buzon::service::{self, Desk};
use buzon::store::{OutboxFilter, Store, Tx, View};
use jiff::{SignedDuration, Timestamp};
use std::path::Path;
use tempfile::TempDir;

/// A desk whose store holds [`TICKETS`].
pub struct Scene {
    pub desk: Desk,
    pub store: Store,
    _folder: TempDir,
}

impl Scene {
    /// `locale` is the language of the agents.
    pub fn new(locale: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let desk = service::desk(&config(folder.path(), locale)).unwrap();
        let store = Store::open(&folder.path().join("buzon.db")).unwrap();
        store.write_blocking(fill).unwrap();
        Self {
            desk,
            store,
            _folder: folder,
        }
    }

    /// What an agent is told of a new ticket, as it is written now.
    pub fn notification(&self, agent: &str, number: i64, html: Option<&str>, text: &str) -> Vec<u8> {
        let office = &self.desk.office;
        let write = |view: &View<'_>| {
            let ticket = view.ticket(TicketNumber(number))?.expect("the ticket");
            let mail = written(&ticket, text);
            let occasion = Occasion {
                mail: &mail,
                raw: &|| anyhow::bail!("it encloses nothing"),
                html,
                inbox: &ticket.inbox,
                alignment: Alignment::Yes,
                alignment_reason: "dmarc=pass",
            };
            let effects = told_of(&mail, ticket.number, agent);
            letters::write(office, view, (&effects, Some(occasion)), yesterday(), || 1)
        };
        let letters = self.store.read_blocking(write).unwrap();
        let queue = move |tx: &Tx<'_>| {
            letters::queue(tx, &letters, None, yesterday())?;
            let mut last = 0;
            tx.outbox(OutboxFilter::All, |row| {
                last = row.id;
                Ok(())
            })?;
            tx.outbox_octets(last)
        };
        self.store.write_blocking(queue).unwrap().expect("octets")
    }
}

/// The requester's mail.
fn written(ticket: &Ticket, text: &str) -> InboundMail {
    let octets = b"Subject: x\r\n\r\n".to_vec();
    let raw = RawMail {
        full_size: octets.len() as u64,
        octets,
        received_at: yesterday(),
    };
    let mut mail = InboundMail::parse(&raw, &ParseLimits::default());
    mail.from = vec![Mailbox {
        name: ticket.requester_name.clone(),
        address: ticket.requester.clone().expect("a requester"),
    }];
    (mail.text, mail.reply) = (text.to_owned(), text.to_owned());
    mail
}

/// An agent hears of a ticket by its first mail.
fn told_of(mail: &InboundMail, ticket: TicketNumber, agent: &str) -> Effects {
    let cause = Cause::NewTicket { not_confirmed: None };
    let append = Append {
        ticket,
        status: None,
        sender: None,
        participants: vec![],
        message: NewMessage::received(mail, ticket, yesterday(), None),
        events: vec![],
    };
    Effects {
        change: TicketChange::Append(Box::new(append)),
        mails: vec![PlannedMail {
            kind: MailKind::Notification,
            to: EmailAddress::parse(agent).unwrap(),
            sent: true,
            why: cause.as_str().to_owned(),
            guidance: false,
            content: MailContent::Notification(cause),
        }],
        ..Effects::default()
    }
}

fn yesterday() -> Timestamp {
    now() - SignedDuration::from_hours(24)
}

/// When every sample came in.
pub fn now() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

/// The secret that signed the samples; their tickets' keys are the tickets' numbers.
const SECRET: &str = "buzon samples: not a secret, 32!";

/// The tickets that the samples refer to.
const TICKETS: [SampleTicket; 9] = [
    SampleTicket {
        number: 1041,
        requester: "lucia.ferrer@casa.example",
        name: "Lucía Ferrer",
        subject: "¿Cuándo llega mi pedido?",
        language: "es",
        status: TicketStatus::Solved,
        inbox: "support",
        opened_by: "5b0c6a1e-77d4-4f0a-9a41-2f6f0f3f7c11@casa.example",
    },
    SampleTicket {
        number: 1042,
        requester: "martin.hale@northgate.example",
        name: "Martin Hale",
        subject: "Can't sign in to the portal",
        language: "en",
        status: TicketStatus::Pending,
        inbox: "support",
        opened_by: "000001dc4c9d$5a1b7c20$0e527460$@northgate.example",
    },
    SampleTicket {
        number: 1043,
        requester: "eva.lind@home.example",
        name: "Eva Lind",
        subject: "Please call me back",
        language: "en",
        status: TicketStatus::Solved,
        inbox: "support",
        opened_by: "3F6C0B7E-91A4-4D52-8B1E-0C9D8E7F6A5B@home.example",
    },
    SampleTicket {
        number: 1044,
        requester: "h.brandt@lindner.example",
        name: "Brandt, Helene",
        subject: "Your order has shipped",
        language: "en",
        status: TicketStatus::Pending,
        inbox: "support",
        opened_by: "first-1044@lindner.example",
    },
    SampleTicket {
        number: 1045,
        requester: "pablo.soto@correo.example",
        name: "Pablo Soto",
        subject: "Cambio de dirección",
        language: "es",
        status: TicketStatus::Solved,
        inbox: "support",
        opened_by: "first-1045@correo.example",
    },
    SampleTicket {
        number: 1046,
        requester: "old.address@gone.example",
        name: "",
        subject: "Broken hinge",
        language: "en",
        status: TicketStatus::New,
        inbox: "support",
        opened_by: "first-1046@gone.example",
    },
    SampleTicket {
        number: 1047,
        requester: "eva.lind@home.example",
        name: "Eva Lind",
        subject: "Red light",
        language: "en",
        status: TicketStatus::New,
        inbox: "support",
        opened_by: "5D0E7A52-6B1C-4C35-9D8F-2A7E4B913C60@home.example",
    },
    SampleTicket {
        number: 1048,
        requester: "pablo.soto@correo.example",
        name: "Pablo Soto",
        subject: "Luz roja",
        language: "es",
        status: TicketStatus::New,
        inbox: "support",
        opened_by: "first-1048@correo.example",
    },
    SampleTicket {
        number: 1049,
        requester: "eva.lind@home.example",
        name: "Eva Lind",
        subject: "Invoice 2026-118",
        language: "en",
        status: TicketStatus::New,
        inbox: "exchange",
        opened_by: "first-1049@home.example",
    },
];

struct SampleTicket {
    number: i64,
    requester: &'static str,
    name: &'static str,
    subject: &'static str,
    language: &'static str,
    status: TicketStatus,
    /// The inbox that it came to.
    inbox: &'static str,
    /// The Message-ID of the mail that opened it.
    opened_by: &'static str,
}

fn config(folder: &Path, locale: &str) -> Config {
    let text = format!(
        r#"
        [desk]
        name = "Acme Support"
        locale = "{locale}"
        secret = {{ env = "DESK_SECRET" }}
        [store]
        url = "sqlite:buzon.db"
        [[inbox]]
        name = "support"
        address = "support@acme.example"
        trusted_authserv = "mx.acme.example"
        forms = ["form@www.acme.example"]
        imap = {{ host = "127.0.0.1", tls = "none", password = {{ env = "DESK_SECRET" }} }}
        smtp = {{ host = "127.0.0.1", tls = "none" }}
        [[inbox]]
        name = "exchange"
        address = "help@acme.example"
        trusted_authserv = "microsoft365"
        imap = {{ host = "127.0.0.1", tls = "none", password = {{ env = "DESK_SECRET" }} }}
        smtp = {{ host = "127.0.0.1", tls = "none" }}
        [[queue]]
        name = "general"
        [[queue]]
        name = "billing"
        [[agent]]
        name = "Ana Ruiz"
        address = "ana@acme.example"
        queues = ["general"]
        [[agent]]
        name = "Ben Ode"
        address = "ben@acme.example"
        queues = ["billing"]
    "#
    );
    let file = folder.join("buzon.toml");
    std::fs::write(&file, text).unwrap();
    let secret = data_encoding::BASE64.encode(SECRET.as_bytes());
    let variables = Variables::from_iter([("DESK_SECRET".to_owned(), secret)]);
    Config::load_with(Some(&file), &variables).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Fills in the tickets.
fn fill(tx: &Tx<'_>) -> anyhow::Result<()> {
    TICKETS.iter().try_for_each(|ticket| open(tx, ticket))
}

fn open(tx: &Tx<'_>, ticket: &SampleTicket) -> anyhow::Result<()> {
    let requester = EmailAddress::parse(ticket.requester).expect("an address");
    let (number, yesterday) = (TicketNumber(ticket.number), yesterday());
    let new = NewTicket {
        number,
        key: TicketKey(ticket.number.cast_unsigned()),
        subject: ticket.subject.to_owned(),
        requester: Some(requester.clone()),
        requester_name: ticket.name.to_owned(),
        queue: "general".to_owned(),
        inbox: ticket.inbox.to_owned(),
        priority: Priority::Normal,
        tags: vec![],
        language: ticket.language.to_owned(),
        linked_to: None,
        participants: vec![],
        assignee: None,
        opening: Opening::Mail,
        messages: vec![first_message(ticket, yesterday)],
        events: vec![],
    };
    let effects = Effects {
        change: TicketChange::Open(Box::new(new)),
        // Its confirmation went out with the guidance.
        contact: Some(ContactChange {
            address: requester,
            name: None,
            language: Some(ticket.language.to_owned()),
            has_answered: false,
            guided: true,
        }),
        ..Effects::default()
    };
    tx.apply(&effects, yesterday)?;
    tx.edit(number, &Edit::Status(ticket.status), yesterday).map(drop)
}

fn first_message(ticket: &SampleTicket, at: Timestamp) -> NewMessage {
    NewMessage {
        ticket: TicketNumber(ticket.number),
        at,
        direction: Direction::In,
        kind: "mail",
        from: None,
        to: vec![],
        message_id: MessageId::parse(ticket.opened_by),
        references: vec![],
        subject: ticket.subject.to_owned(),
        text: String::new(),
        reply: None,
        attachments: vec![],
        marks: vec![],
        intake: None,
        author: None,
    }
}
