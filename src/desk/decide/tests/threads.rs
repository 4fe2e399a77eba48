//! Which ticket a mail belongs to, and who may claim one.

use super::*;

#[test]
fn each_sound_evidence_leads_the_customer_to_the_ticket() {
    let scene = Scene::new().with_ticket(TicketStatus::Pending, 0);
    let cases = [
        mail(EVA, &scene.signed_address(), "Another", "References: <x@y>\n"),
        mail(
            EVA,
            "support@acme.example",
            "Another",
            &format!("In-Reply-To: {}\n", scene.signed_id()),
        ),
        mail(
            EVA,
            "support@acme.example",
            "Another",
            "References: <first@home.example>\n",
        ),
        mail(
            EVA,
            "support@acme.example",
            "Another",
            "References: <ancestor@home.example>\n",
        ),
        mail(EVA, "support@acme.example", &format!("Re: {}", scene.tag()), ""),
    ];
    for case in cases {
        let decision = scene.decide(&case);
        assert_eq!(decision.evidence.thread.ticket, Some(TicketNumber(7)), "{case}");
        assert_eq!(status(&decision), Some(TicketStatus::Open), "{case}");
        assert!(decision.effects.mails.is_empty(), "a reply is not confirmed");
    }
}

#[test]
fn a_stranger_with_references_tag_or_number_gets_a_new_linked_ticket() {
    let scene = Scene::new().with_ticket(TicketStatus::Open, 0);
    let stranger = "mallory@home.example";
    let cases = [
        mail(
            stranger,
            "support@acme.example",
            "x",
            "References: <first@home.example>\n",
        ),
        mail(stranger, "support@acme.example", &scene.tag(), ""),
        mail(stranger, "support@acme.example", "about #7", ""),
    ];
    for case in cases {
        let decision = scene.decide(&case);
        assert_eq!(
            (decision.evidence.state, decision.evidence.thread.matched),
            (IntakeState::Ticket, ThreadMatch::New),
            "{case}"
        );
        assert_eq!(linked(&decision), Some(7), "{case}");
        assert!(
            decision
                .evidence
                .thread
                .evidence
                .iter()
                .all(|evidence| !evidence.counts),
            "{case}"
        );
    }
}

#[test]
fn a_number_alone_proves_nothing_even_for_the_requester() {
    let scene = Scene::new().with_ticket(TicketStatus::Open, 0);
    let decision = scene.decide(&mail(EVA, "support@acme.example", "about [#7]", ""));
    assert_eq!(decision.evidence.thread.matched, ThreadMatch::New);
}

#[test]
fn a_token_whose_ticket_is_gone_opens_a_new_one_and_is_noted() {
    let scene = Scene::new();
    let decision = scene.decide(&mail(EVA, &scene.signed_address(), "x", ""));
    assert_eq!(decision.evidence.thread.matched, ThreadMatch::New);
    assert!(
        decision
            .evidence
            .thread
            .evidence
            .iter()
            .any(|evidence| !evidence.counts && evidence.why.contains("backup"))
    );
}

#[test]
fn a_stranger_who_holds_a_signed_proof_is_a_third_party_who_changes_nothing() {
    let scene = Scene::new().with_ticket(TicketStatus::Pending, 0);
    let headers = format!("In-Reply-To: {}\nCc: friend@evil.example\n", scene.signed_id());
    let decision = scene.decide(&mail("mallory@home.example", &scene.signed_address(), "x", &headers));
    assert_eq!(decision.evidence.state, IntakeState::Appended);
    assert_eq!((marks(&decision), status(&decision)), (vec![Mark::ThirdParty], None));
    let TicketChange::Append(append) = &decision.effects.change else {
        panic!()
    };
    assert!(
        append.participants.is_empty() && append.sender == Some((address("mallory@home.example"), Role::ThirdParty))
    );
    assert!(decision.effects.mails.is_empty());
}

