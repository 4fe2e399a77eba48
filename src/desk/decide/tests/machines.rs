//! Mail that no person wrote.

use super::*;
use crate::desk::report::{Consequence, Reported, ReportedMail};

#[test]
fn machines_open_tickets_that_answer_nobody_and_auto_replies_open_none() {
    let scene = Scene::new();
    let robot = scene.decide(&mail(
        EVA,
        "support@acme.example",
        "Disk full",
        "Auto-Submitted: auto-generated\n",
    ));
    let TicketChange::Open(new) = &robot.change else {
        panic!("{robot:?}")
    };
    assert!(new.tags == ["automatic"] && robot.mails.is_empty());
    let vacation = scene.decide(&mail(
        EVA,
        "support@acme.example",
        "Away",
        "Auto-Submitted: auto-replied\n",
    ));
    assert_eq!(
        (vacation.state, vacation.change),
        (IntakeState::AutoReply, TicketChange::None)
    );
}

#[test]
fn an_auto_reply_is_recorded_on_its_ticket_and_reopens_nothing() {
    let scene = Scene::new().with_ticket(TicketStatus::Solved, 1);
    let vacation = mail(EVA, &scene.signed_address(), "Away", "Auto-Submitted: auto-replied\n");
    let decision = scene.decide(&vacation);
    assert_eq!((decision.state, status(&decision)), (IntakeState::Appended, None));
    assert!(marks(&decision).contains(&Mark::Automatic));
}

#[test]
fn our_own_mail_is_known_by_its_mark_its_id_and_its_sender() {
    let scene = Scene::new();
    let cases = [
        mail(
            EVA,
            "support@acme.example",
            "x",
            &format!("X-Buzon-Desk: {}\n", scene.policy.keys.loop_mark(3)),
        ),
        mail(EVA, "support@acme.example", "x", "").replace("<new@home.example>", &scene.signed_id()),
        mail("Help <HELP@acme.example>", "support@acme.example", "x", ""),
    ];
    for case in cases {
        assert_eq!(scene.decide(&case).state, IntakeState::Own, "{case}");
    }
}

#[test]
fn a_bounce_is_recorded_only_on_the_ticket_its_token_names() {
    let scene = Scene::new().with_ticket(TicketStatus::Open, 0);
    let keys = &scene.policy.keys;
    let token = keys.address_token(Purpose::Bounce, TicketKey(77), crate::desk::token::Reference([1; 4]));
    let report = |to: &str| {
        format!(
            "Return-Path: <>\nFrom: MAILER-DAEMON@mx.home.example\nTo: {to}\nSubject: Undelivered Mail\n\
             Message-ID: <b@mx>\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\n\
             Sorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; \
             {EVA}\nAction: failed\nStatus: 5.1.1\n\n--b--\n"
        )
    };
    let ours = scene.decide(&report(&format!("support+{token}@acme.example")));
    assert_eq!(ours.state, IntakeState::Bounce);
    assert!(matches!(&ours.change, TicketChange::Record { ticket, .. } if ticket.0 == 7));
    let serial = u32::from_be_bytes([1; 4]);
    let ticket = TicketNumber(7);
    assert_eq!(
        ours.reported,
        [Reported {
            mail: ReportedMail::Serial { ticket, serial },
            text: "not delivered: 5.1.1".into(),
            is_failure: true,
            consequence: Consequence::Suppress("5.1.1".into()),
        }]
    );
    let forged = scene.decide(&report("support@acme.example"));
    assert_eq!((forged.state, forged.change), (IntakeState::Bounce, TicketChange::None));
    assert!(forged.reported.is_empty());
}

#[test]
fn a_delay_says_so_and_a_refusal_by_policy_is_about_us() {
    let scene = Scene::new().with_ticket(TicketStatus::Open, 0);
    let id = scene.signed_id();
    let bounce = |subject: &str, words: &str| {
        format!(
            "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: support@acme.example\nSubject: {subject}\n\n{words}\n\n\
             --- Below this line is a copy of the message.\n\nMessage-ID: {id}\n"
        )
    };
    let cases = [
        (
            "Delayed mail",
            format!("It will be retried until it is old.\n\n<{EVA}>: Connection timed out"),
            "delayed: 4.4.1 Connection timed out",
            Consequence::None,
        ),
        (
            "failure notice",
            format!("<{EVA}>:\n550 5.7.1 Rejected"),
            "not delivered: 5.7.1 550 5.7.1 Rejected",
            Consequence::TellAdmin("5.7.1".into()),
        ),
    ];
    for (subject, words, text, consequence) in cases {
        let decision = scene.decide(&bounce(subject, &words));
        let [reported] = decision.reported.as_slice() else {
            panic!("{decision:?}")
        };
        assert_eq!((reported.text.as_str(), &reported.consequence), (text, &consequence));
        assert!(matches!(&reported.mail, ReportedMail::Id { recipient: Some(to), .. } if *to == address(EVA)));
    }
}

#[test]
fn a_bounce_that_is_no_report_and_a_complaint_are_about_the_mail_they_return() {
    let scene = Scene::new().with_ticket(TicketStatus::Open, 0);
    let id = scene.signed_id();
    let qmail = format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@old.example\nTo: support@acme.example\nSubject: failure notice\n\n\
         Hi. This is the qmail-send program.\n\n--- Below this line is a copy of the message.\n\n\
         To: {EVA}\nMessage-ID:\n {id}\n\nHello\n"
    );
    let complaint = format!(
        "From: fbl@big.example\nTo: support@acme.example\nSubject: Complaint\nMIME-Version: 1.0\nContent-Type: \
         multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nAn abuse report.\n--b\nContent-Type: \
         message/feedback-report\n\nFeedback-Type: abuse\n--b\nContent-Type: text/rfc822-headers\n\n\
         Message-ID: {id}\n--b--\n"
    );
    for (text, said) in [(qmail, "not delivered: "), (complaint, "complained about: abuse")] {
        let decision = scene.decide(&text);
        assert_eq!(decision.state, IntakeState::Bounce, "{text}");
        let TicketChange::Record { ticket, events } = &decision.change else {
            panic!("{text}")
        };
        assert_eq!(ticket.0, 7, "{text}");
        assert!(events[0].detail.starts_with(said), "{events:?}");
        assert!(decision.reported[0].text.starts_with(said), "{:?}", decision.reported);
    }
}

#[test]
fn a_machine_that_only_knows_the_tag_opens_a_linked_ticket() {
    let scene = Scene::new().with_ticket(TicketStatus::Pending, 0);
    let robot = mail(
        EVA,
        "support@acme.example",
        &scene.tag(),
        "Auto-Submitted: auto-generated\n",
    );
    assert_eq!(linked(&scene.decide(&robot)), Some(7));
}
