//! What agents write in each mail client arrives at the customer, over real servers, and nothing else does.

use crate::common::clients::{Client, Language, Links, OFFER, Parts, SHOT, Seen, Words, text_of};
use crate::common::mime::Part;
use crate::common::wait::seconds;
use crate::common::{
    ANA, CUSTOMER, DESK, Dovecot, DovecotOptions, Gateway, GatewayBuilder, Inbox, MailBuilder, Postfix,
};
use crate::common::{ReceivedMail, wait_until};
use mail_parser::{MessageParser, MimeHeaders};

#[test]
fn in_english_each_client_s_answer_reaches_the_customer_and_hers_the_ticket() {
    check(Language::English);
}

#[test]
fn in_spanish_each_client_s_answer_reaches_the_customer_and_hers_the_ticket() {
    check(Language::Spanish);
}

/// One conversation: a client, and how the customer writes.
struct Case {
    client: Client,
    parts: Parts,
    words: Words,
    /// What the customer wrote first.
    first: MailBuilder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Customer {
    Text,
    /// HTML with a picture.
    Html,
}

#[track_caller]
fn check(language: Language) {
    let post = Post::new(language);
    let cases: Vec<Case> = Client::ALL
        .iter()
        .flat_map(|client| {
            let html = (Customer::Html, Parts::HtmlAlone);
            let also = client.writes_html().then_some(html);
            let all = [Customer::Text, Customer::Html].map(|from| (from, Parts::All));
            all.into_iter().chain(also).map(|it| Case::new(*client, it, language))
        })
        .collect();
    post.hand_in(
        cases
            .iter()
            .map(|case| case.first.clone().with_dmarc_beneath("customer.example")),
    );
    post.arrived(CUSTOMER, cases.len());
    let notifications = post.arrived(ANA, cases.len());
    post.hand_in(cases.iter().map(|case| {
        let seen = Seen::of(case.find(&notifications));
        assert!(seen.from.0.contains("(via Acme Support)"), "{:?}", seen.from);
        let first = case
            .words
            .pick("## write your answer above", "## escriba su respuesta encima");
        assert!(
            seen.text.starts_with(first) && seen.html.contains(first),
            "{}",
            seen.text
        );
        case.client
            .answer(&seen, &case.words, case.parts)
            .with_dmarc_beneath("acme.example")
    }));
    post.assert_nothing_was_refused();
    let mut answers = post.arrived(CUSTOMER, 2 * cases.len());
    answers.retain(|mail| mail.header("Auto-Submitted").is_none());
    for case in &cases {
        case.check_answer(case.find(&answers));
    }
    post.hand_in(
        cases
            .iter()
            .map(|case| MailBuilder::reply_to(case.find(&answers)).with_dmarc_beneath("customer.example")),
    );
    for ticket in post.gateway.tickets() {
        let ticket = post.gateway.ticket(&ticket);
        let kinds: Vec<&str> = ticket["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["direction"].as_str().unwrap())
            .collect();
        assert_eq!(kinds, ["in", "out", "out", "in"], "{ticket:#}");
        assert_eq!(ticket["status"], "open", "{ticket:#}");
    }
    assert_eq!(post.gateway.tickets().len(), cases.len());
}

/// A desk behind Postfix and Dovecot; everybody's mailbox is there.
struct Post {
    dovecot: Dovecot,
    postfix: Postfix,
    gateway: Gateway,
    handed_in: std::cell::Cell<usize>,
}

impl Post {
    fn new(language: Language) -> Self {
        let dovecot = Dovecot::start(DovecotOptions::default());
        let postfix = Postfix::start(&dovecot);
        let mut inbox = Inbox::new(&dovecot, postfix.port);
        // Dovecot's LMTP adds a Received of its own above that of the border.
        inbox.extra = format!(
            "trusted_authserv = \"mx.acme.example\"\ntrusted_hops = [\"{}\"]",
            crate::common::dovecot::HOSTNAME
        );
        let agents = format!("[[agent]]\nname = \"Ana Ruiz\"\naddress = \"{ANA}\"\n");
        let gateway = GatewayBuilder::new(inbox).with_config(&agents).build();
        gateway.edit_config(
            "auto_mails_per_hour",
            "auto_mails_per_address_per_day = 100\nauto_mails_per_hour",
        );
        if language == Language::Spanish {
            gateway.edit_config("[desk]", "[desk]\nlocale = \"es\"");
        }
        Self {
            dovecot,
            postfix,
            gateway,
            handed_in: std::cell::Cell::new(0),
        }
    }

    /// Gives mails to Postfix and has the gateway take them in.
    #[track_caller]
    fn hand_in(&self, mails: impl Iterator<Item = MailBuilder>) {
        for mail in mails {
            let address = |value: &str| {
                value
                    .rsplit_once('<')
                    .map_or(value, |(_, rest)| rest.trim_end_matches('>'))
                    .to_owned()
            };
            self.postfix.submit(
                &address(mail.header("From")),
                &address(mail.header("To")),
                &mail.build(),
            );
            self.handed_in.set(self.handed_in.get() + 1);
        }
        self.arrived(DESK, self.handed_in.get());
        self.gateway.drain();
    }

    /// An answer that does not go out comes back to the agent, with the reason.
    #[track_caller]
    fn assert_nothing_was_refused(&self) {
        for mail in self.dovecot.mails(ANA, "INBOX") {
            let mail = ReceivedMail::new(mail.octets);
            let kind = mail.header("Auto-Submitted").unwrap();
            assert_eq!(kind, "auto-generated", "{}", mail.everything());
        }
    }

    /// So many mails in a mailbox.
    #[track_caller]
    fn arrived(&self, user: &str, count: usize) -> Vec<ReceivedMail> {
        let mails = wait_until(seconds(30), &format!("{count} mails for {user}"), || {
            let mails = self.dovecot.mails(user, "INBOX");
            (mails.len() >= count).then_some(mails)
        });
        assert_eq!(mails.len(), count, "{user}");
        mails.into_iter().map(|mail| ReceivedMail::new(mail.octets)).collect()
    }
}

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01 the customer's picture";

impl Case {
    fn new(client: Client, (from, parts): (Customer, Parts), language: Language) -> Self {
        let last = format!("{client:?} {from:?} {parts:?}");
        let words = Words::new(language, &last);
        let lines = [
            words.pick(
                "The printer on the second floor has stopped.",
                "La impresora de la segunda planta se ha parado.",
            ),
            words.pick("When can somebody come?", "¿Cuándo pueden venir?"),
        ];
        let text = Part::text(&lines.join("\n"));
        let html = format!(
            "<html><body><div>{}</div><div>{}</div><div><img src=\"cid:p.1@customer.example\"></div></body></html>",
            lines[0], lines[1]
        );
        let html = Part::Several(
            "related",
            vec![
                Part::html(&html),
                Part::image("printer.png", "p.1@customer.example", PICTURE),
            ],
        );
        let part = match from {
            Customer::Text => text,
            Customer::Html => Part::Several("alternative", vec![text, html]),
        };
        let first = MailBuilder::new().with_subject(&last).with_part(&part);
        Self {
            client,
            parts,
            words,
            first,
        }
    }

    #[track_caller]
    fn find<'a>(&self, mails: &'a [ReceivedMail]) -> &'a ReceivedMail {
        let mut ours = mails
            .iter()
            .filter(|mail| mail.subject().contains(&format!("{} [", self.words.last)));
        let found = ours.next().unwrap_or_else(|| panic!("nothing of {}", self.words.last));
        assert!(ours.next().is_none(), "two mails of {}", self.words.last);
        found
    }

