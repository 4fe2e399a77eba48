//! What leads to a ticket.

use super::*;
use crate::desk::contact::Role;
use crate::desk::decision::{Append, ContactChange};
use crate::desk::known::{Candidate, IdRole};

fn candidates(scratch: &Scratch, question: Question) -> Vec<Candidate> {
    scratch.read(|view| view.known(&question, Some(1), NOW)).candidates
}

#[test]
fn key_number_and_ids_lead_to_their_ticket() {
    let scratch = Scratch::new();
    let number = scratch.open_ticket(u64::MAX);
    scratch.write(move |tx| {
        tx.add_message(&NewMessage {
            references: vec![id("ancestor@home.example"), id("first@home.example")],
            ..message(number, "It sticks.")
        })
    });
    let found = candidates(
        &scratch,
        Question {
            keys: vec![TicketKey(u64::MAX), TicketKey(4)],
            numbers: vec![number, TicketNumber(99)],
            message_ids: vec![id("ancestor@home.example"), id("first@home.example"), id("x@y")],
            ..Question::default()
        },
    );
    let [found] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((found.keys.len(), found.numbers.len(), found.ids.len()), (1, 1, 2));
    assert_eq!(found.ids[&id("ancestor@home.example")], IdRole::Named);
    assert_eq!(found.ids[&id("first@home.example")], IdRole::Seen);
    assert_eq!(found.participants[0].role, Role::Requester);
}

#[test]
fn keys_of_merged_tickets_lead_to_the_one_they_went_into() {
    let scratch = Scratch::new();
    let [one, two, three] = [1, 2, 3].map(|key| scratch.open_ticket(key));
    scratch.write(move |tx| {
        tx.add_message(&message(one, "x"))?;
        tx.merge(one, two, NOW)?;
        tx.merge(two, three, NOW)
    });
    let found = candidates(
        &scratch,
        Question {
            keys: vec![TicketKey(1), TicketKey(2)],
            message_ids: vec![id("first@home.example")],
            numbers: vec![one],
            ..Question::default()
        },
    );
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].ticket.number, found[0].keys.len(), found[0].ids.len()),
        (three, 2, 1)
    );
    assert!(
        scratch
            .store
            .write_blocking(move |tx| tx.merge(three, one, NOW))
            .is_err()
    );
    assert_eq!(scratch.tickets(&TicketFilter::default()), [three.0]);
}

#[test]
fn a_participant_gains_by_a_stronger_role_and_never_loses() {
    let scratch = Scratch::new();
    let number = scratch.open_ticket(1);
    let append = move |sender: &'static str, role, participants: Vec<EmailAddress>| {
        let append = Append {
            ticket: number,
            status: None,
            sender: Some((address(sender), role)),
            participants,
            message: message(number, "x"),
            events: vec![],
        };
        move |tx: &Tx<'_>| tx.append(&append, NOW)
    };
    scratch.write(append("Bo@x.example", Role::ThirdParty, vec![]));
    scratch.write(append(
        "bo@x.example",
        Role::Sender,
        vec![address("BO@x.example"), address(EVA)],
    ));
    scratch.write(append("bo@x.example", Role::ThirdParty, vec![]));
    let ticket = scratch.read(|view| view.ticket(number)).unwrap();
    let people = scratch.read(|view| view.participants(&ticket));
    let people: Vec<_> = people.iter().map(|p| (p.address.as_str(), p.role)).collect();
    assert_eq!(people, [(EVA, Role::Requester), ("Bo@x.example", Role::Participant)]);
}

#[test]
fn a_contact_keeps_what_a_later_mail_does_not_tell() {
    let scratch = Scratch::new();
    let change = |language: Option<&str>, guided, has_answered| ContactChange {
        address: address(EVA),
        name: None,
        language: language.map(str::to_owned),
        has_answered,
        guided,
    };
    let (first, second) = (change(Some("es"), true, false), change(None, false, true));
    scratch.write(move |tx| tx.apply_contact(&first, NOW));
    scratch.write(move |tx| tx.apply_contact(&second, NOW));
    let contact = scratch.read(|view| view.contact(&address("EVA@home.example"))).unwrap();
    assert_eq!(contact.language.as_deref(), Some("es"));
    assert!(contact.guided && contact.has_answered);
}
