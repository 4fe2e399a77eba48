//! Which ticket a mail belongs to, and what strangers may not reach.

use crate::common::{CUSTOMER, DESK, Dovecot, DovecotOptions, Gateway, GatewayBuilder, Inbox, MailBuilder};
use crate::common::{ReceivedMail, SmtpSink};
use serde_json::Value;

/// A desk with one ticket and its confirmation.
struct Desk {
    dovecot: Dovecot,
    sink: SmtpSink,
    gateway: Gateway,
    opening: MailBuilder,
    confirmation: ReceivedMail,
}

const STRANGER: &str = "eve@stranger.example";

impl Desk {
    fn open(inbox_config: &str, opening: MailBuilder) -> Self {
        let dovecot = Dovecot::start(DovecotOptions::default());
        let sink = SmtpSink::start();
        let mut inbox = Inbox::new(&dovecot, sink.port);
        inbox.extra = inbox_config.to_owned();
        let gateway = GatewayBuilder::new(inbox).build();
        dovecot.drop_into(DESK, &opening.build());
        gateway.drain();
        let mails = sink.mails();
        assert_eq!(mails.len(), 1, "the first mail is confirmed");
        assert_eq!(mails[0].recipients, [CUSTOMER]);
        Self {
            dovecot,
            gateway,
            opening,
            confirmation: ReceivedMail::new(mails[0].octets.clone()),
            sink,
        }
    }

    /// Takes in a mail as it stands, and gives every ticket then there, with its messages.
    fn receive(&self, mail: &MailBuilder) -> Vec<Value> {
        self.dovecot.drop_into(DESK, &mail.build());
        self.gateway.drain();
        self.gateway
            .tickets()
            .iter()
            .map(|ticket| self.gateway.ticket(ticket))
            .collect()
    }

    /// The newest mail that went out, which is the `count`th.
    fn sent(&self, count: usize) -> ReceivedMail {
        let mails = self.sink.mails();
        assert_eq!(mails.len(), count, "mails that went out");
        ReceivedMail::new(mails[count - 1].octets.clone())
    }
}

fn inbound(ticket: &Value) -> Vec<&Value> {
    let messages = ticket["messages"].as_array().expect("messages");
    messages.iter().filter(|message| message["direction"] == "in").collect()
}

fn has_event(ticket: &Value, kind: &str) -> bool {
    ticket["events"]
        .as_array()
        .expect("events")
        .iter()
        .any(|event| event["kind"] == kind)
}

#[test]
fn a_reply_by_address_by_references_or_by_tag_lands_in_the_same_ticket() {
    let desk = Desk::open("", MailBuilder::new());
    let confirmation = &desk.confirmation;
    let by_address = MailBuilder::new()
        .with_to(&confirmation.reply_address())
        .with_subject("Re: The printer has stopped")
        .with_header("In-Reply-To", "<unknown@elsewhere.example>")
        .with_body("by address\r\n");
    let by_our_id = MailBuilder::new()
        .with_subject("Re: something else")
        .with_references(&confirmation.message_id())
        .with_body("by our id\r\n");
    let by_her_id = MailBuilder::new()
        .with_subject("Re: The printer")
        .with_references(desk.opening.header("Message-ID"))
        .with_body("by her own id\r\n");
    let by_tag = MailBuilder::new()
        .with_subject(&format!("AW: {}", confirmation.tag()))
        .with_body("by the tag\r\n");
    for (mail, count) in [by_address, by_our_id, by_her_id, by_tag].iter().zip(2..) {
        let tickets = desk.receive(mail);
        assert_eq!(tickets.len(), 1, "{mail:?}");
        assert_eq!(inbound(&tickets[0]).len(), count, "{mail:?}");
    }
    assert_eq!(desk.sink.count(), 1, "only the first mail of a ticket is confirmed");
}

