//! What in a mail speaks for a ticket, before the store is asked.

use crate::desk::command::CommandBlock;
use crate::desk::known::{AgentQuestion, Question};
use crate::desk::policy::{AgentPolicy, InboxPolicy, Policy};
use crate::desk::report::ReportedMail;
use crate::desk::subject::{self, SubjectClaim};
use crate::desk::ticket::TicketKey;
use crate::desk::token::{AddressToken, Purpose, SignedId, TokenKeys};
use crate::mail::delivery_report::{Action, RecipientReport};
use crate::mail::{EmailAddress, InboundMail, MessageId};

/// The clues of one mail, strongest kind first and newest first within a kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clues {
    /// Verified tokens in the addresses it came to.
    pub tokens: Vec<AddressToken>,
    /// The ids it refers to, newest first.
    pub references: Vec<Reference>,
    /// The id of the mail that a bounce or a complaint is about.
    pub reported: Option<Reference>,
    /// Tags and numbers in the subject.
    pub claims: Vec<SubjectClaim>,
}

/// A Message-ID that a mail refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The id.
    pub id: MessageId,
    /// What it proves, when we signed it.
    pub signed: Option<SignedId>,
}

/// How many references are looked up, newest first.
const MAX_REFERENCES: usize = 100;
/// How many recipients of one mail a report is noted for.
const MOST_RECIPIENTS: usize = 50;

impl Clues {
    /// Reads the clues out of a mail.
    pub fn of(mail: &InboundMail, keys: &TokenKeys) -> Self {
        let recipients = mail.to.iter().chain(&mail.cc).map(|mailbox| &mailbox.address);
        let mut tokens: Vec<AddressToken> = Vec::new();
        for token in mail
            .delivered_to
            .iter()
            .chain(recipients)
            .filter_map(|address| keys.verify_address(address))
        {
            if !tokens.contains(&token) {
                tokens.push(token);
            }
        }
        let mut references: Vec<Reference> = Vec::new();
        for id in mail.in_reply_to.iter().chain(mail.references.iter().rev()) {
            if references.len() < MAX_REFERENCES && references.iter().all(|known| known.id != *id) {
                references.push(Reference::new(id, keys));
            }
        }
        let reported = mail
            .delivery_report
            .as_ref()
            .and_then(|report| report.original_message_id.as_ref())
            .or(mail.returned_id.as_ref());
        Self {
            tokens,
            references,
            reported: reported.map(|id| Reference::new(id, keys)),
            claims: subject::claims(&mail.subject),
        }
    }

    /// What to ask the store about a mail to that inbox; `sha256` is that of its octets, `requester` who would be answered,
    /// `agent` the one whose address wrote, with what she wrote above a forwarded mail or a quote.
    pub fn question(
        &self,
        (mail, sha256): (&InboundMail, [u8; 32]),
        requester: Option<&EmailAddress>,
        agent: Option<(&AgentPolicy, &str)>,
        (policy, inbox): (&Policy, &InboxPolicy),
    ) -> Question {
        let ids = self.references.iter().chain(&self.reported);
        let signed = ids
            .clone()
            .filter_map(|reference| reference.signed.map(|signed| signed.key));
        let mut keys: Vec<TicketKey> = self.tokens.iter().map(|token| token.key).chain(signed).collect();
        keys.dedup();
        let commands = agent.map(|(_, written)| CommandBlock::read(written).unwrap_or_default());
        let names_queue = commands.as_ref().is_some_and(CommandBlock::names_queue);
        let queues = policy.queues.iter().map(|queue| queue.name.as_str());
        let queues = queues.filter(|queue| names_queue || *queue == inbox.queue);
        Question {
            sha256,
            content_hash: mail.content_hash(),
            keys,
            message_ids: ids.map(|reference| reference.id.clone()).collect(),
            requester: requester.cloned(),
            numbers: self.claims.iter().map(|claim| claim.number).collect(),
            queues: queues.filter_map(|queue| policy.queue_question(queue)).collect(),
            reported: self.reported(mail).into_iter().map(|(mail, _)| mail).collect(),
            limits: policy.limits,
            agent: agent.map(|(agent, _)| AgentQuestion {
                address: agent.address.clone(),
                message_id: mail.message_id.clone(),
                named: commands.iter().flat_map(CommandBlock::tickets).collect(),
            }),
        }
    }

    /// The mails of ours that a mail proves to report on, each with what it says of its recipient.
    pub fn reported<'m>(&self, mail: &'m InboundMail) -> Vec<(ReportedMail, Option<&'m RecipientReport>)> {
        let recipients = mail.delivery_report.as_ref().map(|report| report.recipients.as_slice());
        let recipients = recipients.unwrap_or_default();
        // A return address belongs to one recipient; the report may know them by the address they forward to.
        if let Some(token) = self.tokens.iter().find(|token| token.purpose == Purpose::Bounce) {
            let mut failed = recipients.iter().filter(|recipient| recipient.action == Action::Failed);
            let worst = failed.next().or(recipients.first());
            let mail = ReportedMail::Serial {
                key: token.key,
                serial: u32::from_be_bytes(token.reference.0),
            };
            return vec![(mail, worst)];
        }
        let Some(signed) = self.reported.as_ref().filter(|reference| reference.signed.is_some()) else {
            return vec![];
        };
        let about = |recipient| ReportedMail::Id {
            message_id: signed.id.clone(),
            recipient,
        };
        match recipients {
            [] => vec![(about(None), None)],
            several => several
                .iter()
                .take(MOST_RECIPIENTS)
                .map(|recipient| (about(EmailAddress::parse(&recipient.address)), Some(recipient)))
                .collect(),
        }
    }
}

impl Reference {
    fn new(id: &MessageId, keys: &TokenKeys) -> Self {
        Self {
            id: id.clone(),
            signed: keys.verify_message_id(id),
        }
    }
}
