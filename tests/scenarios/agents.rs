//! An agent answers from her own mail client.

use crate::common::agents::reply;
use crate::common::{ANA, AgentDesk, BEN, CUSTOMER, MailBuilder};

#[test]
fn a_new_ticket_is_told_to_every_agent_and_her_answer_goes_to_the_customer() {
    let desk = AgentDesk::new();
    desk.opened();
    for agent in [ANA, BEN] {
        let mails = desk.sent_to(agent);
        assert_eq!(mails.len(), 1, "{agent}");
        let everything = mails[0].everything();
        assert!(everything.contains("write your answer above this line"), "{everything}");
        assert!(
            everything.contains("The printer on the second floor has stopped."),
            "{everything}"
        );
        assert!(!mails[0].header("To").unwrap().contains(CUSTOMER));
    }
    desk.receive(&reply(&desk.last_to(ANA), ANA, "We send somebody at ten.\r\n"));
    let customer = desk.to_customer();
    assert_eq!(customer.len(), 2, "confirmation and answer");
    let answer = &customer[1];
    assert!(answer.everything().contains("We send somebody at ten."));
    assert_eq!(
        answer.header("From").unwrap(),
        "\"Ana Ruiz (Acme Support)\" <support@acme.example>"
    );
    assert_eq!(answer.header("Auto-Submitted"), None);
    let ticket = desk.ticket();
    assert_eq!(ticket["status"], "pending");
    desk.receive(&MailBuilder::reply_to(answer).with_dmarc("pass"));
    assert_eq!(desk.ticket()["status"], "open");
    assert_eq!(desk.sent_to(ANA).len(), 2);
}
