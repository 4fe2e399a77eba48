//! What proves an agent: `trust`, signatures that the gateway verifies itself, and desks of several kinds.

#[path = "../../src/dns/signing.rs"]
#[allow(dead_code)]
mod signing;

use crate::common::agents::{AGENTS, new_mail, reply};
use crate::common::mail::fresh_id;
use crate::common::quiet::{forged, without_border};
use crate::common::{ANA, AgentDesk, BEN, DESK, MailBuilder};
use signing::Signer;

const ANSWER: &str = "We send somebody at ten.";
const TRUSTED: &str = "trusted_authserv = \"mx.acme.example\"";

/// The newest mail to the customer is that answer, and there is one more than before.
#[track_caller]
fn answers(desk: &AgentDesk, mail: &MailBuilder, text: &str) {
    let before = desk.to_customer().len();
    desk.receive(mail);
    let mails = desk.to_customer();
    assert_eq!(
        mails.len(),
        before + 1,
        "it is sent:\n{}",
        String::from_utf8_lossy(&mail.build())
    );
    assert!(mails[before].everything().contains(text));
    assert_eq!(desk.ticket()["status"], "pending");
}

fn with_trust(trust: &str) -> AgentDesk {
    let desk = AgentDesk::with_config(&format!("[agents]\ntrust = \"{trust}\"\n"));
    desk.opened();
    desk
}

#[test]
fn with_trust_aligned_no_token_is_asked_for() {
    let desk = with_trust("aligned");
    let notification = desk.last_to(ANA);
    answers(&desk, &reply(&notification, ANA, ANSWER).with_to(DESK), ANSWER);
    // An answer to the customer's own mail will do, too.
    answers(
        &desk,
        &reply(&desk.to_customer()[0], BEN, "It is done.").with_to(DESK),
        "It is done.",
    );
    desk.ignores(&forged(reply(&notification, ANA, "Forged.\r\n")));
    desk.request_to(ANA, &["Nothing proves", "Forged."]);
    let remembered = notification.reply_address();
    desk.ignores(&new_mail(ANA, "Lunch", "At one?\r\n").with_to(&remembered));
    desk.request_to(ANA, &["an address that your mail program completed"]);
}

#[test]
fn with_trust_token_alignment_is_not_asked_for() {
    let desk = with_trust("token");
    let notification = desk.last_to(ANA);
    answers(&desk, &forged(reply(&notification, ANA, ANSWER)), ANSWER);
    desk.ignores(&reply(&notification, ANA, "Without a token.\r\n").with_to(DESK));
    desk.request_to(ANA, &["It is no answer to a notification", "Without a token."]);
    // A new ticket has no token, so it is proven by alignment, whatever `trust` says.
    let call = new_mail(ANA, "A call", "#requester eva@home.example\r\nShe called.\r\n");
    desk.ignores(&forged(call.clone()).with_message_id(&fresh_id()));
    assert_eq!(desk.set_aside().len(), 1);
    desk.receive(&call);
    assert_eq!(desk.tickets().len(), 2);
}

#[test]
fn an_agent_may_have_a_trust_of_her_own() {
    let agents = AGENTS.replace("name = \"Ben Ode\"", "name = \"Ben Ode\"\ntrust = \"token\"");
    let desk = AgentDesk::with(TRUSTED, &agents);
    desk.opened();
    desk.ignores(&forged(reply(&desk.last_to(ANA), ANA, "Forged.\r\n")));
    desk.request_to(ANA, &["Nothing proves"]);
    answers(&desk, &forged(reply(&desk.last_to(BEN), BEN, ANSWER)), ANSWER);
}

