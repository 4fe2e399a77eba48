//! Listing, showing, exporting.

use super::*;

#[test]
fn search_finds_words_in_any_order_and_takes_nothing_as_syntax() {
    let scratch = Scratch::new();
    let [one, two] = [1, 2].map(|key| scratch.open_ticket(key));
    scratch.write(move |tx| tx.add_message(&message(one, "La cafetera está rota")));
    scratch.write(move |tx| tx.add_message(&message(two, "It still sticks.")));
    for (words, found) in [
        ("ROTA esta", vec![one.0]),
        ("sticks door", vec![one.0, two.0]),
        ("eva@home.example still", vec![two.0]),
        ("rota still", vec![]),
        ("\" OR NOT (", vec![]),
        ("", vec![]),
        ("नमस्ते", vec![]),
    ] {
        assert_eq!(search(&scratch, words), found, "{words}");
    }
}

#[test]
fn a_job_that_is_undone_leaves_no_words() {
    let scratch = Scratch::new();
    let one = scratch.open_ticket(1);
    let undone = scratch.store.write_blocking(move |tx| {
        tx.add_message(&message(one, "ghost"))?;
        anyhow::bail!("no");
        #[expect(unreachable_code)]
        Ok(())
    });
    assert!(undone.is_err());
    scratch.write(move |tx| tx.add_message(&message(one, "flesh")));
    assert!(search(&scratch, "ghost").is_empty());
    assert_eq!(search(&scratch, "flesh"), [one.0]);
}

#[test]
fn a_list_is_filtered_limited_and_in_order() {
    let scratch = Scratch::new();
    let numbers = [1, 2, 3].map(|key| scratch.open_ticket(key).0);
    let filter = TicketFilter {
        status: Some(crate::desk::TicketStatus::New),
        queue: Some("general".to_owned()),
        requester: Some(address("EVA@home.example")),
        search: None,
        limit: Some(2),
    };
    assert_eq!(scratch.tickets(&filter), numbers[..2]);
    let other = TicketFilter {
        queue: Some("billing".to_owned()),
        ..TicketFilter::default()
    };
    assert!(scratch.tickets(&other).is_empty());
}

#[test]
fn a_ticket_is_shown_as_the_contract_says() {
    let scratch = Scratch::new();
    let one = scratch.open_ticket(1);
    let (into, intake) = scratch.write(move |tx| {
        let intake = tx.record_single(&single("From: Eva\r\n\r\nHi"), NOW)?;
        let into = open_ticket(tx, 2)?;
        let with_mail = NewMessage {
            intake: Some(intake),
            ..message(into, "Hi")
        };
        tx.add_message(&with_mail)?;
        tx.merge(one, into, NOW)?;
        Ok((into, intake))
    });
    let shown = scratch.read(|view| view.ticket_detail(one)).unwrap();
    insta::assert_json_snapshot!(shown);
    assert_eq!((into.0, intake), (2, 1));
    let mut mbox = vec![];
    assert_eq!(scratch.read(|view| view.export_mbox(one, &mut mbox)), Some(1));
    let expected = "From MAILER-DAEMON Fri Jan 15 08:00:00 2027\nFrom: Eva\n\nHi\n\n";
    assert_eq!(String::from_utf8(mbox).unwrap(), expected);
}
