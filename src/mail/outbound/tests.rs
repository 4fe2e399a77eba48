use super::*;
use crate::mail::{InboundMail, ParseLimits, RawMail};
use mail_parser::{HeaderName, HeaderValue, MessageParser};
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn headers() -> OutboundHeaders {
    OutboundHeaders {
        from: Mailbox {
            name: "Acme Support".into(),
            address: address("support@acme.example"),
        },
        to: vec![Mailbox {
            name: "Eva Núñez".into(),
            address: address("eva@home.example"),
        }],
        cc: vec![],
        reply_to: Some(address("support+ctoken@acme.example")),
        subject: "Re: Pregunta sobre la facturación [#1042-k7f3qa]".into(),
        date: "2026-11-22T08:01:02Z".parse().unwrap(),
        message_id: MessageId::parse("bz.abc@acme.example").unwrap(),
        in_reply_to: MessageId::parse("q1@home.example"),
        references: vec![MessageId::parse("q1@home.example").unwrap()],
        auto_submitted: AutoSubmitted::AutoReplied,
        desk_mark: "mark".into(),
        nonce: 7,
    }
}

fn bodies() -> Bodies {
    Bodies {
        text: "Buenos días, Eva:\n\nHemos recibido su mensaje.\n".into(),
        html: "<p>Buenos d\u{ed}as, Eva:</p>\n".into(),
        ..Bodies::default()
    }
}

fn composed(headers: &OutboundHeaders) -> String {
    String::from_utf8(compose(headers, &bodies()).unwrap().octets).unwrap()
}

fn check_octets(octets: &[u8]) {
    assert!(octets.is_ascii());
    let text = std::str::from_utf8(octets).unwrap();
    assert!(text.ends_with("\r\n"));
    let lines: Vec<_> = text.split("\r\n").collect();
    assert!(lines.iter().all(|line| line.len() <= LONGEST_LINE));
    assert!(!lines.iter().any(|line| line.contains(['\r', '\n', '\0'])));
}

#[test]
fn an_automatic_mail_carries_what_behaviour_names() {
    insta::assert_snapshot!(composed(&headers()).replace("\r\n", "\n"));
}

#[test]
fn a_persons_mail_carries_no_mark_of_a_machine() {
    let mail = composed(&OutboundHeaders {
        auto_submitted: AutoSubmitted::None,
        ..headers()
    });
    assert!(!mail.contains("Auto-Submitted") && !mail.contains("Suppress") && !mail.contains("Precedence"));
}

#[test]
fn the_same_values_give_the_same_octets() {
    assert_eq!(compose(&headers(), &bodies()), compose(&headers(), &bodies()));
}

#[test]
fn a_line_break_or_nul_in_any_value_is_refused() {
    let evil = |text: &str| format!("a{text}Bcc: eve@evil.example");
    for breaker in ["\r\n", "\r", "\n", "\0"] {
        let mut subject = headers();
        subject.subject = evil(breaker);
        assert_eq!(compose(&subject, &bodies()), Err(ComposeError::Control("Subject")));
        let mut from = headers();
        from.from.name = evil(breaker);
        assert_eq!(compose(&from, &bodies()), Err(ComposeError::Control("From")));
        let mut to = headers();
        to.to[0].name = evil(breaker);
        assert_eq!(compose(&to, &bodies()), Err(ComposeError::Control("To")));
        let mut cc = headers();
        cc.cc = vec![cc.from.clone()];
        cc.cc[0].name = evil(breaker);
        assert_eq!(compose(&cc, &bodies()), Err(ComposeError::Control("Cc")));
        let mut mark = headers();
        mark.desk_mark = evil(breaker);
        assert_eq!(compose(&mark, &bodies()), Err(ComposeError::Control("X-Buzon-Desk")));
    }
}

