use super::markup;
use super::reply_text;
use crate::mail::html;
use proptest::prelude::*;

fn check(text: &str, wanted: &str) {
    assert_eq!(reply_text(text, &[]).trim(), wanted.trim(), "of:\n{text}");
}

fn check_html(body: &str, wanted: &str) {
    let (text, marks) = markup::take(html::to_text(&markup::mark(body)));
    assert_eq!(reply_text(&text, &marks).trim(), wanted.trim(), "of:\n{text}");
}

#[test]
fn attributions_are_known_in_many_languages() {
    for line in [
        "On Tue, May 5, 2026 at 9:41 AM Acme Support <support@acme.example> wrote:",
        "On 5 May 2026, at 09:41, Acme Support <support@acme.example> wrote:",
        "On 05/05/2026 09:41, Acme Support wrote:",
        "El mar, 5 may 2026 a las 9:41, Acme Support (<support@acme.example>) escribió:",
        "El 5 may 2026, a las 9:41, Acme Support <support@acme.example> escribió:",
        "El 05/05/2026 a las 9:41, Acme Support escribió:",
        "El martes, 5 de mayo de 2026 09:41:12 CEST, Acme Support <support@acme.example> ha escrito:",
        "Am Di., 5. Mai 2026 um 09:41 Uhr schrieb Acme Support <support@acme.example>:",
        "Am 05.05.26 um 09:41 schrieb Acme Support:",
        "Acme Support <support@acme.example> schrieb am Di., 5. Mai 2026, 09:41:",
        "Le mar. 5 mai 2026 à 09:41, Acme Support <support@acme.example> a écrit :",
        "Le 05/05/2026 à 09:41, Acme Support a écrit :",
        "Il giorno mar 5 mag 2026 alle ore 09:41 Acme Support <support@acme.example> ha scritto:",
        "Il 05/05/2026 09:41, Acme Support ha scritto:",
        "Em ter., 5 de mai. de 2026 às 09:41, Acme Support <support@acme.example> escreveu:",
        "Acme Support <support@acme.example> escreveu no dia terça, 5/05/2026 à(s) 09:41:",
        "Op di 5 mei 2026 om 09:41 schreef Acme Support <support@acme.example>:",
        "Op 05-05-2026 om 09:41 schreef Acme Support:",
        "2026年5月5日(火) 9:41 Acme Support <support@acme.example>:",
        "2026/05/05 9:41、Acme Support <support@acme.example>のメール:",
        "Den tis 5 maj 2026 kl 09:41 skrev Acme Support <support@acme.example>:",
        "tir. 5. maj 2026 kl. 09.41 skrev Acme Support <support@acme.example>:",
        "ti 5. toukok. 2026 klo 9.41 Acme Support (support@acme.example) kirjoitti:",
        "wt., 5 maj 2026 o 09:41 Acme Support <support@acme.example> napisał(a):",
        "út 5. 5. 2026 v 9:41 odesílatel Acme Support <support@acme.example> napsal:",
        "Acme Support <support@acme.example> ezt írta (időpont: 2026. máj. 5., K, 9:41):",
        "În mar., 5 mai 2026 la 09:41, Acme Support <support@acme.example> a scris:",
        "Acme Support <support@acme.example>, 5 May 2026 Sal, 09:41 tarihinde şunu yazdı:",
        "вт, 5 мая 2026 г. в 09:41, Acme Support <support@acme.example>:",
        "05.05.2026, 09:41, \"Acme Support\" <support@acme.example>:",
        "вт, 5 трав. 2026 р. о 09:41 Acme Support <support@acme.example> пише:",
        "Στις Τρί 5 Μαΐ 2026 στις 9:41 π.μ., ο/η Acme Support <support@acme.example> έγραψε:",
        "El dt., 5 de maig 2026, 9:41, Acme Support <support@acme.example> va escriure:",
        "Acme Support <support@acme.example> 于2026年5月5日周二 09:41写道：",
        "2026년 5월 5일 (화) 오전 9:41, Acme Support <support@acme.example>님이 작성:",
        "Vào Th 3, 5 thg 5, 2026 vào lúc 09:41 Acme Support <support@acme.example> đã viết:",
        "בתאריך יום ג׳, 5 במאי 2026 ב-9:41 מאת Acme Support <support@acme.example>:",
        "في الثلاثاء، 5 مايو 2026 في 9:41 ص تمت كتابة ما يلي بواسطة Acme Support <support@acme.example>:",
        "---- On Tue, 05 May 2026 09:41:00 +0200 Acme Support <support@acme.example> wrote ----",
        "Op 5 mei 2026, om 09:41 heeft Acme Support <support@acme.example> het volgende geschreven:",
        "On Tuesday, May 5th, 2026 at 9:41 AM, Acme Support <support@acme.example> wrote:",
        "Acme Support <support@acme.example> a écrit :",
        "Dňa 5. 5. 2026 o 9:41 Acme Support napísal(a):",
        "uto, 5. svi 2026. u 09:41 Acme Support <support@acme.example> je napisao/la:",
        "------------------ 原始邮件 ------------------",
        "------- Original Message -------",
        "-------- Mensaje original --------",
        "-------- Ursprüngliche Nachricht --------",
        "-------- Message d'origine --------",
    ] {
        check(
            &format!("It is still broken.\n\n{line}\n\n> Hello,\n> is it?\n"),
            "It is still broken.",
        );
    }
}

