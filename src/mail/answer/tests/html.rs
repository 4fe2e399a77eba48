use super::{NOTIFICATION, NOTIFICATION_HTML, both, check, html_only, quoted};
use crate::mail::answer::{Answer, Enclosed};

const OWN: &str =
    "Hi Eva,\n\nit left on *Monday*:\n\n   - by rail\n   - by road\n\nSee here <https://acme.example/track/42>.";

/// The same in each client's own HTML; `{own}` in `frame` is where it stands.
const FRAMES: [(&str, &str, &str); 9] = [
    (
        "Gmail",
        r##"<div dir="ltr">Hi Eva,<div><br></div><div>it left on <b>Monday</b>:</div><div><ul><li>by rail</li><li>by road</li></ul></div><div>See <a href="https://acme.example/track/42" target="_blank">here</a>.</div></div>"##,
        r##"{own}<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Tue, May 5, 2026 at 9:41 AM Eva (via Acme Support) &lt;<a href="mailto:support@acme.example">support@acme.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">{quote}</blockquote></div>"##,
    ),
    (
        "Thunderbird",
        r##"<p>Hi Eva,</p><p>it left on <b>Monday</b>:</p><ul><li>by rail</li><li>by road</li></ul><p>See <a moz-do-not-send="true" href="https://acme.example/track/42">here</a>.<br></p>"##,
        r##"<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"></head><body>{own}<div class="moz-signature">-- <br>Ana Ruiz<br>my own line</div><div class="moz-cite-prefix">On 5/5/26 09:41, Eva (via Acme Support) wrote:<br></div><blockquote type="cite" cite="mid:bza.x@acme.example">{quote}</blockquote></body></html>"##,
    ),
    (
        "Apple Mail",
        r##"Hi Eva,<div><br></div><div>it left on <b>Monday</b>:</div><div><ul class="MailOutline"><li>by rail</li><li>by road</li></ul></div><div>See <a href="https://acme.example/track/42">here</a>.</div>"##,
        r##"<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body style="overflow-wrap: break-word; -webkit-nbsp-mode: space;">{own}<div><br><blockquote type="cite"><div>On 5 May 2026, at 09:41, Eva (via Acme Support) &lt;support@acme.example&gt; wrote:</div><br class="Apple-interchange-newline"><div>{quote}</div></blockquote></div><br></body></html>"##,
    ),
    (
        "iOS",
        r##"<div dir="ltr">Hi Eva,</div><div dir="ltr"><br></div><div dir="ltr">it left on <b>Monday</b>:</div><div dir="ltr"><ul><li>by rail</li><li>by road</li></ul></div><div dir="ltr">See <a href="https://acme.example/track/42">here</a>.</div>"##,
        r##"<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body dir="auto">{own}<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">On 5 May 2026, at 09:41, Eva (via Acme Support) &lt;support@acme.example&gt; wrote:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">{quote}</div></blockquote></body></html>"##,
    ),
    (
        "Outlook on the web",
        r##"<div class="elementToProof" style="font-family: Aptos; font-size: 12pt;">Hi Eva,</div><div class="elementToProof"><br></div><div class="elementToProof">it left on <b>Monday</b>:</div><ul data-editing-info="{}"><li><div role="presentation">by rail</div></li><li><div role="presentation">by road</div></li></ul><div class="elementToProof">See <a href="https://acme.example/track/42" id="OWA1" class="x_link" title="┃ hidden" data-x="y">here</a>.</div>"##,
        r##"<html><head><style type="text/css" style="display:none;"> P {margin-top:0;} </style></head><body dir="ltr">{own}<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri" color="#000000"><b>From:</b> Eva (via Acme Support) &lt;support@acme.example&gt;<br><b>Sent:</b> Tuesday, May 5, 2026 9:41 AM<br><b>To:</b> Ana Ruiz &lt;ana@acme.example&gt;<br><b>Subject:</b> Re: Where is my order?</font><div>&nbsp;</div></div><div>{quote}</div></body></html>"##,
    ),
    (
        "Outlook",
        r##"<p class="MsoNormal">Hi Eva,<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="MsoNormal">it left on <b>Monday</b>:<o:p></o:p></p><ul style="margin-top:0cm" type="disc"><li class="MsoListParagraph" style="mso-list:l0 level1 lfo1">by rail<o:p></o:p></li><li class="MsoListParagraph">by road<o:p></o:p></li></ul><p class="MsoNormal">See <a href="https://acme.example/track/42">here</a>.<o:p></o:p></p>"##,
        r##"<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal {margin:0cm;} --></style><!--[if gte mso 9]><xml><o:shapedefaults v:ext="edit" spidmax="1026" /></xml><![endif]--></head><body lang="EN-GB" link="#0563C1"><div class="WordSection1">{own}<p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="MsoNormal">Best regards,<o:p></o:p></p><p class="MsoNormal">Ana Ruiz<o:p></o:p></p><p class="MsoNormal">Acme | <a href="mailto:ana@acme.example">ana@acme.example</a><o:p></o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>From:</b> Eva (via Acme Support) &lt;support@acme.example&gt; <br><b>Sent:</b> Tuesday, May 5, 2026 9:41 AM<br><b>To:</b> Ana Ruiz &lt;ana@acme.example&gt;<br><b>Subject:</b> Re: Where is my order?<o:p></o:p></p></div></div>{quote}</div></body></html>"##,
    ),
    (
        "Yahoo",
        r##"<div dir="ltr" data-setdir="false">Hi Eva,</div><div dir="ltr"><br></div><div dir="ltr">it left on <b>Monday</b>:</div><div><ul><li>by rail</li><li>by road</li></ul></div><div dir="ltr">See <a href="https://acme.example/track/42" rel="nofollow">here</a>.</div>"##,
        r##"<html><head></head><body><div class="ydp1yahoo-style-wrap" style="font-size:16px;">{own}</div><div id="yahoo_quoted_123" class="yahoo_quoted"><div style="font-family:Helvetica;"><div>On Tuesday, May 5, 2026 at 09:41:00 AM GMT+2, Eva (via Acme Support) &lt;support@acme.example&gt; wrote:</div><div><br></div><div>{quote}</div></div></div></body></html>"##,
    ),
    (
        "Gmail, answered below",
        r##"<div>Hi Eva,</div><div><br></div><div>it left on <b>Monday</b>:</div><div><ul><li>by rail</li><li>by road</li></ul></div><div>See <a href="https://acme.example/track/42">here</a>.</div>"##,
        r##"<div dir="ltr"><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Tue, May 5, 2026 at 9:41 AM Eva (via Acme Support) &lt;support@acme.example&gt; wrote:<br></div><blockquote class="gmail_quote">{quote}</blockquote></div>{own}</div>"##,
    ),
    (
        "Thunderbird, answered below",
        r##"<p>Hi Eva,</p><p>it left on <b>Monday</b>:</p><ul><li>by rail</li><li>by road</li></ul><p>See <a href="https://acme.example/track/42">here</a>.</p>"##,
        r##"<html><body><div class="moz-cite-prefix">Am 05.05.26 um 09:41 schrieb Eva (via Acme Support):<br></div><blockquote type="cite" cite="mid:x@acme.example">{quote}</blockquote>{own}<div class="moz-signature">-- <br>Ana</div></body></html>"##,
    ),
];

