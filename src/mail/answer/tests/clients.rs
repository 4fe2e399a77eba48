//! What clients do that is told apart by little: links, alternatives, lines without a blank one between them.

use super::{NOTIFICATION, NOTIFICATION_HTML, both, check, html_only, own_addresses, plain, quoted};
use crate::mail::answer::{Answer, Leak, guard};

const IMAGE: &str = "Content-Type: image/png; name=image001.png\nContent-Description: image001.png\nContent-ID: <a@x>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=";

#[test]
fn a_link_to_the_agent_goes_where_her_text_does_not_show_her_address() {
    for link in ["mailto:ana@acme.example", "mailto:Ana%40Acme.example?subject=x"] {
        let html = format!("<p>Ask <a href=\"{link}\">Ana</a> about <b>it</b>.</p>");
        for mail in [html_only(&html), both("Ask Ana about it.", &html, &[], &[])] {
            let answer = check(&mail, 0, "Ask Ana about it.");
            assert_eq!(answer.html.as_deref(), Some("<p>Ask <a>Ana</a> about <b>it</b>.</p>"));
        }
    }
}

#[test]
fn an_address_that_she_typed_stays_for_the_guard_to_find() {
    let html = "<p>Ask <a href=\"mailto:ana@acme.example\">ana@acme.example</a>.</p>";
    let mail = both("Ask ana@acme.example.", html, &[], &[]);
    let answer = Answer::of(&mail, 0, &own_addresses());
    let found = |html| guard(&answer.text, html, &|_| false, &own_addresses());
    assert_eq!(found(None), Some(Leak::AgentAddress));
    assert_eq!(found(answer.html.as_deref()), Some(Leak::AgentAddress));
    assert!(answer.html.is_some_and(|html| html.contains("href")));
}

#[test]
fn many_links_to_the_agent_take_little_time() {
    let text = "Ask Ana. ".repeat(5_000);
    let html = "Ask <a href=\"mailto:ana@acme.example\">Ana</a>. ".repeat(5_000);
    let mail = both(&text, &html, &[], &[]);
    let start = std::time::Instant::now();
    let answer = check(&mail, 0, text.trim());
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
    assert!(answer.html.is_some_and(|html| !html.contains("href")));
}

#[test]
fn a_link_to_anybody_else_stays() {
    let html = "<p>Ask <a href=\"mailto:shop@acme.example\">the shop</a>.</p>";
    let answer = check(&both("Ask the shop.", html, &[], &[]), 0, "Ask the shop.");
    assert!(answer.html.unwrap().contains("href=\"mailto:shop@acme.example\""));
}

#[test]
fn an_alternative_stays_only_where_her_text_says_it() {
    let html = |alt: &str| format!("<p>Look:</p><img src=\"cid:a@x\" alt=\"{alt}\"><p>Good?</p>");
    let hidden = html("C:\\Users\\ana.ruiz\\shot.png");
    let answer = check(&both("Look:\n\nGood?", &hidden, &[IMAGE], &[]), 0, "Look:\n\nGood?");
    assert_eq!(
        answer.html.as_deref(),
        Some("<p>Look:</p><img src=\"cid:a@x\"><p>Good?</p>")
    );
    let text = "Look:\n\n[image: shot.png]\n\nGood?";
    let answer = check(&both(text, &html("shot.png"), &[IMAGE], &[]), 0, text);
    assert!(answer.html.unwrap().contains("alt=\"shot.png\""));
}

#[test]
fn an_image_of_the_quote_stays_behind_however_it_came_back() {
    let attached = IMAGE.replace(
        "Content-Description",
        "Content-Disposition: attachment\nContent-Description",
    );
    let above = "On 5/5/26 09:41, Eva (via Acme Support) wrote:";
    let text = format!("Yes.\n\n{above}\n{}", quoted(NOTIFICATION));
    let html = format!(
        "<p>Yes.</p><div class=\"moz-cite-prefix\">{above}</div><blockquote type=\"cite\">Hello <img src=\"cid:a@x\"></blockquote>"
    );
    for mail in [both(&text, &html, &[IMAGE], &[]), both(&text, &html, &[], &[&attached])] {
        assert_eq!(mail.attachments.len(), 1);
        assert_eq!(check(&mail, 0, "Yes.").enclosed, []);
    }
}