#[test]
fn lists_of_people_are_folded_and_an_empty_one_is_no_field() {
    let people = |count: usize, name: &str| -> Vec<_> {
        (0..count)
            .map(|n| Mailbox {
                name: format!("{name} {n}"),
                address: address(&format!("person{n}@home.example")),
            })
            .collect()
    };
    let mail = OutboundHeaders {
        to: people(MOST_RECIPIENTS, "Núñez, Eva"),
        cc: people(3, "Lind, Jo"),
        ..headers()
    };
    let octets = compose(&mail, &bodies()).unwrap().octets;
    check_octets(&octets);
    let text = String::from_utf8(octets.clone()).unwrap();
    assert!(
        text.lines()
            .take_while(|line| !line.is_empty())
            .all(|line| line.len() <= 78)
    );
    let raw = RawMail {
        full_size: octets.len() as u64,
        octets,
        received_at: mail.date,
    };
    let parsed = InboundMail::parse(&raw, &ParseLimits::default());
    assert_eq!((parsed.to, parsed.cc), (mail.to, mail.cc));
    let nobody = OutboundHeaders {
        to: vec![],
        ..headers()
    };
    let nobody = composed(&nobody);
    assert!(!nobody.contains("\r\nTo:") && !nobody.contains("\r\nCc:"));
    let crowd = OutboundHeaders {
        cc: people(MOST_RECIPIENTS + 1, "Jo"),
        ..headers()
    };
    assert_eq!(compose(&crowd, &bodies()), Err(ComposeError::TooMany("Cc")));
}

#[test]
fn of_a_long_thread_the_first_and_the_last_19_references_stay() {
    let ids: Vec<_> = (0..50)
        .map(|n| MessageId::parse(&format!("m{n}@x.example")).unwrap())
        .collect();
    let mail = composed(&OutboundHeaders {
        references: ids,
        ..headers()
    });
    let parsed = MessageParser::new().parse(mail.as_bytes()).unwrap();
    let kept = parsed.references().as_text_list().unwrap();
    assert_eq!(kept.len(), 20);
    assert_eq!(
        (kept[0].as_ref(), kept[1].as_ref(), kept[19].as_ref()),
        ("m0@x.example", "m31@x.example", "m49@x.example")
    );
}

#[test]
fn few_references_all_stay_and_none_twice() {
    for count in [1, 2, 19, 20] {
        let ids: Vec<_> = (0..count)
            .map(|n| MessageId::parse(&format!("m{n}@x.example")).unwrap())
            .collect();
        assert_eq!(kept_references(&ids).count(), count);
    }
    assert_eq!(kept_references(&[]).count(), 0);
}

#[test]
fn odd_addresses_that_providers_give_out_can_be_written_to() {
    let mut odd = headers();
    odd.to[0].address = address("a..b@mobile.example");
    assert!(composed(&odd).contains("<a..b@mobile.example>"));
    odd.to[0].address = address("a(b)@mobile.example");
    assert!(composed(&odd).contains("<\"a(b)\"@mobile.example>"));
    odd.to[0].address = address("josé@mobile.example");
    assert_eq!(compose(&odd, &bodies()), Err(ComposeError::NotAscii("To")));
}

#[test]
fn text_that_looks_like_an_encoded_word_arrives_as_it_was() {
    let subject = "Re: =?utf-8?q?=0D=0ABcc:_eve=40evil.example?= [#1-abcdef]";
    let mail = composed(&OutboundHeaders {
        subject: subject.into(),
        ..headers()
    });
    let parsed = MessageParser::new().parse(mail.as_bytes()).unwrap();
    assert_eq!(parsed.subject(), Some(subject));
}

#[test]
fn a_bare_cr_or_a_dot_in_a_body_starts_no_second_mail() {
    let evil = Bodies {
        text: "a\r.\rb\n.\n\0MAIL FROM:<eve@evil.example>".into(),
        html: "<p>a\r\n.\r\n</p>".into(),
        ..Bodies::default()
    };
    check_octets(&compose(&headers(), &evil).unwrap().octets);
}

/// A mail with a picture in its HTML and a file beside it, as far as it is asked for.
fn enclosing(inline: usize, attached: usize) -> Bodies {
    let file = |name: &str, octets: &[u8]| Enclosure {
        name: name.into(),
        media_type: "application/pdf".into(),
        content_id: None,
        octets: octets.into(),
    };
    let picture = Enclosure {
        media_type: "image/png".into(),
        content_id: Some("logo@x".into()),
        ..file("logo.png", &[0x89; 300])
    };
    Bodies {
        inline: vec![picture; inline],
        attached: vec![file("Rechnung.pdf", &[7; 5000]); attached],
        ..bodies()
    }
}

/// The header of another copy of the same mail, and the words of one whose recipient reads something else.
fn of_another(bodies: &Bodies) -> (OutboundHeaders, Bodies) {
    let mut other = headers();
    other.to[0].address = address("ben@acme.example");
    other.reply_to = Some(address("support+another@acme.example"));
    other.message_id = MessageId::parse("bz.another@acme.example").unwrap();
    let mut words = bodies.clone();
    words.text = "Hola, Ben:\n\nAlguien ha escrito.\n".into();
    words.html = "<p>Hola, Ben:</p>\n".repeat(40);
    (other, words)
}

