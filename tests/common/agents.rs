//! A desk with two agents, and how their mail clients answer.

use super::mail::{MailBuilder, ReceivedMail, fresh_id};
use super::{CUSTOMER, DESK, Dovecot, DovecotOptions, Gateway, GatewayBuilder, Inbox, SmtpSink};
use serde_json::Value;

/// The agent who answers in most scenarios.
pub const ANA: &str = "ana@acme.example";
/// Her colleague.
pub const BEN: &str = "ben@acme.example";

/// What an agent's client writes into its mails and no customer may ever see. The sink looks for all of it.
pub const CLIENT: &str = "Anas-Mail-Client/7.1";
/// Her private signature.
pub const PRIVATE: &str = "Ana privately, flat 12, call me any time";
/// A word that stands in every internal note.
pub const INTERNAL: &str = "between-us-only";

/// A desk with Ana and Ben, at Dovecot and an SMTP sink.
pub struct AgentDesk {
    pub dovecot: Dovecot,
    pub sink: SmtpSink,
    pub gateway: Gateway,
}

/// Its configuration but for the inbox.
pub const AGENTS: &str = "[[agent]]\nname = \"Ana Ruiz\"\naddress = \"ana@acme.example\"\naliases = [\"a.ruiz@acme.example\"]\n\
                          [[agent]]\nname = \"Ben Ode\"\naddress = \"ben@acme.example\"\n";
const TRUSTED: &str = "trusted_authserv = \"mx.acme.example\"";

impl AgentDesk {
    /// A desk whose border's results are believed.
    pub fn new() -> Self {
        Self::with(TRUSTED, AGENTS)
    }

    /// A desk with more lines of configuration.
    pub fn with_config(extra: &str) -> Self {
        Self::with(TRUSTED, &format!("{AGENTS}{extra}"))
    }

    /// A desk with these lines in `[[inbox]]` and these of agents.
    pub fn with(inbox_config: &str, config: &str) -> Self {
        let dovecot = Dovecot::start(DovecotOptions::default());
        let sink = SmtpSink::start();
        let mut inbox = Inbox::new(&dovecot, sink.port);
        inbox.extra = inbox_config.to_owned();
        let gateway = GatewayBuilder::new(inbox).with_config(config).build();
        Self { dovecot, sink, gateway }
    }

    /// The usual customer's first mail, taken in.
    pub fn opened(&self) -> MailBuilder {
        let mail = MailBuilder::new().with_dmarc("pass");
        self.receive(&mail);
        mail
    }

    /// Takes in a mail as it stands.
    pub fn receive(&self, mail: &MailBuilder) {
        self.dovecot.drop_into(DESK, &mail.build());
        self.gateway.drain();
    }

    /// Every ticket with its messages.
    pub fn tickets(&self) -> Vec<Value> {
        self.gateway
            .tickets()
            .iter()
            .map(|ticket| self.gateway.ticket(ticket))
            .collect()
    }

    /// The only ticket.
    #[track_caller]
    pub fn ticket(&self) -> Value {
        let mut tickets = self.tickets();
        assert_eq!(tickets.len(), 1, "tickets");
        tickets.remove(0)
    }

    /// What went out to that address, oldest first.
    pub fn sent_to(&self, address: &str) -> Vec<ReceivedMail> {
        let mails = self.sink.mails().into_iter();
        let to = mails.filter(|mail| mail.recipients.iter().any(|recipient| recipient == address));
        to.map(|mail| ReceivedMail::new(mail.octets)).collect()
    }

    /// The newest mail to that address.
    #[track_caller]
    pub fn last_to(&self, address: &str) -> ReceivedMail {
        self.sent_to(address)
            .pop()
            .unwrap_or_else(|| panic!("nothing went to {address}"))
    }

    /// What went out to the usual customer.
    pub fn to_customer(&self) -> Vec<ReceivedMail> {
        self.sent_to(CUSTOMER)
    }
}

/// An agent's reply to a notification, as her mail client sends it past the desk's border.
pub fn reply(to: &ReceivedMail, from: &str, body: &str) -> MailBuilder {
    MailBuilder::reply_to(to)
        .with_from(&format!("Ana Ruiz <{from}>"))
        .with_message_id(&fresh_id().replace("customer.example", "acme.example"))
        .with_header("User-Agent", CLIENT)
        .with_header("X-Originating-IP", "[203.0.113.77]")
        .with_body(&format!("{body}\r\n-- \r\n{PRIVATE}\r\n"))
        .with_border("dmarc=pass header.from=acme.example")
}

/// A new mail of an agent.
pub fn new_mail(from: &str, subject: &str, body: &str) -> MailBuilder {
    MailBuilder::new()
        .with_from(&format!("Ana Ruiz <{from}>"))
        .with_message_id(&fresh_id().replace("customer.example", "acme.example"))
        .with_header("User-Agent", CLIENT)
        .with_subject(subject)
        .with_body(&format!("{body}\r\n-- \r\n{PRIVATE}\r\n"))
        .with_border("dmarc=pass header.from=acme.example")
}
