//! `#forward`: a supplier gets the customer's last message and the agent's words, and answers the desk.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod common;

use common::work::{attachments, events, messages, text};
use common::{ANA, AgentDesk, BEN, CUSTOMER, MailBuilder};

const SUPPLIER: &str = "help@supplier.example";

#[test]
fn a_supplier_gets_the_customers_message_and_the_customer_hears_nothing_of_it() {
    let desk = AgentDesk::new();
    let photo = b"\x89PNG jam".to_vec();
    desk.receive(&MailBuilder::new().with_attachment("jam.png", &photo).with_dmarc("pass"));
    desk.answers(ANA, &format!("#forward {SUPPLIER}\r\n\r\nIs that under warranty?\r\n"));
    assert_eq!(desk.counts([ANA, BEN, CUSTOMER, SUPPLIER]), [1, 1, 1, 1]);
    let forward = desk.last_to(SUPPLIER);
    let said = text(&forward);
    assert!(said.starts_with("Is that under warranty?"), "{said}");
    assert!(said.contains("The printer on the second floor has stopped."), "{said}");
    assert_eq!(attachments(&forward), [("jam.png".to_owned(), photo)]);
    assert_eq!(
        forward.header("From").unwrap(),
        "\"Ana Ruiz (Acme Support)\" <support@acme.example>"
    );
    assert_eq!(forward.header("Auto-Submitted"), None);
    let ticket = desk.ticket();
    assert_eq!(ticket["status"], "new", "it is no answer");
    assert!(events(&ticket).contains(&"forwarded"));
    assert_eq!(messages(&ticket)[2], "out forward: Is that under warranty?");

    desk.receive(
        &MailBuilder::reply_to(&forward)
            .with_from(&format!("Supplier <{SUPPLIER}>"))
            .with_body("It is. Our price for you is secret.\r\n")
            .with_border("dmarc=pass header.from=supplier.example"),
    );
    let ticket = desk.ticket();
    assert_eq!(ticket["messages"][3]["marks"][0], "third_party");
    assert_eq!(desk.counts([ANA, BEN, CUSTOMER, SUPPLIER]), [2, 2, 1, 1]);
    let told = text(&desk.last_to(ANA));
    assert!(
        told.contains("Our price for you is secret.") && told.contains("Not a participant"),
        "{told}"
    );
    desk.answers(ANA, "We send a new one.\r\n");
    assert_eq!(desk.counts([CUSTOMER, SUPPLIER]), [2, 1]);
    let answer = desk.last_to(CUSTOMER);
    assert!(
        !answer.everything().contains("secret"),
        "a third party's text is quoted to nobody"
    );
    assert!(!answer.header("References").unwrap().contains(&forward.message_id()));
    let shown = desk.printed(1);
    assert!(shown.contains(&format!("forward to {SUPPLIER}")), "{shown}");
}

#[test]
fn a_forward_without_words_needs_none() {
    let desk = AgentDesk::new();
    desk.opened();
    desk.answers(ANA, &format!("#forward {SUPPLIER}\r\n#pending\r\n"));
    let said = text(&desk.last_to(SUPPLIER));
    assert!(said.contains("The printer on the second floor has stopped."), "{said}");
    assert_eq!(desk.ticket()["status"], "pending");
    assert_eq!(desk.counts([ANA, BEN, CUSTOMER]), [1, 1, 1]);
}

#[test]
fn what_an_agent_brought_in_can_be_passed_on_without_showing_her() {
    let desk = AgentDesk::new();
    desk.receive(
        &common::agents::new_mail(ANA, "Fwd: The boiler leaks", "").with_body(
            "---------- Forwarded message ---------\r\nFrom: Eva Lind <eva@home.example>\r\nDate: Tue, 3 Nov 2026 at 09:41\r\n\
             Subject: The boiler leaks\r\nTo: Ana Ruiz <ana@acme.example>\r\n\r\n\r\nIt drips since Monday.\r\n",
        ),
    );
    desk.answers(ANA, &format!("#forward {SUPPLIER}\r\n\r\nYours?\r\n"));
    assert!(text(&desk.last_to(SUPPLIER)).contains("It drips since Monday."));
}
