//! Parts that hold more than their octets: winmail.dat, calendars, signatures, encryption, complaints.

use super::*;
use crate::mail::parse::tnef::sample::{attribute, file, properties, sized, tnef, wide};
use data_encoding::BASE64;

const HEAD: &str = "From: a@b.example\nSubject: x\nDate: Mon, 2 Nov 2026 10:00:00 +0200\nMessage-ID: <a@b>\n";
const RTF: u16 = 0x1009;

fn mixed(parts: &[&str]) -> String {
    format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\n{}\n--b--\n",
        parts.join("\n--b\n")
    )
}

fn winmail(attributes: &[Vec<u8>]) -> String {
    let content = BASE64.encode(&tnef(attributes));
    format!("Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n{content}")
}

fn message(list: &[Vec<u8>]) -> Vec<u8> {
    attribute(1, 0x0006_9003, &properties(list))
}

fn names(mail: &InboundMail) -> Vec<&str> {
    mail.attachments
        .iter()
        .map(|attachment| attachment.name.as_str())
        .collect()
}

#[test]
fn files_in_winmail_dat_are_attachments_of_the_mail() {
    let files = [
        file("A.PDF", "Año.pdf", "application/pdf", b"%PDF-1"),
        file("B.TXT", "../b.txt", "no type", b"bbb"),
    ];
    let octets = raw(mixed(&[
        "\nHello\n",
        &winmail(&files),
        "Content-Type: image/png\n\nPNG",
    ]));
    let mail = InboundMail::parse(&octets, &ParseLimits::default());
    assert_eq!((mail.text.trim(), mail.defects.as_slice()), ("Hello", &[][..]));
    assert_eq!(names(&mail), ["Año.pdf", "b.txt", "image.png"]);
    let types: Vec<_> = mail
        .attachments
        .iter()
        .map(|a| (a.media_type.as_str(), a.size))
        .collect();
    assert_eq!(types[..2], [("application/pdf", 6), ("application/octet-stream", 3)]);
    for (index, content) in [&b"%PDF-1"[..], b"bbb", b"PNG"].iter().enumerate() {
        let found = mail.attachment_octets(&octets, index).unwrap();
        assert_eq!(found, *content);
    }
    let some = |octets: &[u8]| Some(octets.to_vec());
    assert_eq!(
        mail.attachments_octets(&octets, &[2, 1, 7, 0]),
        [some(b"PNG"), some(b"bbb"), None, some(b"%PDF-1")]
    );
    assert_eq!(mail.attachments_octets(&raw("of another mail"), &[0, 2]), [None, None]);
}

#[test]
fn winmail_dat_gives_its_text_only_where_the_mail_has_none() {
    let text = sized(0x001F, 0x1000, &wide("From inside"));
    let html = sized(0x0102, 0x1013, b"<p>From <b>inside</b></p>");
    let both = parse(mixed(&[&winmail(&[message(&[text.clone(), html.clone()])])]));
    assert_eq!(
        (both.text.trim(), both.html.as_deref()),
        ("From inside", Some("<p>From <b>inside</b></p>"))
    );
    assert_eq!((both.attachments.len(), both.defects.len()), (0, 0));
    let html_only = parse(format!("{HEAD}{}", winmail(&[message(&[html])])));
    assert_eq!((html_only.text.trim(), html_only.defects.len()), ("From inside", 0));
    let own = parse(mixed(&["\nMy own\n", &winmail(&[message(&[text])])]));
    assert_eq!((own.text.trim(), own.html), ("My own", None));
}

#[test]
fn winmail_dat_stays_when_something_in_it_was_not_understood() {
    let rich = winmail(&[message(&[sized(0x0102, RTF, b"LZFu")])]);
    let mail = parse(mixed(&[&rich]));
    assert_eq!(
        (names(&mail), mail.defects.as_slice()),
        (vec!["winmail.dat"], &[Defect::NoBody][..])
    );
    assert_eq!(names(&parse(mixed(&["\nHello\n", &rich]))), ["winmail.dat"]);
    let meeting = [
        attribute(1, 0x0007_8008, b"IPM.Microsoft Schedule.MtgReq\0"),
        file("a", "a.txt", "text/plain", b"a"),
    ];
    assert_eq!(
        names(&parse(mixed(&["\nHello\n", &winmail(&meeting)]))),
        ["a.txt", "winmail.dat"]
    );
    let broken = "Content-Type: application/ms-tnef\n\nno TNEF at all";
    assert_eq!(names(&parse(mixed(&["\nHello\n", broken]))), ["winmail.dat"]);
    let by_name = winmail(&meeting).replace("application/ms-tnef", "application/octet-stream");
    assert_eq!(names(&parse(mixed(&["\nHello\n", &by_name]))), ["a.txt", "winmail.dat"]);
}