#[test]
fn an_attribution_is_known_when_nothing_below_it_is_marked() {
    for line in [
        "On Tue, May 5, 2026 at 9:41 AM Acme Support <support@acme.example> wrote:",
        "El mar, 5 may 2026 a las 9:41, Acme Support (<support@acme.example>) escribió:",
        "Am 05.05.26 um 09:41 schrieb Acme Support:",
        "2026/05/05 9:41、Acme Support <support@acme.example>のメール:",
        "05.05.2026, 09:41, \"Acme Support\" <support@acme.example>:",
    ] {
        check(&format!("Still broken.\n\n{line}\n\nHello,\nis it?\n"), "Still broken.");
    }
}

#[test]
fn a_wrapped_attribution_goes_whole() {
    for line in [
        "On Tue, May 5, 2026 at 9:41 AM Acme Support with a long name <\nsupport@acme.example> wrote:",
        "On Tue, May 5, 2026 at 9:41 AM Acme Support <support@acme.example>\nwrote:",
        "El mar, 5 may 2026 a las 9:41, Acme Support de Atención al Cliente\n(<support@acme.example>) escribió:",
        "Am Di., 5. Mai 2026 um 09:41 Uhr schrieb Acme Support <\nsupport@acme.example>:",
        "Le mar. 5 mai 2026 à 09:41, Acme Support <support@acme.example> a\nécrit :",
    ] {
        check(&format!("It broke again\n\n{line}\n\n> Hello\n"), "It broke again");
    }
}

#[test]
fn marks_of_direction_hide_no_attribution() {
    for line in [
        "\u{202b}בתאריך יום ג׳, 5 במאי 2026 ב-9:41 מאת \u{202a}Acme\u{202c}\u{200f} <\u{202a}s@acme.example\u{202c}\u{200f}>:\u{202c}",
        "\u{202a}On Tue, May 5, 2026 at 9:41 AM \u{202b}Acme\u{202c}\u{200e} <s@acme.example> wrote:\u{202c}",
        "\u{200f}מאת: Acme <s@acme.example>\n\u{200f}נשלח: יום שלישי, 5 במאי 2026 9:41\n\u{200f}אל: Ana\n\u{200f}נושא: דלת",
    ] {
        check(&format!("Broken.\n\n{line}\n\nHello\n"), "Broken.");
    }
}

#[test]
fn a_line_that_cites_somebody_goes_with_the_quote_below_it_only() {
    for line in [
        "Quoting Acme Support <s@acme.example>:",
        "Zitat von Acme Support <s@acme.example>:",
        "Citando a Acme Support <s@acme.example>:",
        "Excerpts from Acme's message of May 5, 2026 9:41 am:",
        "Wiadomość napisana przez Acme w dniu 5 maj 2026, o godz. 09:41:",
    ] {
        check(&format!("Broken.\n\n{line}\n\n> Hello\n"), "Broken.");
    }
    let text = "Quoting your manual:\npress the button twice";
    check(text, text);
}

#[test]
fn a_titled_rule_goes_with_the_header_below_it() {
    for title in [
        "----- Mail original -----",
        "----- Some Title -----",
        "......................",
    ] {
        check(
            &format!("No.\n\n{title}\nFrom: Acme <s@acme.example>\nTo: Ana\nSubject: Door\n\nHello\n"),
            "No.",
        );
    }
    let text = "----- Prices -----\n2 apples\n----- Dates -----\nMonday";
    check(text, text);
}

