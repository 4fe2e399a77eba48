//! What follows from a decision. Effects know no mail: a timer, a rule or a page makes them, too.

use super::{PlannedMail, TicketChange};
use crate::desk::held::HeldRequest;
use crate::desk::report::Consequence;
use crate::desk::trouble::Trouble;
use crate::mail::EmailAddress;

/// What is to be written down and sent, in one transaction.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Effects {
    /// What changes on a ticket.
    pub change: TicketChange,
    /// What is to be remembered of somebody.
    pub contact: Option<ContactChange>,
    /// An address that refused mail, and wrote: mail goes to it again.
    pub freed: Option<EmailAddress>,
    /// What is learnt of mails of ours that went out.
    pub delivered: Vec<DeliveryNote>,
    /// What follows for addresses that took no mail.
    pub consequences: Vec<(EmailAddress, Consequence)>,
    /// What an agent is asked before her mail takes effect.
    pub held: Option<HeldRequest>,
    /// Mails that go out, or were considered and held back.
    pub mails: Vec<PlannedMail>,
    /// What the admin is told.
    pub troubles: Vec<Trouble>,
}

/// What is to be remembered of a sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactChange {
    /// The address.
    pub address: EmailAddress,
    /// The display name, when the mail gave one.
    pub name: Option<String>,
    /// The language, when the mail showed one and the sender is believed.
    pub language: Option<String>,
    /// Whether this mail proves that ours arrive.
    pub has_answered: bool,
    /// Whether the guidance goes out with this decision.
    pub guided: bool,
}

/// What a delivery report says of one mail of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryNote {
    /// Its outbox row.
    pub outbox: i64,
    /// What it shows as its delivery: `not delivered: 5.1.1 no such user`.
    pub text: String,
}