    #[track_caller]
    fn check_answer(&self, answer: &ReceivedMail) {
        let what = &self.words.last;
        let everything = answer.everything();
        let id = self.first.header("Message-ID");
        assert_eq!(answer.header("In-Reply-To").as_deref(), Some(id), "{what}");
        assert!(answer.header("References").unwrap().contains(id), "{what}");
        let message = MessageParser::new().parse(&answer.octets).unwrap();
        let text = message.body_text(0).unwrap().replace("\r\n", "\n");
        let signature = "\n\n-- \nAna Ruiz\nAcme Support";
        let (own, below) = text
            .split_once(signature)
            .unwrap_or_else(|| panic!("{what}: no signature\n{text}"));
        if self.client.is_between() {
            assert_eq!((own, below.trim()), (self.between().as_str(), ""), "{what}");
        } else {
            assert_eq!(said(own, self.words.address), self.words.bare(), "{what}:\n{text}");
            self.check_quote(below);
        }
        let html = message.body_html(0).unwrap();
        if self.client.writes_html() {
            for kept in [
                format!("<b>{}</b>", self.words.sentence[1]),
                "<li".to_owned(),
                self.words.address.replace('&', "&amp;"),
            ] {
                assert!(html.contains(&kept), "{what}: {kept} in\n{html}");
            }
        }
        if !self.client.is_between() {
            let shown = text_of(&Seen::of(answer).html, Links::Spaced);
            let (own, _) = shown.split_once("\n--\nAna Ruiz\nAcme Support").unwrap();
            assert_eq!(said(own, self.words.address), self.words.bare(), "{what}:\n{html}");
            let files = files(&message);
            assert_eq!(
                files,
                [
                    ("shot.png".to_owned(), SHOT.to_vec()),
                    ("offer.pdf".to_owned(), OFFER.to_vec())
                ],
                "{what}"
            );
        }
        assert!(!everything.contains("printer.png"), "{what}: the picture came back");
    }

