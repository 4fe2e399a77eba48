//! An agent answers the customer from her own mail client, with the desk in copy: it is recorded, and not sent again.

use crate::common::agents::new_mail;
use crate::common::quiet::forged;
use crate::common::work::{events, messages, text};
use crate::common::{ANA, AgentDesk, BEN, CUSTOMER, DESK, MailBuilder};

/// Her answer to the customer's mail, as she sent it herself.
fn around(original: &MailBuilder) -> MailBuilder {
    let id = original.header("Message-ID");
    new_mail(ANA, "Re: The printer has stopped", "I look at it myself.\r\n")
        .with_to(&format!("Carla Cliente <{CUSTOMER}>"))
        .with_header("In-Reply-To", id)
        .with_references(id)
}

#[test]
fn an_answer_with_the_desk_in_copy_is_hers() {
    for header in ["Cc", "Delivered-To"] {
        let desk = AgentDesk::new();
        let original = desk.opened();
        let mail = around(&original).with_header(header, DESK);
        desk.receive(&mail);
        let ticket = desk.ticket();
        assert_eq!(messages(&ticket)[2], "out answer: I look at it myself.", "{header}");
        assert_eq!(ticket["messages"][2]["from"]["address"], ANA);
        assert_eq!(ticket["status"], "pending", "{header}");
        assert!(events(&ticket).contains(&"answered_around"), "{header}");
        assert_eq!(
            desk.counts([ANA, BEN, CUSTOMER]),
            [1, 1, 1],
            "{header}: nothing is sent again"
        );
        // The customer answers her, and keeps the desk in copy.
        let reply = MailBuilder::new()
            .with_to(&format!("{ANA}, {DESK}"))
            .with_header("In-Reply-To", mail.header("Message-ID"))
            .with_references(mail.header("Message-ID"))
            .with_body("Thank you, when?\r\n")
            .with_dmarc("pass");
        desk.receive(&reply);
        assert_eq!(desk.ticket()["status"], "open", "{header}");
        assert!(text(&desk.last_to(BEN)).contains("Thank you, when?"));
    }
}

#[test]
fn one_that_is_not_proven_is_only_kept() {
    let desk = AgentDesk::new();
    let original = desk.opened();
    desk.receive(&forged(around(&original).with_header("Cc", DESK)));
    let ticket = desk.ticket();
    assert_eq!(ticket["status"], "new");
    assert_eq!(ticket["messages"][2]["direction"], "in");
    assert_eq!(ticket["messages"][2]["marks"][0], "unverified");
    assert_eq!(desk.counts([CUSTOMER]), [1]);
}

#[test]
fn a_colleague_who_answers_without_having_seen_it_is_asked() {
    let desk = AgentDesk::new();
    let original = desk.opened();
    desk.receive(&around(&original).with_header("Cc", DESK));
    desk.answers(BEN, "I come at nine.\r\n");
    assert_eq!(desk.counts([BEN, CUSTOMER]), [2, 1]);
    let request = text(&desk.last_to(BEN));
    assert!(
        request.contains("Ana Ruiz answered meanwhile") && request.contains("I look at it myself."),
        "{request}"
    );
}
