//! Forwards as an attached mail.

use super::*;

const EVA: &str = "From: =?utf-8?q?Eva_Lind?= <eva@lind.example>\r\nTo: Ana <ana@acme.example>\r\nCc: bob@lind.example\r\n\
    Subject: Printer\r\nDate: Tue, 5 May 2026 09:41:12 +0200\r\nMessage-ID: <jam@lind.example>\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=inner\r\n\r\n--inner\r\nContent-Type: text/plain\r\n\r\nIt jams.\r\n\
    --inner\r\nContent-Type: image/png; name=jam.png\r\nContent-Disposition: attachment\r\n\r\npixels\r\n--inner--\r\n";

fn with(subject: &str, text: &str, parts: &[(&str, &str)]) -> (InboundMail, RawMail) {
    let parts: String = parts
        .iter()
        .map(|(header, content)| format!("--outer\r\n{header}\r\n\r\n{content}\r\n"))
        .collect();
    mail(&format!(
        "From: Ana Ruiz <ana@acme.example>\r\nTo: support@acme.example\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\nContent-Type: text/plain\r\n\r\n{text}\r\n{parts}--outer--\r\n"
    ))
}

#[test]
fn an_attached_mail_is_read_however_clients_attach_it() {
    let base64 = data_encoding::BASE64.encode(EVA.as_bytes());
    for (header, content) in [
        ("Content-Type: message/rfc822\r\nContent-Disposition: inline", EVA),
        (
            "Content-Type: message/rfc822; name=\"Printer.eml\"\r\nContent-Disposition: attachment; filename=\"Printer.eml\"",
            EVA,
        ),
        (
            "Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename=noname.eml",
            EVA,
        ),
        ("Content-Type: message/global", EVA),
        (
            "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64",
            base64.as_str(),
        ),
        (
            "Content-Type: application/octet-stream; name=Printer.EML\r\nContent-Transfer-Encoding: base64",
            base64.as_str(),
        ),
    ] {
        let (mail, raw) = with("Fwd: Printer", "#priority high\r\n\r\n-- \r\nAna", &[(header, content)]);
        let found = forwarded(&mail, &raw, &ParseLimits::default()).unwrap();
        assert_eq!(found.above, "#priority high\n");
        assert_eq!(found.original.from, eva(), "{header}");
        assert_eq!(found.original.subject, "Printer");
        assert_eq!(
            found.original.date,
            Some(OriginalDate::At("2026-05-05T07:41:12Z".parse().unwrap()))
        );
        assert_eq!((found.original.to.len(), found.original.cc.len()), (1, 1));
        assert_eq!(found.original.text.trim(), "It jams.");
        assert_eq!(found.original.message_id, MessageId::parse("jam@lind.example"));
        assert_eq!(found.original.attachments, [0]);
        let (holder, octets) = found.holder(&mail, &raw);
        assert_eq!(holder.attachments[0].name, "jam.png");
        assert_eq!(holder.attachment_octets(octets, 0).unwrap(), b"pixels");
    }
}

#[test]
fn the_first_of_several_counts() {
    let other = EVA.replace("eva@", "carl@");
    let part = "Content-Type: message/rfc822";
    let found = read(&with("Fwd: two", "", &[(part, EVA), (part, &other)])).unwrap();
    assert_eq!(found.original.from.address, address("eva@lind.example"));
    let Form::Attached(attached) = found.form else { panic!() };
    assert_eq!(attached.index, 0);
}

#[test]
fn a_file_that_is_no_mail_is_none() {
    let part = "Content-Type: application/octet-stream; name=notes.eml";
    assert_eq!(
        read(&with("notes", "See it", &[(part, "just notes")])).err(),
        Some(NotFound::NoForward)
    );
    let found = read(&with(
        "Fwd",
        "",
        &[(part, "just notes"), ("Content-Type: message/rfc822", EVA)],
    ))
    .unwrap();
    assert!(matches!(found.form, Form::Attached(attached) if attached.index == 1));
}

#[test]
fn an_attached_mail_without_one_sender_names_nobody() {
    for from in [
        "X-From: a@x.example",
        "From: Eva",
        "From: a@x.example, b@x.example",
        "From: a@x.example\r\nFrom: b@x.example",
    ] {
        let inner = format!("{from}\r\nSubject: x\r\n\r\nHello");
        let found = read(&with("Fwd: x", "", &[("Content-Type: message/rfc822", &inner)]));
        assert_eq!(found.err(), Some(NotFound::NoAddress), "{from}");
    }
}

#[test]
fn what_a_customer_attached_does_not_name_the_customer() {
    let header = |who: &str| {
        format!(
            "---------- Forwarded message ---------\r\nFrom: {who}\r\nDate: Tue\r\nSubject: Scam\r\nTo: ana@acme.example\r\n\r\nIs this you?"
        )
    };
    let part = ("Content-Type: message/rfc822; name=scam.eml", EVA);
    let found = read(&with("Fwd: Scam", &header("Carl <carl@x.example>"), &[part]));
    assert_eq!(found.err(), Some(NotFound::Unsure));
    let found = read(&with("Fwd: Scam", &header("Carl"), &[part]));
    assert_eq!(found.err(), Some(NotFound::Unsure));
    let found = read(&with("Fwd: Scam", &header("Eva <eva@lind.example>"), &[part])).unwrap();
    assert!(matches!(found.form, Form::Attached(_)));
}

#[test]
fn an_answer_with_an_attached_mail_is_an_answer() {
    let text = "As attached.\r\n\r\nOn Tue, May 5, 2026 at 9:41 AM Carl <carl@x.example> wrote:\r\n> Where is it?";
    let found = read(&with("Re: Where", text, &[("Content-Type: message/rfc822", EVA)]));
    assert_eq!(found.err(), Some(NotFound::Answer));
}

#[test]
fn mails_in_attached_mails_stay_closed() {
    let inner = "From: deep@x.example\r\n\r\ndeep";
    let middle =
        format!("From: Eva Lind <eva@lind.example>\r\nSubject: Fwd: x\r\nContent-Type: message/rfc822\r\n\r\n{inner}");
    let found = read(&with("Fwd: x", "", &[("Content-Type: message/rfc822", &middle)])).unwrap();
    assert_eq!(found.original.from, eva());
    assert_eq!(found.original.attachments, [0]);
}