fn without_octets(mut bodies: Bodies) -> Bodies {
    let enclosed = bodies.inline.iter_mut().chain(&mut bodies.attached);
    enclosed.for_each(|enclosure| enclosure.octets.clear());
    bodies
}

#[test]
fn what_is_a_copys_own_and_the_rest_of_the_first_make_the_mail_that_it_would_be_by_itself() {
    for (inline, attached) in [(0, 0), (1, 0), (0, 1), (2, 3)] {
        let first_bodies = enclosing(inline, attached);
        let first = compose(&headers(), &first_bodies).unwrap();
        let (other, other_words) = of_another(&first_bodies);
        for (own, bodies) in [(Own::Header, first_bodies.clone()), (Own::Words, other_words)] {
            let whole = compose(&other, &bodies).unwrap();
            let prefix = compose_own(&other, &without_octets(bodies.clone()), own).unwrap();
            assert_eq!(prefix.len(), whole.own(own), "{own:?}");
            let joined = [&prefix, &first.octets[first.own(own)..]].concat();
            assert_eq!(joined, whole.octets, "{own:?} {inline} {attached}");
            check_octets(&joined);
            let parsed = MessageParser::new().parse(&joined).unwrap();
            assert_eq!(parsed.message_id(), Some("bz.another@acme.example"));
            let lines = |text: &str| text.replace("\r\n", "\n");
            assert_eq!(lines(&parsed.body_text(0).unwrap()).trim_end(), bodies.text.trim_end());
            assert_eq!(lines(&parsed.body_html(0).unwrap()).trim_end(), bodies.html.trim_end());
            let found: Vec<&[u8]> = parsed.attachments().map(|part| part.contents()).collect();
            let enclosed = bodies.inline.iter().chain(&bodies.attached);
            assert_eq!(found, enclosed.map(|it| it.octets.as_slice()).collect::<Vec<_>>());
        }
    }
}

#[test]
fn what_is_a_copys_own_in_the_header_holds_no_word_and_in_the_words_no_enclosure() {
    let bodies = enclosing(1, 1);
    let own = |own| String::from_utf8(compose_own(&headers(), &bodies, own).unwrap()).unwrap();
    assert!(own(Own::Header).ends_with("MIME-Version: 1.0\r\n"));
    let words = own(Own::Words);
    assert!(words.contains("Hemos recibido") && !words.contains("logo") && !words.contains("Rechnung"));
}

#[test]
fn many_short_lines_are_written_in_a_time_that_grows_with_their_number() {
    // Were the rest of the text moved for each of them, this would take a minute.
    let lines = Bodies {
        text: "x\n".repeat(1 << 19),
        html: "x\n".repeat(1 << 19),
        ..Bodies::default()
    };
    let begun = Instant::now();
    let octets = compose(&headers(), &lines).unwrap().octets;
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert!(octets.len() > 2 * 3 * (1 << 19), "each line has got its CRLF");
}

proptest! {
    #[test]
    fn any_text_comes_out_as_it_went_in(
        subject in "[^\\p{C}\\s]{1,300}( [^\\p{C}\\s]{1,40}){0,6}",
        name in "[^\\p{C}\\s]{1,30}( [^\\p{C}\\s]{1,80}){0,2}",
        text in "(\\PC{0,200}\n){0,5}",
    ) {
        let mut headers = headers();
        headers.subject.clone_from(&subject);
        headers.from.name.clone_from(&name);
        let octets = compose(&headers, &Bodies { text: text.clone(), html: text.clone(), ..Bodies::default() });
        let octets = octets.unwrap().octets;
        check_octets(&octets);
        let parsed = MessageParser::new().parse(octets.as_slice()).unwrap();
        prop_assert_eq!(parsed.subject(), Some(subject.as_str()));
        let from = parsed.from().and_then(|from| from.first()).unwrap();
        prop_assert_eq!(from.name(), Some(name.as_str()));
        prop_assert_eq!(from.address(), Some("support@acme.example"));
        let body = parsed.body_text(0).unwrap().replace("\r\n", "\n");
        prop_assert_eq!(body.trim_end(), text.trim_end());
        let is_one_field = matches!(parsed.header(HeaderName::Subject), Some(HeaderValue::Text(_)));
        prop_assert!(is_one_field);
    }
}
