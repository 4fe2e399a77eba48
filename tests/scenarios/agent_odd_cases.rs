//! What must not stop a mail, or take a ticket over.

use crate::common::agents::{new_mail, reply};
use crate::common::{ANA, AgentDesk, BEN, CUSTOMER, MailBuilder};

#[test]
fn a_ticket_whose_inbox_was_renamed_is_still_told_and_answered() {
    let desk = AgentDesk::new();
    desk.opened();
    let confirmation = desk.to_customer().remove(0);
    desk.gateway.edit_config("name = \"support\"", "name = \"helpdesk\"");
    desk.receive(&MailBuilder::reply_to(&confirmation).with_dmarc("pass"));
    assert_eq!(desk.sent_to(BEN).len(), 2, "the reply is told");
    desk.receive(&reply(&desk.last_to(ANA), ANA, "We send somebody at ten.\r\n"));
    let answer = desk.to_customer().pop().unwrap();
    assert!(answer.everything().contains("We send somebody at ten."));
    assert!(desk.gateway.quarantine().is_empty());
}

#[test]
fn a_colleague_is_no_customer_whose_ticket_an_agent_opens() {
    let desk = AgentDesk::new();
    desk.receive(&new_mail(ANA, "A call", &format!("#requester {BEN}\r\nHe rang.")));
    assert!(desk.tickets().is_empty());
    assert!(desk.last_to(ANA).everything().contains("no ticket was opened"));
    assert!(desk.sent_to(BEN).is_empty());
}

#[test]
fn who_was_sent_a_copy_of_a_customers_mail_moves_her_ticket_into_none_of_his_own() {
    let desk = AgentDesk::new();
    let opening = desk.opened();
    let stranger = "mallory@evil.example";
    desk.receive(
        &MailBuilder::new()
            .with_from(stranger)
            .with_border("dmarc=pass header.from=evil.example"),
    );
    let his = desk.sent_to(stranger).remove(0).reply_address();
    desk.receive(&opening.clone().with_top_header("Delivered-To", &his));
    let tickets = desk.tickets();
    assert_eq!(tickets.len(), 2, "nothing is merged");
    assert_eq!(tickets[0]["requester"], CUSTOMER);
    desk.receive(&reply(&desk.sent_to(ANA)[0], ANA, "It is mended.\r\n"));
    assert!(desk.to_customer().pop().unwrap().everything().contains("It is mended."));
    assert!(
        !desk
            .sent_to(stranger)
            .iter()
            .any(|mail| mail.everything().contains("It is mended."))
    );
}
