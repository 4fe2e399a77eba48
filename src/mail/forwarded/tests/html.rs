//! Forwards in HTML alone, as clients write it.

use super::*;

const ABOVE: &str = "<div>#priority high</div><div>Please look.</div>";
const BODY: &str = "<p>It jams.</p><p>Regards<br>Eva</p>";
const LINK: &str = "<a href=\"mailto:eva@lind.example\">eva@lind.example</a>";

#[track_caller]
fn check(subject: &str, html: &str) {
    let found = check_eva(read(&html_only(subject, html)), "Printer", html);
    let body = found.original.html.unwrap_or_else(|| panic!("no HTML: {html}"));
    assert!(body.contains("It jams.") && body.contains("Regards"), "{body}");
    for header in ["eva@lind.example", "Printer", "#priority", "ana@acme"] {
        assert!(!body.contains(header), "{header} in {body}");
    }
}

#[test]
fn gmail() {
    check(
        "Fwd: Printer",
        &format!(
            "<div dir=\"ltr\">{ABOVE}<br clear=\"all\"><div><span class=\"gmail_signature_prefix\">-- </span><br><div class=\"gmail_signature\">Ana Ruiz<br>Acme</div></div>\
             <br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">---------- Forwarded message ---------<br>De: \
             <strong class=\"gmail_sendername\" dir=\"auto\">Eva Lind</strong> <span dir=\"auto\">&lt;{LINK}&gt;</span><br>Date: mar, 5 may 2026 a las 9:41<br>\
             Subject: Printer<br>To:  &lt;<a href=\"mailto:ana@acme.example\">ana@acme.example</a>&gt;<br></div><br><br>{BODY}</div></div>"
        ),
    );
}

#[test]
fn thunderbird() {
    for (marker, subject, date, from, to) in [
        ("Forwarded Message", "Subject: ", "Date: ", "From: ", "To: "),
        ("Mensaje reenviado", "Asunto: ", "Fecha: ", "De: ", "Para: "),
        (
            "Message transféré",
            "Sujet&nbsp;: ",
            "Date&nbsp;: ",
            "De&nbsp;: ",
            "Pour&nbsp;: ",
        ),
    ] {
        let row = |name: &str, value: &str| {
            format!("<tr><th nowrap=\"nowrap\" valign=\"BASELINE\" align=\"RIGHT\">{name}</th><td>{value}</td></tr>\n")
        };
        let table = [
            row(subject, "Printer"),
            row(date, "Tue, 5 May 2026 09:41:12 +0200"),
            row(from, "Eva Lind <a class=\"moz-txt-link-rfc2396E\" href=\"mailto:eva@lind.example\">&lt;eva@lind.example&gt;</a>"),
            row(to, "<a href=\"mailto:ana@acme.example\">ana@acme.example</a>"),
        ]
        .concat();
        check(
            "Fwd: Printer",
            &format!(
                "<html><head></head><body>{ABOVE}<div class=\"moz-forward-container\"><br><br>-------- {marker} --------\n\
                 <table class=\"moz-email-headers-table\" cellspacing=\"0\" cellpadding=\"0\" border=\"0\"><tbody>{table}</tbody></table><br><br>{BODY}</div></body></html>"
            ),
        );
    }
}

#[test]
fn apple_mail() {
    let field = |name: &str, value: &str| {
        format!(
            "<div style=\"margin: 0px;\"><span style=\"font-family: -webkit-system-font;\"><b>{name} </b></span><span>{value}<br></span></div>"
        )
    };
    let header = [
        field("Von:", &format!("Eva Lind &lt;{LINK}&gt;")),
        field("Betreff:", "<b>Printer</b>"),
        field("Datum:", "5. Mai 2026 um 09:41:12 MESZ"),
        field("An:", "<a href=\"mailto:ana@acme.example\">ana@acme.example</a>"),
    ]
    .concat();
    check(
        "Fwd: Printer",
        &format!(
            "<html><body>{ABOVE}<div><br><blockquote type=\"cite\"><div>Anfang der weitergeleiteten Nachricht:</div><br class=\"Apple-interchange-newline\">\
             {header}<br class=\"Apple-interchange-newline\"><div><div>{BODY}</div></div></blockquote></div></body></html>"
        ),
    );
}