#[test]
fn a_whole_reply_as_mail_clients_write_it_lands_in_its_ticket() {
    let desk = Desk::open("", MailBuilder::new());
    let tickets = desk.receive(&MailBuilder::reply_to(&desk.confirmation));
    assert_eq!((tickets.len(), inbound(&tickets[0]).len()), (1, 2));
    assert_eq!(inbound(&tickets[0])[1]["from"]["address"], CUSTOMER);
    assert_eq!(inbound(&tickets[0])[1]["marks"], serde_json::json!([]));
}

#[test]
fn a_stranger_with_references_tag_or_number_gets_a_new_linked_ticket_and_learns_nothing() {
    let secret = "The printer has stopped";
    let desk = Desk::open("", MailBuilder::new());
    let number = desk.gateway.tickets()[0]["number"].clone();
    let stranger = || {
        MailBuilder::new()
            .with_from(STRANGER)
            .with_body("what is this about?\r\n")
    };
    let claims = [
        (
            stranger()
                .with_subject("Re: a")
                .with_references(desk.opening.header("Message-ID")),
            true,
        ),
        (
            stranger().with_subject(&format!("Re: b {}", desk.confirmation.tag())),
            true,
        ),
        (stranger().with_subject(&format!("Re: c [#{number}]")), false),
    ];
    for ((mail, linked), count) in claims.iter().zip(2..) {
        let tickets = desk.receive(mail);
        assert_eq!(tickets.len(), count, "{mail:?}");
        let first = tickets.iter().find(|ticket| ticket["number"] == number).unwrap();
        assert_eq!(
            inbound(first).len(),
            1,
            "nothing of the stranger is in the customer's ticket"
        );
        let new = tickets.last().unwrap();
        assert_eq!(new["requester"], STRANGER);
        assert!(!linked || has_event(new, "linked"), "{new}");
        let told = desk.sent(count);
        assert_eq!(desk.sink.mails()[count - 1].recipients, [STRANGER]);
        for hidden in [secret, CUSTOMER, "Carla", desk.confirmation.reply_address().as_str()] {
            assert!(
                !told.everything().contains(hidden),
                "{hidden} is in the stranger's confirmation"
            );
        }
        assert_ne!(told.tag(), desk.confirmation.tag());
    }
}

#[test]
fn a_stranger_with_the_signed_address_is_appended_as_third_party_and_told_nothing() {
    let desk = Desk::open("", MailBuilder::new());
    let mail = MailBuilder::new()
        .with_from(STRANGER)
        .with_to(&desk.confirmation.reply_address())
        .with_header("Cc", "mallory@stranger.example")
        .with_subject(&desk.confirmation.subject())
        .with_references(&desk.confirmation.message_id());
    let tickets = desk.receive(&mail);
    assert_eq!((tickets.len(), inbound(&tickets[0]).len()), (1, 2));
    assert_eq!(inbound(&tickets[0])[1]["marks"], serde_json::json!(["third_party"]));
    assert_eq!(tickets[0]["requester"], CUSTOMER);
    assert!(!has_event(&tickets[0], "participant_added"));
    assert_eq!(desk.sink.count(), 1);
}

#[test]
fn a_forged_participant_is_appended_unverified_and_changes_nothing() {
    let desk = Desk::open(
        "trusted_authserv = \"mx.acme.example\"",
        MailBuilder::new().with_dmarc("pass"),
    );
    let before = desk.gateway.tickets().remove(0);
    let forged = MailBuilder::new()
        .with_dmarc("fail")
        .with_references(desk.opening.header("Message-ID"))
        .with_header("Cc", "mallory@stranger.example")
        .with_header("Reply-To", "mallory@stranger.example");
    let tickets = desk.receive(&forged);
    assert_eq!((tickets.len(), inbound(&tickets[0]).len()), (1, 2));
    assert_eq!(inbound(&tickets[0])[1]["marks"], serde_json::json!(["unverified"]));
    for key in ["status", "requester", "subject", "priority", "queue"] {
        assert_eq!(tickets[0][key], before[key], "{key}");
    }
    assert!(!has_event(&tickets[0], "participant_added"));
    assert_eq!(desk.sink.count(), 1);
}