#[test]
fn where_addresses_carry_no_token_the_message_id_is_one() {
    let desk = AgentDesk::with(&format!("{TRUSTED}\nreply_address = \"none\""), AGENTS);
    desk.opened();
    let notification = desk.last_to(ANA);
    answers(&desk, &reply(&notification, ANA, ANSWER).with_to(DESK), ANSWER);
    desk.ignores(&reply(&notification, BEN, "Ben's.\r\n").with_to(DESK));
    desk.request_to(BEN, &["It is no answer to a notification", "Ben's."]);
    // The code of a request is its Message-ID, then.
    desk.ignores(&forged(reply(&notification, ANA, "Forged.\r\n")).with_to(DESK));
    let request = desk.request_to(ANA, &["Nothing proves"]);
    assert_eq!(request.header("Reply-To"), None);
    desk.ignores(&reply(&request, ANA, "no, wait\r\n"));
    answers(&desk, &reply(&request, ANA, "yes\r\n"), "Forged.");
}

/// A desk that looks for DKIM keys in a file, with the key of Ana's server in it.
fn with_dkim_key(signer: &Signer) -> AgentDesk {
    let desk = AgentDesk::with_config("[agents]\ndkim_keys = \"dkim.keys\"\n");
    std::fs::write(desk.gateway.path("dkim.keys"), signer.line("")).unwrap();
    desk.opened();
    desk
}

fn signed(mail: MailBuilder, signer: &Signer) -> Vec<u8> {
    let mail = String::from_utf8(without_border(mail).build()).unwrap();
    signer.sign(&mail).into_bytes()
}

#[test]
fn a_signature_that_the_gateway_verifies_itself_proves_her() {
    let signer = Signer::new("s1", "acme.example");
    let desk = with_dkim_key(&signer);
    let notification = desk.last_to(ANA);
    let receive = |octets: &[u8]| {
        desk.dovecot.drop_into(DESK, octets);
        desk.gateway.drain();
    };
    receive(&signed(reply(&notification, ANA, ANSWER), &signer));
    assert_eq!(desk.to_customer().len(), 2);
    assert_eq!(desk.ticket()["status"], "pending");
    // Proven, but for her token: she is asked, not set aside as a forgery.
    receive(&signed(
        reply(&notification, ANA, "No token.\r\n").with_to(DESK),
        &signer,
    ));
    desk.request_to(ANA, &["It is no answer to a notification", "No token."]);
    let changed = signed(reply(&notification, ANA, "Signed.\r\n"), &signer);
    let changed = String::from_utf8(changed).unwrap().replace("Signed.", "Pay Eve.");
    receive(changed.as_bytes());
    desk.request_to(ANA, &["Nothing proves", "Pay Eve."]);
    let other = Signer::new("s1", "acme.example");
    receive(&signed(reply(&notification, ANA, "By another key.\r\n"), &other));
    desk.request_to(ANA, &["Nothing proves", "By another key."]);
    assert_eq!(desk.to_customer().len(), 2);
}

#[test]
fn a_server_without_authentication_results_has_her_asked_and_is_told_what_mends_it() {
    let desk = AgentDesk::with("", AGENTS);
    desk.opened();
    let notification = desk.last_to(ANA);
    let plain = |body: &str| {
        without_border(reply(&notification, ANA, body)).with_top_header(
            "Received",
            "by mail.acme.example (Postfix, from userid 1000) id 4F3A21; Sun, 1 Nov 2026 08:00:00 +0000",
        )
    };
    desk.ignores(&plain("We send somebody at ten.\r\n"));
    let request = desk.request_to(ANA, &["no trusted_authserv is configured", "trust = \"token\"", ANSWER]);
    answers(&desk, &without_border(reply(&request, ANA, "yes\r\n")), ANSWER);
    // Neither is a ticket opened for anybody before she agrees.
    let call = new_mail(ANA, "A call", "#requester eva@home.example\r\nShe called.\r\n");
    desk.ignores(&without_border(call));
    let request = desk.request_to(ANA, &["no trusted_authserv is configured", "She called."]);
    // What proves nobody is not believed to have gone to the customer in her name, either.
    desk.only_appends(&plain("Around.\r\n").with_header("Cc", "carla@customer.example"));
    assert_eq!(
        desk.messages().last().unwrap()["marks"],
        serde_json::json!(["unverified"])
    );
    desk.receive(&without_border(reply(&request, ANA, "yes\r\n")));
    let tickets = desk.tickets();
    assert_eq!(
        (tickets.len(), &tickets[1]["requester"]),
        (2, &"eva@home.example".into())
    );
    assert_eq!(desk.sent_to("eva@home.example").len(), 1, "she is confirmed");
}

