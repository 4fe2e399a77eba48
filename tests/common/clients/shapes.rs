//! The body that each client writes.

use super::layout::{Links, flowed, quoted, text_of, wrapped};
use super::{Client, Seen, Words, Written};
use crate::common::agents::CLIENT;
use crate::common::mime::Part;
use crate::common::{ANA, DESK};

/// A file that the agent attaches, in every client but those that write between the lines.
pub const OFFER: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
/// A picture that she puts between her lines.
pub const SHOT: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x02 her screenshot";

pub(super) fn write(client: Client, seen: &Seen, words: &Words) -> Written {
    let body = match client {
        Client::Thunderbird => thunderbird(seen, words),
        Client::ThunderbirdBetween => thunderbird_between(seen, words),
        Client::OutlookDesktop => outlook_desktop(seen, words),
        Client::OutlookWeb => outlook_web(seen, words),
        Client::OutlookPhone => outlook_phone(seen, words),
        Client::AppleMail => apple_mail(seen, words),
        Client::IPhone => iphone(seen, words),
        Client::GmailWeb => gmail(seen, words),
        Client::Samsung => samsung(seen, words),
        Client::MuttBetween => mutt_between(seen, words),
    };
    let language = words.pick("en-US", "es-ES").to_owned();
    let mut headers = vec![
        ("User-Agent", CLIENT.to_owned()),
        ("X-Originating-IP", "[203.0.113.77]".to_owned()),
    ];
    match client {
        Client::OutlookDesktop | Client::OutlookWeb | Client::OutlookPhone => headers.extend([
            ("Thread-Topic", seen.subject.clone()),
            ("Thread-Index", "Ad3a0m3J8G0cJwq3T5m0kJx6yC0P7QAAK2Zw".to_owned()),
            ("Accept-Language", language.clone()),
            ("Content-Language", language),
            ("X-MS-Has-Attach", "yes".to_owned()),
            ("X-MS-TNEF-Correlator", String::new()),
        ]),
        Client::AppleMail => headers.push(("X-Mailer", "Apple Mail (2.3864.200.81.1.6)".to_owned())),
        Client::IPhone => headers.push(("X-Mailer", "iPhone Mail (23B85)".to_owned())),
        _ => headers.push(("Content-Language", language)),
    }
    Written { headers, body }
}

fn offer(disposition: &str) -> Part {
    Part::file(disposition, "application/pdf", "offer.pdf", OFFER)
}

fn shot() -> Part {
    Part::image("shot.png", "shot.1@acme.example", SHOT)
}

const IMAGE: &str = "<img src=\"cid:shot.1@acme.example\" alt=\"shot.png\" width=\"200\" height=\"100\">";

/// An HTML part with the images that it shows: the agent's and those of the quote.
fn related(html: &str, seen: &Seen) -> Part {
    let images = std::iter::once(shot()).chain(seen.quoted_images());
    Part::Several("related", std::iter::once(Part::html(html)).chain(images).collect())
}

fn with_offer(body: Part) -> Part {
    Part::Several("mixed", vec![body, offer("attachment")])
}

fn thunderbird(seen: &Seen, words: &Words) -> Part {
    let attribution = thunderbird_attribution(seen, words);
    let own = words.html("<p>{}</p>\n", "", "<ul>\n", "<li>");
    let text = format!(
        "{}\n\n-- \n{}\n\n{attribution}\n{}\n",
        words.text("*", "  * ", " "),
        words.private(),
        quoted(&text_of(&seen.html, Links::Spaced))
    );
    let html = format!(
        "<!DOCTYPE html>\n<html>\n  <head>\n    <meta http-equiv=\"Content-Type\" content=\"text/html; charset=UTF-8\">\n  \
         </head>\n  <body>\n    {own}<p>{IMAGE}</p>\n    <div class=\"moz-signature\">-- <br>\n      {}</div>\n    \
         <div class=\"moz-cite-prefix\">{attribution}<br>\n    </div>\n    <blockquote type=\"cite\"\n      \
         cite=\"mid:{}\">\n{}</blockquote>\n  </body>\n</html>\n",
        words.private().replace('\n', "<br>\n"),
        seen.mail.message_id().trim_matches(['<', '>']),
        seen.html
    );
    with_offer(Part::Several(
        "alternative",
        vec![Part::flowed(&flowed(&text)), related(&html, seen)],
    ))
}

