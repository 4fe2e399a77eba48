//! Mails that are built to be obeyed: nothing in them ever is.

use crate::common::loopback::Loopback;
use crate::common::mail::fresh_id;
use crate::common::{MailBuilder, ReceivedMail};
use buzon::store::TicketDetail;

/// The ticket of this mail, and its confirmation.
async fn ask(loopback: &Loopback, mail: &MailBuilder) -> (TicketDetail, ReceivedMail) {
    let before = loopback.smtp.received().len();
    loopback.receive(mail);
    loopback.drain().await;
    let sent = loopback.wait_for_sent(before + 1).await;
    let tickets = loopback.tickets().await;
    let ticket = loopback.ticket(tickets.last().unwrap().head.number).await;
    (ticket, ReceivedMail::new(sent[before].octets.to_vec()))
}

/// The names of a mail's header fields, each as often as it stands there; a line without a name counts as itself.
fn field_names(mail: &ReceivedMail) -> Vec<String> {
    let text = String::from_utf8_lossy(&mail.octets);
    let (header, _) = text.split_once("\r\n\r\n").unwrap();
    let fields = header.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    let mut names: Vec<_> = fields.map(|line| line.split(':').next().unwrap().to_owned()).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn encoded_line_ends_make_no_new_header_and_no_new_recipient() {
    let loopback = Loopback::start().await;
    let (_, honest) = ask(&loopback, &MailBuilder::new()).await;
    let expected = field_names(&honest);
    let injected = "=?utf-8?q?Hi=0D=0ABcc:_victim=40customer.example=0D=0A=0D=0Abody?=";
    let base64 = "=?utf-8?b?SGkNCkJjYzogdmljdGltQGN1c3RvbWVyLmV4YW1wbGUNCg0KYm9keQ==?=";
    let new = |number: usize| MailBuilder::new().with_from(&format!("eve{number}@customer.example"));
    let mails = [
        new(0).with_subject(injected),
        new(1).with_subject(base64),
        new(2).with_subject("a lone \r Bcc: victim@customer.example \r return"),
        new(3).with_from(&format!("{injected} <eve3@customer.example>")),
        new(4).with_from("\"a\\\r\n Bcc: victim@customer.example\" <eve4@customer.example>"),
        new(5).with_message_id("<a\r\n Bcc: victim@customer.example@customer.example>"),
        new(6).with_references(&format!("<{injected}@customer.example>")),
        new(7).with_header("In-Reply-To", "<x%0D%0ABcc:victim@customer.example>"),
        new(8).with_header(
            "Content-Disposition",
            "attachment; filename*=utf-8''a%0D%0ABcc%3A%20victim%40customer.example",
        ),
        new(9).with_header("Reply-To", &format!("{injected} <victim@customer.example>")),
        new(10).with_attachment("a=?utf-8?q?=0D=0A?=Bcc: victim.txt", b"x"),
    ];
    for mail in &mails {
        let (ticket, confirmation) = ask(&loopback, mail).await;
        let what = String::from_utf8_lossy(&mail.build()).into_owned();
        let names = field_names(&confirmation);
        assert!(names.iter().all(|name| expected.contains(name)), "{names:?} {what}");
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?} {what}");
        let sent = loopback.smtp.received().pop().unwrap();
        assert_eq!(sent.recipients, std::slice::from_ref(&ticket.head.requester), "{what}");
        assert!(!sent.recipients[0].contains("victim"), "{what}");
        let shown = [
            ticket.head.subject.clone(),
            ticket
                .incoming()
                .flat_map(|mail| &mail.attachments)
                .map(|file| file.name.clone())
                .collect(),
        ];
        assert!(!shown.concat().contains(char::is_control), "{shown:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn overlong_values_are_confirmed_in_lines_that_smtp_allows() {
    let loopback = Loopback::start().await;
    let long = |text: &str| text.repeat(20_000);
    let new = |number: usize| MailBuilder::new().with_from(&format!("eve{number}@customer.example"));
    let mails = [
        new(0).with_subject(&long("Re: ")),
        new(1).with_subject(&long("x")),
        new(2).with_subject(&long("=?utf-8?b?w6k=?= ")),
        new(3).with_message_id(&format!("<{}@customer.example>", long("x"))),
        new(4).with_references(&long("<a@customer.example> ")),
        new(5).with_references(&format!("<{}@customer.example>", long("x"))),
        new(6).with_from(&format!("{} <eve6@customer.example>", long("x"))),
        new(7).with_from(&format!("{} <eve7@customer.example>", long("Eve "))),
    ];
    for (mail, number) in mails.iter().zip(0..) {
        let (_, confirmation) = ask(&loopback, mail).await;
        let octets = &confirmation.octets;
        let longest = octets.split(|octet| *octet == b'\n').map(<[u8]>::len).max().unwrap();
        assert!(longest <= 999, "mail {number}: a line of {longest} octets");
        assert!(octets.len() < 32 << 10, "mail {number}: {} octets", octets.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_with_a_line_end_in_it_gets_no_mail() {
    let loopback = Loopback::start().await;
    for from in [
        "\"eve\r\n RCPT TO:<victim@customer.example>\"@customer.example",
        "<eve@customer.example\r\n ,victim@customer.example>",
        "=?utf-8?q?eve=40customer.example=0D=0ARCPT_TO:<victim=40customer.example>?=",
    ] {
        loopback.receive(&MailBuilder::new().with_from(from));
        loopback.drain().await;
    }
    assert_eq!(loopback.tickets().await.len(), 3);
    for sent in loopback.smtp.received() {
        let to = sent.recipients.concat();
        assert!(!to.contains("victim") && !to.contains([' ', '\r', '\n']), "{to}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_sql_and_markup_in_a_mail_are_plain_text() {
    let loopback = Loopback::start().await;
    let attacks = [
        "{{7*7}}",
        "{% for x in range(9) %}x{% endfor %}",
        "' OR 1=1; DROP TABLE ticket; --",
        "<script>alert(1)</script>",
        "=cmd|'/C calc'!A0",
        "${jndi:ldap://x.example}",
        "%s%s%n \\u0000 $(reboot) `reboot`",
    ];
    for (attack, number) in attacks.iter().zip(0..) {
        let mail = MailBuilder::new()
            .with_from(&format!(
                "\"{}\" <eve{number}@customer.example>",
                attack.replace('\\', "\\\\")
            ))
            .with_subject(attack)
            .with_body(&format!("{attack}\r\n"))
            .with_attachment(&attack.replace(['\'', '\\'], ""), b"x");
        let (ticket, confirmation) = ask(&loopback, &mail).await;
        assert_eq!(ticket.head.subject, *attack);
        assert_eq!(ticket.incoming().next().unwrap().text.trim_end(), *attack);
        assert!(confirmation.subject().contains(attack), "{}", confirmation.subject());
        let sent = confirmation.everything();
        assert!(!sent.contains("Hello 49") && !sent.contains("xxxxxxxxx"), "{sent}");
        let parsed = mail_parser::MessageParser::new().parse(&confirmation.octets).unwrap();
        let html = parsed.body_html(0).unwrap();
        assert!(html.contains("<body") && !html.contains("<script"), "{html}");
    }
    assert_eq!(loopback.tickets().await.len(), attacks.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn file_names_that_point_elsewhere_write_nothing_outside_the_store() {
    let loopback = Loopback::start().await;
    let before = files(&loopback);
    let names = [
        "../../../../tmp/buzon-was-here.txt",
        "..\\..\\buzon-was-here.txt",
        "/etc/buzon-was-here",
        "CON",
        "a\u{200b}\u{202e}txt.exe",
        "nul\0byte.txt",
        ".",
    ];
    let mut mail = MailBuilder::new();
    for name in names {
        mail = mail.with_attachment(name, b"not empty");
    }
    let (ticket, _) = ask(&loopback, &mail).await;
    let files_kept: Vec<_> = ticket.incoming().flat_map(|mail| &mail.attachments).collect();
    assert_eq!(files_kept.len(), names.len());
    for file in files_kept {
        let name = &file.name;
        let bad = name.contains(['/', '\\', '\0', '\u{200b}', '\u{202e}']) || ["", ".", "..", "CON"].contains(&&**name);
        assert!(!bad, "{name:?}");
    }
    assert_eq!(files(&loopback), before);
    assert!(!std::path::Path::new("/tmp/buzon-was-here.txt").exists());
}

/// Every file beside the config, but for those SQLite makes beside the store.
fn files(loopback: &Loopback) -> Vec<String> {
    let mut names = vec![];
    for dir in ["", "data"] {
        let entries = std::fs::read_dir(loopback.path().join(dir)).unwrap();
        names.extend(entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()));
    }
    names.retain(|name| !name.starts_with("buzon.db"));
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn another_services_verification_mail_to_a_signed_address_is_never_shown_to_the_customer() {
    let loopback = Loopback::start().await;
    let (opened, confirmation) = ask(&loopback, &MailBuilder::new()).await;
    let signed = confirmation.reply_address();
    let code = "Your code is 493817";
    let verification = MailBuilder::new()
        .with_from("Some Service <noreply@service.example>")
        .with_to(&signed)
        .with_subject(code)
        .with_body(&format!("{code}\r\n"));
    loopback.receive(&verification);
    loopback.receive(
        &verification
            .clone()
            .with_message_id(&fresh_id())
            .with_header("Auto-Submitted", "auto-generated"),
    );
    // The customer asks again and again, on the ticket and anew.
    loopback.receive(&MailBuilder::reply_to(&confirmation));
    loopback.receive(
        &MailBuilder::new()
            .with_subject("Another question")
            .with_body("Well?\r\n"),
    );
    loopback.drain().await;
    let ticket = loopback.ticket(opened.head.number).await;
    assert_eq!(ticket.head.requester, crate::common::CUSTOMER);
    let strange = ticket.incoming().filter(|mail| mail.text.contains("493817"));
    for mail in strange {
        assert!(!mail.marks.is_empty(), "it is marked: {mail:?}");
    }
    let sent = loopback.smtp.received();
    assert_eq!(sent.len(), 2, "two questions are confirmed, and nothing else goes out");
    for mail in sent {
        assert_eq!(mail.recipients, [crate::common::CUSTOMER]);
        assert!(!ReceivedMail::new(mail.octets.to_vec()).everything().contains("493817"));
    }
}
