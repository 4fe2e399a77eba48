use super::*;
use crate::mail::outbound::{AutoSubmitted, Bodies, OutboundHeaders, compose};
use crate::mail::{EmailAddress, InboundMail, Mailbox, MessageId, ParseLimits, RawMail};
use proptest::prelude::*;

fn file(name: &str, media_type: &str, octets: &[u8]) -> Enclosure {
    Enclosure {
        name: name.into(),
        media_type: media_type.into(),
        content_id: None,
        octets: octets.into(),
    }
}

fn picture(id: &str) -> Enclosure {
    Enclosure {
        content_id: Some(id.into()),
        ..file("logo.png", "image/png", b"\x89PNG\r\n\x1a\n\0")
    }
}

fn sent(inline: Vec<Enclosure>, attached: Vec<Enclosure>) -> Vec<u8> {
    let mailbox = Mailbox {
        name: String::new(),
        address: EmailAddress::parse("support@acme.example").unwrap(),
    };
    let headers = OutboundHeaders {
        from: mailbox.clone(),
        to: vec![mailbox],
        cc: vec![],
        reply_to: None,
        subject: "Your invoice".into(),
        date: "2026-11-22T08:01:02Z".parse().unwrap(),
        message_id: MessageId::parse("bz.abc@acme.example").unwrap(),
        in_reply_to: None,
        references: vec![],
        auto_submitted: AutoSubmitted::None,
        desk_mark: "mark".into(),
        nonce: 7,
    };
    let bodies = Bodies {
        text: "Here it is.".into(),
        html: "<p>Here it is.</p><img src=\"cid:logo@x\">".into(),
        inline,
        attached,
    };
    let composed = compose(&headers, &bodies).unwrap();
    assert_eq!(compose(&headers, &bodies).unwrap(), composed);
    let octets = composed.octets;
    let text = std::str::from_utf8(&octets).unwrap();
    assert!(text.is_ascii() && text.ends_with("\r\n"));
    for line in text.split("\r\n") {
        assert!(
            line.len() <= LONGEST_LINE && !line.contains(['\r', '\n', '\0']),
            "{line:?}"
        );
    }
    octets
}

fn shown(octets: &[u8]) -> String {
    String::from_utf8(octets.to_vec()).unwrap().replace("\r\n", "\n")
}

fn read(octets: &[u8]) -> (InboundMail, Vec<Vec<u8>>) {
    let raw = RawMail {
        octets: octets.into(),
        full_size: octets.len() as u64,
        received_at: "2026-11-22T08:01:02Z".parse().unwrap(),
    };
    let mail = InboundMail::parse(&raw, &ParseLimits::default());
    let contents = (0..mail.attachments.len())
        .map(|index| mail.attachment_octets(&raw, index).unwrap())
        .collect();
    (mail, contents)
}

#[test]
fn a_mail_has_the_levels_it_needs_and_no_others() {
    insta::assert_snapshot!(shown(&sent(
        vec![picture("logo@x")],
        vec![file("Rechnung März.pdf", "application/pdf", b"%PDF")],
    )));
    let levels = |octets: &[u8]| shown(octets).matches("multipart/").count();
    assert_eq!(levels(&sent(vec![], vec![])), 1);
    assert_eq!(levels(&sent(vec![picture("logo@x")], vec![])), 2);
    assert_eq!(levels(&sent(vec![], vec![file("a.bin", "", b"")])), 2);
}

#[test]
fn a_picture_without_a_content_id_is_attached() {
    for id in ["", "a b", "a>\r\nX: y", "ñ@x", &"x".repeat(LONGEST_CONTENT_ID + 1)] {
        let mail = shown(&sent(vec![picture(id)], vec![]));
        assert!(
            mail.contains("multipart/mixed") && !mail.contains("multipart/related"),
            "{id}"
        );
        assert!(!mail.contains("Content-ID"), "{id}");
    }
    let longest = "x".repeat(LONGEST_CONTENT_ID);
    let mail = shown(&sent(vec![picture(&longest)], vec![]));
    assert!(mail.contains(&format!("Content-ID: <{longest}>")), "{mail}");
}

#[test]
fn a_name_is_written_for_readers_old_and_new() {
    let mail = shown(&sent(vec![], vec![file("Año 100%.pdf", "application/pdf", b"x")]));
    assert!(
        mail.contains("attachment;\n filename=\"A_o 100%.pdf\";\n filename*=UTF-8''A%C3%B1o%20100%25.pdf\n"),
        "{mail}"
    );
    let mail = shown(&sent(vec![], vec![file("plain.pdf", "application/pdf", b"x")]));
    assert!(
        mail.contains("name=\"plain.pdf\"\nContent-Disposition: attachment;\n filename=\"plain.pdf\"\n"),
        "{mail}"
    );
}

