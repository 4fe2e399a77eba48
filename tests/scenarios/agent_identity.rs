//! Who only claims to be an agent gets nothing to the customer, and changes nothing.

use crate::common::agents::{new_mail, reply};
use crate::common::quiet::{forged, without_border};
use crate::common::{ANA, AgentDesk, BEN, CUSTOMER, DESK, MailBuilder};

const BODY: &str = "Please pay into the new account.\r\nIts number follows tomorrow.\r\n";

#[test]
fn a_forged_from_with_right_references_and_token_is_held_and_ana_is_asked() {
    let desk = AgentDesk::new();
    desk.opened();
    desk.ignores(&forged(reply(&desk.last_to(ANA), ANA, BODY)));
    let request = desk.request_to(
        ANA,
        &[
            "Nothing proves that the mail is from you (dmarc=fail",
            "trusted_authserv",
            "Please pay into the new account.",
            "Its number follows tomorrow.",
        ],
    );
    assert!(
        request.reply_address().starts_with("support+x"),
        "{}",
        request.reply_address()
    );
    assert_eq!(request.header("To").unwrap(), "Ana Ruiz <ana@acme.example>");
    assert_eq!(desk.told(), [(ANA.to_owned(), 2), (BEN.to_owned(), 1)]);
    assert_eq!(desk.event_kinds().last().unwrap(), "held");
}

#[test]
fn a_mail_from_an_alias_is_asked_about_at_the_configured_address() {
    let desk = AgentDesk::new();
    desk.opened();
    desk.ignores(&forged(reply(&desk.last_to(ANA), "a.ruiz@acme.example", BODY)));
    desk.request_to(ANA, &["a.ruiz@acme.example", "Please pay into the new account."]);
    assert!(desk.sent_to("a.ruiz@acme.example").is_empty());
}

#[test]
fn a_right_from_without_her_token_is_held() {
    let desk = AgentDesk::new();
    desk.opened();
    desk.ignores(&reply(&desk.last_to(ANA), ANA, BODY).with_to(DESK));
    desk.request_to(
        ANA,
        &[
            "It is no answer to a notification that was sent to you.",
            "reply_address",
        ],
    );
    assert_eq!(desk.told(), [(ANA.to_owned(), 2), (BEN.to_owned(), 1)]);
}

#[test]
fn her_token_in_a_strangers_mail_makes_the_stranger_a_third_party() {
    let desk = AgentDesk::new();
    desk.opened();
    let stranger = reply(&desk.last_to(ANA), "mallory@evil.example", BODY);
    let stranger = without_border(stranger)
        .with_header("Cc", "friend@evil.example")
        .with_border("dmarc=pass header.from=evil.example");
    desk.only_appends(&stranger);
    assert_eq!(desk.messages()[2]["marks"], serde_json::json!(["third_party"]));
    for nobody in ["mallory@evil.example", "friend@evil.example"] {
        assert!(desk.sent_to(nobody).is_empty());
    }
    assert_eq!(desk.told(), [(ANA.to_owned(), 2), (BEN.to_owned(), 2)], "both are told");
    // Nor does an answer of Ana's go to them, or show what they wrote.
    desk.receive(&reply(&desk.last_to(ANA), ANA, "We send somebody at ten.\r\n"));
    assert!(desk.sent_to("mallory@evil.example").is_empty());
    let answer = desk.to_customer().pop().unwrap().everything();
    assert!(
        answer.contains("We send somebody at ten.") && !answer.contains("new account"),
        "{answer}"
    );
}

#[test]
fn her_token_in_a_colleagues_mail_is_held_and_the_colleague_is_asked() {
    let desk = AgentDesk::new();
    desk.opened();
    desk.ignores(&reply(&desk.last_to(ANA), BEN, BODY));
    desk.request_to(
        BEN,
        &[
            "a notification that was sent to somebody else",
            "Please pay into the new account.",
        ],
    );
    assert_eq!(desk.told(), [(ANA.to_owned(), 1), (BEN.to_owned(), 2)]);
}

