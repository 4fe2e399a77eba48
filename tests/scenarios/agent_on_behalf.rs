//! An agent forwards a customer's mail, or writes down a call: the ticket is the customer's.

use crate::common::agents::{INTERNAL, new_mail, reply};
use crate::common::quiet::forged;
use crate::common::work::{attachments, events, messages, text};
use crate::common::{ANA, AgentDesk, BEN, MailBuilder, ReceivedMail};
use serde_json::Value;

const EVA: &str = "eva@home.example";

const GMAIL: &str = "---------- Forwarded message ---------\r\nFrom: Eva Lind <eva@home.example>\r\n\
    Date: Tue, 3 Nov 2026 at 09:41\r\nSubject: The boiler leaks\r\nTo: Ana Ruiz <ana@acme.example>\r\n\r\n\r\n\
    It drips since Monday.\r\n\r\nEva\r\n";
const OUTLOOK: &str = "________________________________\r\nDe: Eva Lind <eva@home.example>\r\n\
    Enviado: martes, 3 de noviembre de 2026 9:41\r\nPara: Ana Ruiz <ana@acme.example>\r\nAsunto: The boiler leaks\r\n\r\n\
    It drips since Monday.\r\n\r\nEva\r\n";
const APPLE: &str = "Begin forwarded message:\r\n\r\n> From: Eva Lind <eva@home.example>\r\n> Subject: The boiler leaks\r\n\
    > Date: 3 November 2026 at 09:41:12 CET\r\n> To: Ana Ruiz <ana@acme.example>\r\n> \r\n> It drips since Monday.\r\n> \r\n> Eva\r\n";

/// A mail that attaches Eva's, with a photo in it.
fn attached(above: &str) -> Vec<u8> {
    let outer = new_mail(ANA, "Fwd: The boiler leaks", "").build();
    let head = String::from_utf8(outer).unwrap();
    let (head, _) = head.split_once("MIME-Version").unwrap();
    format!(
        "{head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{above}\r\n--outer\r\n\
         Content-Type: message/rfc822; name=\"The boiler leaks.eml\"\r\n\
         Content-Disposition: attachment; filename=\"The boiler leaks.eml\"\r\n\r\n\
         From: Eva Lind <eva@home.example>\r\nTo: Ana Ruiz <ana@acme.example>\r\nSubject: The boiler leaks\r\n\
         Date: Tue, 3 Nov 2026 09:41:12 +0100\r\nMessage-ID: <boiler@home.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=inner\r\n\r\n--inner\r\nContent-Type: text/plain\r\n\r\n\
         It drips since Monday.\r\n\r\nEva\r\n--inner\r\nContent-Type: image/png; name=leak.png\r\n\
         Content-Disposition: attachment; filename=leak.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--inner--\r\n\r\n--outer--\r\n"
    )
    .into_bytes()
}

/// The ticket is Eva's, and everybody was told what concerns them.
#[track_caller]
fn check_opened(desk: &AgentDesk, shape: &str) -> Value {
    let ticket = desk.ticket();
    assert_eq!(ticket["requester"], EVA, "{shape}");
    assert_eq!(ticket["subject"], "The boiler leaks", "{shape}");
    assert_eq!(ticket["priority"], "high", "{shape}");
    let said = messages(&ticket);
    assert_eq!(said[0], "in forwarded: It drips since Monday. /  / Eva", "{shape}");
    assert_eq!(
        said[1],
        format!("note note: She is a good customer: {INTERNAL}"),
        "{shape}"
    );
    assert_eq!(said.len(), 3, "{shape}: {said:?}");
    assert_eq!(desk.counts([ANA, BEN, EVA]), [1, 1, 1], "{shape}");
    let receipt = text(&desk.last_to(ANA));
    assert!(
        receipt.contains("is open for Eva Lind <eva@home.example>"),
        "{shape}: {receipt}"
    );
    let told = text(&desk.last_to(BEN));
    assert!(
        told.contains("It drips since Monday.") && told.contains("New ticket #1"),
        "{shape}: {told}"
    );
    let confirmation = desk.last_to(EVA);
    assert_eq!(
        confirmation.header("Auto-Submitted").unwrap(),
        "auto-replied",
        "{shape}"
    );
    assert!(confirmation.header("To").unwrap().contains(EVA));
    ticket
}

fn above() -> String {
    format!("#priority high\r\nShe is a good customer: {INTERNAL}\r\n")
}

/// As Eva answers it.
fn of_eva(to: &ReceivedMail, body: &str) -> MailBuilder {
    MailBuilder::reply_to(to)
        .with_from(&format!("Eva Lind <{EVA}>"))
        .with_body(body)
        .with_border("dmarc=pass header.from=home.example")
}

#[test]
fn a_forward_of_the_usual_clients_opens_the_customers_ticket() {
    for (client, prefix, block) in [
        ("Gmail", "Fwd:", GMAIL),
        ("Outlook", "RV:", OUTLOOK),
        ("Apple Mail", "Fwd:", APPLE),
    ] {
        let desk = AgentDesk::new();
        let mail = new_mail(ANA, &format!("{prefix} The boiler leaks"), "");
        desk.receive(&mail.with_body(&format!("{}\r\n{block}", above())));
        check_opened(&desk, client);
    }
}