fn framed(frame: &str, own: &str) -> String {
    frame.replace("{own}", own).replace("{quote}", NOTIFICATION_HTML)
}

fn check_kept(answer: &Answer, client: &str) {
    let html = answer.html.as_deref().unwrap_or_else(|| panic!("{client}: no html"));
    for kept in [
        "<b>Monday</b>",
        "<ul",
        "<li",
        "by rail",
        "href=\"https://acme.example/track/42\"",
    ] {
        assert!(html.contains(kept), "{client}: {kept} in {html}");
    }
    for dropped in ["title", "class", " id=", "data-", "<!--", "Ana", "lamp", "Sent from"] {
        assert!(!html.contains(dropped), "{client}: {dropped} in {html}");
    }
    assert_eq!(html.matches("<div").count(), html.matches("</div>").count(), "{html}");
}

#[test]
fn each_clients_html_keeps_what_she_wrote_and_nothing_else() {
    let text = format!(
        "{OWN}\n\nOn Tue, May 5, 2026 at 9:41 AM Eva (via Acme Support) <support@acme.example> wrote:\n{}",
        quoted(NOTIFICATION)
    );
    for (client, own, frame) in FRAMES {
        let answer = check(&both(&text, &framed(frame, own), &[], &[]), 0, OWN);
        check_kept(&answer, client);
    }
}

