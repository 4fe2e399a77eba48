//! `#forward`: a supplier gets the customer's last message and the agent's words, and answers the desk.

use crate::common::work::{attachments, events, messages, text};
use crate::common::{ANA, AgentDesk, BEN, CUSTOMER, MailBuilder};

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
    assert!(
        shown.contains(&format!("passed the last mail on to {SUPPLIER}")),
        "{shown}"
    );
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

/// Eva's answer to a mail that Ana once wrote her, as it came to Ana: her address is all over it.
const HISTORY: &str = "It drips since Monday.\r\n\r\nOn Mon, 2 Nov 2026 at 08:00, Ana Ruiz <ana@acme.example> wrote:\r\n\
    > Write to me whenever it drips.\r\n> ana@acme.example\r\n";

fn forward_of(agent: &str) -> (String, String) {
    let mail = crate::common::agents::new_mail(agent, "Fwd: The boiler leaks", "").build();
    let head = String::from_utf8(mail).unwrap();
    let (head, _) = head.split_once("MIME-Version").unwrap();
    let original = "From: Eva Lind <eva@home.example>\r\nDate: Tue, 3 Nov 2026 09:41:12 +0100\r\n\
        Subject: The boiler leaks\r\nTo: Ana Ruiz <ana@acme.example>\r\n";
    (head.to_owned(), original.to_owned())
}

#[test]
fn what_an_agent_brought_in_can_be_passed_on_and_answered_without_showing_her() {
    let (head, original) = forward_of(ANA);
    let inline = format!(
        "{head}MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n---------- Forwarded message ---------\r\n{original}\r\n\r\n{HISTORY}"
    );
    let attached = format!(
        "{head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: text/plain\r\n\r\n\r\n\
         --o\r\nContent-Type: message/rfc822\r\n\r\nDelivered-To: ana@acme.example\r\n{original}MIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Type: text/plain\r\n\r\n{HISTORY}\r\n--i\r\n\
         Content-Type: image/png; name=leak.png\r\nContent-Disposition: attachment; filename=leak.png\r\n\
         Content-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n--i--\r\n--o--\r\n"
    );
    for (mail, files) in [(inline, vec![]), (attached, vec!["leak.png".to_owned()])] {
        let desk = AgentDesk::new();
        desk.dovecot.drop_into(crate::common::DESK, mail.as_bytes());
        desk.gateway.drain();
        desk.answers(ANA, &format!("#forward {SUPPLIER}\r\n\r\nYours?\r\n"));
        let forward = desk.last_to(SUPPLIER);
        assert!(text(&forward).contains("It drips since Monday."), "{}", text(&forward));
        let names: Vec<String> = attachments(&forward).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, files);
        desk.receive(&crate::common::agents::reply(
            &desk.sent_to(ANA)[0],
            ANA,
            "We come today.\r\n",
        ));
        let answer = text(&desk.last_to("eva@home.example"));
        assert!(
            answer.contains("> It drips since Monday.") && !answer.contains("Write to me"),
            "{answer}"
        );
    }
}
