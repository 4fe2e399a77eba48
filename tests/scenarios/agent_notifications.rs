//! What agents hear of a ticket: who of them, in which thread of their clients, and with what.

use crate::common::agents::reply;
use crate::common::work::{STRANGER, attachments, references, text};
use crate::common::{ANA, AgentDesk, BEN, Behaviour, CUSTOMER, DESK, MailBuilder, ReceivedMail};

/// Each agent's own mails refer to one root, and bear one subject.
#[track_caller]
fn root_and_subject(mails: &[ReceivedMail]) -> (String, String) {
    let roots: Vec<String> = mails.iter().map(|mail| references(mail)[0].clone()).collect();
    let subjects: Vec<String> = mails.iter().map(ReceivedMail::subject).collect();
    assert!(roots.iter().all(|root| *root == roots[0]), "{roots:?}");
    assert!(subjects.iter().all(|subject| *subject == subjects[0]), "{subjects:?}");
    (roots[0].clone(), subjects[0].clone())
}

#[test]
fn all_mails_of_a_ticket_are_one_thread_for_each_agent() {
    let desk = AgentDesk::new();
    desk.opened();
    desk.customer_replies(&desk.to_customer()[0], "It smells of smoke.\r\n");
    desk.answers(ANA, "#assign Ben\r\n");
    desk.receive(
        &MailBuilder::reply_to(&desk.to_customer()[0])
            .with_from(STRANGER)
            .with_dmarc("pass"),
    );
    assert_eq!(desk.counts([ANA, BEN]), [3, 4]);
    let (of_ana, subject) = root_and_subject(&desk.sent_to(ANA));
    let (of_ben, same) = root_and_subject(&desk.sent_to(BEN));
    assert_ne!(of_ana, of_ben, "an id of one agent's thread proves nothing of another");
    assert_eq!(subject, same);
    assert!(subject.starts_with("Re: The printer has stopped [#1-"), "{subject}");
    let [ana, ben] = [ANA, BEN].map(|agent| desk.last_to(agent));
    assert_ne!(ana.reply_address(), ben.reply_address());
    for mail in [&ana, &ben] {
        assert_eq!(mail.header("Auto-Submitted").unwrap(), "auto-generated");
        for header in ["To", "Cc", "From", "Reply-To"] {
            let value = mail.header(header).unwrap_or_default();
            assert!(
                !value.contains(CUSTOMER) && !value.contains(STRANGER),
                "{header}: {value}"
            );
        }
    }
    let first = &desk.sent_to(ANA)[0];
    assert!(
        first
            .header("From")
            .unwrap()
            .contains("Carla Cliente (via Acme Support)")
    );
    assert!(
        text(first).starts_with("## write your answer above this line ##\n"),
        "{}",
        text(first)
    );
}

#[test]
fn an_assignment_is_told_to_the_one_who_gets_the_ticket() {
    let desk = AgentDesk::new();
    desk.opened();
    desk.answers(ANA, "#assign Ben\r\n");
    assert_eq!(desk.counts([ANA, BEN]), [1, 2]);
    assert!(text(&desk.last_to(BEN)).contains("assigned to you by Ana Ruiz"));
    assert_eq!(desk.ticket()["assignee"], BEN);
    desk.answers(ANA, "#assign me\r\n");
    assert_eq!(desk.ticket()["assignee"], ANA);
    assert_eq!(desk.counts([ANA, BEN]), [1, 2], "nobody hears of her own action");
    desk.answers(BEN, "#assign me\r\n");
    assert_eq!(desk.counts([ANA, BEN, CUSTOMER]), [1, 2, 1]);
}