#[test]
fn the_customers_lines_right_below_ours_are_kept_between_answers() {
    check(
        &plain(
            "> ## write your answer above this line ##\n> ┃ Customer: Eva\n> Hello,\n> Where is it?\n\nIn Lyon.\n\n> And when?\n\nOn Monday.\n",
        ),
        0,
        "> Hello,\n> Where is it?\n\nIn Lyon.\n\n> And when?\n\nOn Monday.",
    );
    // HTML has margins between the blocks, which are no empty lines in text.
    let split = |answer: &str| format!("</div></div></blockquote><p>{answer}</p><blockquote type=\"cite\"><div><div>");
    let quote = NOTIFICATION_HTML
        .replace("<div>Where", &format!("{}<div>Where", split("On the 4th.")))
        .replace("<div>Eva</div>", &format!("{}<div>Eva</div>", split("In <b>Lyon</b>.")));
    let html = format!(
        "<div class=\"moz-cite-prefix\">On 5/5/26 09:41, Eva (via Acme Support) wrote:</div><blockquote type=\"cite\">{quote}</blockquote>"
    );
    let wanted = "> Hello,\n>\n> I ordered a lamp on the 3rd.\n\nOn the 4th.\n\n> Where is it?\n\nIn Lyon.";
    assert!(check(&html_only(&html), 0, wanted).is_interleaved);
}

#[test]
fn more_clients_plain_text_keeps_only_what_is_new() {
    let quote = quoted(NOTIFICATION);
    for below in [
        format!(
            "-------- Original message --------\nFrom: \"Eva (via Acme Support)\" <support@acme.example>\nDate: 5/5/26 09:41 (GMT+01:00)\nTo: Ana Ruiz <ana@acme.example>\nSubject: Re: Where?\n\n{NOTIFICATION}"
        ),
        format!(
            "Gesendet: Dienstag, 05. Mai 2026 um 09:41 Uhr\nVon: \"Eva (via Acme Support)\" <support@acme.example>\nAn: ana@acme.example\nBetreff: Re: Wo?\n\n{NOTIFICATION}"
        ),
        format!("Eva (via Acme Support) <support@acme.example> schrieb am Di., 5. Mai 2026, 09:41:\n\n{quote}"),
        format!("El mar., 5 may. 2026 9:41, Eva (via Acme Support) <support@acme.example>\nescribió:\n\n{quote}"),
        format!("Am 05.05.26 um 09:41 schrieb Eva (via Acme Support):\n\n{NOTIFICATION}"),
        format!(
            "Get Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: Eva (via Acme Support) <support@acme.example>\nSent: Tuesday, May 5, 2026 9:41:12 AM\nTo: Ana Ruiz <ana@acme.example>\nSubject: Re: Where\n\n{NOTIFICATION}"
        ),
        NOTIFICATION.lines().map(|line| format!("| {line}\n")).collect(),
    ] {
        check(&plain(&format!("It left.\n\n{below}")), 0, "It left.");
    }
}

#[test]
fn more_clients_html_keeps_only_what_is_new() {
    for frame in [
        // Outlook on phones
        r#"<div dir="auto">{own}</div><div id="ms-outlook-mobile-signature" dir="auto"><div dir="auto">Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div></div><div id="mail-editor-reference-message-container"><hr style="width:98%"><div id="divRplyFwdMsg" dir="ltr"><b>From:</b> Eva (via Acme Support) &lt;support@acme.example&gt;<br><b>Sent:</b> Tuesday, May 5, 2026 9:41:12 AM<br><b>To:</b> Ana Ruiz &lt;ana@acme.example&gt;<br><b>Subject:</b> Re: Where</div>{quote}</div>"#,
        // Outlook for Mac, in Spanish
        r#"<div class="WordSection1"><p class="MsoNormal">{own}<o:p></o:p></p><div><div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>De: </b>Eva (via Acme Support) &lt;support@acme.example&gt;<br><b>Fecha: </b>martes, 5 de mayo de 2026, 9:41<br><b>Para: </b>Ana Ruiz &lt;ana@acme.example&gt;<br><b>Asunto: </b>Re: Where<o:p></o:p></p></div>{quote}</div></div>"#,
        // Samsung, GMX in German, and a client that marks nothing
        r#"<div dir="auto">{own}</div><div><div>-------- Original message --------</div><div>From: "Eva (via Acme Support)" &lt;support@acme.example&gt; </div><div>Date: 5/5/26  09:41  (GMT+01:00) </div><div>To: Ana Ruiz &lt;ana@acme.example&gt; </div><div>Subject: Re: Where </div></div>{quote}"#,
        r#"<div>{own}</div><div>&nbsp;<div name="quote"><div><b>Gesendet:</b>&nbsp;Dienstag, 05. Mai 2026 um 09:41 Uhr<br><b>Von:</b>&nbsp;"Eva (via Acme Support)" &lt;support@acme.example&gt;<br><b>An:</b>&nbsp;ana@acme.example<br><b>Betreff:</b>&nbsp;Re: Wo</div><div name="quoted-content">{quote}</div></div></div>"#,
        r#"<div>{own}</div>{quote}"#,
    ] {
        let html = frame
            .replace("{own}", "It left on <b>Monday</b>.")
            .replace("{quote}", NOTIFICATION_HTML);
        let answer = check(&html_only(&html), 0, "It left on Monday.");
        let html = answer.html.unwrap();
        assert!(html.contains("It left on <b>Monday</b>.</"), "{html}");
    }
}