#[test]
fn an_old_token_that_her_client_completed_into_a_new_mail_is_held() {
    let desk = AgentDesk::new();
    desk.opened();
    let remembered = desk.last_to(ANA).reply_address();
    desk.ignores(&new_mail(ANA, "Lunch", "At one?\r\n").with_to(&remembered));
    desk.request_to(ANA, &["an address that your mail program completed", "At one?"]);
}

#[test]
fn a_removed_agents_token_gives_nothing_and_she_is_told_nothing() {
    let desk = AgentDesk::new();
    desk.opened();
    let notification = desk.last_to(ANA);
    desk.receive(&forged(reply(&notification, ANA, BODY)));
    let request = desk.request_to(ANA, &[]);
    desk.gateway.edit_config(
        "[[agent]]\nname = \"Ana Ruiz\"\naddress = \"ana@acme.example\"\naliases = [\"a.ruiz@acme.example\"]\n",
        "",
    );
    let told = desk.sent_to(ANA).len();
    desk.only_appends(&reply(&notification, ANA, "#solved\r\nYour printer is sold.\r\n"));
    assert_eq!(desk.messages()[2]["marks"], serde_json::json!(["third_party"]));
    assert!(desk.last_to(BEN).everything().contains("Your printer is sold."));
    // Neither does a code that she was sent before.
    desk.only_appends(&reply(&request, ANA, "yes\r\n"));
    assert_eq!(desk.sent_to(ANA).len(), told);
}

#[test]
fn an_agents_out_of_office_notice_is_recorded_and_goes_to_nobody() {
    let desk = AgentDesk::new();
    desk.opened();
    let told = desk.told();
    let away = reply(&desk.last_to(ANA), ANA, "I am away until Monday.\r\n");
    desk.ignores(&away.with_header("Auto-Submitted", "auto-replied"));
    assert_eq!(desk.told(), told);
    assert_eq!(desk.event_kinds().last().unwrap(), "auto_replied");
}

#[test]
fn results_below_the_trusted_hop_are_a_forgery() {
    let desk = AgentDesk::new();
    desk.opened();
    let below = |mail: MailBuilder| {
        without_border(mail)
            .with_top_header(
                "Authentication-Results",
                "mx.acme.example; dmarc=pass header.from=acme.example",
            )
            .with_top_header(
                "Received",
                "from evil.example by relay.evil.example; Sun, 1 Nov 2026 07:59:00 +0000",
            )
            .with_top_header(
                "Received",
                "from relay.evil.example by mx.acme.example; Sun, 1 Nov 2026 08:00:00 +0000",
            )
    };
    let notification = desk.last_to(ANA);
    desk.ignores(&below(reply(&notification, ANA, BODY)));
    desk.request_to(ANA, &["no trusted Authentication-Results"]);
    // Among the sender's own fields they are none either.
    let among = reply(&notification, ANA, "Another.\r\n");
    let among = without_border(among)
        .with_header(
            "Authentication-Results",
            "mx.acme.example; dmarc=pass header.from=acme.example",
        )
        .with_top_header(
            "Received",
            "from relay.evil.example by mx.acme.example; Sun, 1 Nov 2026 08:00:00 +0000",
        );
    desk.ignores(&among);
    desk.request_to(ANA, &["no trusted Authentication-Results", "Another."]);
    // Without anything that was ever sent to her, she is not even asked.
    let told = desk.told();
    desk.ignores(&below(new_mail(ANA, "Re: The printer has stopped", BODY)).with_references(&first_id(&desk)));
    assert_eq!(desk.told(), told);
    assert_eq!(desk.set_aside().len(), 1);
}

/// The Message-ID of the customer's first mail.
fn first_id(desk: &AgentDesk) -> String {
    format!("<{}>", desk.messages()[0]["message_id"].as_str().unwrap())
}

