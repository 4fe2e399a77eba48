use super::{NOTIFICATION, check, own_addresses, plain, quoted};
use crate::mail::answer::Answer;

/// What each client puts above the quote.
const ABOVE: [&str; 12] = [
    // Gmail, Apple Mail, Thunderbird, mutt
    "On Tue, May 5, 2026 at 9:41 AM Eva (via Acme Support) <support+aqwertyuiopasdfghjklzxcvbnm234567qwer@acme.example> wrote:\n",
    "On Tue, May 5, 2026 at 9:41 AM Eva (via Acme Support) <\nsupport@acme.example> wrote:\n",
    "> On 5 May 2026, at 09:41, Eva (via Acme Support) <support@acme.example> wrote:\n>",
    "On 5/5/26 09:41, Eva (via Acme Support) wrote:",
    "On Tue, May 05, 2026 at 09:41:12AM +0200, Eva (via Acme Support) wrote:",
    "El mar, 5 may 2026 a las 9:41, Eva (via Acme Support) (<support@acme.example>)\nescribió:\n",
    "El 5/5/26 a las 9:41, Eva (via Acme Support) escribió:",
    "> El 5 may 2026, a las 9:41, Eva (via Acme Support) <support@acme.example> escribió:\n>",
    "Am Di., 5. Mai 2026 um 09:41 Uhr schrieb Eva (via Acme Support) <\nsupport@acme.example>:\n",
    "Am 05.05.26 um 09:41 schrieb Eva (via Acme Support):",
    // Yahoo, and none at all
    "    On Tuesday, May 5, 2026 at 09:41:00 AM GMT+2, Eva (via Acme Support) <support@acme.example> wrote:\n",
    "",
];

#[test]
fn an_answer_above_the_quote_is_all_that_is_kept() {
    for above in ABOVE {
        let text = format!("Hi Eva,\n\nit left on Monday.\n\n{above}\n{}", quoted(NOTIFICATION));
        let answer = check(&plain(&text), 0, "Hi Eva,\n\nit left on Monday.");
        assert!(!answer.is_interleaved && answer.html.is_none() && answer.enclosed.is_empty());
    }
}

#[test]
fn an_answer_below_the_quote_is_all_that_is_kept() {
    for above in ABOVE {
        let text = format!(
            "{above}\n{}\nIt left on Monday.\n\nSent from my iPhone\n",
            quoted(NOTIFICATION)
        );
        check(&plain(&text), 0, "It left on Monday.");
    }
}

#[test]
fn an_answer_between_the_lines_keeps_the_customers_but_none_of_ours() {
    let quote = quoted(NOTIFICATION).replace(
        "> Where is it?\n",
        "\nOn the 4th, by our books.\n\n> Where is it?\n\nIn Lyon.\n\n",
    );
    let wanted =
        "> Hello,\n>\n> I ordered a lamp on the 3rd.\n\nOn the 4th, by our books.\n\n> Where is it?\n\nIn Lyon.";
    for above in ABOVE {
        let answer = check(&plain(&format!("{above}\n{quote}")), 0, wanted);
        assert!(answer.is_interleaved);
        check(&plain(&format!("#pending\n\n{above}\n{quote}")), 1, wanted);
    }
}

#[test]
fn a_quote_of_ours_that_a_client_wrapped_is_dropped_whole() {
    let text = "> ## write your answer above\n> this line ##\n>\n> ┃ Solve:\n> mailto:support+aqwertyuiopasdfghjklzxcvbnm234567qwer@acme.example\n>\n> Where is it?\n\nIn Lyon.\n\n> And when?\n\nOn Monday.\n";
    check(
        &plain(text),
        0,
        "> Where is it?\n\nIn Lyon.\n\n> And when?\n\nOn Monday.",
    );
}

#[test]
fn an_earlier_notification_quoted_in_the_quote_is_dropped() {
    let twice = quoted(&format!("Hello again\n{}", quoted(NOTIFICATION)));
    let text = format!("> ## write your answer above this line ##\n>\n> Where is it?\n\nIn Lyon.\n\n{twice}\nYes.\n");
    let answer = Answer::of(&plain(&text), 0, &own_addresses());
    assert_eq!(
        answer.text,
        "> Where is it?\n\nIn Lyon.\n\n> Hello again\n\n> > Hello,\n> >\n> > I ordered a lamp on the 3rd.\n> > Where is it?\n> >\n> > Eva\n\nYes."
    );
}

