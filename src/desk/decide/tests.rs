//! Decisions about single mails; here the desk they come to.

mod agents;
mod confirmation;
mod machines;
mod status;
mod threads;
mod work;

use super::*;
use crate::desk::arrival::{Consent, Fresh, Replies};
use crate::desk::contact::{Contact, Participant, Role};
use crate::desk::decision::MailKind;
use crate::desk::held::HeldReason;
use crate::desk::known::{Allowance, Candidate, Duplicate, DuplicateOf, ForeignTexts, IdRole, SameBy};
use crate::desk::policy::{EnvelopeStyle, InboxPolicy, ReplyAddress, testing};
use crate::desk::ticket::{Priority, Ticket, TicketKey, TicketNumber, TicketStatus};
use crate::desk::token::Purpose;
use crate::mail::authentication::{Authserv, Trust};
use crate::mail::forwarded::{Forwarded, NotFound};
use crate::mail::inbound::ParseLimits;
use crate::mail::{DkimVerdict, EmailAddress, MessageId, RawMail};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

const EVA: &str = "eva@home.example";
const INTAKE: i64 = 12;
const FRESH: Fresh = Fresh {
    number: TicketNumber(8),
    key: TicketKey(88),
};
const PASS: &str = "Authentication-Results: mx.acme.example; dmarc=pass header.from=home.example\r\n";
const FAIL: &str = "Authentication-Results: mx.acme.example; dmarc=fail header.from=home.example\r\n";

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn now() -> Timestamp {
    "2026-03-10T10:00:00Z".parse().unwrap()
}

/// A desk with one ticket: #7 of Eva's, subject "Printer broken".
struct Scene {
    policy: Policy,
    known: Known,
    received_at: Timestamp,
    replies: Replies,
    authenticity: Authenticity,
    /// What she has heard that her mail lacks, once she has released it.
    heard: Option<Vec<HeldReason>>,
    dkim: DkimVerdict,
    forwarded: Option<Result<Forwarded, NotFound>>,
}

impl Scene {
    fn new() -> Self {
        let inbox = InboxPolicy {
            name: "support".into(),
            address: address("support@acme.example"),
            aliases: vec![address("help@acme.example")],
            queue: "general".into(),
            reply_address: ReplyAddress::Plus,
            envelope: EnvelopeStyle::Verp,
            stale_after: SignedDuration::from_hours(72),
            max_message: 25 << 20,
            trust: Trust {
                authserv: Some(Authserv::Id("mx.acme.example".into())),
                ..Trust::default()
            },
            forms: vec![address("form@web.example")],
            lists: vec![],
        };
        let policy = Policy {
            inboxes: vec![inbox],
            ..testing::policy()
        };
        let known = Known::default();
        Self {
            policy,
            known,
            received_at: now(),
            replies: Replies::Allowed,
            authenticity: Authenticity::Headers,
            heard: None,
            dkim: DkimVerdict::default(),
            forwarded: None,
        }
    }

    fn with_ticket(mut self, status: TicketStatus, solved_days_ago: i64) -> Self {
        let solved_at = matches!(status, TicketStatus::Solved | TicketStatus::Closed)
            .then(|| now() - SignedDuration::from_hours(24 * solved_days_ago));
        self.known.candidates.push(Candidate {
            ticket: Ticket {
                number: TicketNumber(7),
                key: TicketKey(77),
                status,
                subject: "Printer broken".into(),
                requester: Some(address(EVA)),
                requester_name: "Eva".into(),
                queue: "general".into(),
                assignee: None,
                priority: Priority::Normal,
                inbox: "support".into(),
                language: "en".into(),
                solved_at,
            },
            keys: vec![TicketKey(77)],
            numbers: vec![(TicketNumber(7), TicketKey(77))],
            ids: HashMap::from([
                (MessageId::parse("first@home.example").unwrap(), IdRole::Seen),
                (MessageId::parse("ancestor@home.example").unwrap(), IdRole::Named),
            ]),
            participants: vec![Participant {
                address: address(EVA),
                role: Role::Requester,
            }],
            automatic: Allowance::Left,
            newest_event: 1,
            foreign_texts: ForeignTexts::None,
            answers: vec![],
            last_action: None,
            is_confirmed: false,
        });
        self
    }

    fn signed_address(&self) -> String {
        let keys = &self.policy.keys;
        let token = keys.address_token(Purpose::CustomerReply, TicketKey(77), keys.person(&address(EVA)));
        format!("support+{token}@acme.example")
    }

    fn signed_id(&self) -> String {
        self.policy
            .keys
            .message_id(TicketKey(77), 1, "acme.example")
            .unwrap()
            .to_string()
    }

    fn tag(&self) -> String {
        self.policy.keys.subject_tag(TicketNumber(7), TicketKey(77))
    }

    fn parse(&self, mail: &str) -> InboundMail {
        let octets = mail.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes();
        let raw = RawMail {
            full_size: octets.len() as u64,
            octets,
            received_at: self.received_at,
        };
        InboundMail::parse(&raw, &ParseLimits::default())
    }

    fn decide(&self, mail: &str) -> Decision {
        let mail = self.parse(mail);
        let clues = Clues::of(&mail, &self.policy.keys);
        let arrival = Arrival {
            inbox: &self.policy.inboxes[0],
            received_at: self.received_at,
            now: now(),
            intake: Some(INTAKE),
            fresh: FRESH,
            authenticity: self.authenticity,
            replies: self.replies,
            consent: self.heard.as_deref().map_or(Consent::Needed, Consent::Given),
            dkim: &self.dkim,
            forwarded: self.forwarded.as_ref(),
        };
        decide(&mail, &clues, &self.known, &self.policy, &arrival)
    }
}

/// A mail with a passing border result; `headers` are further header lines.
fn mail(from: &str, to: &str, subject: &str, headers: &str) -> String {
    format!(
        "{PASS}Received: from x by mx.acme.example; Tue, 10 Mar 2026 10:00:00 +0000\r\nFrom: {from}\r\nTo: {to}\r\n\
             Subject: {subject}\r\nMessage-ID: <new@home.example>\r\n{headers}\r\nThe printer still says no.\r\n"
    )
}

fn marks(decision: &Decision) -> Vec<Mark> {
    match &decision.effects.change {
        TicketChange::Open(new) => new.messages[0].marks.clone(),
        TicketChange::Append(append) => append.message.marks.clone(),
        _ => vec![],
    }
}

fn status(decision: &Decision) -> Option<TicketStatus> {
    match &decision.effects.change {
        TicketChange::Append(append) => append.status,
        _ => None,
    }
}

fn linked(decision: &Decision) -> Option<i64> {
    match &decision.effects.change {
        TicketChange::Open(new) => new.linked_to.map(|number| number.0),
        _ => None,
    }
}