#[test]
fn a_ticket_that_moves_is_told_to_the_agents_of_its_new_queue() {
    let agents = "[[queue]]\nname = \"general\"\n[[queue]]\nname = \"billing\"\n\
                  [[agent]]\nname = \"Ana Ruiz\"\naddress = \"ana@acme.example\"\nqueues = [\"general\", \"billing\"]\n\
                  [[agent]]\nname = \"Ben Ode\"\naddress = \"ben@acme.example\"\nqueues = [\"billing\"]\n";
    let desk = AgentDesk::with("trusted_authserv = \"mx.acme.example\"", agents);
    desk.opened();
    assert_eq!(desk.counts([ANA, BEN]), [1, 0], "Ben does not serve it");
    desk.answers(ANA, "#queue billing\r\n");
    assert_eq!(desk.counts([ANA, BEN]), [1, 1]);
    let told = text(&desk.last_to(BEN));
    assert!(told.contains("moved into billing by Ana Ruiz"), "{told}");
    assert!(told.contains("The printer on the second floor has stopped."), "{told}");
    assert_eq!(desk.ticket()["queue"], "billing");
}

#[test]
fn an_answer_that_is_refused_at_once_is_told_to_the_agents() {
    let desk = AgentDesk::new();
    desk.opened();
    desk.sink.set(Behaviour::RefuseOutsiders);
    desk.answers(ANA, "We send somebody at ten.\r\n");
    desk.gateway.drain();
    assert_eq!(desk.counts([ANA, BEN, CUSTOMER]), [2, 2, 1]);
    let told = text(&desk.last_to(ANA));
    assert!(told.contains(&format!("a mail to {CUSTOMER} did not arrive")), "{told}");
    assert!(told.contains("550 5.1.1"), "{told}");
    let ticket = desk.ticket();
    let delivery = ticket["messages"][2]["delivery"].as_str().unwrap();
    assert!(delivery.starts_with("failed: "), "{ticket}");
}

/// What a server reports of a mail that it took and could not deliver (RFC 3464).
fn delivery_report(to: &str, recipient: &str) -> Vec<u8> {
    format!(
        "From: MAILER-DAEMON@mx.customer.example\r\nTo: {to}\r\nSubject: Undelivered mail\r\n\
         Message-ID: <report.1@mx.customer.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nIt did not arrive.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.customer.example\r\n\r\n\
         Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.2.2\r\n\
         Diagnostic-Code: smtp; 552 5.2.2 mailbox full\r\n\r\n--b--\r\n"
    )
    .into_bytes()
}

#[test]
fn an_answer_that_comes_back_is_told_to_the_agents() {
    let desk = AgentDesk::new();
    desk.opened();
    desk.answers(ANA, "We send somebody at ten.\r\n");
    let report = delivery_report(&desk.reverse_path_of_last_to(CUSTOMER), CUSTOMER);
    desk.dovecot.drop_into(DESK, &report);
    desk.gateway.drain();
    assert_eq!(desk.counts([ANA, BEN, CUSTOMER]), [2, 2, 2]);
    let told = text(&desk.last_to(BEN));
    assert!(told.contains(&format!("a mail to {CUSTOMER} did not arrive")), "{told}");
    assert!(told.contains("mailbox full"), "{told}");
    let ticket = desk.ticket();
    assert!(
        ticket["messages"][2]["delivery"].as_str().unwrap().contains("5.2.2"),
        "{ticket}"
    );
    assert_eq!(ticket["status"], "pending", "a report is no answer");
    // A bounce of a notification is no matter of the ticket: else two dead agents' mailboxes would loop.
    let own = delivery_report(&desk.reverse_path_of_last_to(BEN), BEN);
    desk.dovecot.drop_into(
        DESK,
        &String::from_utf8(own)
            .unwrap()
            .replace("report.1", "report.2")
            .into_bytes(),
    );
    desk.gateway.drain();
    assert_eq!(desk.counts([ANA, BEN]), [2, 2]);
}

#[test]
fn a_mail_in_the_customers_name_without_proof_comes_with_a_warning() {
    let desk = AgentDesk::new();
    desk.opened();
    desk.answers(ANA, "We send somebody at ten.\r\n");
    desk.receive(&MailBuilder::reply_to(&desk.to_customer()[1]).with_dmarc("fail"));
    let told = text(&desk.last_to(ANA));
    assert!(
        told.contains("Warning: nothing proves that this participant wrote it."),
        "{told}"
    );
    assert!(told.contains("NOT proven (dmarc=fail"), "{told}");
    assert_eq!(desk.ticket()["status"], "pending");
    assert_eq!(desk.ticket()["messages"][3]["marks"][0], "unverified");
}