#[test]
fn an_attached_mail_opens_the_customers_ticket_and_everything_goes_on_from_there() {
    let desk = AgentDesk::new();
    desk.dovecot.drop_into(crate::common::DESK, &attached(&above()));
    desk.gateway.drain();
    check_opened(&desk, "attached");
    let names = attachments(&desk.last_to(BEN)).into_iter().map(|(name, _)| name);
    assert!(names.collect::<Vec<_>>().contains(&"The boiler leaks.eml".to_owned()));
    desk.receive(&of_eva(&desk.last_to(EVA), "Now it pours.\r\n"));
    let ticket = desk.ticket();
    assert_eq!(messages(&ticket).last().unwrap(), "in mail: Now it pours.");
    assert_eq!(desk.counts([ANA, BEN, EVA]), [2, 2, 1]);
    // Her receipt is as good to answer as a notification.
    desk.receive(&reply(&desk.sent_to(ANA)[0], ANA, "We come today.\r\n"));
    let answer = desk.last_to(EVA);
    assert!(text(&answer).starts_with("We come today."));
    assert_eq!(desk.ticket()["status"], "pending");
    // Eva answers her own first mail, which the desk knows from the forward alone.
    desk.receive(
        &of_eva(&answer, "Good.\r\n")
            .with_to(crate::common::DESK)
            .with_subject("Re: The boiler leaks")
            .with_header("In-Reply-To", "<boiler@home.example>")
            .with_references("<boiler@home.example>"),
    );
    assert_eq!(desk.tickets().len(), 1);
    let shown = desk.printed(1);
    assert!(shown.contains("Eva Lind <eva@home.example> wrote"), "{shown}");
    assert!(shown.contains("<ana@acme.example> noted"), "{shown}");
}

#[test]
fn a_phone_call_is_a_note_on_the_callers_ticket() {
    let desk = AgentDesk::new();
    let mail = new_mail(
        ANA,
        "Boiler of Eva",
        &format!("#requester Eva Lind <{EVA}>\r\n#assign me\r\n#tag phone\r\n\r\nShe called: {INTERNAL}\r\n"),
    );
    desk.receive(&mail);
    let ticket = desk.ticket();
    assert_eq!(
        (ticket["requester"].as_str(), ticket["assignee"].as_str()),
        (Some(EVA), Some(ANA))
    );
    assert_eq!(ticket["tags"][0], "phone");
    assert_eq!(ticket["subject"], "Boiler of Eva");
    assert_eq!(messages(&ticket)[0], format!("note note: She called: {INTERNAL}"));
    assert_eq!(desk.counts([ANA, BEN, EVA]), [1, 1, 1]);
    desk.receive(&mail);
    assert_eq!(desk.tickets().len(), 1, "the same mail again");
    assert_eq!(desk.counts([ANA, BEN, EVA]), [1, 1, 1]);
    desk.receive(&of_eva(&desk.last_to(EVA), "As I said.\r\n"));
    assert_eq!(messages(&desk.ticket()).last().unwrap(), "in mail: As I said.");
    assert_eq!(desk.counts([ANA, BEN]), [2, 2]);
}

#[test]
fn an_unproven_forward_is_held_and_opens_its_ticket_once() {
    let desk = AgentDesk::with("", crate::common::agents::AGENTS);
    let mail = new_mail(ANA, "Fwd: The boiler leaks", "").with_body(&format!("{}\r\n{GMAIL}", above()));
    desk.receive(&mail);
    assert!(desk.tickets().is_empty());
    assert_eq!(desk.counts([ANA, BEN, EVA]), [1, 0, 0]);
    let request = desk.last_to(ANA);
    assert!(text(&request).contains("It drips since Monday."), "{}", text(&request));
    desk.receive(&reply(&request, ANA, "Yes!\r\n"));
    assert_eq!(desk.ticket()["requester"], EVA);
    assert_eq!(desk.counts([ANA, BEN, EVA]), [2, 1, 1]);
    desk.receive(&reply(&request, ANA, "#send\r\n"));
    assert_eq!(desk.tickets().len(), 1);
    assert!(text(&desk.last_to(ANA)).contains("this request has been answered before"));
    assert_eq!(desk.counts([ANA, BEN, EVA]), [3, 1, 1]);
}

#[test]
fn a_forged_forward_opens_nothing() {
    let desk = AgentDesk::new();
    desk.receive(&forged(new_mail(ANA, "Fwd: The boiler leaks", "").with_body(GMAIL)));
    assert_eq!(desk.counts([ANA, BEN, EVA]), [0, 0, 0]);
    assert!(desk.tickets().is_empty());
    assert_eq!(desk.gateway.quarantine().len(), 1);
}

#[test]
fn a_forward_that_names_nobody_is_her_own_ticket_and_she_is_told() {
    let desk = AgentDesk::new();
    let block = GMAIL.replace("Eva Lind <eva@home.example>", "Eva Lind");
    desk.receive(&new_mail(ANA, "Fwd: The boiler leaks", "").with_body(&format!("Please look.\r\n\r\n{block}")));
    let ticket = desk.ticket();
    assert_eq!(ticket["requester"], ANA);
    let told: Vec<String> = desk.sent_to(ANA).iter().map(text).collect();
    assert!(
        told.iter().any(|text| text.contains("whose mail it was can't be told")),
        "{told:?}"
    );
    assert_eq!(desk.counts([BEN, EVA]), [1, 0]);
    assert!(events(&ticket).contains(&"opened"));
}
