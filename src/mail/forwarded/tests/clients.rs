//! One forward a client and language, as plain text.

use super::*;

const ABOVE: &str = "#priority high\nPlease look.";
const BODY: &str = "It jams.\n\nRegards\nEva\n";

#[track_caller]
fn check(prefix: &str, subject: &str, header: &str) -> Forwarded {
    let text = format!("{ABOVE}\n\n{header}\n\n{BODY}");
    check_eva(of_plain(&format!("{prefix} {subject}"), &text), subject, &text)
}

#[test]
fn gmail_in_each_language() {
    for (from, date, subject, to) in [
        ("From:", "Date:", "Subject:", "To:"),
        ("De:", "Date:", "Subject:", "To:"),
        ("De:", "Fecha:", "Asunto:", "Para:"),
        ("Von:", "Date:", "Subject:", "To:"),
        ("De :", "Date:", "Subject:", "To:"),
        ("Da:", "Date:", "Subject:", "To:"),
        ("De:", "Data:", "Assunto:", "Para:"),
    ] {
        let found = check(
            "Fwd:",
            "Re: Printer",
            &format!(
                "---------- Forwarded message ---------\n{from} Eva Lind <eva@lind.example>\n{date} mar, 5 may 2026 a las 9:41\n\
                 {subject} Re: Printer\n{to} <ana@acme.example>\nCc: Bob <bob@lind.example>\n\n"
            ),
        );
        assert_eq!(
            found.original.date,
            Some(OriginalDate::Written("mar, 5 may 2026 a las 9:41".to_owned()))
        );
        assert_eq!(found.original.cc.len(), 1);
        assert_eq!(found.form, Form::Inline);
    }
}

#[test]
fn gmail_with_bold_names() {
    check(
        "Fwd:",
        "Printer",
        "---------- Forwarded message ---------\nFrom: *Eva Lind* <eva@lind.example>\nDate: Tue, 5 May 2026 at 09:41\n\
         Subject: Printer\nTo: Ana Ruiz <ana@acme.example>",
    );
}

#[test]
fn thunderbird_in_each_language() {
    for (marker, subject, date, from, to, reply_to) in [
        ("Forwarded Message", "Subject:", "Date:", "From:", "To:", "Reply-To:"),
        ("Mensaje reenviado", "Asunto:", "Fecha:", "De:", "Para:", "Responder a:"),
        (
            "Weitergeleitete Nachricht",
            "Betreff:",
            "Datum:",
            "Von:",
            "An:",
            "Antwort an:",
        ),
        (
            "Message transféré",
            "Sujet :",
            "Date :",
            "De :",
            "Pour :",
            "Répondre à :",
        ),
        (
            "Messaggio inoltrato",
            "Oggetto:",
            "Data:",
            "Mittente:",
            "A:",
            "Rispondi a:",
        ),
        (
            "Mensagem encaminhada",
            "Assunto:",
            "Data:",
            "De:",
            "Para:",
            "Responder a:",
        ),
    ] {
        let header = format!(
            "-------- {marker} --------\n{subject} \tPrinter\n{date} \tTue, 5 May 2026 09:41:12 +0200\n\
             {from} \tEva Lind <eva@lind.example>\n{reply_to} \tOffice <office@lind.example>\n{to} \tAna Ruiz <ana@acme.example>"
        );
        let found = check("Fwd:", "Printer", &header);
        assert_eq!(
            found.original.date,
            Some(OriginalDate::At("2026-05-05T07:41:12Z".parse().unwrap()))
        );
    }
}

#[test]
fn apple_mail_in_each_language() {
    for (marker, from, subject, date, to) in [
        ("Begin forwarded message:", "From:", "Subject:", "Date:", "To:"),
        ("Inicio del mensaje reenviado:", "De:", "Asunto:", "Fecha:", "Para:"),
        (
            "Anfang der weitergeleiteten Nachricht:",
            "Von:",
            "Betreff:",
            "Datum:",
            "An:",
        ),
        ("Début du message transféré :", "De:", "Objet:", "Date:", "À:"),
        ("Début du message réexpédié :", "De:", "Objet:", "Date:", "À:"),
        ("Inizio messaggio inoltrato:", "Da:", "Oggetto:", "Data:", "A:"),
        ("Início da mensagem encaminhada:", "De:", "Assunto:", "Data:", "Para:"),
    ] {
        let header = format!(
            "{from} Eva Lind <eva@lind.example>\n{subject} Printer\n{date} 5 May 2026 at 09:41:12 CEST\n{to} Ana Ruiz <ana@acme.example>"
        );
        check("Fwd:", "Printer", &format!("{marker}\n\n{header}"));
        // Rich text's plain half quotes all of it; plain text all but the marker.
        let quoted = |text: &str| text.lines().map(|line| format!("> {line}\n")).collect::<String>();
        let below = quoted(&format!("{header}\n\n{BODY}"));
        for text in [
            format!("{ABOVE}\n\n> {marker}\n> \n{below}"),
            format!("{ABOVE}\n\n{marker}\n\n{below}"),
            format!("{ABOVE}\n\n> {marker}\n> \n{below}\nAna Ruiz\n"),
        ] {
            check_eva(of_plain("Fwd: Printer", &text), "Printer", &text);
        }
        let below: Vec<String> = header.lines().map(|line| line.replacen(": ", ":\n", 1)).collect();
        check("Fwd:", "Printer", &format!("{marker}\n\n{}", below.join("\n")));
    }
}