#[test]
fn an_outlook_header_block_ends_the_answer() {
    for block in [
        "From: Eva (via Acme Support) <support+aqwertyuiopasdfghjklzxcvbnm234567qwer@acme.example>\nSent: Tuesday, 5 May 2026 09:41\nTo: Ana Ruiz <ana@acme.example>\nSubject: Re: Where is my order? [#1042-k7f3qa]",
        "-----Original Message-----\nFrom: Eva (via Acme Support) <support@acme.example>\nSent: Tuesday, May 5, 2026 9:41 AM\nTo: Ana Ruiz\nSubject: Re: Where is my order?",
        "________________________________\nDe: Eva (via Acme Support) <support@acme.example>\nEnviado: martes, 5 de mayo de 2026 9:41\nPara: Ana Ruiz <ana@acme.example>\nAsunto: Re: Where is my order?",
        "Von: Eva (via Acme Support) <support@acme.example>\nGesendet: Dienstag, 5. Mai 2026 09:41\nAn: Ana Ruiz <ana@acme.example>\nBetreff: Re: Where is my order?",
    ] {
        check(
            &plain(&format!("It left on Monday.\n\n{block}\n\n{NOTIFICATION}")),
            0,
            "It left on Monday.",
        );
        check(
            &plain(&format!("#solved\nIt left.\n\n{block}\n\n{NOTIFICATION}")),
            1,
            "It left.",
        );
        check(&plain(&format!("#solved\n\n{block}\n\n{NOTIFICATION}")), 1, "");
        check(&plain(&format!("{block}\n\n{NOTIFICATION}")), 0, "");
        // She deleted our lines.
        check(&plain(&format!("{block}\n\nHello,\nwhere is it?\n")), 0, "");
    }
}

#[test]
fn below_our_line_unquoted_nothing_is_hers() {
    for line in [
        "## write your answer above this line ##",
        "## escriba su respuesta encima de esta línea ##",
        "## write your answer above\nthis line ##",
    ] {
        check(&plain(&format!("Yes.\n\n{line}\n\n> quoted\n\nNot hers.\n")), 0, "Yes.");
        check(&plain(&format!("{line}\n\nNot hers.\n")), 0, "");
    }
    check(
        &plain("Yes. ## write your answer above this line ##\nNot hers.\n"),
        0,
        "Yes.",
    );
    check(&plain("Yes.\n┃ Queue: general\nNot hers.\n"), 0, "Yes.");
    check(&plain("Yes. ┃ Queue: general\nNot hers.\n"), 0, "Yes.");
}

#[test]
fn nothing_new_is_no_text() {
    check(&plain(&quoted(NOTIFICATION)), 0, "");
    check(&plain("> Where is it?\n"), 0, "");
    check(&plain(NOTIFICATION), 0, "");
    check(&plain(""), 0, "");
    check(
        &plain(&format!("Sent from my iPhone\n\n{}", quoted(NOTIFICATION))),
        0,
        "",
    );
    check(&plain(&format!("#solved\n#tag vip\n\n{}", quoted(NOTIFICATION))), 2, "");
    for above in ABOVE {
        check(&plain(&format!("{above}\n{}", quoted(NOTIFICATION))), 0, "");
        check(&plain(&format!("#solved\n\n{above}\n{}", quoted(NOTIFICATION))), 1, "");
    }
}

#[test]
fn commands_are_dropped_and_what_looks_like_one_below_is_not() {
    check(
        &plain("\n#pending\n\n#tag vip\nHi Eva,\n#1 is broken\n"),
        2,
        "Hi Eva,\n#1 is broken",
    );
    check(&plain("#solved\n"), 1, "");
    check(&plain("#solved\n"), 9, "");
}

#[test]
fn a_private_signature_is_dropped() {
    for signature in [
        "-- \nAna Ruiz\nmy own line\n",
        "Best regards,\nAna Ruiz\nSupport Engineer | Acme\nT +34 900 000 000\nana@acme.example\n",
        "Un saludo\n\nAna Ruiz\nAcme S.L.\nwww.acme.example\n",
        "Ana Ruiz\nSupport Engineer\nAna@Acme.example\n",
        "___________\nAna Ruiz\n+34 900 000 000\n",
        "Sent from my iPhone\n",
        "Enviado desde mi iPhone\n",
        "Von meinem iPhone gesendet\n",
        "Get Outlook for iOS <https://aka.ms/o0ukef>\n",
    ] {
        let text = format!(
            "Hi Eva,\n\nit left on Monday.\n\n{signature}\nOn 5/5/26 09:41, Eva (via Acme Support) wrote:\n{}",
            quoted(NOTIFICATION)
        );
        check(&plain(&text), 0, "Hi Eva,\n\nit left on Monday.");
    }
}

#[test]
fn an_address_that_was_asked_for_stays() {
    let text = "Hi Eva,\n\nplease send it to:\n\nAcme Returns\n12 Main Street\nSpringfield 1234567\n";
    check(&plain(text), 0, text.trim());
    let text = "Our shop is open again.\nWrite to shop@acme.example or call 900 000 000.";
    check(&plain(text), 0, text);
}