#[test]
fn each_clients_html_is_enough() {
    let wanted = "Hi Eva,\n\nit left on Monday:\n\n* by rail\n* by road\n\nSee here <https://acme.example/track/42>.";
    for (client, own, frame) in FRAMES {
        let mail = html_only(&framed(frame, own));
        let answer = Answer::of(&mail, 0, &super::own_addresses());
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(squeezed(&answer.text), squeezed(wanted), "{client}");
        check_kept(&answer, client);
    }
}

#[test]
fn commands_above_it_are_dropped_from_both() {
    let text = format!(
        "#solved\n#cc bo@home.example\n\n{OWN}\n\nOn 5/5/26 09:41, Eva (via Acme Support) wrote:\n{}",
        quoted(NOTIFICATION)
    );
    for (client, own, frame) in FRAMES {
        let own = format!(
            "<div>#solved</div><div>#cc <a href='mailto:bo@home.example'>bo@home.example</a></div><div><br></div>{own}"
        );
        let answer = check(&both(&text, &framed(frame, &own), &[], &[]), 2, OWN);
        check_kept(&answer, client);
        let html = answer.html.unwrap();
        assert!(!html.contains('#') && !html.contains("bo@home"), "{html}");
        let answer = Answer::of(&html_only(&framed(frame, &own)), 2, &super::own_addresses());
        assert!(answer.text.starts_with("Hi Eva,"), "{client}: {}", answer.text);
        check_kept(&answer, client);
    }
}

#[test]
fn only_commands_above_a_quote_are_no_text() {
    for (client, _, frame) in FRAMES {
        let answer = Answer::of(
            &html_only(&framed(frame, "<div>#solved</div>")),
            1,
            &super::own_addresses(),
        );
        assert!(answer.enclosed.is_empty() && answer.html.is_none(), "{client}");
        assert!(
            crate::mail::answer::is_no_answer(&answer.text),
            "{client}: {}",
            answer.text
        );
        let answer = Answer::of(&html_only(&framed(frame, "")), 0, &super::own_addresses());
        assert!(
            crate::mail::answer::is_no_answer(&answer.text),
            "{client}: {}",
            answer.text
        );
    }
}

#[test]
fn html_that_says_something_else_is_not_kept() {
    for html in [
        "<p>Yes, it did.</p><p style='display:none'>hidden</p>",
        "<p style='display:none'>hidden</p><p>Yes, it did.</p>",
        "<p>Yes, it <span style='font-size:0'>never </span>did.</p>",
        "<p>No.</p>",
        "",
    ] {
        let answer = check(&both("Yes, it did.", html, &[], &[]), 0, "Yes, it did.");
        assert!(answer.html.is_none_or(|html| html == "<p>Yes, it did.</p>"), "{html}");
    }
    let kept = check(
        &both("Yes, it did.", "<p>Yes, it<!-- x --> did.</p>", &[], &[]),
        0,
        "Yes, it did.",
    );
    assert_eq!(kept.html.as_deref(), Some("<p>Yes, it did.</p>"));
}