fn thunderbird_attribution(seen: &Seen, words: &Words) -> String {
    let name = &seen.from.0;
    match words.pick("en", "es") {
        "es" => format!("El 24/11/26 a las 9:41, {name} escribió:"),
        _ => format!("On 11/24/26 09:41, {name} wrote:"),
    }
}

/// Behind the quoted line that holds `question`.
fn answered(quote: &str, answers: [(&str, &str); 2]) -> String {
    answers.iter().fold(quote.to_owned(), |text, (question, answer)| {
        let at = text.find(question).expect("the customer's line is quoted");
        let end = at + text[at..].find('\n').unwrap_or(text.len() - at);
        format!("{}\n\n{answer}\n{}", &text[..end], &text[end..])
    })
}

fn thunderbird_between(seen: &Seen, words: &Words) -> Part {
    let attribution = thunderbird_attribution(seen, words);
    let quote = answered(&quoted(&text_of(&seen.html, Links::Spaced)), words.between());
    let text = format!("{attribution}\n{quote}\n\n-- \n{}\n", words.private());
    let html = words
        .between()
        .iter()
        .fold(seen.html.clone(), |html, (question, answer)| {
            let at = html.find(question).unwrap() + question.len();
            let end = at + html[at..].find("</div>").unwrap() + "</div>".len();
            let split = format!(
                "</blockquote>\n<p>{}</p>\n<blockquote type=\"cite\" cite=\"mid:x@acme.example\">",
                answer.replace('\n', "</p>\n<p>")
            );
            format!("{}{split}{}", &html[..end], &html[end..])
        });
    let html = format!(
        "<!DOCTYPE html>\n<html>\n  <head>\n    <meta http-equiv=\"Content-Type\" content=\"text/html; charset=UTF-8\">\n  \
         </head>\n  <body>\n    <div class=\"moz-cite-prefix\">{attribution}<br>\n    </div>\n    \
         <blockquote type=\"cite\" cite=\"mid:x@acme.example\">\n{html}</blockquote>\n    \
         <div class=\"moz-signature\">-- <br>{}</div>\n  </body>\n</html>\n",
        words.private().replace('\n', "<br>\n"),
    );
    Part::Several("alternative", vec![Part::flowed(&flowed(&text)), Part::html(&html)])
}

fn mutt_between(seen: &Seen, words: &Words) -> Part {
    let attribution = match words.pick("en", "es") {
        "es" => format!("El mar 24 nov 2026 a las 09:41:07, {} escribió:", seen.from.0),
        _ => format!("On Tue, Nov 24, 2026 at 09:41:07AM +0100, {} wrote:", seen.from.0),
    };
    let quote = answered(&quoted(seen.text.trim_end()), words.between());
    Part::text(&format!("{attribution}\n{quote}\n\n-- \n{}\n", words.private()))
}