#[test]
fn an_invitation_is_read_where_the_mail_says_nothing_else() {
    let calendar = "Content-Type: text/calendar; method=REQUEST; charset=utf-8\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\n\
                    BEGIN:VEVENT\nSUMMARY:Können wir morgen über die Rechnung sprechen?\nDTSTART:20261119T100000Z\n\
                    END:VEVENT\nEND:VCALENDAR";
    let alone = parse(format!("{HEAD}{calendar}"));
    let expected = "Invitation: Können wir morgen über die Rechnung sprechen?\nWhen: 2026-11-19 10:00 UTC\n";
    assert_eq!(
        (alone.text.as_str(), names(&alone), alone.defects.len()),
        (expected, vec!["invite.ics"], 0)
    );
    assert_eq!(alone.language.as_deref(), Some("de"));
    let blank = parse(mixed(&["\n \n", calendar]));
    assert_eq!((blank.text.as_str(), names(&blank)), (expected, vec!["invite.ics"]));
    let with_text = parse(mixed(&["\nSee you\n", calendar]));
    assert_eq!(
        (with_text.text.trim(), names(&with_text)),
        ("See you", vec!["invite.ics"])
    );
}

#[test]
fn a_signature_is_told_and_is_an_attachment() {
    let signed = |kind: &str| {
        format!(
            "{HEAD}Content-Type: multipart/signed; boundary=b\n\n--b\n\nHello\n--b\nContent-Type: {kind}\n\nx\n--b--\n"
        )
    };
    for (kind, name) in [
        ("application/pkcs7-signature", "smime.p7s"),
        ("application/pgp-signature", "signature.asc"),
    ] {
        let mail = parse(signed(kind));
        assert_eq!(
            (mail.text.trim(), mail.signed, names(&mail)),
            ("Hello", true, vec![name])
        );
        assert_eq!(mail.defects, []);
    }
    let inline = parse(format!(
        "{HEAD}\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n-----BEGIN PGP SIGNATURE-----\n\nx\n\
         -----END PGP SIGNATURE-----\n"
    ));
    assert!(inline.signed && !parse(format!("{HEAD}\nHello")).signed);
}

#[test]
fn an_encrypted_mail_says_so_and_is_kept() {
    let pgp = parse(format!(
        "{HEAD}Content-Type: multipart/encrypted; boundary=b; protocol=\"application/pgp-encrypted\"\n\n--b\n\
         Content-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\n\
         -----BEGIN PGP MESSAGE-----\n--b--\n"
    ));
    assert_eq!(pgp.defects, [Defect::Encrypted]);
    assert_eq!(names(&pgp), ["pgp-version.txt", "encrypted.asc"]);
    assert!(
        pgp.text.contains("encrypted") && pgp.reply.contains("encrypted.asc"),
        "{}",
        pgp.text
    );
    assert_eq!(pgp.language, None);
    let inline = parse(format!(
        "{HEAD}\nHi\n\n-----BEGIN PGP MESSAGE-----\n\nx\n-----END PGP MESSAGE-----\n"
    ));
    assert_eq!(inline.defects, [Defect::Encrypted]);
    assert!(inline.text.contains("encrypted") && inline.text.contains("-----END PGP MESSAGE-----"));
    assert!(inline.body().0.starts_with("Hi\n"));
    let quoted = parse(format!(
        "{HEAD}\n> -----BEGIN PGP MESSAGE-----\n> -----END PGP MESSAGE-----\nCan't read it\n"
    ));
    assert_eq!(quoted.defects, []);
}

#[test]
fn what_s_mime_holds_is_told_by_its_type_or_its_first_octets() {
    let cms = |parameter: &str, last: u8| {
        let content = [
            &[0x30, 0x80, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, last][..],
            &[0; 900],
        ]
        .concat();
        parse(format!(
            "{HEAD}Content-Type: application/pkcs7-mime{parameter}\nContent-Transfer-Encoding: base64\n\n{}",
            BASE64.encode(&content)
        ))
    };
    for mail in [cms("; smime-type=enveloped-data", 9), cms("", 3)] {
        assert_eq!(
            (mail.defects.as_slice(), mail.signed),
            (&[Defect::Encrypted][..], false)
        );
        assert!(
            mail.text.contains("smime.p7m") && names(&mail) == ["smime.p7m"],
            "{}",
            mail.text
        );
    }
    for mail in [cms("; smime-type=signed-data", 9), cms("", 2)] {
        assert_eq!((mail.defects.as_slice(), mail.signed), (&[Defect::NoBody][..], true));
        assert!(
            mail.text.contains("signed") && mail.text.contains("smime.p7m"),
            "{}",
            mail.text
        );
    }
    let other = cms("; smime-type=certs-only", 9);
    assert_eq!(
        (other.defects.as_slice(), other.signed, other.text.as_str()),
        (&[Defect::NoBody][..], false, "")
    );
}

#[test]
fn a_complaint_names_its_kind() {
    let report = |fields: &str| {
        parse(mixed(&[
            "\nAn abuse report.",
            &format!("Content-Type: message/feedback-report\n\n{fields}"),
        ]))
        .feedback
    };
    let feedback =
        report("Feedback-Type: Abuse\nOriginal-Rcpt-To: <eva@home.example>\nOriginal-Mail-From:\n <s@acme.example>");
    let feedback = feedback.unwrap();
    assert_eq!(feedback.feedback_type, "abuse");
    assert_eq!(feedback.original_recipient.as_deref(), Some("eva@home.example"));
    assert_eq!(feedback.original_sender.as_deref(), Some("s@acme.example"));
    assert_eq!(
        report("Feedback-Type: not-spam; x\n").unwrap().feedback_type,
        "not-spam"
    );
    assert_eq!(report("User-Agent: x"), None);
}
