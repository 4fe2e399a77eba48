//! What a mail does to the status of its ticket.

use super::*;

#[test]
fn solved_reopens_within_its_time_and_is_followed_up_later() {
    let reply = |scene: &Scene| scene.decide(&mail(EVA, &scene.signed_address(), "Re: Printer broken", ""));
    let recent = Scene::new().with_ticket(TicketStatus::Solved, 3);
    assert_eq!(status(&reply(&recent)), Some(TicketStatus::Open));
    for late in [
        Scene::new().with_ticket(TicketStatus::Solved, 20),
        Scene::new().with_ticket(TicketStatus::Closed, 3),
    ] {
        let decision = reply(&late);
        assert_eq!(
            (decision.evidence.thread.matched, linked(&decision)),
            (ThreadMatch::FollowUp, Some(7))
        );
    }
}

#[test]
fn a_remembered_address_under_another_subject_follows_up_a_solved_ticket_only() {
    let write = |scene: &Scene| scene.decide(&mail(EVA, &scene.signed_address(), "New scanner", ""));
    assert_eq!(
        write(&Scene::new().with_ticket(TicketStatus::Open, 0))
            .evidence
            .thread
            .matched,
        ThreadMatch::Append
    );
    assert_eq!(
        write(&Scene::new().with_ticket(TicketStatus::Solved, 1))
            .evidence
            .thread
            .matched,
        ThreadMatch::FollowUp
    );
}

#[test]
fn a_bare_thank_you_reopens_nothing() {
    for (status_now, days) in [
        (TicketStatus::Solved, 1),
        (TicketStatus::Solved, 30),
        (TicketStatus::Closed, 30),
    ] {
        let scene = Scene::new().with_ticket(status_now, days);
        let thanks = mail(EVA, &scene.signed_address(), "Re: Printer broken", "")
            .replace("The printer still says no.", "¡Muchas gracias!");
        let decision = scene.decide(&thanks);
        assert_eq!(
            (decision.evidence.state, status(&decision)),
            (IntakeState::Appended, None)
        );
    }
}

#[test]
fn new_stays_new_until_an_agent_acts() {
    let scene = Scene::new().with_ticket(TicketStatus::New, 0);
    assert_eq!(
        status(&scene.decide(&mail(EVA, &scene.signed_address(), "x", ""))),
        None
    );
}

#[test]
fn thanks_with_a_document_reopen_and_with_a_signatures_logo_do_not() {
    let scene = Scene::new().with_ticket(TicketStatus::Solved, 1);
    let thanks = |part: &str| {
        let body = format!("--b\n\nThank you!\n--b\n{part}\n\nx\n--b--\n");
        mail(
            EVA,
            &scene.signed_address(),
            "Re: Printer broken",
            "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n",
        )
        .replace("The printer still says no.", &body)
    };
    for (part, wanted) in [
        ("Content-Type: application/pdf; name=form.pdf", Some(TicketStatus::Open)),
        (
            "Content-Type: image/png\nContent-Disposition: inline; filename=logo.png",
            None,
        ),
        ("Content-Type: application/pkcs7-signature; name=smime.p7s", None),
    ] {
        assert_eq!(status(&scene.decide(&thanks(part))), wanted, "{part}");
    }
}

#[test]
fn signed_and_encrypted_mails_are_marked() {
    let scene = Scene::new().with_ticket(TicketStatus::Open, 0);
    let with = |body: &str| mail(EVA, &scene.signed_address(), "x", "").replace("The printer still says no.", body);
    let signed =
        "-----BEGIN PGP SIGNED MESSAGE-----\r\n\r\nNo.\r\n-----BEGIN PGP SIGNATURE-----\r\n-----END PGP SIGNATURE-----";
    let encrypted = "-----BEGIN PGP MESSAGE-----\r\n\r\nx\r\n-----END PGP MESSAGE-----";
    assert_eq!(marks(&scene.decide(&with(signed))), [Mark::Signed]);
    assert_eq!(marks(&scene.decide(&with(encrypted))), [Mark::Encrypted]);
    assert_eq!(marks(&Scene::new().decide(&with(encrypted))), [Mark::Encrypted]);
}