#[test]
fn sentences_are_no_attributions() {
    for text in [
        "On the whole it works.\nOn Monday at 10:30 I wrote to you.\nNobody answered.",
        "Here is what your colleague wrote:\n\nWe pay the 12 euros back.",
        "El 12 de mayo su compañero escribió: no hay problema.\n¿Y ahora?",
        "From: Madrid\nTo: Berlin\nDate: 12 May\n\nTwo seats please.",
        "My orders:\n2026-05-01 10:00\n2026-05-02 11:00\nWhere are they?",
        "I sent it twice:\n- once at 10:30\n- once at 11:15",
        "Our dates: a) 12/05/2026 b) 13/05/2026 at 14:00:\nplease choose",
    ] {
        check(text, text);
    }
}

#[test]
fn header_blocks_start_the_history() {
    for block in [
        "From: Acme Support <support@acme.example>\nSent: Tuesday, May 5, 2026 9:41 AM\nTo: Ana\nSubject: Re: Door",
        "________________________________\nDe: Acme Support <support@acme.example>\nEnviado: martes, 5 de mayo de 2026 9:41\nPara: Ana\nAsunto: RE: Puerta",
        "*Von:* Acme Support <support@acme.example>\n*Gesendet:* Dienstag, 5. Mai 2026 09:41\n*An:* Ana\n*Betreff:* AW: Tür",
        "De : Acme Support <support@acme.example>\nEnvoyé : mardi 5 mai 2026 09:41\nÀ : Ana\nObjet : RE: Porte",
        "Da: Acme Support <support@acme.example>\nInviato: martedì 5 maggio 2026 09:41\nA: Ana\nOggetto: R: Porta",
        "De: Acme Support <support@acme.example>\nEnviada em: terça-feira, 5 de maio de 2026 09:41\nPara: Ana\nAssunto: RES: Porta",
        "Van: Acme Support <support@acme.example>\nVerzonden: dinsdag 5 mei 2026 09:41\nAan: Ana\nOnderwerp: RE: Deur",
        "差出人: Acme Support <support@acme.example>\n送信日時: 2026年5月5日 9:41\n宛先: Ana\n件名: Re: ドア",
        "-----Original Message-----\nFrom: Acme Support\nSent: Tuesday, May 5, 2026 9:41 AM\nTo: Ana; Bob;\n  Carl\nSubject: Re: Door",
    ] {
        check(&format!("No.\n\n{block}\n\nIs it the door?\n"), "No.");
    }
}

#[test]
fn answers_between_the_lines_are_kept_with_what_they_answer() {
    check(
        "Hi,\n\nOn Tue, May 5, 2026 at 9:41 AM Acme <s@acme.example> wrote:\n\n> Which door?\n\nThe left one.\n\n> Since when?\n\nMonday.\n\n> Regards\n> Acme\n",
        "Hi,\n\n> Which door?\n\nThe left one.\n\n> Since when?\n\nMonday.",
    );
    check("> Which door?\n\nThe left one.", "> Which door?\n\nThe left one.");
}

#[test]
fn an_answer_below_the_quote_stands_alone() {
    check(
        "On Tue, May 5, 2026 at 9:41 AM Acme <s@acme.example> wrote:\n> Which door?\n> Regards\n\nThe left one.\n-- \nAna\n",
        "The left one.",
    );
}

#[test]
fn our_own_mail_is_history_wherever_it_stands() {
    check(
        "yes\n\n## write your answer above this line ##\n\nTicket 42\nAna",
        "yes",
    );
    check("sí\n\n## escriba su respuesta encima de esta línea ##\nTicket 42", "sí");
    check("yes\n\n||-- Reply above this line --||\n\nTicket 42", "yes");
    check("yes\n\n> ## write your answer above this line ##\n> Ticket", "yes");
}