#[test]
fn a_server_without_authentication_results_works_with_trust_token() {
    let desk = AgentDesk::with("", &format!("{AGENTS}[agents]\ntrust = \"token\"\n"));
    desk.opened();
    let notification = desk.last_to(ANA);
    answers(&desk, &without_border(reply(&notification, ANA, ANSWER)), ANSWER);
    desk.ignores(&without_border(reply(&notification, ANA, "Untokened.\r\n")).with_to(DESK));
    desk.request_to(ANA, &["It is no answer to a notification"]);
}

/// What Exchange Online puts on top of a mail between two mailboxes.
fn exchange(mail: MailBuilder, auth_as: &str, results: Option<&str>) -> MailBuilder {
    let mut mail = without_border(mail)
        .with_top_header("X-MS-Exchange-CrossTenant-AuthAs", auth_as)
        .with_top_header("X-MS-Exchange-Organization-AuthAs", auth_as)
        .with_top_header(
            "X-MS-Exchange-Organization-AuthSource",
            "DB9PR04MB8123.eurprd04.prod.outlook.com",
        )
        .with_top_header("X-MS-Exchange-Organization-AuthMechanism", "04")
        .with_top_header("X-MS-Exchange-Organization-SCL", "-1");
    if let Some(results) = results {
        mail = mail.with_top_header("Authentication-Results", results);
    }
    let hop = "from DB9PR04MB8123.eurprd04.prod.outlook.com (2603:10a6:10:24b::15) by AM0PR04MB6275.eurprd04.prod.outlook.com \
               with HTTPS; Sun, 1 Nov 2026 08:00:00 +0000";
    mail.with_top_header("Received", hop)
}

#[test]
fn on_one_microsoft_365_tenant_her_answer_is_internal() {
    let desk = AgentDesk::with("trusted_authserv = \"microsoft365\"", AGENTS);
    desk.opened();
    let notification = desk.last_to(ANA);
    answers(
        &desk,
        &exchange(reply(&notification, ANA, ANSWER), "Internal", None),
        ANSWER,
    );
    let none = "spf=none (sender IP is 203.0.113.9) smtp.mailfrom=acme.example; dkim=none (message not signed) \
                header.d=none;dmarc=none action=none header.from=acme.example;compauth=fail reason=001";
    desk.ignores(&exchange(
        reply(&notification, ANA, "From outside.\r\n"),
        "Anonymous",
        Some(none),
    ));
    desk.request_to(ANA, &["dmarc=none", "From outside."]);
    desk.ignores(&exchange(
        reply(&notification, ANA, "Nothing at all.\r\n"),
        "Anonymous",
        None,
    ));
    desk.request_to(ANA, &["no trusted Authentication-Results", "Nothing at all."]);
    // A sender's own field of that name stays beneath that of the service.
    let forged = reply(&notification, ANA, "Forged.\r\n").with_header("X-MS-Exchange-Organization-AuthAs", "Internal");
    let forged = without_border(forged).with_top_header("X-MS-Exchange-Organization-AuthAs", "Anonymous");
    desk.ignores(&forged);
    desk.request_to(ANA, &["Forged."]);
    let pass = "spf=pass (sender IP is 203.0.113.9) smtp.mailfrom=acme.example; dkim=pass (signature was verified) \
                header.d=acme.example;dmarc=pass action=none header.from=acme.example;compauth=pass reason=100";
    answers(
        &desk,
        &exchange(reply(&notification, ANA, "From home."), "Anonymous", Some(pass)),
        "From home.",
    );
}