/// The header block above what Outlook quotes: each label with its value.
fn block(seen: &Seen, words: &Words) -> [(&'static str, String); 4] {
    let to = format!("Ana Ruiz <{ANA}>");
    let sent = words.pick(
        "Tuesday, November 24, 2026 9:41 AM",
        "martes, 24 de noviembre de 2026 9:41",
    );
    [
        (words.pick("From:", "De:"), seen.sender()),
        (words.pick("Sent:", "Enviado el:"), sent.to_owned()),
        (words.pick("To:", "Para:"), to),
        (words.pick("Subject:", "Asunto:"), seen.subject.clone()),
    ]
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn block_text(seen: &Seen, words: &Words) -> String {
    let lines = block(seen, words).map(|(label, value)| format!("{label} {value}"));
    lines.join("\n")
}

fn block_html(seen: &Seen, words: &Words) -> String {
    let lines = block(seen, words).map(|(label, value)| format!("<b>{label}</b> {}", escaped(&value)));
    lines.join("<br>\n")
}

fn outlook_desktop(seen: &Seen, words: &Words) -> Part {
    let closing = words.pick("Best regards,", "Un saludo,");
    let private = words.private();
    let contact = format!("Acme Ltd. | {ANA} | +34 900 111 222");
    let text = format!(
        "{}\n\n[cid:shot.1@acme.example]\n\n{closing}\n\n{private}\n{contact}\n\n{}\n\n{}\n",
        words.text("", "·       ", ""),
        block_text(seen, words),
        text_of(&seen.html, Links::Glued)
    );
    let line = |inside: &str| format!("<p class=\"MsoNormal\">{inside}<o:p></o:p></p>\n");
    let blank = line("<o:p>&nbsp;</o:p>");
    let own = words.html(
        &line("{}"),
        &blank,
        "<ul style=\"margin-top:0cm\" type=\"disc\">\n",
        "<li class=\"MsoListParagraph\" style=\"margin-left:0cm;mso-list:l0 level1 lfo1\">",
    );
    let signature: String = [closing, ""]
        .into_iter()
        .chain(private.lines())
        .map(|it| line(&escaped(it)))
        .collect();
    let html = format!(
        "<html xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" \
         xmlns:w=\"urn:schemas-microsoft-com:office:word\" xmlns=\"http://www.w3.org/TR/REC-html40\"><head>\
         <meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\
         <meta name=\"Generator\" content=\"Microsoft Word 15 (filtered medium)\">\
         <style><!--\n/* Style Definitions */\np.MsoNormal, li.MsoNormal, div.MsoNormal\n\t{{margin:0cm;\n\tfont-size:11.0pt;\n\
         \tfont-family:\"Calibri\",sans-serif;}}\n--></style><!--[if gte mso 9]><xml>\n<o:shapedefaults v:ext=\"edit\" \
         spidmax=\"1026\" />\n</xml><![endif]--></head><body lang=\"EN-GB\" link=\"#0563C1\" vlink=\"#954F72\" \
         style=\"word-wrap:break-word\"><div class=\"WordSection1\">\n{own}{}{blank}{signature}{}{blank}\
         <div>\n<div style=\"border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm\">\n\
         <p class=\"MsoNormal\">{}<o:p></o:p></p>\n</div>\n</div>\n{blank}{}\n</div></body></html>\n",
        line(IMAGE),
        line(&format!(
            "Acme Ltd. | <a href=\"mailto:{ANA}\">{ANA}</a> | +34 900 111 222"
        )),
        block_html(seen, words),
        seen.html
            .replace("<div>", "<div><p class=\"MsoNormal\">")
            .replace("</div>", "<o:p></o:p></p></div>"),
    );
    exchange(&text, &html, seen)
}

fn exchange(text: &str, html: &str, seen: &Seen) -> Part {
    let alternative = Part::Several("alternative", vec![Part::text(text), Part::html(html)]);
    let images = std::iter::once(shot()).chain(seen.quoted_images());
    with_offer(Part::Several(
        "related",
        std::iter::once(alternative).chain(images).collect(),
    ))
}

/// `below` stands between her words and what is quoted, as text and as HTML.
fn outlook_new(seen: &Seen, words: &Words, [below, below_html]: [&str; 2]) -> Part {
    let text = format!(
        "{}\n[cid:shot.1@acme.example]\n{below}\n________________________________\n{}\n\n{}\n",
        words.text("", "  *   ", ""),
        block_text(seen, words),
        text_of(&seen.html, Links::Glued)
    );
    let style = "font-family: Aptos, Calibri, Helvetica, sans-serif; font-size: 12pt; color: rgb(0, 0, 0);";
    let own = words.html(
        &format!("<div class=\"elementToProof\" style=\"{style}\">{{}}</div>\n"),
        &format!("<div class=\"elementToProof\" style=\"{style}\"><br></div>\n"),
        "<ul data-editing-info=\"{&quot;applyListStyleFromLevel&quot;:true}\">\n",
        &format!("<li style=\"{style}\">"),
    );
    let html = format!(
        "<html><head>\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\n\
         <style type=\"text/css\" style=\"display:none;\"> P {{margin-top:0;margin-bottom:0;}} </style>\n</head>\n\
         <body dir=\"ltr\">\n{own}<div class=\"elementToProof\">{IMAGE}</div>\n{below_html}\
         <div id=\"appendonsend\"></div>\n<hr style=\"display:inline-block;width:98%\" tabindex=\"-1\">\n\
         <div id=\"divRplyFwdMsg\" dir=\"ltr\"><font face=\"Calibri, sans-serif\" style=\"font-size:11pt\" color=\"#000000\">\
         {}</font>\n<div>&nbsp;</div>\n</div>\n<div style=\"margin:0;padding:16px\">\n{}\n</div>\n</body>\n</html>\n",
        block_html(seen, words),
        seen.html
    );
    exchange(&text, &html, seen)
}

fn outlook_web(seen: &Seen, words: &Words) -> Part {
    let private = words.private();
    let html = private.replace('\n', "</p>\n<p>");
    outlook_new(
        seen,
        words,
        [
            &format!("\n{private}\n"),
            &format!("<div class=\"elementToProof\"><br></div>\n<div id=\"Signature\"><p>{html}</p></div>\n"),
        ],
    )
}

fn outlook_phone(seen: &Seen, words: &Words) -> Part {
    let get = words.pick("Get", "Obtener");
    let name = words.pick("Outlook for Android", "Outlook para Android");
    outlook_new(
        seen,
        words,
        [
            &format!("\n{get} {name}<https://aka.ms/AAb9ysg>"),
            &format!(
                "<div id=\"ms-outlook-mobile-body-separator-line\" dir=\"auto\"><br></div>\n\
                 <div id=\"ms-outlook-mobile-signature\" dir=\"auto\">{get} <a href=\"https://aka.ms/AAb9ysg\">{name}</a>\
                 </div>\n"
            ),
        ],
    )
}

fn apple_attribution(words: &Words, sender: &str) -> String {
    match words.pick("en", "es") {
        "es" => format!("El 24 nov 2026, a las 9:41, {sender} escribió:"),
        _ => format!("On 24 Nov 2026, at 09:41, {sender} wrote:"),
    }
}

/// Files dropped below the words part the HTML in two: the quote stands in the second.
fn apple_mail(seen: &Seen, words: &Words) -> Part {
    let text = format!(
        "{}\n\n\n\n{}\n\n\n{}\n",
        words.text("", "\t• ", " "),
        quoted(&apple_attribution(words, &seen.sender())),
        quoted(&format!("\n{}", text_of(&seen.html, Links::Spaced)))
    );
    let head = "<html><head><meta http-equiv=\"content-type\" content=\"text/html; charset=utf-8\"></head>\
                <body style=\"overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;\">";
    let own = words.html(
        "<div>{}</div>",
        "<div><br></div>",
        "<div><ul class=\"MailOutline\">",
        "<li>",
    );
    let above = format!("{head}{own}<div>{IMAGE}</div><div></div></body></html>");
    let below = format!(
        "{head}<div><br><blockquote type=\"cite\"><div>{}</div><br class=\"Apple-interchange-newline\"><div>{}</div>\
         </blockquote></div><br></body></html>",
        apple_attribution(words, &seen.sender_html()),
        seen.html
    );
    let parts = vec![related(&above, seen), offer("inline"), Part::html(&below)];
    Part::Several("alternative", vec![Part::text(&text), Part::Several("mixed", parts)])
}

/// A picture parts the text in two.
fn iphone(seen: &Seen, words: &Words) -> Part {
    let sent = words.pick("Sent from my iPhone", "Enviado desde mi iPhone");
    let below = format!(
        "\n\n{sent}\n\n{}\n{}\n",
        quoted(&apple_attribution(words, &seen.sender())),
        quoted(&format!("\n{}", seen.text.trim_end()))
    );
    let shot = Part::file("inline", "image/png", "shot.png", SHOT);
    let parts = vec![
        Part::text(&words.text("", "- ", " ")),
        shot,
        offer("attachment"),
        Part::text(&below),
    ];
    Part::Several("mixed", parts)
}

fn gmail_attribution(words: &Words, sender: &str) -> String {
    match words.pick("en", "es") {
        "es" => format!("El mar, 24 nov 2026 a las 9:41, {sender} escribió:"),
        _ => format!("On Tue, Nov 24, 2026 at 9:41 AM {sender} wrote:"),
    }
}

/// Gmail's own text of what it quotes is wrapped, so that links start lines of their own.
fn gmail(seen: &Seen, words: &Words) -> Part {
    let text = format!(
        "{}\n[image: shot.png]\n\n-- \n{}\n\n{}\n\n{}\n",
        wrapped(&words.text("*", "   - ", " "), 74),
        words.private(),
        wrapped(&gmail_attribution(words, &seen.sender()), 74),
        quoted(&wrapped(&text_of(&seen.html, Links::Spaced), 72))
    );
    let own = words.html("<div>{}</div>", "<div><br></div>", "<div><ul>", "<li>");
    let html = format!(
        "<div dir=\"ltr\">{own}<div>{IMAGE}</div><div><br clear=\"all\"></div><div><div dir=\"ltr\" class=\"gmail_signature\" \
         data-smartmail=\"gmail_signature\"><div dir=\"ltr\">{}</div></div></div></div><br>\
         <div class=\"gmail_quote gmail_quote_container\"><div dir=\"ltr\" class=\"gmail_attr\">{}<br></div>\
         <blockquote class=\"gmail_quote\" style=\"margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);\
         padding-left:1ex\">{}</blockquote></div>\n",
        words.private().replace('\n', "<br>"),
        gmail_attribution(words, &seen.sender_html()),
        seen.html
    );
    exchange(&text, &html, seen)
}

fn samsung(seen: &Seen, words: &Words) -> Part {
    let sent = words.pick("Sent from my Galaxy", "Enviado desde mi Galaxy");
    let original = words.pick("Original message", "Mensaje original");
    let [from, _, to, subject] = block(seen, words);
    let date = (words.pick("Date:", "Fecha:"), "24/11/26 9:41 (GMT+01:00)".to_owned());
    let lines = [from, date, to, subject].map(|(label, value)| format!("{label} {value}"));
    let text = format!(
        "{}\n\n\n{sent}\n\n\n-------- {original} --------\n{}\n\n{}\n",
        words.text("", "", " "),
        lines.join("\n"),
        text_of(&seen.html, Links::Spaced)
    );
    let own = words.html(
        "<div dir=\"auto\">{}</div>",
        "<div dir=\"auto\"><br></div>",
        "<ul>",
        "<li>",
    );
    let html = format!(
        "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=UTF-8\"></head><body dir=\"auto\">{own}\
         <div dir=\"auto\">{IMAGE}</div><div dir=\"auto\"><br></div><div dir=\"auto\"><br></div>\
         <div id=\"composer_signature\" dir=\"auto\"><div style=\"font-size:12px;color:#575757\" dir=\"auto\">{sent}</div></div>\
         <div dir=\"auto\"><br></div><div><br></div><div align=\"left\" dir=\"auto\" style=\"font-size:100%;color:#000000\">\
         <div>-------- {original} --------</div><div>{}</div><div><br></div></div>{}</body></html>\n",
        lines.map(|line| escaped(&line)).join("</div><div>"),
        seen.html
    );
    with_offer(Part::Several(
        "alternative",
        vec![Part::text(&text), related(&html, seen)],
    ))
}