#[test]
fn two_senders_are_held_whichever_stands_first_and_in_one_field_or_two() {
    let desk = AgentDesk::new();
    desk.opened();
    let notification = desk.last_to(ANA);
    let mails = [
        reply(&notification, ANA, "One.\r\n").with_from("Ana <ana@acme.example>, Eve <eve@acme.example>"),
        reply(&notification, ANA, "Two.\r\n").with_from("Eve <eve@acme.example>, Ana <ana@acme.example>"),
        reply(&notification, ANA, "Three.\r\n").with_top_header("From", "Eve <eve@acme.example>"),
    ];
    for (mail, text) in mails.into_iter().zip(["One.", "Two.", "Three."]) {
        let border = without_border(mail).with_border("dmarc=pass header.from=acme.example");
        desk.ignores(&border);
        desk.request_to(ANA, &["It names several senders.", text]);
    }
    assert!(desk.sent_to("eve@acme.example").is_empty());
    // The customer beside her is no agent either.
    let both = reply(&notification, ANA, "Four.\r\n").with_from(&format!("Carla <{CUSTOMER}>, Ana <{ANA}>"));
    desk.ignores(&without_border(both).with_border("dmarc=pass header.from=acme.example"));
    desk.request_to(ANA, &["It names several senders.", "Four."]);
}

#[test]
fn a_forged_from_without_any_token_of_hers_is_quarantined_and_nobody_is_mailed() {
    let desk = AgentDesk::new();
    desk.opened();
    let told = desk.told();
    // The customer's own confirmation proves the ticket, not the agent.
    let confirmation = desk.to_customer().remove(0);
    desk.ignores(&forged(reply(&confirmation, ANA, BODY)));
    desk.ignores(&forged(new_mail(ANA, "Anything", BODY)).with_references(&first_id(&desk)));
    desk.ignores(&forged(new_mail(
        ANA,
        "A call",
        "#requester eva@home.example\r\nShe called.\r\n",
    )));
    // Ben's token is none of hers.
    desk.ignores(&forged(reply(&desk.last_to(BEN), ANA, BODY)));
    assert_eq!(desk.told(), told);
    let reasons = desk.set_aside();
    assert_eq!(reasons.len(), 4);
    for reason in &reasons {
        assert!(
            reason.contains("not_aligned") && reason.contains("nothing in it was ever sent to her"),
            "{reason}"
        );
    }
}

#[test]
fn a_forged_mail_that_went_to_the_customer_too_is_unverified_and_the_agents_are_warned() {
    let desk = AgentDesk::new();
    desk.opened();
    let around = forged(reply(&desk.last_to(ANA), ANA, BODY)).with_header("Cc", CUSTOMER);
    desk.only_appends(&around);
    assert_eq!(desk.messages()[2]["marks"], serde_json::json!(["unverified"]));
    assert!(
        desk.last_to(ANA)
            .everything()
            .contains("Please pay into the new account.")
    );
    assert!(
        desk.last_to(BEN)
            .everything()
            .contains("Please pay into the new account.")
    );
}

#[test]
fn an_unknown_command_stops_the_whole_mail_and_the_receipt_names_line_and_nearest() {
    let desk = AgentDesk::new();
    desk.opened();
    desk.ignores(&reply(
        &desk.last_to(ANA),
        ANA,
        "#tag vip\r\n#solvd\r\nIt is mended.\r\n",
    ));
    let receipt = desk.last_to(ANA);
    let everything = receipt.everything();
    for expected in ["#solvd", "#solved", "2"] {
        assert!(everything.contains(expected), "{expected}: {everything}");
    }
    assert_eq!(receipt.header("Auto-Submitted").as_deref(), Some("auto-replied"));
    assert_eq!(desk.event_kinds().last().unwrap(), "command_refused");
    assert_eq!(desk.told(), [(ANA.to_owned(), 2), (BEN.to_owned(), 1)]);
}