#[test]
fn a_forged_participant_is_unverified_and_changes_nothing() {
    let scene = Scene::new().with_ticket(TicketStatus::Pending, 0);
    for headers in [
        "References: <first@home.example>\n",
        &format!("References: {}\n", scene.signed_id()),
    ] {
        let forged = mail(
            EVA,
            "support@acme.example",
            "x",
            &format!("{headers}Cc: friend@evil.example\n"),
        );
        let decision = scene.decide(&forged.replace(PASS, FAIL));
        assert_eq!((marks(&decision), status(&decision)), (vec![Mark::Unverified], None));
        let TicketChange::Append(append) = &decision.effects.change else {
            panic!()
        };
        assert!(append.participants.is_empty());
        assert_eq!(decision.effects.contact, None);
    }
}

#[test]
fn people_the_requester_copies_take_part_and_ours_do_not() {
    let scene = Scene::new().with_ticket(TicketStatus::Open, 0);
    let cc = format!(
        "Cc: help@acme.example, Bob <bob@home.example>, {EVA}, {}\n",
        scene.signed_address()
    );
    let decision = scene.decide(&mail(EVA, &scene.signed_address(), "x", &cc));
    let TicketChange::Append(append) = &decision.effects.change else {
        panic!()
    };
    assert_eq!(append.participants, vec![address("bob@home.example")]);
}

#[test]
fn the_customer_of_a_web_form_is_its_reply_to_and_is_unproven() {
    let form = mail(
        "form@web.example",
        "support@acme.example",
        "Order",
        "Reply-To: Joe <joe@x.example>\n",
    );
    let decision = Scene::new().decide(&form);
    let TicketChange::Open(new) = &decision.effects.change else {
        panic!()
    };
    assert_eq!(new.requester, Some(address("joe@x.example")));
    assert_ne!(decision.evidence.alignment, Alignment::Yes);
}

#[test]
fn an_inbox_of_ours_with_any_plus_part_is_nobody_in_copy() {
    // A token that an older secret signed, or a tag of the mail server's.
    let scene = Scene::new().with_ticket(TicketStatus::Open, 0);
    let cc = "Cc: Support+c2222@acme.example, help+x@acme.example\n";
    let decision = scene.decide(&mail(EVA, &scene.signed_address(), "x", cc));
    let TicketChange::Append(append) = &decision.effects.change else {
        panic!()
    };
    assert!(append.participants.is_empty(), "{:?}", append.participants);
}

#[test]
fn limits_and_guidance_are_asked_for_whoever_would_be_answered() {
    let scene = Scene::new();
    let inbox = &scene.policy.inboxes[0];
    for (from, asked) in [("form@web.example", "joe@x.example"), (EVA, EVA)] {
        let mail = scene.parse(&mail(
            from,
            "support@acme.example",
            "Order",
            "Reply-To: joe@x.example\n",
        ));
        let requester = inbox.requester(&mail).map(|mailbox| &mailbox.address);
        let clues = Clues::of(&mail, &scene.policy.keys);
        let question = clues.question((&mail, [0; 32]), requester, None, (&scene.policy, inbox));
        assert_eq!(question.requester, Some(address(asked)));
    }
}

#[test]
fn a_copy_that_came_to_a_signed_address_moves_the_ticket_its_first_copy_opened() {
    let mut scene = Scene::new().with_ticket(TicketStatus::Open, 0);
    let first = |state| Duplicate {
        intake: 1,
        state,
        ticket: Some(TicketNumber(9)),
        by: SameBy::Content,
    };
    scene.known.duplicate = Some(first(DuplicateOf::Opening));
    let copy = mail(EVA, "support@acme.example", "x", "");
    let signed = format!("Delivered-To: {}\r\n{copy}", scene.signed_address());
    let into = |decision: &Decision| match &decision.effects.change {
        TicketChange::Merge { ticket, into, .. } => Some((ticket.0, into.0)),
        _ => None,
    };
    assert_eq!(into(&scene.decide(&signed)), Some((9, 7)));
    assert_eq!(into(&scene.decide(&copy)), None);
    // Whoever was sent a copy of somebody's mail moves their ticket into none of his own.
    let of_another = signed.replace(EVA, "mallory@evil.example");
    assert_eq!(into(&scene.decide(&of_another)), None);
    assert_eq!(
        into(&scene.decide(&signed.replace(PASS, FAIL))),
        None,
        "a forged sender"
    );
    scene.known.duplicate = Some(first(DuplicateOf::Other));
    assert_eq!(into(&scene.decide(&signed)), None);
}