#[test]
fn tables_and_numbered_lists_keep_their_shape() {
    let html = "<p>Prices:</p><ol><li>one</li><li>two</li></ol><table><tr><td>a</td><td></td><td>b</td></tr></table><p>-- <br>Ana</p>";
    let answer = check(
        &both("Prices:\n\n 1. one\n 2. two\n\na\t\tb\n\n-- \nAna\n", html, &[], &[]),
        0,
        "Prices:\n\n 1. one\n 2. two\n\na\t\tb",
    );
    assert_eq!(
        answer.html.as_deref(),
        Some(
            "<p>Prices:</p><ol><li>one</li><li>two</li></ol><table><tbody><tr><td>a</td><td></td><td>b</td></tr></tbody></table>"
        )
    );
}

fn image(id: &str, name: &str) -> String {
    format!(
        "Content-Type: image/png; name={name}\nContent-Disposition: inline; filename={name}\nContent-ID: <{id}>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="
    )
}

fn file(kind: &str, name: &str) -> String {
    format!(
        "Content-Type: {kind}; name={name}\nContent-Disposition: attachment; filename={name}\nContent-Transfer-Encoding: base64\n\naGk="
    )
}

fn names(mail: &crate::mail::InboundMail, enclosed: &[Enclosed]) -> Vec<(String, bool)> {
    enclosed
        .iter()
        .map(|one| (mail.attachments[one.index].name.clone(), one.is_shown))
        .collect()
}

#[test]
fn what_she_attached_goes_and_what_came_back_with_the_quote_does_not() {
    let html = r##"<div dir="ltr">Look here:<div><img src="cid:new@x" alt="shot.png"></div><div>Good?</div></div><div class="gmail_signature"><img src="cid:logo@x"></div><div class="gmail_quote"><div class="gmail_attr">On Tue, May 5, 2026 at 9:41 AM Eva (via Acme Support) &lt;support@acme.example&gt; wrote:<br></div><blockquote class="gmail_quote">## write your answer above this line ##<br>Hello <img src="cid:old@x"></blockquote></div>"##;
    let text = format!(
        "Look here:\n[image: shot.png]\nGood?\n\nOn Tue, May 5, 2026 at 9:41 AM Eva (via Acme Support) <support@acme.example> wrote:\n{}",
        quoted(NOTIFICATION)
    );
    let related = [
        image("new@x", "shot.png"),
        image("logo@x", "logo.png"),
        image("old@x", "lamp.png"),
    ];
    let beside = [
        file("application/pdf", "offer.pdf"),
        file("application/ms-tnef", "winmail.dat"),
        file("application/pkcs7-signature", "smime.p7s"),
        file("application/pgp-signature", "signature.asc"),
        file("application/pgp-keys", "OpenPGP_0x12.asc"),
        file("text/vcard", "ana.vcf"),
    ];
    let mail = both(
        &text,
        html,
        &related.each_ref().map(String::as_str),
        &beside.each_ref().map(String::as_str),
    );
    let answer = check(&mail, 0, "Look here:\n[image: shot.png]\nGood?");
    assert_eq!(
        names(&mail, &answer.enclosed),
        [("shot.png".to_owned(), true), ("offer.pdf".to_owned(), false)]
    );
    assert!(answer.html.unwrap().contains("cid:new@x"));
}

#[test]
fn an_image_between_the_lines_goes_beside_them() {
    let html = r##"<div class="moz-cite-prefix">On 5/5/26 09:41, Eva (via Acme Support) wrote:<br></div><blockquote type="cite">## write your answer above this line ##<br>Where is it? <img src="cid:old@x"></blockquote><p>In Lyon.</p><p><img src="cid:new@x" alt=""></p><blockquote type="cite">And when?</blockquote><p>On Monday.</p>"##;
    let text = "On 5/5/26 09:41, Eva (via Acme Support) wrote:\n> ## write your answer above this line ##\n> Where is it?\n\nIn Lyon.\n\n> And when?\n\nOn Monday.\n";
    let related = [image("new@x", "shot.png"), image("old@x", "lamp.png")];
    let mail = both(text, html, &related.each_ref().map(String::as_str), &[]);
    let answer = check(&mail, 0, "> Where is it?\n\nIn Lyon.\n\n> And when?\n\nOn Monday.");
    assert!(answer.is_interleaved && answer.html.is_none());
    assert_eq!(names(&mail, &answer.enclosed), [("shot.png".to_owned(), false)]);
}