    /// Her answers below the lines that they answer.
    fn between(&self) -> String {
        let [first, second] = self.words.between();
        let lines = [
            self.words.pick(
                "The printer on the second floor has stopped.",
                "La impresora de la segunda planta se ha parado.",
            ),
            self.words.pick("When can somebody come?", "¿Cuándo pueden venir?"),
        ];
        format!("> {}\n\n{}\n\n> {}\n\n{}", lines[0], first.1, lines[1], second.1)
    }

    /// Below the signature the customer's own last message is quoted, and nothing else.
    #[track_caller]
    fn check_quote(&self, below: &str) {
        let (attribution, quote) = below.trim().split_once('\n').unwrap();
        assert!(
            attribution.contains("Carla Cliente") && attribution.ends_with(':'),
            "{below}"
        );
        let lines: Vec<&str> = quote.lines().collect();
        let first = self.words.pick(
            "> The printer on the second floor has stopped.",
            "> La impresora de la segunda planta se ha parado.",
        );
        let second = self.words.pick("> When can somebody come?", "> ¿Cuándo pueden venir?");
        assert_eq!(lines, [first, second], "{below}");
    }
}

/// The words of a text, without what stands for emphasis, lists, pictures and links.
fn said(text: &str, address: &str) -> String {
    let text = text
        .replace(&format!(" <{address}>"), "")
        .replace(&format!("<{address}>"), "")
        .replace("[image: shot.png]", "")
        .replace("[shot.png]", "");
    let words = text
        .split_whitespace()
        .filter(|word| !["*", "-", "•", "·"].contains(word));
    words.map(|word| word.replace('*', "")).collect::<Vec<_>>().join(" ")
}

/// Names and contents of what came with a mail.
fn files(message: &mail_parser::Message<'_>) -> Vec<(String, Vec<u8>)> {
    let named = message
        .parts
        .iter()
        .filter_map(|part| Some((part.attachment_name()?.to_owned(), part.contents().to_vec())));
    named.collect()
}
