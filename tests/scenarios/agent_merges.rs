//! `#merge`: what belonged to the ticket that ended lands on the one it went into.

use crate::common::agents::reply;
use crate::common::work::{events, messages, text};
use crate::common::{ANA, AgentDesk, BEN, CUSTOMER, MailBuilder};

const EVA: &str = "eva@home.example";

/// Two tickets; the second, Eva's, is merged into the first.
fn merged() -> AgentDesk {
    let desk = AgentDesk::new();
    desk.opened();
    desk.receive(&of_eva(MailBuilder::new().with_subject("Also the printer")));
    desk.answers(ANA, "#merge 1\r\n");
    desk
}

fn of_eva(mail: MailBuilder) -> MailBuilder {
    mail.with_from(&format!("Eva <{EVA}>"))
        .with_border("dmarc=pass header.from=home.example")
}

#[test]
fn the_old_number_shows_the_ticket_it_went_into() {
    let desk = merged();
    let ticket = desk.ticket();
    assert_eq!(
        (ticket["number"].as_u64(), ticket["requester"].as_str()),
        (Some(1), Some(CUSTOMER))
    );
    assert_eq!(desk.show(2)["number"], 1);
    assert!(events(&ticket).contains(&"merged"));
    assert_eq!(messages(&ticket).len(), 4, "the messages of both");
    assert_eq!(desk.counts([ANA, BEN, CUSTOMER, EVA]), [2, 2, 1, 1]);
}

#[test]
fn answers_to_old_ids_addresses_and_tags_follow_the_ticket() {
    let desk = merged();
    let confirmation = desk.last_to(EVA);
    let whole = of_eva(MailBuilder::reply_to(&confirmation).with_body("By both.\r\n"));
    let only_id = whole
        .clone()
        .with_to(crate::common::DESK)
        .with_subject("Re: hm")
        .with_message_id("<by-id@home.example>")
        .with_body("By id.\r\n");
    let only_address = of_eva(
        MailBuilder::new()
            .with_to(&confirmation.reply_address())
            .with_subject("Re: Also the printer")
            .with_body("By address.\r\n"),
    );
    let only_tag = of_eva(
        MailBuilder::new()
            .with_subject(&confirmation.subject())
            .with_body("By tag.\r\n"),
    );
    for mail in [whole, only_id, only_address, only_tag] {
        desk.receive(&mail);
    }
    let ticket = desk.ticket();
    let said = messages(&ticket);
    assert_eq!(
        said[4..],
        [
            "in mail: By both.",
            "in mail: By id.",
            "in mail: By address.",
            "in mail: By tag."
        ]
    );
    assert!(
        ticket["messages"][7]["marks"].as_array().unwrap().is_empty(),
        "Eva takes part: {ticket}"
    );
}

#[test]
fn an_agents_answer_to_an_old_notification_goes_to_the_people_of_both() {
    let desk = merged();
    let of_old = desk.sent_to(BEN).pop().unwrap();
    assert!(of_old.subject().contains("Also the printer"));
    desk.receive(&reply(&of_old, BEN, "It is repaired for both of you.\r\n"));
    assert_eq!(desk.counts([CUSTOMER, EVA]), [2, 2]);
    let answer = desk.last_to(EVA);
    assert_eq!(answer.header("To"), desk.last_to(CUSTOMER).header("To"));
    assert!(answer.subject().contains("[#1-"), "{}", answer.subject());
    desk.receive(&of_eva(
        MailBuilder::reply_to(&answer).with_body("Thank you, but it is not.\r\n"),
    ));
    let ticket = desk.ticket();
    assert_eq!(ticket["status"], "open");
    let told = text(&desk.last_to(ANA));
    assert!(told.contains("Thank you, but it is not."), "{told}");
    // A merge into a merged ticket leads to the one that stands.
    desk.receive(&MailBuilder::new().with_subject("Third").with_dmarc("pass"));
    desk.answers(ANA, "#merge 2\r\n");
    assert_eq!(desk.ticket()["number"], 1);
    assert_eq!(desk.show(3)["number"], 1);
}

#[test]
fn the_answer_quotes_what_the_customer_wrote_last_on_either_ticket() {
    let desk = AgentDesk::new();
    desk.opened();
    let second = MailBuilder::new()
        .with_subject("Me again")
        .with_body("Now the lamp is dark as well.\r\n")
        .with_dmarc("pass");
    desk.receive(&second);
    desk.answers(ANA, "#merge 1\r\n");
    desk.answers(ANA, "We bring a lamp.\r\n");
    let answer = desk.last_to(CUSTOMER);
    assert!(
        text(&answer).contains("> Now the lamp is dark as well."),
        "{}",
        text(&answer)
    );
    assert_eq!(answer.header("In-Reply-To").unwrap(), second.header("Message-ID"));
    assert_eq!(
        answer.header("To").unwrap().matches('@').count(),
        1,
        "she is one person"
    );
    assert_eq!(answer.header("Cc"), None);
}