#[test]
fn outlook_in_each_language() {
    for (prefix, from, sent, to, subject) in [
        ("FW:", "From:", "Sent:", "To:", "Subject:"),
        ("RV:", "De:", "Enviado:", "Para:", "Asunto:"),
        ("RV:", "De:", "Enviado el:", "Para:", "Asunto:"),
        ("WG:", "Von:", "Gesendet:", "An:", "Betreff:"),
        ("TR:", "De\u{a0}:", "Envoyé\u{a0}:", "À\u{a0}:", "Objet\u{a0}:"),
        ("I:", "Da:", "Inviato:", "A:", "Oggetto:"),
        ("ENC:", "De:", "Enviada em:", "Para:", "Assunto:"),
        ("FW:", "De:", "Enviada:", "Para:", "Assunto:"),
        ("WG:", "*Von:*", "*Gesendet:*", "*An:*", "*Betreff:*"),
    ] {
        for (rule, address) in [
            ("________________________________\n", "<eva@lind.example>"),
            ("-----Original Message-----\n", "[mailto:eva@lind.example]"),
            ("\n", "<eva@lind.example<mailto:eva@lind.example>>"),
        ] {
            let header = format!(
                "{rule}{from} Eva Lind {address}\n{sent} Tuesday, May 5, 2026 9:41 AM\n{to} Ana Ruiz <ana@acme.example>\n{subject} Printer"
            );
            check(prefix, "Printer", &header);
        }
    }
}

#[test]
fn outlook_with_many_recipients_and_attachments() {
    let found = check(
        "FW:",
        "Printer",
        "From: Eva Lind <eva@lind.example>\nSent: Tuesday, May 5, 2026 9:41 AM\nTo: Ana Ruiz <ana@acme.example>; Bob <bob@lind.example>;\n\
         Carl <carl@lind.example>; Dora\nCc: Emil <emil@lind.example>\nSubject: Printer\nAttachments: jam.jpg\nImportance: High",
    );
    assert_eq!(found.original.to.len(), 3);
    assert_eq!(found.original.cc.len(), 1);
}

#[test]
fn a_wrapped_sender() {
    let rest = "Date: Tue, 5 May 2026 at 09:41\nTo: ana@acme.example\nSubject: Printer";
    let from = "From: Eva Lind\n<eva@lind.example>";
    for header in [format!("{from}\n{rest}"), format!("{rest}\n{from}")] {
        check(
            "Fwd:",
            "Printer",
            &format!("-------- Forwarded Message --------\n{header}"),
        );
    }
}

#[test]
fn yahoo_mutt_zoho_notes_and_roundcube() {
    check(
        "Fw:",
        "Printer",
        "----- Forwarded Message -----\nFrom: Eva Lind <eva@lind.example>\nTo: \"ana@acme.example\" <ana@acme.example>\n\
         Sent: Tuesday, May 5, 2026 at 09:41:12 AM GMT+2\nSubject: Printer",
    );
    check(
        "Fwd:",
        "Printer",
        "============ Forwarded message ============\nFrom: Eva Lind <eva@lind.example>\nTo: <ana@acme.example>\n\
         Date: Tue, 05 May 2026 09:41:12 +0200\nSubject: Printer\n============ Forwarded message ============",
    );
    check(
        "Fw:",
        "Printer",
        "----- Forwarded by Ana Ruiz/Acme on 05/05/2026 09:41 -----\n\nFrom: Eva Lind <eva@lind.example>\nTo: ana@acme.example\n\
         Date: 05/05/2026 09:41\nSubject: Printer",
    );
    check(
        "Fwd:",
        "Printer",
        "-------- Original Message --------\nSubject: Printer\nDate: 2026-05-05 09:41\nFrom: Eva Lind <eva@lind.example>\nTo: ana@acme.example",
    );
    let text = format!(
        "{ABOVE}\n\n----- Forwarded message from Eva Lind <eva@lind.example> -----\n\nDate: Tue, 5 May 2026 09:41:12 +0200\n\
         From: Eva Lind <eva@lind.example>\nTo: ana@acme.example\nSubject: Printer\nUser-Agent: Mutt/2.2\n\n{BODY}\n\
         ----- End forwarded message -----\n\n-- \nAna Ruiz\n"
    );
    let found = check_eva(of_plain("[eva@lind.example: Printer]", &text), "Printer", &text);
    assert_eq!(found.below, "");
}

#[test]
fn what_stands_above_goes_without_a_signature() {
    for above in [
        "-- \nAna Ruiz\nAcme",
        "Get Outlook for iOS<https://aka.example/o0ukef>",
        "Enviado desde mi iPhone",
        "",
    ] {
        let text = format!(
            "{above}\n\n---------- Forwarded message ---------\nFrom: Eva Lind <eva@lind.example>\nDate: Tue\nSubject: Printer\nTo: a@x.example\n\nIt jams."
        );
        let found = of_plain("Fwd: Printer", &text).unwrap();
        assert_eq!((found.above.as_str(), found.original.text.as_str()), ("", "It jams.\n"));
    }
}
