//! The links in a notification: what a mail client makes of them does what they say.

use crate::common::work::{STRANGER, follow, link, text};
use crate::common::{ANA, AgentDesk, BEN, CUSTOMER, MailBuilder};

#[test]
fn a_link_in_a_notification_does_what_it_says() {
    let desk = AgentDesk::new();
    desk.receive(
        &MailBuilder::new()
            .with_subject("¿100 % of it? & more + #2")
            .with_body("Stopped.\r\n")
            .with_dmarc("pass"),
    );
    let notification = desk.last_to(ANA);
    desk.receive(&follow(&link(&notification, "#assign me"), ANA));
    assert_eq!(desk.ticket()["assignee"], ANA);
    assert_eq!(desk.ticket()["status"], "new");
    desk.receive(&follow(&link(&notification, "#pending"), ANA));
    assert_eq!(desk.ticket()["status"], "pending");
    desk.receive(&follow(&link(&notification, "#solved"), ANA));
    assert_eq!(desk.ticket()["status"], "solved");
    assert_eq!(
        desk.counts([ANA, BEN, CUSTOMER]),
        [1, 1, 1],
        "no receipt for what was done"
    );
    let taken = desk.last_to(BEN);
    let another = follow(&link(&taken, "#assign me"), ANA);
    desk.receive(&another);
    assert_eq!(desk.ticket()["assignee"], ANA, "a link of Ben's gives Ana no right");
}

#[test]
fn a_third_party_gets_answers_after_one_click() {
    let desk = AgentDesk::new();
    desk.opened();
    desk.receive(
        &MailBuilder::reply_to(&desk.to_customer()[0])
            .with_from(&format!("Theo <{STRANGER}>"))
            .with_body("I am the one who repairs it.\r\n")
            .with_border("dmarc=pass header.from=elsewhere.example"),
    );
    let told = desk.last_to(ANA);
    assert!(
        text(&told).contains("Not a participant; is told nothing"),
        "{}",
        text(&told)
    );
    assert!(text(&told).contains("Written by: Theo"), "{}", text(&told));
    desk.answers(BEN, "First.\r\n");
    assert_eq!(desk.counts([CUSTOMER, STRANGER]), [2, 0]);
    desk.receive(&follow(&link(&told, &format!("#cc {STRANGER}")), ANA));
    assert_eq!(
        desk.counts([CUSTOMER, STRANGER]),
        [2, 0],
        "who joins is told nothing by itself"
    );
    desk.customer_replies(&desk.to_customer()[1], "When?\r\n");
    desk.answers(ANA, "Both of you: at ten.\r\n");
    assert_eq!(desk.counts([CUSTOMER, STRANGER]), [3, 1]);
    let [customer, third] = [CUSTOMER, STRANGER].map(|address| desk.last_to(address));
    assert_eq!(customer.message_id(), third.message_id());
    for header in ["To", "Cc", "From", "Subject", "References"] {
        assert_eq!(customer.header(header), third.header(header), "{header}");
    }
    assert!(customer.header("To").unwrap().contains(CUSTOMER));
    assert!(customer.header("Cc").unwrap().contains(STRANGER));
    assert_ne!(customer.reply_address(), third.reply_address());
    let paths = [CUSTOMER, STRANGER].map(|address| desk.reverse_path_of_last_to(address));
    assert_ne!(paths[0], paths[1]);
    let everything = format!("{}{}", text(&customer), text(&third));
    assert!(
        !everything.contains("the one who repairs it"),
        "a third party's text is quoted to nobody"
    );
    // Now the third party is believed, and opens the ticket again.
    desk.receive(
        &MailBuilder::reply_to(&third)
            .with_from(&format!("Theo <{STRANGER}>"))
            .with_border("dmarc=pass header.from=elsewhere.example"),
    );
    assert_eq!(desk.ticket()["status"], "open");
}

#[test]
fn a_customer_who_was_not_confirmed_is_after_one_click() {
    let desk = AgentDesk::new();
    desk.receive(&MailBuilder::new().with_dmarc("fail"));
    assert_eq!(desk.counts([ANA, CUSTOMER]), [1, 0]);
    let told = desk.last_to(ANA);
    assert!(text(&told).contains("Not confirmed: dmarc=fail"), "{}", text(&told));
    desk.receive(&follow(&link(&told, "#confirm"), ANA));
    assert_eq!(desk.counts([ANA, CUSTOMER]), [1, 1]);
    let confirmation = &desk.to_customer()[0];
    assert_eq!(confirmation.header("Auto-Submitted").unwrap(), "auto-replied");
    assert!(!text(confirmation).contains("The printer on the second floor"));
    let ticket = desk.ticket();
    assert_eq!(ticket["messages"][1]["kind"], "confirmation");
    assert_eq!(ticket["status"], "new");
    desk.customer_replies(confirmation, "Thanks, it is urgent.\r\n");
    assert_eq!(desk.tickets().len(), 1);
}