#[test]
fn an_evil_name_starts_no_field_and_leaves_no_folder() {
    for (name, shown_as) in [
        ("a\r\nBcc: eve@evil.example", "a Bcc_ eve@evil.example"),
        ("a\0b.txt", "a b.txt"),
        ("../../etc/passwd", "passwd"),
        ("a\";x=\"b.exe", "a_;x=_b.exe"),
        ("=?UTF-8?B?YQ==?=", "=_UTF-8_B_YQ==_="),
        ("fdp\u{202E}exe.pdf", "fdpexe.pdf"),
        ("", "image.png"),
    ] {
        let (mail, _) = read(&sent(vec![], vec![file(name, "image/png", b"x")]));
        assert_eq!(mail.attachments[0].name, shown_as);
    }
}

#[test]
fn a_media_type_is_written_only_when_nothing_can_go_wrong_with_it() {
    for (given, octets, written) in [
        ("IMAGE/JPEG", "x", "image/jpeg"),
        ("text/plain", "x", "text/plain"),
        ("text/plain", "ñ", "text/plain; charset=utf-8"),
        (
            "text/plain; charset=\"iso-8859-1\"; name=x",
            "x",
            "text/plain; charset=iso-8859-1",
        ),
        ("text/calendar; method=REQUEST", "x", "text/calendar; method=REQUEST"),
        ("text/plain; charset=a\r\nX: y", "x", "text/plain"),
        ("", "x", UNKNOWN),
        ("image", "x", UNKNOWN),
        ("image/png\r\nX: y", "x", UNKNOWN),
        ("multipart/mixed", "x", UNKNOWN),
        ("message/partial", "x", UNKNOWN),
        ("message/external-body", "x", UNKNOWN),
        ("message/delivery-status", "x", UNKNOWN),
    ] {
        let mail = shown(&sent(vec![], vec![file("a.bin", given, octets.as_bytes())]));
        assert!(
            mail.contains(&format!("Content-Type: {written};\n name=")),
            "{given}: {mail}"
        );
        assert!(!mail.contains("\nX:"));
    }
}

#[test]
fn an_enclosed_mail_stays_a_mail_when_it_is_seven_bit() {
    let mail = b"From: a@b.example\nSubject: hi\n\n.\nFrom here\n";
    let octets = sent(vec![], vec![file("", "message/rfc822", mail)]);
    let text = shown(&octets);
    assert!(text.contains("Content-Type: message/rfc822;\n name=\"message.eml\"\n"));
    assert!(text.contains("Content-Transfer-Encoding: 7bit\n\nFrom: a@b.example\n"));
    let (read, contents) = read(&octets);
    assert_eq!(read.attachments[0].media_type, "message/rfc822");
    assert_eq!(shown(&contents[0]).trim_end(), shown(mail).trim_end());
}

#[test]
fn an_enclosed_mail_that_is_not_seven_bit_is_a_file() {
    for mail in [
        "Subject: ñ\n\n".as_bytes(),
        b"Subject: \xFF\n\n",
        b"a: b\n\n\0",
        b"a: b\rc\n\n",
        b"a: b\n\n--=_bm0000000000000007--\n",
        &[b'x'; LONGEST_LINE + 1],
    ] {
        let octets = sent(vec![], vec![file("Your question", "message/rfc822", mail)]);
        let (read, contents) = read(&octets);
        let found = &read.attachments[0];
        assert_eq!(
            (found.name.as_str(), found.media_type.as_str()),
            ("Your question.eml", UNKNOWN)
        );
        assert_eq!(contents[0], mail);
    }
}

proptest! {
    #[test]
    fn any_file_comes_out_as_it_went_in(name in "\\PC{0,300}", octets in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mail = sent(vec![], vec![file(&name, "application/x-thing", &octets)]);
        let (read, contents) = read(&mail);
        let expected = file_name::safe(&name).unwrap_or_else(|| "attachment.bin".into());
        prop_assert_eq!(&read.attachments[0].name, &expected);
        prop_assert_eq!(&contents[0], &octets);
    }

    #[test]
    fn no_value_of_a_stranger_breaks_the_mail(name in ".{0,60}", media_type in ".{0,60}", id in ".{0,60}") {
        let mut thing = file(&name, &media_type, b"x");
        thing.content_id = Some(id);
        let (read, _) = read(&sent(vec![thing.clone()], vec![thing]));
        prop_assert_eq!(read.attachments.len(), 2);
    }
}