#[test]
fn what_phones_and_programs_add_is_left_out() {
    for line in [
        "Sent from my iPhone",
        "Sent from Yahoo Mail for iPhone",
        "Sent from Outlook for Android",
        "Get Outlook for iOS<https://aka.example/o0ukef>",
        "Sent from my Galaxy",
        "Enviado desde mi iPhone",
        "Enviado desde mi Samsung Mobile de Telcel",
        "Obtener Outlook para Android<https://aka.example/x>",
        "Von meinem iPhone gesendet",
        "Gesendet von Mail für Windows",
        "Outlook für iOS<https://aka.example/o0ukef> herunterladen",
        "Provenance : Courrier pour Windows",
        "Yahoo Mail: Search, Organize, Conquer",
        "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
        "Enviado desde mi dispositivo Android con K-9 Mail. Por favor, disculpa mi brevedad.",
        "Envoyé de mon iPhone",
        "Inviato da iPhone",
        "Enviado do meu iPhone",
        "Verstuurd vanaf mijn iPhone",
        "iPhoneから送信",
        "Sendt fra min iPhone",
        "Skickat från min iPhone",
        "Wysłane z iPhone'a",
        "Отправлено с iPhone",
        "iPhone’umdan gönderildi",
        "iPhone-omról küldve",
        "Odesláno z mého iPhonu",
        "iPhoneから送信されました",
        "ส่งจาก iPhone ของฉัน",
        "Đã gửi từ iPhone của tôi",
        "Dikirim dari iPhone saya",
        "أُرسلت من الـ iPhone",
        "Envoyé depuis l'application Mail Orange",
        "Get BlueMail for Android",
        "Sent from my Verizon 4G LTE DROID",
    ] {
        check(&format!("It works\n\n{line}\n"), "It works");
        let reply = format!(
            "It works\n\n{line}\n\nOn Tue, May 5, 2026 at 9:41 AM Acme <s@acme.example> wrote:\n\n> Does it?\n"
        );
        check(&reply, "It works");
    }
    for text in [
        "Sent from my office, the parcel took two days",
        "Get a mail from me tomorrow, and wait for it to come",
        "I sent it\nfrom my phone to yours",
        "Get Bob for me",
        "iPhone siparişim gönderildi",
    ] {
        check(text, text);
    }
}

#[test]
fn signatures_go_and_blocks_that_may_be_content_stay() {
    check("Thanks, it works\n\n-- \nAna Ruiz\nAcme", "Thanks, it works");
    check("It works.\n\nBest regards,\nAna Ruiz", "It works.");
    check(
        "Price list\n-----\n2 apples\n3 pears",
        "Price list\n-----\n2 apples\n3 pears",
    );
    check(
        "Call me.\n\nAna Ruiz\nAcme Ltd\n+44 555 0100",
        "Call me.\n\nAna Ruiz\nAcme Ltd\n+44 555 0100",
    );
    check("Thanks!\nAna", "Thanks!\nAna");
    let block = "It goes to:\n\nRegards,\nAna Ruiz\nAcme Ltd";
    check(block, block);
}

#[test]
fn a_mail_that_is_only_forwarded_is_shown() {
    let forwarded = "---------- Forwarded message ---------\nFrom: Bob <bob@home.example>\nDate: Tue, 5 May 2026\nSubject: Door\nTo: <ana@home.example>\n\nIt sticks.";
    check(forwarded, forwarded);
    check(&format!("Please look.\n\n{forwarded}"), "Please look.");
}

#[test]
fn quotes_are_known_by_the_markup_of_the_client() {
    let attribution = "Xyz qwe 5 rty Acme:";
    for quote in [
        format!("<div class=\"gmail_quote gmail_quote_container\"><div dir=\"ltr\" class=\"gmail_attr\">{attribution}<br></div><blockquote class=\"gmail_quote\">Which door?</blockquote></div>"),
        format!("<div class='moz-cite-prefix'>{attribution}</div><blockquote type='cite' cite='mid:x'>Which door?</blockquote>"),
        format!("<div id=\"ydp1yahoo_quoted_12\" class=\"yahoo_quoted\"><div>{attribution}</div><div>Which door?</div></div>"),
        "<hr style='width:98%'><div id=\"divRplyFwdMsg\" dir=\"ltr\"><b>Xyz:</b> Acme<br><b>Qwe:</b> Ana</div><div>Which door?</div>".to_owned(),
        "<span id=\"OLK_SRC_BODY_SECTION\"><div><span>Xyz: </span>Acme</div><div>Which door?</div></span>".to_owned(),
        "<div style='border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>Xyz:</b> Acme</p></div><p>Which door?</p>".to_owned(),
        "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p><b>Xyz:</b> Acme<br></p></div></div><p>Which door?</p>".to_owned(),
        format!("<div class=\"protonmail_quote\">{attribution}<br><blockquote type=\"cite\">Which door?</blockquote></div>"),
    ] {
        check_html(&format!("<html><body><div>The left one.</div><br>{quote}</body></html>"), "The left one.");
    }
}