#[test]
fn an_image_alone_is_an_answer_and_a_logo_below_a_name_is_none() {
    let frame = FRAMES[0].2;
    let related = [image("new@x", "shot.png")];
    let related = related.each_ref().map(String::as_str);
    let text = format!("[cid:new@x]\n\n{}", quoted(NOTIFICATION));
    let mail = both(&text, &framed(frame, "<div><img src='cid:new@x'></div>"), &related, &[]);
    let answer = check(&mail, 0, "");
    assert_eq!(names(&mail, &answer.enclosed), [("shot.png".to_owned(), false)]);
    let own = "<div>#solved</div><p>Best regards,<br>Ana</p><img src='cid:new@x'>";
    let mail = both(
        &format!("#solved\n\nBest regards,\nAna\n\n{}", quoted(NOTIFICATION)),
        &framed(frame, own),
        &related,
        &[],
    );
    assert_eq!(check(&mail, 1, "").enclosed, []);
}

#[test]
fn a_photo_that_a_phone_sends_inline_without_an_id_is_attached() {
    let photo = "Content-Type: image/jpeg; name=IMG_1.jpg\nContent-Disposition: inline; filename=IMG_1.jpg\nContent-Transfer-Encoding: base64\n\n/9j/";
    let mail = both("See below.", "<div>See below.</div>", &[], &[photo]);
    let answer = check(&mail, 0, "See below.");
    assert_eq!(names(&mail, &answer.enclosed), [("IMG_1.jpg".to_owned(), false)]);
}

#[test]
fn a_signature_that_only_the_html_marks_is_dropped_from_the_text_too() {
    let quote = "<div id=\"appendonsend\"></div><hr><div id=\"divRplyFwdMsg\"><b>From:</b> Eva (via Acme Support)<br><b>Sent:</b> Tuesday, May 5, 2026 9:41 AM<br><b>To:</b> Ana<br><b>Subject:</b> Lamp</div><div>Where is it?</div><div id=\"x_Signature\">Eva</div>";
    let below = "________________________________\nFrom: Eva (via Acme Support) <support@acme.example>\nSent: Tuesday, May 5, 2026 9:41 AM\nTo: Ana\nSubject: Lamp\n\nWhere is it?\n";
    for (name, own, signed) in [
        (
            "Signature",
            "<p>Ana</p><p>room 4, <a href=\"https://ana.example/\">me</a></p>",
            "Ana\nroom 4, me<https://ana.example/>\n",
        ),
        (
            "ms-outlook-mobile-signature",
            "Ana, <img src=\"cid:l@x\" alt=\"logo.png\">room 4",
            "Ana, [logo.png]\nroom 4\n",
        ),
        ("Signature", "Somebody else", ""),
    ] {
        let html = format!("<div>It left on <b>Monday</b>.</div><br><div id=\"{name}\">{own}</div>{quote}");
        let text = format!("It left on Monday.\n\n{signed}{below}");
        let answer = check(&both(&text, &html, &[], &[]), 0, "It left on Monday.");
        assert!(
            answer
                .html
                .is_some_and(|html| html.contains("<b>Monday</b>") && !html.contains("room"))
        );
    }
    let html = format!("<div>It left on Monday.</div><div>Ana</div>{quote}");
    check(
        &both(&format!("It left on Monday.\nAna\n{below}"), &html, &[], &[]),
        0,
        "It left on Monday.\nAna",
    );
}