#[test]
fn notify_says_who_hears_of_what_happens() {
    let desk = AgentDesk::with_config("[[queue]]\nname = \"general\"\nnotify = \"assignee\"\n");
    desk.opened();
    assert_eq!(desk.counts([ANA, BEN]), [1, 1], "nobody has it");
    desk.answers(ANA, "#assign Ben\r\n");
    desk.customer_replies(&desk.to_customer()[0], "It smells of smoke.\r\n");
    assert_eq!(desk.counts([ANA, BEN]), [1, 3]);

    let desk = AgentDesk::with_config("[[queue]]\nname = \"general\"\nnotify = \"none\"\n");
    desk.opened();
    assert_eq!(desk.counts([ANA, BEN, CUSTOMER]), [0, 0, 1]);
}

#[test]
fn new_tickets_are_given_to_agents_in_turn_or_to_whoever_has_least() {
    let assignees = |assign: &str, meanwhile: fn(&AgentDesk)| {
        let desk = AgentDesk::with_config(&format!(
            "[[queue]]\nname = \"general\"\nassign = \"{assign}\"\nnotify = \"assignee\"\n"
        ));
        for number in 0..4 {
            let mail = MailBuilder::new().with_from(&format!("c{number}@customer.example"));
            desk.receive(&mail.with_subject(&format!("Matter {number}")).with_dmarc("pass"));
            if number == 1 {
                meanwhile(&desk);
            }
        }
        let counts = desk.counts([ANA, BEN]);
        let assignees: Vec<String> = desk
            .tickets()
            .iter()
            .map(|ticket| ticket["assignee"].as_str().unwrap().to_owned())
            .collect();
        (assignees, counts)
    };
    assert_eq!(
        assignees("round_robin", |_| ()),
        ([ANA, BEN, ANA, BEN].map(str::to_owned).to_vec(), [2, 2])
    );
    // Ben is done with his first before the third comes.
    let solved = |desk: &AgentDesk| drop(desk.answers(BEN, "#solved\r\n"));
    assert_eq!(
        assignees("least_open", solved),
        ([ANA, BEN, BEN, ANA].map(str::to_owned).to_vec(), [2, 2])
    );
}

#[test]
fn what_the_customer_attached_comes_with_the_notification() {
    let desk = AgentDesk::new();
    let photo = vec![0, 159, 146, 150, 13, 10, 46, 13, 10];
    desk.receive(&MailBuilder::new().with_attachment("jam.jpg", &photo).with_dmarc("pass"));
    let told = desk.last_to(BEN);
    assert_eq!(attachments(&told), [("jam.jpg".to_owned(), photo)]);
    assert!(text(&told).contains("Attached: jam.jpg"), "{}", text(&told));
    assert!(attachments(&desk.to_customer()[0]).is_empty());
}

#[test]
fn colleagues_hear_of_an_answer_when_the_desk_wants_it() {
    let desk = AgentDesk::with_config("[agents]\nnotify_answers = true\n");
    desk.opened();
    desk.answers(ANA, "We send somebody at ten.\r\n");
    assert_eq!(desk.counts([ANA, BEN]), [1, 2]);
    let told = text(&desk.last_to(BEN));
    assert!(told.contains("Ana Ruiz answered the customer"), "{told}");
    assert!(told.contains("We send somebody at ten."), "{told}");
    // Ben has seen her answer, so his is no collision.
    desk.answers(BEN, "At eleven, rather.\r\n");
    assert_eq!(desk.counts([ANA, BEN, CUSTOMER]), [2, 2, 3]);
}

#[test]
fn earlier_tickets_of_the_customer_are_named() {
    let desk = AgentDesk::with_config("");
    desk.opened();
    desk.receive(&reply(&desk.last_to(ANA), ANA, "#solved\r\n"));
    desk.receive(&MailBuilder::new().with_subject("The lamp").with_dmarc("pass"));
    let told = text(&desk.last_to(ANA));
    assert!(told.contains("Earlier tickets of this customer:"), "{told}");
    assert!(told.contains("#1 (solved) The printer has stopped"), "{told}");
}
