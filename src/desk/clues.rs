//! What in a mail speaks for a ticket, before the store is asked.

use crate::desk::command::CommandBlock;
use crate::desk::known::{AgentQuestion, Question};
use crate::desk::policy::AgentPolicy;
use crate::desk::subject::{self, SubjectClaim};
use crate::desk::ticket::{TicketKey, TicketNumber};
use crate::desk::token::{AddressToken, SignedId, TokenKeys};
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

    /// What to ask the store; `sha256` is that of the mail's octets, `requester` who would be answered, `agent` the one
    /// whose address wrote.
    pub fn question(
        &self,
        (mail, sha256): (&InboundMail, [u8; 32]),
        requester: Option<&EmailAddress>,
        agent: Option<&AgentPolicy>,
    ) -> Question {
        let ids = self.references.iter().chain(&self.reported);
        let signed = ids
            .clone()
            .filter_map(|reference| reference.signed.map(|signed| signed.key));
        let mut keys: Vec<TicketKey> = self.tokens.iter().map(|token| token.key).chain(signed).collect();
        keys.dedup();
        Question {
            sha256,
            content_hash: mail.content_hash(),
            keys,
            message_ids: ids.map(|reference| reference.id.clone()).collect(),
            requester: requester.cloned(),
            numbers: self.claims.iter().map(|claim| claim.number).collect(),
            queue: None,
            agent: agent.map(|agent| AgentQuestion {
                address: agent.address.clone(),
                message_id: mail.message_id.clone(),
                named: named_tickets(mail),
            }),
        }
    }
}

/// The tickets that an agent's commands name.
fn named_tickets(mail: &InboundMail) -> Vec<TicketNumber> {
    let block = CommandBlock::read(&mail.reply).unwrap_or_default();
    block.tickets().collect()
}

impl Reference {
    fn new(id: &MessageId, keys: &TokenKeys) -> Self {
        Self {
            id: id.clone(),
            signed: keys.verify_message_id(id),
        }
    }
}
