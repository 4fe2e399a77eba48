//! `reply_address` and `envelope`, as a customer and her mail server see them.

use crate::common::{CUSTOMER, DESK, Dovecot, DovecotOptions, Gateway, GatewayBuilder, Inbox, MailBuilder};
use crate::common::{ReceivedMail, SmtpSink};

struct Desk {
    dovecot: Dovecot,
    gateway: Gateway,
    confirmation: ReceivedMail,
    /// MAIL FROM of the confirmation.
    reverse_path: String,
}

fn desk(reply_address: &str, envelope: &str) -> Desk {
    let dovecot = Dovecot::start(DovecotOptions::default());
    let sink = SmtpSink::start();
    let mut inbox = Inbox::new(&dovecot, sink.port);
    inbox.extra = reply_address.to_owned();
    let gateway = GatewayBuilder::new(inbox).build();
    let smtp = format!("port = {}", sink.port);
    gateway.edit_config(&smtp, &format!("{smtp}\nenvelope = \"{envelope}\""));
    dovecot.drop_into(DESK, &MailBuilder::new().build());
    gateway.drain();
    let mail = sink.mails().remove(0);
    assert_eq!(mail.recipients, [CUSTOMER]);
    Desk {
        dovecot,
        gateway,
        confirmation: ReceivedMail::new(mail.octets),
        reverse_path: mail.reverse_path,
    }
}

impl Desk {
    /// The customer answers the confirmation in her mail client.
    #[track_caller]
    fn check_reply_lands(&self) {
        self.dovecot
            .drop_into(DESK, &MailBuilder::reply_to(&self.confirmation).build());
        self.gateway.drain();
        let tickets = self.gateway.tickets();
        assert_eq!((tickets.len(), &tickets[0]["messages"]), (1, &3.into()), "{tickets:?}");
    }
}

#[test]
fn plus_and_verp_each_sign_an_address_of_the_inbox() {
    let desk = desk("reply_address = \"plus\"", "verp");
    let (reply, bounce) = (desk.confirmation.reply_address(), &desk.reverse_path);
    for address in [&reply, bounce] {
        assert!(
            address.starts_with("support+") && address.ends_with("@acme.example"),
            "{address}"
        );
        assert!(address.len() <= 64 + "@acme.example".len(), "{address}");
    }
    assert_ne!(&reply, bounce, "a bounce's token is no customer's");
    desk.check_reply_lands();
}

#[test]
fn catch_all_signs_addresses_of_the_reply_domain() {
    let desk = desk(
        "reply_address = \"catch_all\"\nreply_domain = \"r.acme.example\"",
        "verp",
    );
    let reply = desk.confirmation.reply_address();
    assert!(reply.ends_with("@r.acme.example") && !reply.contains('+'), "{reply}");
    assert!(desk.reverse_path.ends_with("@r.acme.example"), "{}", desk.reverse_path);
    desk.check_reply_lands();
}

#[test]
fn without_a_reply_address_the_inbox_itself_is_answered_and_the_message_id_leads_home() {
    let desk = desk("reply_address = \"none\"", "plain");
    let mail = &desk.confirmation;
    let answered = mail.header("Reply-To").or(mail.header("From")).unwrap();
    assert!(answered.contains(DESK), "{answered}");
    assert!(!mail.everything().contains("support+"), "no signed address anywhere");
    assert_eq!(desk.reverse_path, DESK);
    desk.check_reply_lands();
}

#[test]
fn a_plain_envelope_names_the_inbox_and_the_reply_address_stays_signed() {
    let desk = desk("", "plain");
    assert_eq!(desk.reverse_path, DESK);
    assert!(desk.confirmation.reply_address().starts_with("support+"));
    desk.check_reply_lands();
}