#[test]
fn outlook_desktop_and_web() {
    check(
        "RV: Printer",
        &format!(
            "<html><body><div class=WordSection1>{ABOVE}<p class=MsoNormal><o:p>&nbsp;</o:p></p>\
             <div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b><span>De:</span></b><span> Eva Lind &lt;{LINK}&gt; <br>\
             <b>Enviado el:</b> martes, 5 de mayo de 2026 9:41<br><b>Para:</b> Ana Ruiz &lt;ana@acme.example&gt;<br><b>Asunto:</b> Printer<o:p></o:p></span></p></div></div>\
             <p class=MsoNormal><o:p>&nbsp;</o:p></p>{BODY}</div></body></html>"
        ),
    );
    check(
        "TR: Printer",
        &format!(
            "<html><body>{ABOVE}<div id=\"appendonsend\"></div><hr style=\"display:inline-block;width:98%\" tabindex=\"-1\"><div id=\"divRplyFwdMsg\" dir=\"ltr\">\
             <font face=\"Calibri\"><b>De :</b> Eva Lind &lt;eva@lind.example&gt;<br><b>Envoyé :</b> mardi 5 mai 2026 09:41<br><b>À :</b> Ana Ruiz &lt;ana@acme.example&gt;<br>\
             <b>Objet :</b> Printer</font><div>&nbsp;</div></div>{BODY}</body></html>"
        ),
    );
}

#[test]
fn beside_plain_text() {
    let plain = "#priority high\nPlease look.\n\n---------- Forwarded message ---------\nFrom: Eva Lind <eva@lind.example>\nDate: Tue\n\
        Subject: Printer\nTo: <ana@acme.example>\n\n\nIt jams.\n\nRegards\nEva\n";
    let html = format!(
        "{ABOVE}<div class=\"gmail_quote\"><div class=\"gmail_attr\">---------- Forwarded message ---------<br>From: <b>Eva Lind</b> &lt;{LINK}&gt;<br>\
         Date: Tue<br>Subject: Printer<br>To: ana@acme.example<br></div>{BODY}</div>"
    );
    let found = read(&mail(&format!(
        "From: ana@acme.example\nSubject: Fwd: Printer\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n\
         {plain}\n--b\nContent-Type: text/html\n\n{html}\n--b--\n"
    )));
    let found = check_eva(found, "Printer", plain);
    assert_eq!(
        found.original.html.as_deref().map(str::trim),
        Some(format!("{BODY}</div>").as_str())
    );
}

#[test]
fn an_image_of_the_signature_above_is_not_the_customers() {
    let (mail, raw) = mail(&format!(
        "From: ana@acme.example\r\nSubject: Fwd: Printer\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/html\r\n\r\n{ABOVE}<img src=\"cid:logo@acme\"><div>---------- Forwarded message ---------<br>From: Eva Lind &lt;{LINK}&gt;<br>\
         Date: Tue<br>Subject: Printer<br>To: ana@acme.example<br></div><br>It jams.<img src=\"cid:jam@lind\">\r\n\
         --b\r\nContent-Type: image/png\r\nContent-ID: <logo@acme>\r\n\r\nx\r\n--b\r\nContent-Type: image/png\r\nContent-ID: <jam@lind>\r\n\r\ny\r\n--b--\r\n"
    ));
    let found = forwarded(&mail, &raw, &ParseLimits::default()).unwrap();
    assert_eq!(found.original.attachments, [1]);
    assert!(found.original.html.unwrap().starts_with("It jams."));
}