#[test]
fn answers_inside_a_gmail_quote_are_kept() {
    check_html(
        "<div dir=ltr><div class=gmail_quote><div class=gmail_attr>Xyz:</div><blockquote class=gmail_quote>Which door?</blockquote><div>The left one.</div>\
         <blockquote class=gmail_quote>Since when?</blockquote><div>Monday.</div><blockquote class=gmail_quote>Bye</blockquote></div></div>",
        "> Which door?\n\nThe left one.\n\n> Since when?\n\nMonday.",
    );
}

#[test]
fn a_quote_that_its_sender_chose_stays_in_html_too() {
    check_html(
        "<p>Your manual says:</p><blockquote>Press twice.</blockquote><p>It does not work.</p>",
        "Your manual says:\n\n> Press twice.\n\nIt does not work.",
    );
    check_html(
        "<p>05.05.2026, 09:41, Acme &lt;s@acme.example&gt;:</p><blockquote>Which door?</blockquote><p>The left one.</p>",
        "The left one.",
    );
}

#[test]
fn marks_change_nothing_of_the_text() {
    let body = "<style>.gmail_quote{}</style><p>One<hr><table><tr><td><div class=gmail_quote>&nbsp;two</div></td><td>a < b</td></tr></table><!-- <div class='yahoo_quoted'> --><blockquote>three</blockquote>four";
    let (text, marks) = markup::take(html::to_text(&markup::mark(body)));
    assert_eq!(text, html::to_text(body));
    assert!(!marks.is_empty());
}

#[test]
fn much_text_takes_little_time() {
    for line in [
        "> a\n",
        "On 1/1/2026 10:00 <\n",
        "wrote:\n",
        "--\n",
        "From: a\n\n",
        "Thanks\n",
        "-- \n```\n",
        "Sent from my iPhone\n",
        "> wrote:\n",
        "<div class=gmail_quote>a",
        "a:<blockquote>b",
    ] {
        let text = line.repeat(20_000);
        reply_text(&text, &[]);
        markup::take(markup::mark(&text).into_owned());
    }
}

fn lines() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "[ -~]{0,30}",
        "\\PC{0,20}",
        Just("> quoted".to_owned()),
        Just(String::new()),
        Just("On Tue, May 5, 2026 at 9:41 AM Acme <s@acme.example> wrote:".to_owned()),
        Just("From: Ana <ana@home.example>".to_owned()),
        Just("Subject: Door".to_owned()),
        Just("Date: 5 May 2026".to_owned()),
        Just("-----Original Message-----".to_owned()),
        Just("text--- On 5 May 2026 09:41, a@b.example wrote:".to_owned()),
        Just("-- ".to_owned()),
        Just("Sent from my iPhone".to_owned()),
        Just("Regards,".to_owned()),
    ];
    prop::collection::vec(line, 0..20).prop_map(|lines| lines.join("\n"))
}

fn assert_is_of(reply: &str, text: &str) {
    for line in reply.lines().map(str::trim).filter(|line| !line.is_empty()) {
        assert!(
            text.lines().any(|known| known.contains(line)),
            "{line:?} is not in {text:?}"
        );
    }
}

proptest! {
    #[test]
    fn a_reply_is_made_of_lines_of_the_text(text in lines()) {
        assert_is_of(&reply_text(&text, &[]), &text);
    }

    #[test]
    fn any_html_is_marked_and_read(pieces in prop::collection::vec(prop_oneof![
        "\\PC{0,10}", Just("<div class=gmail_quote>".to_owned()), Just("</div>".to_owned()), Just("<blockquote>".to_owned()),
        Just("</blockquote>".to_owned()), Just("<hr>".to_owned()), Just("<br>".to_owned()), Just("<div id=divRplyFwdMsg>".to_owned()),
        Just("<p style='".to_owned()), Just("<!--".to_owned()), Just("<span class='gmail_signature'>".to_owned()), Just("\u{fdd0}".to_owned()),
    ], 0..20)) {
        let (text, marks) = markup::take(html::to_text(&markup::mark(&pieces.concat())));
        assert_is_of(&reply_text(&text, &marks), &text);
    }
}
