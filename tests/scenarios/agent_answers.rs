//! What of an agent's mail reaches the customer: her words and files, and nothing else.

use crate::common::agents::{CLIENT, PRIVATE, reply};
use crate::common::work::{attachments, messages, references, text};
use crate::common::{ANA, AgentDesk, BEN, CUSTOMER, DESK, MailBuilder};

#[test]
fn an_answer_brings_its_files_and_the_pictures_in_its_text() {
    let desk = AgentDesk::new();
    desk.opened();
    let whole = String::from_utf8(reply(&desk.last_to(ANA), ANA, "").build()).unwrap();
    let (head, _) = whole.split_once("MIME-Version").unwrap();
    let pixels = "iVBORw0KGgoAAAANSUhEUg==";
    let mail = format!(
        "{head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\
         Content-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         Press here:\r\n\r\nThen wait.\r\n\r\n-- \r\n{PRIVATE}\r\n--a\r\nContent-Type: multipart/related; boundary=r\r\n\r\n--r\r\n\
         Content-Type: text/html; charset=utf-8\r\n\r\n<html><head><meta name=\"generator\" content=\"{CLIENT}\"></head><body>\
         <p>Press <b>here</b>:</p><img src=\"cid:button@acme\" onerror=\"alert(1)\"><script>alert(2)</script><p>Then wait.</p>\
         <div>-- <br>{PRIVATE}</div></body></html>\r\n--r\r\n\
         Content-Type: image/png; name=button.png\r\nContent-ID: <button@acme>\r\nContent-Disposition: inline; filename=button.png\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{pixels}\r\n--r--\r\n--a--\r\n--m\r\nContent-Type: application/pdf; name=manual.pdf\r\n\
         Content-Disposition: attachment; filename=manual.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQ=\r\n--m--\r\n"
    );
    desk.dovecot.drop_into(DESK, mail.as_bytes());
    desk.gateway.drain();
    assert_eq!(desk.counts([ANA, CUSTOMER]), [1, 2], "{}", text(&desk.last_to(ANA)));
    let answer = desk.last_to(CUSTOMER);
    assert!(text(&answer).starts_with("Press here:"), "{}", text(&answer));
    let files = attachments(&answer);
    assert!(
        files.contains(&("manual.pdf".to_owned(), b"%PDF-1.4".to_vec())),
        "{files:?}"
    );
    let picture = data_encoding::BASE64.decode(pixels.as_bytes()).unwrap();
    assert!(files.iter().any(|(_, octets)| *octets == picture), "{files:?}");
    let parsed = mail_parser::MessageParser::new().parse(&answer.octets).unwrap();
    let html = parsed.body_html(0).unwrap();
    assert!(html.contains("<b>here</b>") && html.contains("<img"), "{html}");
    assert!(!html.contains("alert"), "{html}");
    let source = html.split("src=\"cid:").nth(1).unwrap().split('"').next().unwrap();
    assert!(
        answer.everything().contains(&format!("Content-ID: <{source}>")),
        "the picture is the one that is shown: {source}"
    );
    let said = &desk.ticket()["messages"][2];
    let kept: Vec<&str> = said["attachments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["name"].as_str().unwrap())
        .collect();
    assert_eq!(kept.len(), 2, "{said}");
}

#[test]
fn a_greeting_alone_sends_nothing() {
    let desk = AgentDesk::new();
    desk.opened();
    for nothing in [
        "Hello Carla,\r\n\r\nKind regards\r\nAna\r\n",
        "Sent from my iPhone\r\n",
        "\r\n",
        "Hola:\r\n\r\nUn saludo,\r\n",
    ] {
        desk.answers(ANA, nothing);
        assert_eq!(desk.counts([CUSTOMER]), [1], "{nothing:?}");
        assert_eq!(desk.ticket()["status"], "new", "{nothing:?}");
        let told = desk.last_to(ANA).everything();
        assert!(told.contains("your mail held no answer"), "{nothing:?}: {told}");
    }
    desk.receive(&reply(&desk.sent_to(ANA)[0], ANA, "#solved\r\n\r\nRegards\r\nAna\r\n"));
    assert_eq!(desk.ticket()["status"], "solved", "the command applies");
    assert_eq!(desk.counts([BEN, CUSTOMER]), [1, 1]);
    assert_eq!(messages(&desk.ticket()).len(), 2);
}

#[test]
fn the_answer_stands_in_the_customers_thread_above_her_own_words() {
    let desk = AgentDesk::new();
    let original = desk.opened();
    let second = MailBuilder::reply_to(&desk.to_customer()[0])
        .with_body("It smells of smoke.\r\n")
        .with_dmarc("pass");
    desk.receive(&second);
    desk.answers(ANA, "We send somebody at ten.\r\n");
    let answer = desk.last_to(CUSTOMER);
    assert_eq!(answer.header("In-Reply-To").unwrap(), second.header("Message-ID"));
    assert_eq!(references(&answer)[0], original.header("Message-ID"));
    assert!(answer.subject().starts_with("Re: The printer has stopped [#1-"));
    let said = text(&answer);
    assert!(
        said.starts_with("We send somebody at ten.\n\n-- \nAna Ruiz\nAcme Support\n"),
        "{said}"
    );
    assert!(
        said.contains("> It smells of smoke.") && !said.contains("second floor"),
        "her last message only: {said}"
    );
    assert_eq!(answer.header("X-Auto-Response-Suppress"), None);
    assert_eq!(answer.header("Reply-To").unwrap().matches('@').count(), 1);
}
